"""The ADMET profile of one molecule, and the model that the ``specml admet`` commands use.

Called by ``specml admet show``, ``predict`` and ``evaluate``. Tables are scored
in :mod:`specml.workflows.admet_files`; in Python there is ``specml.admet.score``.
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specml.admet import scorer
from specml.admet.endpoints import Endpoint
from specml.admet.scorer import Scorer
from specml.admet.scoring import ScorerSource, loaded, score_rows
from specml.errors import InputError, message
from specml.io.model_cards import ADMET, KINDS, card_path
from specml.workflows.admet_endpoints import chosen

DEVICE = re.compile(r"cpu|mps|cuda(:\d+)?")


@dataclass(frozen=True, eq=False)
class MoleculeProfile:
    """All that is predicted and computed of one molecule.

    Parameters
    ----------
    smiles : the SMILES that was given.
    row : name of a column of :mod:`specml.admet.columns` -> value, None where there is none.
    endpoints : those that were asked for, in their order.
    limit : similarity from which a molecule is inside the domain of the model.
    """

    smiles: str
    row: Mapping[str, Any]
    endpoints: tuple[Endpoint, ...]
    limit: float

    @property
    def unfamiliar(self) -> frozenset[str]:
        """Names of the endpoints for which nothing similar, or of that size, was measured."""
        names = frozenset(endpoint.name for endpoint in self.endpoints)
        if not self.row["in_domain"]:
            return names
        return frozenset(name for name in names if self.row[f"{name}_similarity"] < self.limit)

    @property
    def has_percentiles(self) -> bool:
        """Whether the model knows how approved drugs fare; one of a user's own does not."""
        return any(self.row[f"{each.name}_percentile"] is not None for each in self.endpoints)


def profile(
    smiles: str,
    tasks: Sequence[str] | None = None,
    model: str | Path | None = None,
    device: str = "cpu",
) -> MoleculeProfile:
    """The profile of one molecule: everything that a model says of it.

    Parameters
    ----------
    tasks : names of endpoints; all of the model without it.
    model : a name, or a file of ``specml admet train``; the shipped model without it.

    Raises
    ------
    InputError
        No molecule, or as in :func:`scorer_source` and
        :func:`specml.workflows.admet_endpoints.chosen`.
    """
    used = load(scorer_source(model, device))
    endpoints = chosen(used.endpoints, tasks)
    (row,) = score_rows(used, [smiles], [each.name for each in endpoints]).batch.to_pylist()
    if row["scored_smiles"] is None:
        reason = f"{row['status']} ({row['status_reason']})"
        raise InputError(message(repr(smiles), reason, "a molecule", "Correct the SMILES."))
    return MoleculeProfile(smiles, row, endpoints, used.limit)


def scorer_source(model: str | Path | None, device: str) -> ScorerSource:
    """Where workers load the scorer from; what is wrong with it is said before anything starts.

    Parameters
    ----------
    model : a name of ``specml models``, or a file of ``specml admet train``.

    Raises
    ------
    InputError
        A device of no known kind, or one that this machine does not have.
    WeightsError
        No such model.
    """
    if not DEVICE.fullmatch(device) or not _is_there(device):
        expected = "cpu, or cuda on a machine that has it"
        fix = "Trees and kernels run on the processor in any case."
        raise InputError(message("--device", device, expected, fix))
    return ScorerSource(scorer.load, model and card_path(model, ADMET), device)


def _is_there(device: str) -> bool:
    """Whether a device can be used; torch, seconds to load, is asked only for other than cpu."""
    if device == "cpu":
        return True
    import torch

    if device == "mps":
        return torch.backends.mps.is_available()
    number = int(device.partition(":")[2] or 0)
    return torch.cuda.is_available() and number < torch.cuda.device_count()


def model_name(model: str | Path | None) -> str:
    """What a model is called in results."""
    return str(model or KINDS[ADMET].default)


def load(source: ScorerSource) -> Scorer:
    """The scorer of this process, read once.

    Raises
    ------
    WeightsError
        Files that cannot be read.
    """
    return loaded(source)


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
