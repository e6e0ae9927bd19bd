"""The HTML page of a vibrational spectrum, from the document that the JSON file holds.

Called by :mod:`specml.documents.harmonic`, for ``--html``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from specml.documents.page_parts import kept_of, made, model, molecule
from specml.documents.structure import formula, number, wavenumber
from specml.report import page
from specml.report.references import REFERENCES, of_model
from specml.structure import Structure
from specml.units import DEBYE
from specml.workflows.spectrum_kinds import Curve, ModeColumn, SpectrumKind

THERMOCHEMISTRY = (
    ("zero-point energy", "zero_point_energy_kj_mol", "kJ/mol"),
    ("energy U", "energy_kj_mol", "kJ/mol"),
    ("enthalpy H", "enthalpy_kj_mol", "kJ/mol"),
    ("Gibbs energy G", "gibbs_energy_kj_mol", "kJ/mol"),
    ("entropy S", "entropy_j_mol_k", "J/(mol K)"),
    ("heat capacity Cv", "heat_capacity_v_j_mol_k", "J/(mol K)"),
)


def vibrational_page(
    kind: SpectrumKind, card: Mapping, document: Mapping[str, Any], made_by: str
) -> page.Page:
    """The page of ``specml ir`` or ``specml raman``.

    Parameters
    ----------
    card : the card of the model.
    document : what the JSON file holds, so that page and file have the same numbers.
    made_by : the command or the call that made it.
    """
    members = document["conformers"]
    structures = [_structure(document["structure"] | m["structure"]) for m in members]
    verdict = document["domain"]
    sections = [
        _thermochemistry(document["thermochemistry"]),
        _geometry(structures[0], document),
        model(card),
        _made(document, made_by),
    ]
    return page.Page(
        kind=f"{kind.title}, calculated",
        title=document["name"],
        formula=formula(structures[0], document["structure"]["masses_amu"]),
        smiles=document["structure"]["smiles"] or "",
        inside=verdict["inside"],
        verdict=_verdict(verdict),
        warnings=document["warnings"],
        spectra=[_spectrum(kind, curve, document) for curve in kind.curves],
        molecules=[molecule(structure) for structure in structures],
        table=_table(kind, members),
        sections=sections if len(members) == 1 else [*sections, _conformers(document)],
        references=_references(card, document),
    )


def _verdict(verdict: Mapping[str, Any]) -> str:
    """Inside, the error to be expected; outside it is known to be no smaller."""
    error = f"{verdict['uncertainty_cm1']:.0f} cm⁻¹"
    if verdict["inside"]:
        return f"inside the domain of the model; expected error of a wavenumber {error}"
    return f"outside the domain of the model; error of a wavenumber at least {error}"


def _structure(described: Mapping[str, Any]) -> Structure:
    return Structure(
        described["numbers"],
        described["positions_angstrom"],
        charge=described["charge"],
        multiplicity=described["multiplicity"],
    )


def _spectrum(kind: SpectrumKind, curve: Curve, document: Mapping[str, Any]) -> page.PageSpectrum:
    members = document["conformers"]
    weighted = [(member["weight"], mode) for member in members for mode in member["modes"]]
    lines = [
        page.PageLine(
            mode["wavenumber_scaled_cm1"],
            weight * mode[curve.column] if _height(kind, mode) else 0.0,
            row,
        )
        for row, (weight, mode) in enumerate(weighted)
        if mode["wavenumber_scaled_cm1"] > 0.0
    ]
    return page.PageSpectrum(
        name=curve.name,
        x=document["curve"]["wavenumber_cm1"],
        y=document["curve"][curve.key],
        lines=lines,
        fwhm=document["curve"]["fwhm_cm1"],
        x_label="wavenumber / cm⁻¹",
        x_unit="cm⁻¹",
        y_label=curve.axis,
        stick_label=("weight × " if len(members) > 1 else "") + curve.stick_axis,
    )


def _table(kind: SpectrumKind, members: Sequence[Mapping[str, Any]]) -> page.PageTable:
    shown = [column for column in kind.columns if column.header]
    columns = [
        page.PageColumn("mode"),
        page.PageColumn("raw", "cm⁻¹"),
        page.PageColumn("scaled", "cm⁻¹"),
    ]
    columns += [_head(column) for column in shown]
    columns += [page.PageColumn("assignment", words=True)]
    rows = [
        _row(mode, shown, member["weight"] * _height(kind, mode), index, len(members))
        for index, member in enumerate(members)
        for mode in member["modes"]
    ]
    return page.PageTable("Vibrations", columns, rows)


def _height(kind: SpectrumKind, mode: Mapping[str, Any]) -> float:
    """The height of the stick; zero where the mode is inactive."""
    height = float(mode[kind.columns[0].key])
    return 0.0 if height < kind.inactive else height


def _head(column: ModeColumn) -> page.PageColumn:
    """The printed header has two lines: a name and a unit, or ``depol.`` and ``ratio``."""
    name, unit = column.header.split("\n")
    return page.PageColumn(f"{name} {unit}") if unit == "ratio" else page.PageColumn(name, unit)


def _row(
    mode: Mapping[str, Any],
    shown: list[ModeColumn],
    share: float,
    conformer: int,
    n_conformers: int,
) -> page.PageRow:
    """One mode; with several conformers ``2-7`` is mode 7 of the second one."""
    row = str(mode["mode"]) if n_conformers == 1 else f"{conformer + 1}-{mode['mode']}"
    raw, scaled = (wavenumber(mode[f"wavenumber{kind}_cm1"]) for kind in ("", "_scaled"))
    values = (number(mode[column.key], column.form) for column in shown)
    return page.PageRow(
        cells=(row, raw, scaled, *values, mode["assignment"]),
        title=f"mode {row}: {mode['assignment']}",
        share=share,
        molecule=conformer,
        motion=mode["displacements"],
    )


def _thermochemistry(values: Mapping[str, Any]) -> page.PageSection:
    note = (
        f"{values['temperature_k']:g} K, {values['pressure_pa']:g} Pa, above the electronic "
        "energy. Ideal gas, rigid rotor of symmetry number "
        f"{values['symmetry_number']}, harmonic oscillators, unscaled."
    )
    if (entropy := values["entropy_of_vibrations"]) != "harmonic":
        note += f" Entropy of the vibrations quasi-harmonic ({entropy.capitalize()})."
    if soft := values["soft_modes_raised"]:
        noise = values["soft_mode_noise_cm1"]
        note += f" Modes below {noise:g} cm⁻¹, counted as {noise:g}: {soft}."
    if left_out := values["imaginary_modes_left_out"]:
        note += f" Imaginary modes left out: {left_out}."
    rows = [(name, f"{values[key]:.1f} {unit}") for name, key, unit in THERMOCHEMISTRY]
    return page.PageSection("Thermochemistry", rows, note)


def _geometry(structure: Structure, document: Mapping[str, Any]) -> page.PageSection:
    end = document["optimization"]
    how = "as given" if not end["performed"] else f"relaxed in {end['steps']} steps"
    how += "" if end["converged"] is not False else ", not converged"
    dipole = sum(value**2 for value in document["dipole_e_angstrom"]) ** 0.5
    return page.PageSection(
        "Molecule",
        [
            ("atoms", str(len(structure))),
            ("charge", f"{structure.charge:+d}" if structure.charge else "0"),
            ("mass", f"{sum(document['structure']['masses_amu']):.3f} amu"),
            ("geometry", how),
            ("largest force", f"{end['max_force_ev_angstrom']:.4f} eV/Å"),
            ("energy", f"{document['energy_ev']:.4f} eV"),
            ("dipole moment", f"{dipole / DEBYE:.3f} D"),
        ],
    )


def _conformers(document: Mapping[str, Any]) -> page.PageSection:
    """Weights and energies; rows of the table are numbered conformer-mode."""
    rows = []
    for place, member in enumerate(document["conformers"], 1):
        energy, gibbs = (member[f"relative_{e}energy_kj_mol"] for e in ("", "gibbs_"))
        share = f"{100.0 * member['weight']:.1f} %"
        rows.append((str(place), f"{share}, E {energy:+.1f}, G {gibbs:+.1f} kJ/mol"))
    return page.PageSection("Conformers", rows, kept_of(document))


def _made(document: Mapping[str, Any], made_by: str) -> page.PageSection:
    scaling, curve = document["scaling"], document["curve"]
    error = f" (typical error {scaling['error_cm1']:.0f} cm⁻¹)" if scaling["error_cm1"] else ""
    rows = [
        *made(document["specml_version"], made_by),
        ("method", "harmonic, one isolated molecule"),
        ("scaling", scaling["description"] + error),
        ("bands", f"Lorentzian, full width at half maximum {curve['fwhm_cm1']:g} cm⁻¹"),
    ]
    if document["laser_nm"] is not None:
        rows.append(("laser", f"{document['laser_nm']:g} nm, {document['temperature_k']:g} K"))
    return page.PageSection("How it was made", rows)


def _references(card: Mapping, document: Mapping[str, Any]) -> list[page.PageReference]:
    works = of_model(card)
    if document["structure"]["smiles"]:
        works.append(REFERENCES["etkdg"])
    if document["scaling"]["source"]:
        works.append(page.PageReference("Scaling of wavenumbers", document["scaling"]["source"]))
    return [*works, REFERENCES["3dmol"]]
