"""What the terminal shows of the NMR spectra of one molecule; ``specml nmr`` calls it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from specml.cli import terminal
from specml.documents.nmr import LEVEL, NMRFiles, averaged, geometry
from specml.documents.nmr_page import ranges
from specml.documents.structure import SUBSCRIPT, formula
from specml.nuclei import NUCLEI, Nucleus
from specml.workflows.nmr_spectra import NMRSpectra

if TYPE_CHECKING:
    from specml.spectra.nmr import NMRSignal


def show(
    console: Console, spectra: NMRSpectra, written: Mapping[str, Path], quiet: bool, detailed: bool
) -> None:
    """Print a table and what belongs to it, or, for one of many molecules, a line.

    The arguments are those of a :data:`specml.cli.delivery.View`.
    """
    structure = spectra.structure
    if detailed and not quiet:
        terminal.heading(console, structure)
        console.print(Padding(_signals(spectra), (0, 0, 0, 1)))
        if any(signal.group.labile for signal in spectra.signals):
            note = "  * exchanges and makes hydrogen bonds: depends on solvent and concentration"
            console.print(Text(note, style="dim"))
        if len(spectra.search.structures) > 1 and not spectra.n_frames:
            console.print()
            console.print(Padding(_conformers(spectra), (0, 0, 0, 1)))
        _facts(console, spectra, written)
    elif not quiet:
        text = Text(f"{structure.name:28s} ", style="bold")
        text.append(f"{formula(structure):14s} {_line(spectra)}", style="not bold")
        console.print(text, soft_wrap=True)
    terminal.warnings(console, structure, spectra.warnings)


def show_files(console: Console, made: NMRFiles, *how: Any) -> None:
    """:func:`show` of spectra whose files were made where they were computed."""
    show(console, made.spectra, *how)


def _signals(spectra: NMRSpectra) -> Table:
    """One row a signal, from low to high field."""
    several = len(spectra.search.structures) > 1
    table = terminal.bare_table()
    table.add_column("")
    table.add_column("group")
    table.add_column("atoms", max_width=34)
    headers = ["nuclei", "shift\nppm", "error\nppm"]
    headers += ["spread\nppm"] if several else []
    headers += ["mean\n±"] if spectra.n_frames else []
    for header in (*headers, "DFT\nppm"):
        table.add_column(header, justify="right", no_wrap=True)
    for nucleus in spectra.nuclei:
        for row, signal in enumerate(spectra.signals_of(nucleus)):
            cells = _cells(nucleus, signal, spectra)
            table.add_row(nucleus.display if row == 0 else "", *cells)
        table.add_section()
    return table


def _cells(nucleus: Nucleus, signal: "NMRSignal", spectra: NMRSpectra) -> list[str]:
    symbol = spectra.structure.symbols[signal.group.atoms[0]]
    spread = [signal.spread] if len(spectra.search.structures) > 1 else []
    error = [signal.standard_error] if spectra.n_frames else []
    return [
        signal.group.label.translate(SUBSCRIPT) + ("*" if signal.group.labile else ""),
        f"{symbol}{ranges([atom + 1 for atom in signal.group.atoms])}",
        str(signal.count),
        nucleus.text(signal.shift),
        nucleus.text(signal.uncertainty),
        *(nucleus.text(value) for value in spread),
        *(f"{value:.{nucleus.decimals + 1}f}" for value in error),
        nucleus.text(signal.dft),
    ]


def _conformers(spectra: NMRSpectra) -> Table:
    table = terminal.bare_table()
    for header in ("conformer", "energy\nkJ/mol", "degeneracy", "% of\nkept"):
        table.add_column(header, justify="right", no_wrap=True)
    energies = spectra.relative_energies
    for k, weight in enumerate(spectra.weights):
        energy = "" if energies is None else f"{energies[k]:.1f}"
        table.add_row(str(k + 1), energy, str(spectra.degeneracies[k]), f"{100.0 * weight:.1f}")
    return table


def _facts(console: Console, spectra: NMRSpectra, written: Mapping[str, Path]) -> None:
    card = spectra.card
    zeros = dict.fromkeys(f"{nucleus.reference.short} = 0" for nucleus in spectra.nuclei)
    shift = f"{card['solvent']} (calibrated to experiment), {', '.join(zeros)}"
    facts: dict[str, str | Text] = {
        "shift": f"{shift}; atoms counted from 1",
        "DFT": f"{LEVEL}, before the calibration",
        "geometry": averaged(spectra) or geometry(spectra),
        "model": f"{card['name']} {card.get('version', '')}".strip(),
        "domain": _verdict(spectra),
        "files": terminal.files(written),
    }
    terminal.facts(console, facts)


def _verdict(spectra: NMRSpectra) -> Text:
    verdict = spectra.verdict
    rows = ((NUCLEI[name], value) for name, value in verdict.uncertainty.items())
    means = ", ".join(f"{nucleus.display} {nucleus.text(value)} ppm" for nucleus, value in rows)
    expected = f"expected error {means}"
    if verdict.inside:
        return Text(f"inside, {expected}", style="green")
    return Text(f"outside, {expected}: {'; '.join(verdict.reasons)}", style="yellow")


def _line(spectra: NMRSpectra) -> str:
    """The shifts of all signals on a line: ``¹H 2.17  ¹³C 206.3 31.3``."""
    parts = []
    for nucleus in spectra.nuclei:
        positions = np.asarray(spectra.sticks[nucleus.name].x)
        shifts = dict.fromkeys(nucleus.text(x) for x in positions)
        parts.append(f"{nucleus.display} {' '.join(shifts)}")
    return "  ".join(parts)
