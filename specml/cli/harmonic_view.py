"""What the terminal shows of a harmonic spectrum, for ``specml ir`` and ``specml raman``."""

from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from specml.cli import terminal
from specml.documents.harmonic import averaged, thermochemistry
from specml.documents.structure import formula, number, wavenumber
from specml.documents.summary import strongest_bands
from specml.workflows.harmonic_spectra import HarmonicSpectra

STRONG = 0.25  # of the strongest band: shown in bold
BAR = 12  # characters
BLOCKS = " ▏▎▍▌▋▊▉█"


def show(
    console: Console,
    result: HarmonicSpectra,
    written: dict[str, Path],
    quiet: bool,
    detailed: bool,
) -> None:
    """Print a table and what belongs to it, or, for one of many molecules, a line.

    The arguments are those of a :data:`specml.cli.delivery.View`.
    """
    structure = result.structure
    if not quiet:
        if detailed:
            terminal.heading(console, structure, result.vibrations.modes.masses)
            console.print(Padding(_table(result), (0, 0, 0, 1)))
            if len(result.members) > 1:
                _conformers(console, result)
            _facts(console, result, written)
        else:
            _line(console, result)
    terminal.warnings(console, structure, result.warnings)


def _table(result: HarmonicSpectra) -> Table:
    vibrations = result.vibrations
    shown = [column for column in result.kind.columns if column.header]
    values = [getattr(vibrations, column.attribute) for column in shown]
    table = terminal.bare_table()
    for header in ("mode", "raw\ncm⁻¹", "scaled\ncm⁻¹", *(c.header for c in shown)):
        table.add_column(header, justify="right", no_wrap=True)
    table.add_column("", width=BAR, no_wrap=True)
    table.add_column("assignment")
    active = np.where(values[0] < result.kind.inactive, 0.0, values[0])
    strongest = float(active.max(initial=0.0)) or 1.0
    for k, name in enumerate(vibrations.assignments):
        share = float(active[k]) / strongest
        cells = [f"{column.form}" for column in shown]
        table.add_row(
            str(k + 1),
            wavenumber(vibrations.wavenumbers[k]),
            wavenumber(vibrations.scaled_wavenumbers[k]),
            *(number(float(v[k]), form) for v, form in zip(values, cells, strict=True)),
            bar(share),
            name,
            style="bold" if share >= STRONG else "",
        )
    return table


def _conformers(console: Console, result: HarmonicSpectra) -> None:
    """Energies and weights; the modes above are those of the first."""
    table = terminal.bare_table()
    headers = ["conformer", "energy\nkJ/mol", "Gibbs\nkJ/mol", "degeneracy", "% of\nkept"]
    columns = [
        [f"{value:.1f}" for value in result.relative_energies],
        [f"{value:.1f}" for value in result.relative_gibbs_energies],
        [str(member.degeneracy) for member in result.members],
        [f"{100.0 * member.weight:.1f}" for member in result.members],
    ]
    if not result.by_gibbs:
        del headers[2], columns[1]
    for header in headers:
        table.add_column(header, justify="right", no_wrap=True)
    table.add_column("", width=BAR, no_wrap=True)
    for place, row in enumerate(zip(*columns, strict=True)):
        table.add_row(str(place + 1), *row, bar(result.members[place].weight))
    note = f"  The modes are those of conformer 1; the curve averages {averaged(result)}."
    console.print()
    console.print(Padding(table, (0, 0, 0, 1)))
    console.print(Text(note, style="dim"))


def bar(share: float) -> str:
    """A bar of eighths of a character.

    >>> bar(0.5)
    '██████'
    """
    eighths = round(8 * BAR * share)
    return (BLOCKS[8] * (eighths // 8) + BLOCKS[eighths % 8]).rstrip()


def _facts(console: Console, result: HarmonicSpectra, written: dict[str, Path]) -> None:
    vibrations, settings, card = result.vibrations, result.settings, result.card
    thermo = thermochemistry(vibrations.thermochemistry)
    facts: dict[str, str | Text] = {
        "thermo": f"{thermo['temperature_k']:g} K, 1 atm, above the electronic energy: "
        f"ZPE {thermo['zero_point_energy_kj_mol']:.1f}, H {thermo['enthalpy_kj_mol']:.1f}, "
        f"G {thermo['gibbs_energy_kj_mol']:.1f} kJ/mol, "
        f"S {thermo['entropy_j_mol_k']:.1f} J/(mol K){_entropy(thermo)}",
        "scaling": _scaling(result),
        "model": f"{card['name']} {card.get('version', '')}".strip(),
        "domain": _verdict(result),
    }
    if result.kind.polarizability:
        facts["dσ/dΩ"] = f"Stokes, {settings.laser_nm:g} nm, {settings.temperature_k:g} K"
    if settings.isotopes:
        facts["isotopes"] = ", ".join(settings.isotopes)
    facts["files"] = terminal.files(written)
    terminal.facts(console, facts)


def _entropy(thermo: dict[str, Any]) -> str:
    """How vibrations count, where it is not simply harmonic."""
    how = thermo["entropy_of_vibrations"]
    text = "" if how == "harmonic" else f", quasi-harmonic ({how.capitalize()})"
    if soft := thermo["soft_modes_raised"]:
        noise = thermo["soft_mode_noise_cm1"]
        text += f", {soft} mode(s) below {noise:g} cm⁻¹ counted as {noise:g}"
    return text


def _scaling(result: HarmonicSpectra) -> str:
    error = result.scaling.error
    text = result.vibrations.scaling
    return text if error is None else f"{text} (typical error {error:.0f} cm⁻¹)"


def _verdict(result: HarmonicSpectra) -> Text:
    verdict = result.verdict
    expected = f"expected error of a wavenumber {verdict.uncertainty:.0f} cm⁻¹"
    if verdict.inside:
        return Text(f"inside, {expected}", style="green")
    least = expected.replace("expected error of a wavenumber", "error of a wavenumber at least")
    return Text(f"outside, {least}: {'; '.join(verdict.reasons)}", style="yellow")


def _line(console: Console, result: HarmonicSpectra) -> None:
    vibrations = result.vibrations
    structure = vibrations.expansion.structure
    bands = ", ".join(dict.fromkeys(f"{x:.0f}" for x in strongest_bands(result)))
    text = Text(f"{structure.name:28s} ", style="bold")
    text.append(f"{formula(structure, vibrations.modes.masses):14s} ", style="not bold")
    said = f"strongest bands {bands} cm⁻¹" if bands else "no active bands"
    text.append(said, style="not bold")
    console.print(text, soft_wrap=True)
