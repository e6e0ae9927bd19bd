"""Values, uncertainties and domain of the endpoints for a list of molecules.

    value         in the endpoint's unit; of a classification the calibrated probability of a 1
    uncertainty   regression: expected absolute error of the value, in its unit;
                  classification: spread (standard deviation) of the probabilities that the trees
                  and the kernel regression would give alone
    low, high     regression: 90 % conformal interval; classification: NaN
    percentile    of the value among those predicted for approved drugs, 0 to 100; NaN for a model
                  that was trained without them
    nearest       highest Tanimoto coefficient to a molecule of the endpoint's training table
    similarity    the same of all training tables
    inside        similarity is at least the limit of the model card, and the molecule is no larger
                  than nearly all training molecules: fingerprints count environments up to a few,
                  so that a long chain looks like a short one

Every molecule gets a value for every endpoint: none is left out for being unusual.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rdkit import Chem

from specml.admet import model_file
from specml.admet.endpoints import Endpoint
from specml.admet.features import features
from specml.admet.fingerprints import Nearest, on_bits
from specml.admet.patterns import PatternSearch
from specml.admet.training import TrainedModel
from specml.errors import InputError, message

BLOCK = 128  # molecules at a time


@dataclass(frozen=True, eq=False)
class Scores:
    """What is predicted for n molecules and t endpoints, a row a molecule.

    Parameters
    ----------
    endpoints : t rows of the table.
    value, uncertainty, low, high, percentile, nearest : (n, t), see the module.
    similarity : (n,) 0 to 1.
    inside : (n,) bool.
    """

    endpoints: tuple[Endpoint, ...]
    value: np.ndarray
    uncertainty: np.ndarray
    low: np.ndarray
    high: np.ndarray
    percentile: np.ndarray
    nearest: np.ndarray
    similarity: np.ndarray
    inside: np.ndarray


class Scorer:
    """A trained model of some endpoints; made by :func:`load`."""

    def __init__(self, trained: TrainedModel) -> None:
        self._trained = trained
        self._nearest = Nearest(trained.reference, trained.rows)
        self.endpoints: tuple[Endpoint, ...] = tuple(f.endpoint for f in trained.fitted)
        self.limit = trained.limit  # similarity from which a molecule is inside the domain
        self.most_atoms = trained.most_atoms  # heavy atoms up to which it is

    def predict(
        self,
        molecules: Sequence[Chem.Mol],
        tasks: Sequence[str] | None = None,
        searches: Sequence[PatternSearch] | None = None,
    ) -> Scores:
        """Score sanitized molecules, in their order.

        Parameters
        ----------
        tasks : names of endpoints, and their order; without it all.
        searches : the search for patterns in each molecule, if they are there already.

        Raises
        ------
        InputError
            A task the model does not know.
        """
        columns = self._columns(tasks)
        chosen = tuple(self.endpoints[k] for k in columns)
        # An empty list is one empty block, so that the arrays have their shapes.
        starts = range(0, max(len(molecules), 1), BLOCK)
        searches = searches or [PatternSearch(mol) for mol in molecules]
        parts = [
            self._block(molecules[k : k + BLOCK], searches[k : k + BLOCK], columns) for k in starts
        ]
        return Scores(chosen, *(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))

    def _columns(self, tasks: Sequence[str] | None) -> list[int]:
        names = [endpoint.name for endpoint in self.endpoints]
        if tasks is None:
            return list(range(len(names)))
        for task in tasks:
            if task not in names:
                fix = "See `specml admet endpoints`, or the card of the model."
                raise InputError(message("task", repr(task), f"one of {', '.join(names)}", fix))
        return [names.index(task) for task in tasks]

    def _block(
        self, molecules: Sequence[Chem.Mol], searches: Sequence[PatternSearch], columns: list[int]
    ) -> tuple[np.ndarray, ...]:
        """Score a few molecules: the arrays of :class:`Scores`, in its order."""
        trained = self._trained
        x = features(molecules, searches)
        phi = trained.cosines(x)
        nearest = self._nearest(on_bits(molecules))
        large = np.array([m.GetNumHeavyAtoms() > trained.most_atoms for m in molecules], dtype=bool)
        # To errors a molecule of another size is a stranger, whatever its fingerprint says.
        near = np.where(large, np.float32(0), nearest)
        table = np.full((6, len(molecules), len(columns)), np.nan)
        for column, k in enumerate(columns):
            fitted = trained.fitted[k]
            table[:4, :, column] = fitted.predict(x, phi, near[k])
            table[5, :, column] = nearest[k]
            if trained.percentiles:
                quantiles = trained.percentiles[k]
                scale = np.linspace(0.0, 100.0, len(quantiles))
                table[4, :, column] = np.interp(table[0, :, column], quantiles, scale)
        similarity = nearest.max(0)
        return (*table, similarity, (similarity >= trained.limit) & ~large)


def load(name: str | Path | None = None, device: str = "cpu") -> Scorer:  # noqa: ARG001
    """Read the scorer that ships, or one that ``specml admet train`` saved.

    Parameters
    ----------
    name : of a model, or its card (``.json``); its parameters lie beside it.
    device : kept for models with networks; trees and kernels run on the processor.

    Raises
    ------
    WeightsError
        No such model, or files that cannot be read.
    """
    return Scorer(model_file.read(name))
