"use strict";
// The molecule in three dimensions, drawn by 3Dmol.js: at rest, moving along a mode, or with some
// of its atoms marked.

const PERIOD = 1400; // ms a vibration takes here, whatever its wavenumber
const ARROW = 1.3; // angstrom: the longest arrow
const WORTH_AN_ARROW = 0.08; // of the longest displacement
const STYLE = { stick: { radius: 0.11 }, sphere: { scale: 0.24 } };
const COLOURS = { C: "#5b6570", H: "#f2f4f6" }; // the other elements as 3Dmol.js has them

class MoleculeView {
  /**
   * @param {HTMLElement} home  positioned; the picture fills it
   * @param {array} molecules   as report/page.py describes them; the first is shown
   * @param {function} onPick   called with the index of an atom that was clicked
   */
  constructor(home, molecules, onPick) {
    Object.assign(this, { molecules, onPick, motion: null, marked: [], playing: false, phase: 0 });
    Object.assign(this, { amplitude: 0.3, arrows: true, numbers: false }); // as the controls stand at first
    home.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) event.stopPropagation(); // the page scrolls
    }, true);
    this.viewer = $3Dmol.createViewer(home, { backgroundColor: "white" });
    this.show(0);
  }

  /** Bring in one of the molecules, unless it is there. */
  show(index) {
    if (this.molecule === this.molecules[index]) return;
    this.molecule = this.molecules[index];
    this.viewer.removeAllModels();
    this.model = this.viewer.addModel();
    this.model.addAtoms(atoms(this.molecule));
    this.atoms = this.model.selectedAtoms({});
    this.model.setClickable({}, true, (atom) => this.onPick(atom.index));
    this.motion = null;
    this.number(this.numbers);
    this.reset();
  }

  /** Look at all of it, its longest axis across and its shortest towards the reader. */
  reset() {
    this.place(0);
    this.viewer.zoomTo();
    const [x, y, z, distance] = this.viewer.getView();
    this.viewer.setView([x, y, z, distance, ...this.molecule.view]);
    this.viewer.rotate(-14, "x"); // atoms behind one another come apart
    this.viewer.rotate(14, "y");
    this.viewer.zoom(1.35);
    this.redraw();
  }

  /** Move along displacements (n x 3); the farthest atom goes `amplitude` angstrom. Null: at rest. */
  move(displacements) {
    const longest = Math.max(...(displacements ?? []).map((d) => Math.hypot(...d)));
    this.motion = displacements?.map((d) => d.map((value) => value / longest)) ?? null;
    this.phase = 0;
    this.redraw();
  }

  play(on) {
    this.playing = on && this.motion !== null;
    if (!this.playing) return;
    let before = null;
    const step = (now) => {
      if (!this.playing || this.ticket !== step) return;
      this.phase += before === null ? 0 : (2 * Math.PI * (now - before)) / PERIOD;
      before = now;
      this.place(this.amplitude * Math.sin(this.phase));
      this.viewer.render();
      requestAnimationFrame(step);
    };
    this.ticket = step; // a second call ends the loop of the first
    requestAnimationFrame(step);
  }

  /** Put every atom at its position plus `distance` times its displacement. */
  place(distance) {
    this.atoms.forEach((atom, i) => {
      const rest = this.molecule.positions[i];
      const along = this.motion?.[i] ?? [0, 0, 0];
      const [x, y, z] = rest.map((value, axis) => value + distance * along[axis]);
      Object.assign(atom, { x, y, z });
    });
    this.model.setStyle({}, STYLE); // has the model drawn again
  }

  redraw() {
    this.place(this.amplitude * Math.sin(this.phase));
    this.viewer.removeAllShapes();
    const { positions } = this.molecule;
    if (this.motion && this.arrows) positions.forEach((from, i) => this.arrow(from, this.motion[i]));
    for (const i of this.marked) {
      this.viewer.addSphere({ center: point(positions[i]), radius: 0.6, color: INK.mark, opacity: 0.45 });
    }
    this.viewer.render();
  }

  arrow(from, along) {
    if (Math.hypot(...along) < WORTH_AN_ARROW) return;
    const to = from.map((value, axis) => value + ARROW * along[axis]);
    const shape = { radius: 0.055, radiusRatio: 2.2, mid: 0.72, color: INK.stick };
    this.viewer.addArrow({ start: point(from), end: point(to), ...shape });
  }

  mark(indices) {
    this.marked = indices;
    this.redraw();
  }

  /** Symbol and number beside every atom, counted from 1 as in the tables. */
  number(on) {
    this.numbers = on;
    this.viewer.removeAllLabels();
    if (on) {
      const look = { fontSize: 12, fontColor: INK.text, backgroundColor: "white", backgroundOpacity: 0.75 };
      const { symbols, positions } = this.molecule;
      symbols.forEach((symbol, i) => {
        this.viewer.addLabel(`${symbol}${i + 1}`, { position: point(positions[i]), inFront: true, ...look });
      });
    }
    this.viewer.render();
  }
}

function point([x, y, z]) {
  return { x, y, z };
}

/** Atoms as 3Dmol.js takes them; a bond is told to both of its ends. */
function atoms({ symbols, positions, bonds }) {
  const made = symbols.map((elem, i) => {
    const colour = COLOURS[elem] ? { color: COLOURS[elem] } : {};
    return { elem, ...point(positions[i]), index: i, serial: i, bonds: [], bondOrder: [], ...colour };
  });
  for (const [i, j, order] of bonds) {
    for (const [a, b] of [[i, j], [j, i]]) {
      made[a].bonds.push(b);
      made[a].bondOrder.push(order);
    }
  }
  return made;
}
