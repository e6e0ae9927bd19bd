"""The HTML page of ``specml nmr``, from the document that the JSON file holds."""

import shlex
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from specml.cli.nmr_report import DECIMALS, NAMES, ranges
from specml.documents.harmonic_page import model, molecule
from specml.documents.structure import SUBSCRIPT, formula
from specml.report import page
from specml.report.references import REFERENCES, of_model
from specml.structure import Structure


def nmr_page(card: Mapping, document: Mapping[str, Any]) -> page.Page:
    """The page of one molecule.

    Parameters
    ----------
    card : of the model.
    document : as read back from the JSON file, so that both hold the same numbers.
    """
    described, verdict = document["structure"], document["domain"]
    structure = Structure(
        described["numbers"], described["positions_angstrom"], charge=described["charge"]
    )
    order = list(NAMES)
    rows = sorted(
        document["groups"], key=lambda group: (order.index(group["nucleus"]), -group["shift_ppm"])
    )
    means = ", ".join(f"{NAMES[k]} {v:.2f} ppm" for k, v in verdict["uncertainty_ppm"].items())
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
        sections=_sections(card, document),
        references=_references(card, document),
    )


def _spectrum(curve: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> page.Spectrum:
    nucleus = curve["nucleus"]
    return page.Spectrum(
        name=NAMES[nucleus],
        x=curve["shift_ppm"],
        y=curve["intensity_per_ppm"],
        lines=[
            page.Line(group["shift_ppm"], float(group["count"]), row)
            for row, group in enumerate(rows)
            if group["nucleus"] == nucleus
        ],
        fwhm=curve["fwhm_ppm"],
        x_label=f"{NAMES[nucleus]} chemical shift / ppm",
        x_unit="ppm",
        y_label="intensity / ppm⁻¹",
        stick_label="nuclei",
        decimals=DECIMALS[nucleus],
    )


def _table(structure: Structure, rows: list[Mapping[str, Any]]) -> page.Table:
    columns = [page.Column("group", words=True), page.Column("atoms", words=True)]
    columns += [page.Column("nucleus"), page.Column("nuclei")]
    columns += [page.Column(name, "ppm") for name in ("shift", "error", "spread", "DFT")]
    return page.Table("Signals", columns, [_row(structure, group) for group in rows])


def _row(structure: Structure, group: Mapping[str, Any]) -> page.Row:
    label = group["label"].translate(SUBSCRIPT) + ("*" if group["labile"] else "")
    atoms = structure.symbols[group["indices"][0]] + ranges([i + 1 for i in group["indices"]])
    digits = DECIMALS[group["nucleus"]]
    values = (group[k] for k in ("shift_ppm", "uncertainty_ppm", "spread_ppm", "shift_dft_ppm"))
    numbers = ("–" if value is None else f"{value:.{digits}f}" for value in values)
    return page.Row(
        cells=(label, atoms, NAMES[group["nucleus"]], str(group["count"]), *numbers),
        title=f"{label} {atoms}: {group['shift_ppm']:.{digits}f} ppm",
        share=float(group["count"]),
        atoms=group["indices"],
    )


def _sections(card: Mapping, document: Mapping[str, Any]) -> list[page.Section]:
    curves = ", ".join(f"{NAMES[c['nucleus']]} {c['fwhm_ppm']:g} ppm" for c in document["curves"])
    made = [
        ("program", f"SpecML {document['specml_version']}"),
        ("command", shlex.join(["specml", *sys.argv[1:]])),
        ("date", datetime.now().astimezone().isoformat(" ", "minutes")),
        ("geometry", document["method"]["geometry"]),
        ("shifts", f"{document['method']['shielding']}, calibrated to experiment"),
        ("solvent", document["solvent"]),
        ("reference", "tetramethylsilane, 0 ppm"),
        ("lines", f"Lorentzian, full width at half maximum {curves}; no coupling"),
    ]
    note = "* exchanges and makes hydrogen bonds: depends on solvent and concentration."
    labile = any(group["labile"] for group in document["groups"])
    sections = [page.Section("How it was made", made, note if labile else ""), model(card)]
    if len(document["conformers"]) > 1:
        rows = [
            (str(k), f"{100.0 * c['weight']:.1f} %, E {c['relative_energy_kj_mol']:+.1f} kJ/mol")
            for k, c in enumerate(document["conformers"], 1)
        ]
        weights = f"Boltzmann weights at {document['temperature_k']:g} K"
        sections.append(page.Section("Conformers", rows, weights))
    return sections


def _references(card: Mapping, document: Mapping[str, Any]) -> list[page.Reference]:
    found = of_model(dict(card))
    found += [REFERENCES["cascade"]]
    if document["optimization"]["performed"]:
        found.append(REFERENCES["gfn2"])
    if document["structure"]["smiles"]:
        found.append(REFERENCES["etkdg"])
    return [*found, REFERENCES["3dmol"]]
