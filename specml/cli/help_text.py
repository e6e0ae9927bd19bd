"""Make help of paragraphs that flow: typer keeps the line ends of a docstring after its first.

Called where commands are registered.
"""

import inspect
from collections.abc import Callable


def flowing(command: Callable) -> str:
    """The docstring of a command, a line for each paragraph."""
    paragraphs = inspect.cleandoc(command.__doc__ or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
