"""Where words go: results to the terminal, errors in one red line to the error stream."""

import sys

from rich.console import Console


def output() -> Console:
    """Standard output; tables keep a readable width when it is a file or a pipe.

    Names and SMILES are printed as they are: ``[CH3]`` is no markup and ``:o:`` no emoji.
    """
    plain = {"highlight": False, "markup": False, "emoji": False}
    console = Console(**plain)
    return console if console.is_terminal else Console(**plain, width=110)


def fail(text: str) -> None:
    """One line, not wrapped: an error can be searched for and copied."""
    console = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
    console.print(f"error: {' '.join(text.split())}", style="bold red")


def note(text: str) -> None:
    """A remark that is not a result."""
    terminal = Console(file=sys.stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
    terminal.print(text)
