"""Where words go: results to the terminal, errors in one red line to the error stream.

Every command prints through it.

Names and SMILES are printed as they are: ``[CH3]`` is no markup and ``:o:`` no emoji.
"""

import os
import sys
from functools import partial

from rich.console import Console


class _PatientConsole(Console):
    """A console whose reader may stop reading, as ``| head`` does: the work goes on in silence."""

    def on_broken_pipe(self) -> None:
        """Send what is still printed nowhere; the files are what the command is for."""
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())


_plain = partial(_PatientConsole, highlight=False, markup=False, emoji=False)


def output() -> Console:
    """Standard output; tables keep a readable width when it is a file or a pipe."""
    console = _plain()
    wished = console.is_terminal or "COLUMNS" in os.environ
    return console if wished else _plain(width=110)


def fail(text: str) -> None:
    """One line, not wrapped: an error can be searched for and copied."""
    console = _plain(stderr=True, soft_wrap=True)
    console.print(f"error: {' '.join(text.split())}", style="bold red")


def note(text: str) -> None:
    """A remark that is not a result."""
    _plain(file=sys.stderr, soft_wrap=True).print(text)
