"""What the terminal shows of one molecule of ``specml nmr``."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from specml.cli import terminal
from specml.cli.nmr_document import LEVEL, averaged, geometry
from specml.documents.structure import SUBSCRIPT, formula
from specml.spectra.nmr import Signal, by_shift

if TYPE_CHECKING:
    from specml.cli.nmr_request import Request
    from specml.cli.nmr_result import Result

DECIMALS = {"1H": 2, "13C": 1}
NAMES = {"1H": "¹H", "13C": "¹³C"}


def show(
    console: Console,
    request: "Request",
    card: Mapping,
    result: "Result",
    written: dict[str, Path],
    detailed: bool,
) -> None:
    """A table and what belongs to it, or, for one of many molecules, a line."""
    structure = result.structure
    if detailed and not request.quiet:
        terminal.heading(console, structure)
        console.print(Padding(_signals(result), (0, 0, 0, 1)))
        if any(signal.group.labile for signal in result.signals):
            note = "  * exchanges and makes hydrogen bonds: depends on solvent and concentration"
            console.print(Text(note, style="dim"))
        if len(result.search.structures) > 1 and not result.n_frames:
            console.print()
            console.print(Padding(_conformers(result), (0, 0, 0, 1)))
        _facts(console, request, card, result, written)
    elif not request.quiet:
        text = Text(f"{structure.name:28s} ", style="bold")
        text.append(f"{formula(structure):14s} {_line(result)}", style="not bold")
        console.print(text, soft_wrap=True)
    terminal.warnings(console, structure, result.warnings)


def _signals(result: "Result") -> Table:
    """One row a signal, from low to high field."""
    several = len(result.search.structures) > 1
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    table.add_column("group")
    table.add_column("atoms", max_width=34)
    headers = ["nuclei", "shift\nppm", "error\nppm"]
    headers += ["spread\nppm"] if several else []
    headers += ["mean\n±"] if result.n_frames else []
    for header in (*headers, "DFT\nppm"):
        table.add_column(header, justify="right", no_wrap=True)
    for nucleus in result.curves:
        for row, signal in enumerate(by_shift(result.signals, nucleus)):
            table.add_row(NAMES[nucleus] if row == 0 else "", *_cells(signal, result))
        table.add_section()
    return table


def _cells(signal: Signal, result: "Result") -> list[str]:
    digits = DECIMALS[signal.nucleus]
    symbol = result.structure.symbols[signal.group.atoms[0]]
    spread = [signal.spread] if len(result.search.structures) > 1 else []
    error = [signal.standard_error] if result.n_frames else []
    return [
        signal.group.label.translate(SUBSCRIPT) + ("*" if signal.group.labile else ""),
        f"{symbol}{ranges([atom + 1 for atom in signal.group.atoms])}",
        str(signal.count),
        f"{signal.shift:.{digits}f}",
        f"{signal.uncertainty:.{digits}f}",
        *(f"{value:.{digits}f}" for value in spread),
        *(f"{value:.{digits + 1}f}" for value in error),
        f"{signal.dft:.{digits}f}",
    ]


def ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers in short.

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


def _conformers(result: "Result") -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for header in ("conformer", "energy\nkJ/mol", "degeneracy", "weight\n%"):
        table.add_column(header, justify="right", no_wrap=True)
    energies = result.relative_energies
    for k, weight in enumerate(result.weights):
        energy = "" if energies is None else f"{energies[k]:.1f}"
        table.add_row(str(k + 1), energy, str(result.degeneracies[k]), f"{100.0 * weight:.1f}")
    return table


def _facts(
    console: Console, request: "Request", card: Mapping, result: "Result", written: dict[str, Path]
) -> None:
    facts: dict[str, str | Text] = {
        "shift": f"{card['solvent']} (calibrated to experiment), TMS = 0; atoms counted from 1",
        "DFT": f"{LEVEL}, before the calibration",
        "geometry": averaged(request, result) or geometry(result),
        "model": f"{card['name']} {card.get('version', '')}".strip(),
        "domain": _verdict(result),
        "files": terminal.files(written),
    }
    terminal.facts(console, facts)


def _verdict(result: "Result") -> Text:
    verdict = result.verdict
    means = (
        f"{NAMES[name]} {value:.{DECIMALS[name]}f} ppm"
        for name, value in verdict.uncertainty.items()
    )
    expected = f"expected error {', '.join(means)}"
    if verdict.inside:
        return Text(f"inside, {expected}", style="green")
    return Text(f"outside, {expected}: {'; '.join(verdict.reasons)}", style="yellow")


def _line(result: "Result") -> str:
    """``¹³C 206.3 31.3  ¹H 2.17``."""
    parts = []
    for nucleus, sticks in result.sticks.items():
        shifts = dict.fromkeys(f"{x:.{DECIMALS[nucleus]}f}" for x in np.asarray(sticks.x))
        parts.append(f"{NAMES[nucleus]} {' '.join(shifts)}")
    return "  ".join(parts)


def summary(console: Console, request: "Request", card: Mapping, count: int) -> None:
    """After many molecules: how many, by which model, and where."""
    folder = request.output_dir
    console.print(
        f"{count} molecules, model {card['name']}, files {folder}/*.nmr.*", soft_wrap=True
    )
