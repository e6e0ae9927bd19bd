"""What the terminal shows around the tables of every command on molecules."""

import shlex
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from specml.documents.structure import formula

if TYPE_CHECKING:
    import numpy as np

    from specml.structure import Structure


@dataclass(frozen=True)
class Place:
    """The options of every command on molecules that change no number.

    Parameters
    ----------
    folder : of the results.
    force : replace existing ones.
    quiet : print warnings only.
    model, device : what computes, and where.
    """

    folder: Path
    force: bool
    quiet: bool
    model: str | None
    device: str


def command_line() -> str:
    """The command as a shell takes it, for pages that say how they were made."""
    return shlex.join(["specml", *sys.argv[1:]])


def heading(console: Console, structure: "Structure", masses: "np.ndarray | None" = None) -> None:
    """Name and formula; masses (n_atoms,) amu tell D from H."""
    console.print(Text.assemble((f"\n{structure.name}", "bold"), f"  {formula(structure, masses)}"))


def table(*headers: str) -> Table:
    """An empty table without rules: words on the left, all other columns to the right."""
    empty = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for number, header in enumerate(headers):
        empty.add_column(header, justify="right" if number else "left", no_wrap=True)
    return empty


def facts(console: Console, rows: Mapping[str, str | Text]) -> None:
    """Names, dim, and what belongs to them."""
    console.print()
    grid = Table.grid(padding=(0, 2, 0, 0))
    for name, value in rows.items():
        grid.add_row(Text(f"  {name}", style="dim"), value)
    console.print(grid)


def warnings(console: Console, structure: "Structure", found: Iterable[str]) -> None:
    for warning in found:
        line = Text(f"  warning  {structure.name}: {warning}", style="yellow")
        console.print(line, soft_wrap=True)


def files(written: Mapping[str, Path]) -> str:
    """``ethanol.ir.{json,csv,...}``: one pattern that a shell expands."""
    return f"{str(written['json']).removesuffix('json')}{{{','.join(written)}}}"
