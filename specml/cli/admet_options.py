"""Options that several commands of ``specml admet`` share."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from specml.admet.endpoints import Endpoint
    from specml.admet.rows import Model

Tasks = Annotated[
    str | None,
    typer.Option(
        metavar="NAME,NAME",
        help="Only these endpoints (`specml admet endpoints` lists them); all if not given.",
        show_default=False,
    ),
]
ModelFile = Annotated[
    Path | None,
    typer.Option(
        "--model",
        help="A model of `specml admet train`; the one that ships if not given.",
        show_default=False,
    ),
]
DEVICE = re.compile(r"cpu|mps|cuda(:\d+)?")


def processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def model(path: Path | None, device: str) -> "Model":
    """Where workers load the scorer from; a missing file is found before anything starts.

    Raises
    ------
    InputError
        No such file, or a device of no known kind.
    """
    from specml.admet import scorer
    from specml.admet.rows import Model
    from specml.errors import InputError, message

    if path is not None and not path.exists():
        raise InputError(
            message("--model", str(path), "a file", "Give one that `specml admet train` wrote.")
        )
    if not DEVICE.fullmatch(device):
        expected, fix = "cpu, cuda or cuda:0", "Trees and kernels run on the processor in any case."
        raise InputError(message("--device", device, expected, fix))
    return Model(scorer.load, path, device)


def chosen(known: "tuple[Endpoint, ...]", tasks: str | None) -> "tuple[Endpoint, ...]":
    """The endpoints of a list of names, in its order.

    Raises
    ------
    InputError
        A name that the model does not have, or none.
    """
    from specml.errors import InputError, message

    if tasks is None:
        return known
    by_name = {endpoint.name: endpoint for endpoint in known}
    names = list(dict.fromkeys(name.strip() for name in tasks.split(",") if name.strip()))
    unknown = [name for name in names if name not in by_name]
    if unknown or not names:
        got = ", ".join(unknown) or "nothing"
        raise InputError(
            message("--tasks", got, f"some of {', '.join(by_name)}", "Separate them by commas.")
        )
    return tuple(by_name[name] for name in names)
