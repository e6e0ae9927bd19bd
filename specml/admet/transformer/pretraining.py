"""What an encoder can be taught before it sees a measurement, all on the same molecules.

``all``     charge and both Fukui indices of every heavy atom, and one of them alone
            (``charge``, ``fukui_nucleophilic``, ``fukui_electrophilic``)
``gap``     the gap between frontier orbitals, from the read-out token
``masking`` the element of hidden atoms (15 %), whose number of neighbours stays visible
``nmr``     DFT shifts of carbon, and of the hydrogens of an atom (other molecules: ``shifts.py``)
``full``    ``all`` and ``nmr``, with gap and dipole from the read-out token: what ships

Targets are standardised; the loss is the mean absolute error, averaged over targets (cross-entropy
of masking). A label that is missing (NaN) does not count. After Fallani et al., J. Cheminform. 17,
25 (2025).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from specml.admet.transformer.encoder import GraphTransformer, TransformerSize
from specml.admet.transformer.graph import COLUMNS, MASK, SIZES, Graph, GraphBatch, collate
from specml.io.atom_labels import ATOMIC, AtomLabels

HIDDEN = 0.15  # share of atoms
SHIFTS = ("shift_carbon", "shift_hydrogen")
NEIGHBOURS = COLUMNS.index("neighbours")


@dataclass(frozen=True)
class PretrainingTask:
    """What an encoder learns to predict; without targets, what masked atoms are.

    Parameters
    ----------
    atomic, molecular : names of the labels of atoms and of molecules.
    """

    atomic: tuple[str, ...] = ()
    molecular: tuple[str, ...] = ()

    @property
    def masks(self) -> bool:
        """Whether the task is to tell what masked atoms are."""
        return not (self.atomic or self.molecular)


TASKS = {
    "all": PretrainingTask(ATOMIC),
    **{name: PretrainingTask((name,)) for name in ATOMIC},
    "gap": PretrainingTask((), ("gap",)),
    "masking": PretrainingTask(),
    "nmr": PretrainingTask(SHIFTS),
    "full": PretrainingTask(ATOMIC + SHIFTS, ("gap", "dipole")),
}


class Pretrained(nn.Module):
    """An encoder with the heads of one task."""

    def __init__(self, task: PretrainingTask, size: TransformerSize):
        super().__init__()
        self.task = task
        self.encoder = GraphTransformer(size)
        atomic = SIZES[0] if task.masks else len(task.atomic)
        self.atoms = nn.Linear(size.width, atomic) if atomic else None
        self.molecule = nn.Linear(size.width, len(task.molecular)) if task.molecular else None

    def forward(self, batch: GraphBatch) -> tuple[torch.Tensor | None, torch.Tensor | None]:
        """Targets of the atoms of the batch behind one another, and of its molecules.

        Returns
        -------
        atoms : (sum n, targets) or None.
        molecules : (b, targets) or None.
        """
        states = self.encoder(batch)
        return (
            None if self.atoms is None else self.atoms(states[batch.is_atom]),
            None if self.molecule is None else self.molecule(states[:, 0]),
        )


class PretrainingTargets:
    """Graphs with the standardised labels of one task."""

    def __init__(self, graphs: Sequence[Graph], labels: AtomLabels, task: PretrainingTask):
        self.graphs = graphs
        self.task = task
        self._starts = labels.starts
        self._atomic = _standardised([labels.atomic[name] for name in task.atomic])
        self._molecular = _standardised([labels.molecular[name] for name in task.molecular])

    @property
    def rows(self) -> np.ndarray:
        """Molecules with a label of the task; all of masking."""
        if self.task.masks:
            return np.arange(len(self.graphs))
        known = np.isfinite(self._molecular).any(axis=1) if self.task.molecular else False
        if self.task.atomic:
            of_atoms = np.isfinite(self._atomic).any(axis=1)
            known = known | np.logical_or.reduceat(of_atoms, self._starts[:-1])
        return np.flatnonzero(known)

    def loss(
        self, model: Pretrained, rows: Sequence[int], generator: np.random.Generator
    ) -> torch.Tensor:
        """Mean loss over the targets of a batch of molecules; the generator hides atoms."""
        batch = collate([self.graphs[i] for i in rows])
        if self.task.masks:
            return _masking_loss(model, batch, generator)
        atoms, molecules = model(batch)
        errors = []
        if atoms is not None:
            wanted = [self._atomic[self._starts[i] : self._starts[i + 1]] for i in rows]
            errors.append(_absolute_errors(atoms, np.concatenate(wanted)))
        if molecules is not None:
            wanted = [self._molecular[i] for i in rows]
            errors.append(_absolute_errors(molecules, np.stack(wanted)))
        return torch.cat(errors).mean()


def _absolute_errors(output: torch.Tensor, wanted: np.ndarray) -> torch.Tensor:
    """Mean of each target over its labels; targets without any are left out."""
    labels = torch.from_numpy(wanted)
    known = labels.isfinite()
    count = known.sum(dim=0)
    errors = (output - labels.nan_to_num()).abs() * known
    return errors.sum(dim=0)[count > 0] / count[count > 0]


def _standardised(columns: list[np.ndarray]) -> np.ndarray:
    """(n, targets) float32 with mean zero and deviation one, NaN where there is no label."""
    if not columns:
        return np.empty((0, 0), dtype=np.float32)
    values = np.stack(columns, axis=1)
    return ((values - np.nanmean(values, axis=0)) / np.nanstd(values, axis=0)).astype(np.float32)


def _masking_loss(
    model: Pretrained, batch: GraphBatch, generator: np.random.Generator
) -> torch.Tensor:
    """Cross-entropy of the elements of hidden atoms."""
    is_atom = batch.is_atom
    drawn = torch.from_numpy(generator.random(is_atom.shape) < HIDDEN)
    hidden = is_atom & drawn
    if not hidden.any():
        hidden = is_atom
    elements = batch.tokens[:, :, 0].clone()
    tokens = batch.tokens.clone()
    neighbours = tokens[:, :, NEIGHBOURS].clone()
    tokens[hidden] = MASK
    tokens[:, :, NEIGHBOURS] = neighbours
    atoms, _ = model(GraphBatch(tokens, batch.pairs))
    return nn.functional.cross_entropy(atoms[hidden[is_atom]], elements[hidden])


def batches(lengths: np.ndarray, size: int, generator: np.random.Generator) -> Iterator[np.ndarray]:
    """Every molecule once, in random batches of molecules of similar length (less padding)."""
    order = generator.permutation(len(lengths))
    window = 32 * size
    rows = []
    for first in range(0, len(order), window):
        part = order[first : first + window]
        part = part[np.argsort(lengths[part], kind="stable")]
        rows += [part[i : i + size] for i in range(0, len(part), size)]
    yield from (rows[i] for i in generator.permutation(len(rows)))
