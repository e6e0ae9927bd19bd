"""Exact derivatives of a network: forces, Hessians, dipole and polarizability slopes.

Called by :mod:`specml.inference.predictor`.

A molecule of n atoms is put 3n times into one batch; component k of the gradient of copy k,
summed over copies, has as its own gradient the Hessian, one row a copy. Many small molecules
share a batch, so the work is a few large matrix products instead of 3n small ones.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from specml.data.batch import Batch, collate
from specml.models.ladder import LadderModel, forces_of
from specml.structure import Structure

CHUNK = 1500  # atoms in a batch: about a gigabyte; more does not run faster
EDGES = 24_000  # atoms times neighbour slots in a batch for second derivatives: as much memory


def chunks(sizes: list[int], limit: int = CHUNK) -> list[slice]:
    """Consecutive slices whose sizes sum to at most ``limit`` (single items may exceed it)."""
    slices, start, total = [], 0, 0
    for i, size in enumerate(sizes):
        if i > start and total + size > limit:
            slices.append(slice(start, i))
            start, total = i, 0
        total += size
    return [*slices, slice(start, len(sizes))] if sizes else []


class Differentiator:
    """Derivatives of chosen rungs of a ladder model.

    Parameters
    ----------
    model : the network, on its device and in its precision.
    energy_rungs, dipole_rungs : slices of the rungs to sum over.
    """

    def __init__(self, model: LadderModel, energy_rungs: slice, dipole_rungs: slice):
        self.model = model
        self.energy_rungs = energy_rungs
        self.dipole_rungs = dipole_rungs

    def _batch(self, structures: list[Structure]) -> Batch:
        parameter = next(self.model.parameters())
        return collate(structures, self.model.cutoff).to(parameter.device, parameter.dtype)

    def energies_forces(
        self, structures: list[Structure], rungs: slice | None = None
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Energies (n_structures,) in eV; forces of each structure, (n_atoms, 3) in eV/angstrom."""
        rungs = rungs or self.energy_rungs
        energies, forces = [], []
        for part in chunks([len(s) for s in structures]):
            batch = self._batch(structures[part])
            positions = batch.positions.requires_grad_(True)
            moving = batch.with_positions(positions)
            energy = self.model.energy_rungs(moving)[:, rungs].sum(1)
            force = forces_of(energy, positions).cpu().double().numpy()
            references = self.model.energy.reference_energies(batch)[:, rungs].sum(1)
            energies.append((energy.detach().double() + references).cpu().numpy())
            sizes = [len(s) for s in structures[part]]
            forces += np.split(force, np.cumsum(sizes)[:-1])
        return np.concatenate([np.empty(0), *energies]), forces

    def hessian(self, structure: Structure) -> np.ndarray:
        """Second derivatives of the energy, (3n, 3n) eV/angstrom^2."""
        size = 3 * len(structure)
        rows = []
        slots = self._batch([structure]).neighbors.shape[1]
        for part in chunks([len(structure) * slots] * size, EDGES):
            copies = part.stop - part.start
            batch = self._batch([structure] * copies)
            positions = batch.positions.requires_grad_(True)
            energy = self.model.energy_rungs(batch.with_positions(positions))
            energy = energy[:, self.energy_rungs].sum()
            (gradient,) = torch.autograd.grad(energy, positions, create_graph=True)
            picked = gradient.view(copies, size)[range(copies), range(part.start, part.stop)]
            (second,) = torch.autograd.grad(picked.sum(), positions)
            rows.append(second.view(copies, size).cpu().double().numpy())
        hessian = np.concatenate(rows)
        return (hessian + hessian.T) / 2.0

    def response(
        self, structures: list[Structure], polarizability: bool
    ) -> list[dict[str, np.ndarray]]:
        """Dipole, polarizability and their slopes (last axis 3n) for each structure."""
        responses = []
        for part in chunks([len(s) for s in structures]):
            responses += self._response(structures[part], polarizability)
        return responses

    def _response(self, structures: list[Structure], polarizability: bool) -> list[dict]:
        batch = self._batch(structures)
        positions = batch.positions.requires_grad_(True)
        out = self.model(batch.with_positions(positions))
        values = {"dipole": out.dipole[:, :, self.dipole_rungs].sum(2)}
        if polarizability and out.polarizability is not None:
            values["polarizability"] = out.polarizability.sum(3)
        ends = np.cumsum([len(s) for s in structures])[:-1]
        results: list[dict[str, np.ndarray]] = [{} for _ in structures]
        for name, value in values.items():
            slopes = _slopes(value, positions).cpu().double().numpy()
            for result, own, slope in zip(
                results,
                value.detach().cpu().double().numpy(),
                np.split(slopes, ends, axis=-2),
                strict=True,
            ):
                result[name] = own
                result[f"{name}_derivatives"] = slope.reshape(*own.shape, -1)
        return results


class Committee:
    """The mean of what several networks say, with the methods of :class:`Differentiator`.

    Errors of networks of different kinds agree in part only, so those of the mean are smaller.
    """

    def __init__(self, members: Sequence[Differentiator]):
        self.members = members

    def energies_forces(
        self, structures: list[Structure], rungs: slice | None = None
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Mean energies and forces; see :meth:`Differentiator.energies_forces`."""
        said = [member.energies_forces(structures, rungs) for member in self.members]
        forces = zip(*(each for _, each in said), strict=True)
        return np.mean([e for e, _ in said], axis=0), [np.mean(f, axis=0) for f in forces]

    def disagreement(self, structures: list[Structure]) -> np.ndarray:
        """(n_structures,) rms deviation of the members' forces from their mean, eV/angstrom."""
        said = [member.energies_forces(structures)[1] for member in self.members]
        variances = (np.var(forces, axis=0).sum(1).mean() for forces in zip(*said, strict=True))
        return np.sqrt(np.fromiter(variances, float))

    def hessian(self, structure: Structure) -> np.ndarray:
        """Mean Hessian, (3n, 3n) eV/angstrom^2."""
        return np.mean([member.hessian(structure) for member in self.members], axis=0)

    def response(
        self, structures: list[Structure], polarizability: bool
    ) -> list[dict[str, np.ndarray]]:
        """Mean dipole, polarizability and slopes; see :meth:`Differentiator.response`."""
        said = [member.response(structures, polarizability) for member in self.members]
        return [
            {name: np.mean([row[name] for row in rows], axis=0) for name in rows[0]}
            for rows in zip(*said, strict=True)
        ]


def _slopes(value: Tensor, positions: Tensor) -> Tensor:
    """d value / d positions, (*component shape, n_atoms, 3); structures do not mix."""
    components = value.flatten(1)
    rows = [
        torch.autograd.grad(components[:, c].sum(), positions, retain_graph=True)[0]
        for c in range(components.shape[1])
    ]
    return torch.stack(rows).view(*value.shape[1:], *positions.shape)
