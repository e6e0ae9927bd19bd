"""How a command on molecules hands over its answers: files first, then the terminal.

``ir``, ``raman``, ``nmr``, ``md``, ``spectrum``, ``hamiltonian`` and ``scf`` end in
:meth:`Delivery.run`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from rich.console import Console

from specml.cli import console
from specml.cli.terminal import command_line
from specml.documents import files, summary
from specml.errors import SpecMLError, message
from specml.workflows.failure import Failure

T = TypeVar("T")

# Writes the files of an answer: answer, folder, whether with a page, the command that made it.
# Returns suffix -> path. It is the method ``write`` of a ``specml.documents.format.Format``.
Write = Callable[[T, Path, bool, str], dict[str, Path]]
# Prints an answer: console, answer, its files by suffix, whether only warnings are wanted, and
# whether there is room for tables.
View = Callable[[Console, T, dict[str, Path], bool, bool], None]


@dataclass(frozen=True)
class Summary(Generic[T]):
    """How a command sums up many molecules.

    Parameters
    ----------
    kind : stands in the name of the table.
    row : the row of an answer.
    """

    kind: str
    row: Callable[[T], summary.SummaryRow]


DETAILED = 3  # molecules with tables of their own; more of them get one line each


@dataclass(frozen=True)
class Delivery:
    """The options of a command that decide where answers go and not what they are.

    Parameters
    ----------
    folder : where the files are written.
    force : whether existing files are replaced.
    quiet : whether only warnings are printed.
    html : whether a page is written beside the other files, where a command has one.
    """

    folder: Path
    force: bool
    quiet: bool
    html: bool = False

    def reserve(self, every: Iterable[Mapping[str, Path]], *further: Path) -> None:
        """See to it, before anything is computed, that all files can be written.

        Parameters
        ----------
        every : suffix -> path, one mapping a molecule.
        further : files that are of no single molecule.

        Raises
        ------
        OutputError
            As :func:`specml.io.outputs.check`.
        """
        paths = [path for paths in every for path in paths.values()]
        files.check([*paths, *further], self.force)

    def table(self, kind: str, total: int) -> list[Path]:
        """The table that sums up many molecules, if there are many."""
        return [summary.path(self.folder, kind)] if total > DETAILED else []

    def run(
        self,
        answers: Iterable[T | Failure],
        total: int,
        write: Write[T],
        show: View[T],
        remark: str = "",
        summed: Summary[T] | None = None,
    ) -> None:
        """Write and print each answer as soon as it is there, and at the end say what failed.

        Parameters
        ----------
        answers : results of a workflow, and failures beside them.
        total : how many of both there will be.
        write, show : see :data:`Write` and :data:`View`.
        remark : what the last line after many molecules says behind their number; no such line
            if it is empty.
        summed : writes a table of all molecules if there are many.

        Raises
        ------
        SpecMLError
            At the end, if a molecule has no answer: its own error where it was the only one, else
            one that names all of them.
        """
        terminal, made_by = console.output(), command_line()
        detailed = total <= DETAILED
        failures: list[Failure] = []
        rows: list[summary.SummaryRow] = []
        for answer in answers:
            if isinstance(answer, Failure):
                failures.append(answer)
                rows.append(summary.of_failure(answer))
            else:
                rows += [summed.row(answer)] if summed else []
                written = write(answer, self.folder, self.html, made_by)
                show(terminal, answer, written, self.quiet, detailed)
        if len(failures) == total == 1:
            raise SpecMLError(str(failures[0]))
        for path in self.table(summed.kind, total) if summed else ():
            files.publish({path: summary.table(rows)})
        if remark and not detailed and not self.quiet:
            terminal.print(f"{total - len(failures)} molecules, {remark}", soft_wrap=True)
        if failures:
            raise SpecMLError(
                message(
                    f"{len(failures)} of {total} molecules",
                    f"no answer ({' | '.join(map(str, failures))})",
                    "one of each",
                    "The files of the others are complete; correct these or leave them out.",
                )
            )
