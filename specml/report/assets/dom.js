"use strict";
// The page without its pictures. Text from outside enters as text, never as markup.

/** An element with attributes and children (elements or text; null is left out). */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

function heading(page) {
  const smiles = page.smiles === page.title ? "" : page.smiles;
  const names = element("div", { class: "names" },
    element("h1", {}, page.title),
    element("p", { class: "formula" }, page.formula),
    element("p", { class: "smiles" }, smiles));
  const [mood, sign] = page.inside ? ["inside", "✓"] : ["outside", "⚠"];
  return [
    element("div", {}, element("p", { class: "kind" }, page.kind), names),
    element("p", { class: `verdict ${mood}` }, `${sign} ${page.verdict}`),
  ];
}

function warnings(texts) {
  if (!texts.length) return [];
  return [element("section", { class: "warnings", "aria-label": "Warnings" },
    element("ul", {}, ...texts.map((text) => element("li", {}, text))))];
}

/** The table of rows; the first cell of each is a button, one of which takes the Tab key. */
function rowsTable(table) {
  const head = table.columns.map((column) => element("th", { scope: "col", class: align(column) },
    column.header, column.unit ? element("small", {}, column.unit) : null));
  head.push(element("td", { "aria-hidden": "true" })); // above the bars
  const strongest = Math.max(...table.rows.map((row) => row.share), 0);
  const body = table.rows.map((row, index) => tableRow(table.columns, row, index, strongest));
  return element("table", { class: "rows" },
    element("caption", {}, table.caption),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body));
}

function align(column) {
  return column.words ? "words" : "number";
}

function tableRow(columns, row, index, strongest) {
  const [first, ...others] = row.cells;
  const button = element("button", { type: "button", tabindex: "-1", "aria-pressed": "false" }, first);
  const cells = others.map((text, k) => element("td", { class: align(columns[k + 1]) }, text));
  const bar = element("td", { class: "share", "aria-hidden": "true" }, element("span"));
  bar.firstChild.style.width = `${strongest > 0 ? (100 * row.share) / strongest : 0}%`;
  return element("tr", { "data-row": String(index) },
    element("th", { scope: "row" }, button), ...cells, bar);
}

function factsCard(section) {
  const rows = section.rows.flatMap(([name, value]) => [
    element("dt", {}, name), element("dd", {}, value)]);
  return element("section", { class: "card" },
    element("h2", {}, section.title),
    element("dl", {}, ...rows),
    section.note ? element("p", { class: "note" }, section.note) : null);
}

function references(list) {
  const items = list.map(({ text, doi, used }) => element("li", {}, `${used}: ${text} `,
    doi ? element("a", { href: `https://doi.org/${doi}`, rel: "noreferrer" }, `doi:${doi}`) : null));
  return [element("h2", {}, "References"), element("ol", {}, ...items)];
}
