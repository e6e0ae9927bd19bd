"""A training on disk, for ``training.loop``: all that is needed to go on, written atomically."""

from pathlib import Path
from typing import Any

import torch

from specml.errors import WeightsError, first_line, message


def save(checkpoint: Path, step: int, parts: dict[str, Any]) -> None:
    """Write the state of every part (anything with a ``state_dict``)."""
    partial = checkpoint.with_name(checkpoint.name + ".partial")
    torch.save({"step": step} | {k: part.state_dict() for k, part in parts.items()}, partial)
    partial.replace(checkpoint)


def resume(checkpoint: Path, parts: dict[str, Any]) -> int:
    """Load what :func:`save` wrote, if it is there; returns the steps done.

    Raises
    ------
    WeightsError
        The checkpoint is of another network, or damaged.
    """
    if not checkpoint.exists():
        return 0
    try:
        state = torch.load(checkpoint, weights_only=True)
        for name, part in parts.items():
            part.load_state_dict(state[name])
        return int(state["step"])
    except Exception as error:  # torch and pickle raise half a dozen types
        raise WeightsError(
            message(
                str(checkpoint),
                f"a checkpoint of another recipe, or a damaged one ({first_line(error)})",
                "a checkpoint of this recipe",
                "Choose another --output, or start afresh with --force.",
            )
        ) from error
