"""What the terminal shows around the tables of every command on molecules; the views call it."""

import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from specml.documents.structure import formula

if TYPE_CHECKING:
    import numpy as np

    from specml.structure import Structure


def command_line() -> str:
    """The command as a shell takes it, for pages that say how they were made."""
    return shlex.join(["specml", *sys.argv[1:]])


def heading(console: Console, structure: "Structure", masses: "np.ndarray | None" = None) -> None:
    """Name and formula; masses (n_atoms,) amu tell D from H."""
    console.print(Text.assemble((f"\n{structure.name}", "bold"), f"  {formula(structure, masses)}"))


def bare_table(gap: int = 2) -> Table:
    """A table without rules and, as yet, without columns; ``gap`` blanks between columns."""
    return Table(box=None, header_style="dim", pad_edge=False, padding=(0, gap, 0, 0))


def table(*headers: str) -> Table:
    """An empty table without rules: words on the left, all other columns to the right."""
    empty = bare_table()
    for number, header in enumerate(headers):
        empty.add_column(header, justify="right" if number else "left", no_wrap=True)
    return empty


def facts(console: Console, rows: Mapping[str, str | Text]) -> None:
    """Print, below an empty line, names in dim letters and what belongs to them."""
    console.print()
    grid = Table.grid(padding=(0, 2, 0, 0))
    for name, value in rows.items():
        grid.add_row(Text(f"  {name}", style="dim"), value)
    console.print(grid)


def warnings(console: Console, structure: "Structure", sentences: Iterable[str]) -> None:
    """Print warnings in yellow, one a line, each with the name of its molecule."""
    for sentence in sentences:
        line = Text(f"  warning  {structure.name}: {sentence}", style="yellow")
        console.print(line, soft_wrap=not console.is_terminal)  # a terminal wraps at words


def files(written: Mapping[str, Path]) -> str:
    """``ethanol.ir.{json,csv,...}``: one pattern that a shell expands."""
    return f"{str(written['json']).removesuffix('json')}{{{','.join(written)}}}"
