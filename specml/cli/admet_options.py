"""Options that several commands of ``specml admet`` share."""

from typing import Annotated

import typer

Tasks = Annotated[
    str | None,
    typer.Option(
        metavar="NAME,NAME",
        help="Only these endpoints (`specml admet endpoints` lists them); all if not given.",
        show_default=False,
    ),
]


def names(tasks: str | None) -> tuple[str, ...] | None:
    """The names of ``--tasks``.

    >>> names("herg, ames,"), names(None)
    (('herg', 'ames'), None)
    """
    if tasks is None:
        return None
    return tuple(name.strip() for name in tasks.split(",") if name.strip())
