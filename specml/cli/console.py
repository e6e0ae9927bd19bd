"""Where words go: results to the terminal, errors in one red line to the error stream."""

import sys

from rich.console import Console


def output() -> Console:
    """Standard output; tables keep a readable width when it is a file or a pipe."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=110)


def fail(text: str) -> None:
    """One line, not wrapped: an error can be searched for and copied."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"error: {' '.join(text.split())}", style="bold red", markup=False)


def note(text: str) -> None:
    """A remark that is not a result."""
    Console(file=sys.stderr, highlight=False, soft_wrap=True).print(text, markup=False)
