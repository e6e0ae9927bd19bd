"""The HTML page of NMR spectra, from the document that the JSON file holds.

Called by :mod:`specml.documents.nmr`, for ``--html``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from specml.documents.page_parts import kept_of, made, model, molecule
from specml.documents.structure import SUBSCRIPT, formula
from specml.nuclei import NUCLEI
from specml.report import page
from specml.report.references import REFERENCES, of_model
from specml.structure import Structure


def nmr_page(card: Mapping, document: Mapping[str, Any], made_by: str) -> page.Page:
    """The page of one molecule: its spectra, its structure and a table of its signals.

    Parameters
    ----------
    card, document : the card of the model, and what the JSON file holds.
    made_by : the command or the call that made it.
    """
    described, verdict = document["structure"], document["domain"]
    structure = Structure(
        described["numbers"], described["positions_angstrom"], charge=described["charge"]
    )
    order = list(NUCLEI)
    rows = sorted(
        document["groups"], key=lambda group: (order.index(group["nucleus"]), -group["shift_ppm"])
    )
    errors = verdict["uncertainty_ppm"].items()
    means = ", ".join(f"{NUCLEI[name].display} {error:.2f} ppm" for name, error in errors)
    inside = "inside" if verdict["inside"] else "outside"
    return page.Page(
        kind="NMR spectrum, calculated",
        title=document["name"],
        formula=formula(structure),
        smiles=described["smiles"] or "",
        inside=verdict["inside"],
        verdict=f"{inside} the domain of the model; expected error {means}",
        warnings=document["warnings"],
        spectra=[_spectrum(curve, rows) for curve in document["curves"]],
        molecules=[molecule(structure)],
        table=_table(structure, rows),
        sections=_sections(card, document, made_by),
        references=_references(card, document),
    )


def _spectrum(curve: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> page.PageSpectrum:
    nucleus = NUCLEI[curve["nucleus"]]
    return page.PageSpectrum(
        name=nucleus.display,
        x=curve["shift_ppm"],
        y=curve["intensity_per_ppm"],
        lines=[
            page.PageLine(group["shift_ppm"], float(group["count"]), row)
            for row, group in enumerate(rows)
            if group["nucleus"] == nucleus.name
        ],
        fwhm=curve["fwhm_ppm"],
        x_label=f"{nucleus.display} chemical shift / ppm",
        x_unit="ppm",
        y_label="intensity / ppm⁻¹",
        stick_label="nuclei",
        decimals=nucleus.decimals,
    )


def _table(structure: Structure, rows: list[Mapping[str, Any]]) -> page.PageTable:
    columns = [page.PageColumn("group", words=True), page.PageColumn("atoms", words=True)]
    columns += [page.PageColumn("nucleus"), page.PageColumn("nuclei")]
    columns += [page.PageColumn(name, "ppm") for name in ("shift", "error", "spread", "DFT")]
    return page.PageTable("Signals", columns, [_row(structure, group) for group in rows])


def _row(structure: Structure, group: Mapping[str, Any]) -> page.PageRow:
    label = group["label"].translate(SUBSCRIPT) + ("*" if group["labile"] else "")
    atoms = structure.symbols[group["indices"][0]] + ranges([i + 1 for i in group["indices"]])
    nucleus = NUCLEI[group["nucleus"]]
    values = (group[k] for k in ("shift_ppm", "uncertainty_ppm", "spread_ppm", "shift_dft_ppm"))
    numbers = ("–" if value is None else nucleus.text(value) for value in values)
    return page.PageRow(
        cells=(label, atoms, nucleus.display, str(group["count"]), *numbers),
        title=f"{label} {atoms}: {nucleus.text(group['shift_ppm'])} ppm",
        share=float(group["count"]),
        atoms=group["indices"],
    )


def ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers as text, neighbours drawn together.

    >>> ranges([4, 5, 6, 9])
    '4–6,9'
    """
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ",".join(str(p[0]) if len(p) == 1 else f"{p[0]}–{p[-1]}" for p in parts)


def _sections(card: Mapping, document: Mapping[str, Any], made_by: str) -> list[page.PageSection]:
    curves = ", ".join(
        f"{NUCLEI[curve['nucleus']].display} {curve['fwhm_ppm']:g} ppm"
        for curve in document["curves"]
    )
    facts = [
        *made(document["specml_version"], made_by),
        ("geometry", document["method"]["geometry"]),
        ("shifts", f"{document['method']['shielding']}, calibrated to experiment"),
        ("solvent", document["solvent"]),
        ("reference", f"{document['reference']['compound']}, 0 ppm"),
        ("lines", f"Lorentzian, full width at half maximum {curves}; no coupling"),
    ]
    note = "* exchanges and makes hydrogen bonds: depends on solvent and concentration."
    labile = any(group["labile"] for group in document["groups"])
    sections = [page.PageSection("How it was made", facts, note if labile else ""), model(card)]
    if len(document["conformers"]) > 1:
        rows = [
            (str(k), f"{100.0 * c['weight']:.1f} %, E {c['relative_energy_kj_mol']:+.1f} kJ/mol")
            for k, c in enumerate(document["conformers"], 1)
        ]
        weights = kept_of(document)
        sections.append(page.PageSection("Conformers", rows, weights))
    return sections


def _references(card: Mapping, document: Mapping[str, Any]) -> list[page.PageReference]:
    works = [*of_model(card), REFERENCES["cascade"]]
    if document["optimization"]["performed"]:
        works.append(REFERENCES["gfn2"])
    if document["structure"]["smiles"]:
        works.append(REFERENCES["etkdg"])
    return [*works, REFERENCES["3dmol"]]
