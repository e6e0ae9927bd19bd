"use strict";
// Puts the page together and keeps its parts at one row: spectrum, table, molecule.

const byId = (id) => document.getElementById(id);
const page = JSON.parse(byId("data").textContent);
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

class Report {
  constructor() {
    byId("heading").append(...heading(page));
    byId("heading").after(...warnings(page.warnings));
    byId("rows").append(rowsTable(page.table));
    byId("facts").append(...page.sections.map(factsCard));
    byId("references").append(...references(page.references));
    this.table = byId("rows").querySelector("tbody");
    this.molecule = this.makeMolecule();
    this.makeTabs();
    this.showSpectrum(0);
    this.listen();
    this.choose(strongest(page.spectra[0].lines));
    this.play(!still);
  }

  /** Null where the browser has no WebGL; all the rest works without. */
  makeMolecule() {
    try {
      const rowOfAtom = (atom) => page.table.rows.findIndex((row) => row.atoms.includes(atom));
      return new MoleculeView(byId("view"), page.molecules, (atom) => this.choose(rowOfAtom(atom)));
    } catch (error) {
      const text = `The molecule cannot be drawn: this browser offers no WebGL (${error}).`;
      byId("view").replaceChildren(element("p", { class: "note" }, text));
      return null;
    }
  }

  makeTabs() {
    if (page.spectra.length === 1) return;
    byId("tabs").append(...page.spectra.map((spectrum, index) => {
      const button = element("button", { type: "button", "aria-pressed": "false" }, spectrum.name);
      button.addEventListener("click", () => {
        this.showSpectrum(index);
        this.chart.choose(this.row);
      });
      return button;
    }));
  }

  showSpectrum(index) {
    const spectrum = page.spectra[index];
    byId("plot").replaceChildren();
    const title = (row) => page.table.rows[row].title;
    this.chart = new SpectrumChart(byId("plot"), spectrum, (row) => this.choose(row), title);
    byId("legend").replaceChildren(
      element("span", { class: "curve" }, times(this.chart.unit), spectrum.y_label),
      element("span", { class: "sticks" }, times(this.chart.stickUnit), spectrum.stick_label));
    [...byId("tabs").children].forEach((tab, k) => tab.setAttribute("aria-pressed", String(k === index)));
  }

  listen() {
    this.table.addEventListener("click", (event) => this.choose(rowOf(event.target)));
    byId("rows").addEventListener("keydown", (event) => this.keyInTable(event));
    byId("plot").addEventListener("keydown", (event) => this.keyInPlot(event));
    const click = (id, action) => byId(id).addEventListener("click", action);
    click("zoom-in", () => this.chart.zoom(0.5));
    click("zoom-out", () => this.chart.zoom(2));
    click("zoom-all", () => this.chart.show());
    click("back", () => this.step(-1));
    click("next", () => this.step(1));
    click("print", () => print());
    if (this.molecule) this.listenToMolecule(click);
    else byId("controls").remove();
    addEventListener("beforeprint", () => this.freeze());
    addEventListener("afterprint", () => byId("view").querySelector("img")?.remove());
  }

  listenToMolecule(click) {
    const { molecule } = this;
    const change = (id, action) => byId(id).addEventListener("input", (event) => {
      action(event.target);
      molecule.redraw();
    });
    change("amplitude", (slider) => { molecule.amplitude = Number(slider.value); });
    change("arrows", (box) => { molecule.arrows = box.checked; });
    change("numbers", (box) => molecule.number(box.checked));
    click("reset", () => molecule.reset());
    click("play", () => this.play(!molecule.playing));
    if (page.table.rows.every((row) => row.motion === null)) {
      document.querySelectorAll(".motion").forEach((control) => control.remove());
    }
  }

  /** Show a row everywhere: its stick, its line of the table, its motion and atoms. */
  choose(row) {
    if (row === undefined || row < 0) return;
    this.row = row;
    const { cells, title, molecule, motion, atoms } = page.table.rows[row];
    for (const line of this.table.rows) {
      const button = line.querySelector("button");
      const here = line.rowIndex - 1 === row;
      line.classList.toggle("chosen", here);
      button.setAttribute("aria-pressed", String(here));
      button.tabIndex = here ? 0 : -1;
    }
    this.chart.choose(row);
    byId("chosen").replaceChildren(element("strong", {}, title), element("span", {}, details(cells)));
    this.molecule?.show(molecule);
    this.molecule?.mark(atoms);
    this.molecule?.move(motion);
  }

  step(by) {
    this.choose(Math.min(Math.max(this.row + by, 0), page.table.rows.length - 1));
  }

  play(on) {
    this.molecule?.play(on);
    const button = byId("play");
    if (button) button.textContent = this.molecule.playing ? "Pause" : "Play";
  }

  keyInTable(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    this.step(by);
    this.table.rows[this.row].querySelector("button").focus();
  }

  keyInPlot(event) {
    const action = {
      // x rises to the left
      ArrowLeft: () => (event.shiftKey ? this.chart.pan(0.2) : this.step(1)),
      ArrowRight: () => (event.shiftKey ? this.chart.pan(-0.2) : this.step(-1)),
      "+": () => this.chart.zoom(0.5),
      "-": () => this.chart.zoom(2),
      0: () => this.chart.show(),
      " ": () => this.molecule && this.play(!this.molecule.playing),
    }[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  }

  /** What WebGL drew is empty on paper: put a picture of it in front. */
  freeze() {
    if (!this.molecule) return;
    byId("view").append(element("img", { src: this.molecule.viewer.pngURI(), alt: "" }));
  }
}

function times(unit) {
  if (unit === 1) return "";
  const digits = String(Math.round(Math.log10(unit))).replace("-", "−");
  return `10${[...digits].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit] ?? "⁻").join("")} × `;
}

function rowOf(target) {
  const line = target.closest("tr");
  return line ? Number(line.dataset.row) : undefined;
}

function strongest(lines) {
  return lines.reduce((a, b) => (b.height > a.height ? b : a), { row: 0, height: -1 }).row;
}

/** The numbers of a row with their headers: "raw 1081.4 cm⁻¹ · ...". */
function details(cells) {
  const numbers = page.table.columns.map((column, k) => ({ ...column, text: cells[k] })).slice(1);
  return numbers.filter((column) => !column.words)
    .map(({ header, text, unit }) => `${header} ${text} ${unit}`.trimEnd()).join(" · ");
}

const report = new Report();
