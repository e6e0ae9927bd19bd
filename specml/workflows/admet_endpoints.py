"""The endpoints: all of them for ``specml admet endpoints``, the chosen ones for ``--tasks``."""

from collections.abc import Sequence

from specml.admet.endpoints import ENDPOINTS, Endpoint
from specml.errors import InputError, message


def endpoints() -> tuple[Endpoint, ...]:
    """What the shipped model predicts, absorption to toxicity."""
    return ENDPOINTS


def chosen(known: tuple[Endpoint, ...], tasks: Sequence[str] | None) -> tuple[Endpoint, ...]:
    """The endpoints of some names, in the order of the names; all ``known`` ones without names.

    Raises
    ------
    InputError
        A name that the model does not have, or an empty list of names.
    """
    if tasks is None:
        return known
    by_name = {endpoint.name: endpoint for endpoint in known}
    names = list(dict.fromkeys(tasks))
    unknown = [name for name in names if name not in by_name]
    if unknown or not names:
        got = ", ".join(unknown) or "nothing"
        raise InputError(
            message("--tasks", got, f"some of {', '.join(by_name)}", "Separate them by commas.")
        )
    return tuple(by_name[name] for name in names)
