"""What the terminal shows of a comparison, for ``specml compare``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from specml.cli import terminal
from specml.documents import comparison as documents
from specml.workflows.comparison import SpectraComparison


def show(
    console: Console, result: SpectraComparison, written: dict[str, Path], quiet: bool
) -> None:
    """Print a table of the figures of merit and what they rest on.

    Parameters
    ----------
    written : suffix -> file.
    quiet : print warnings only.
    """
    if not quiet:
        names = [Path(str(s.provenance["file"])).name for s in (result.predicted, result.measured)]
        heading = Text(f"\n{names[0]}", style="bold")
        heading.append(f"  and {names[1]}", style="not bold")
        console.print(heading)
        console.print(Padding(_merit(result), (0, 0, 0, 1)))
        if result.best.pair.absolute:
            console.print(Padding(_bands(documents.areas(result.best.pair)), (1, 0, 0, 1)))
        terminal.facts(console, _facts(result, written))
    for warning in result.warnings:
        console.print(Text(f"  warning  {warning}", style="yellow"), soft_wrap=True)


def _merit(result: SpectraComparison) -> Table:
    matches = [result.plain] + ([result.fitted] if result.fitted else [])
    names = ["as predicted"] + ([f"× {result.best.pair.factor:.4f}"] if result.fitted else [])
    table = terminal.table("", *names)
    merits = [match.similarity for match in matches]
    table.add_row("Pearson correlation", *(f"{merit.pearson:.3f}" for merit in merits))
    table.add_row("Spearman correlation", *(f"{merit.spearman:.3f}" for merit in merits))
    table.add_row("spectral information similarity", *(f"{merit.sis:.3f}" for merit in merits))
    table.add_row("earth mover's distance, cm⁻¹", *(f"{merit.distance:.1f}" for merit in merits))
    return table


def _bands(areas: Mapping[str, Any]) -> Table:
    table = terminal.table("band, cm⁻¹", "predicted\nkm/mol", "measured\nkm/mol")
    for band in areas["bands"]:
        table.add_row(f"{band['low_cm1']:.0f} to {band['high_cm1']:.0f}", *_both(band))
    table.add_row("whole range", *_both(areas))
    return table


def _both(areas: Mapping[str, Any]) -> tuple[str, str]:
    return f"{areas['predicted_km_mol']:.1f}", f"{areas['measured_km_mol']:.1f}"


def _facts(result: SpectraComparison, written: dict[str, Path]) -> dict[str, str]:
    pair, second = result.best.pair, result.measured
    low, high = documents.limits(pair)
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
    return facts | {"files": terminal.files(written)}
