"""The loop that all commands on molecules share: publish, show, and at the end say what failed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from specml.cli import console
from specml.errors import SpecMLError, message
from specml.workflows.failure import Failure

T = TypeVar("T")

DETAILED = 3  # molecules with tables of their own; more of them get one line each


@dataclass(frozen=True)
class Delivery(Generic[T]):
    """What a command does with each answer.

    Parameters
    ----------
    write : writes the files of an answer and returns suffix -> path.
    show : prints an answer, given its files and whether there is room for tables.
    close : prints the last line after many molecules, given how many were answered.
    quiet : whether that last line is left out.
    """

    write: Callable[[T], dict[str, Path]]
    show: Callable[[T, dict[str, Path], bool], None]
    close: Callable[[int], None]
    quiet: bool

    def run(self, answers: Iterable[T | Failure], total: int) -> None:
        """Deliver answers as they come.

        Parameters
        ----------
        total : how many there will be.

        Raises
        ------
        SpecMLError
            At the end, if a molecule has no answer: its own error where it was the only one, else
            one that names all of them.
        """
        detailed = total <= DETAILED
        failures: list[Failure] = []
        for answer in answers:
            if isinstance(answer, Failure):
                failures.append(answer)
            else:
                self.show(answer, self.write(answer), detailed)
        if len(failures) == total == 1:
            raise SpecMLError(str(failures[0]))
        if not detailed and not self.quiet:
            self.close(total - len(failures))
        if failures:
            raise SpecMLError(
                message(
                    f"{len(failures)} of {total} molecules",
                    f"no answer ({' | '.join(map(str, failures))})",
                    "one of each",
                    "The files of the others are complete; correct these or leave them out.",
                )
            )


def print_summary(count: int, model: str, pattern: str) -> None:
    """After many molecules: how many, by which model, and where their files are."""
    console.output().print(f"{count} molecules, model {model}, files {pattern}", soft_wrap=True)
