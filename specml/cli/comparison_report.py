"""What the terminal shows of a comparison."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from specml.cli import comparison_document
from specml.cli.terminal import files
from specml.spectra import alignment

if TYPE_CHECKING:
    from specml.cli.comparison import Request, Result


def show(console: Console, request: "Request", result: "Result", written: dict[str, Path]) -> None:
    """A table of the figures of merit and what they rest on."""
    if not request.quiet:
        heading = Text(f"\n{request.predicted.name}", style="bold")
        heading.append(f"  and {request.measured.name}", style="not bold")
        console.print(heading)
        console.print(Padding(_merit(result), (0, 0, 0, 1)))
        if result.best.pair.absolute:
            console.print(Padding(_bands(result.best.pair), (1, 0, 0, 1)))
        console.print()
        grid = Table.grid(padding=(0, 2, 0, 0))
        for name, value in _facts(result, written).items():
            grid.add_row(Text(f"  {name}", style="dim"), value)
        console.print(grid)
    for warning in result.warnings:
        console.print(Text(f"  warning  {warning}", style="yellow"), soft_wrap=True)


def _table(*headers: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for k, header in enumerate(headers):
        table.add_column(header, justify="right" if k else "left", no_wrap=True)
    return table


def _merit(result: "Result") -> Table:
    matches = [result.plain] + ([result.fitted] if result.fitted else [])
    names = ["as predicted"] + ([f"× {result.best.pair.factor:.4f}"] if result.fitted else [])
    table = _table("", *names)
    likes = [match.likeness for match in matches]
    table.add_row("Pearson correlation", *(f"{like.pearson:.3f}" for like in likes))
    table.add_row("Spearman correlation", *(f"{like.spearman:.3f}" for like in likes))
    table.add_row("spectral information similarity", *(f"{like.sis:.3f}" for like in likes))
    table.add_row("earth mover's distance, cm⁻¹", *(f"{like.distance:.1f}" for like in likes))
    return table


def _bands(pair: alignment.Pair) -> Table:
    table = _table("band, cm⁻¹", "predicted\nkm/mol", "measured\nkm/mol")
    for low, high in alignment.bands(pair):
        both = alignment.areas(pair, low, high)
        table.add_row(f"{low:.0f} to {high:.0f}", *(f"{area:.1f}" for area in both))
    table.add_row("whole range", *(f"{area:.1f}" for area in alignment.areas(pair)))
    return table


def _facts(result: "Result", written: dict[str, Path]) -> dict[str, str]:
    pair, second = result.best.pair, result.measured
    low, high = comparison_document.limits(pair)
    shape = "a curve as in the file, of unknown width"
    if pair.fwhm is not None:
        shape = f"Lorentzian, FWHM {pair.fwhm:g} cm⁻¹"
    ordinate = second.provenance["y_units"]
    if not pair.absolute and not second.sticks:
        ordinate = f"{ordinate}, relative; baseline {pair.baselines[1]:.3g} taken off"
    notes = second.provenance["notes"]
    facts = {
        "range": f"{low:.0f} to {high:.0f} cm⁻¹",
        "predicted": shape,
        "measured": str(ordinate),
    }
    if isinstance(notes, list) and notes:
        facts["notes"] = "; ".join(notes)
    return facts | {"files": files(written)}
