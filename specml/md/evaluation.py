"""What a force field says of many copies of many molecules at once.

Positions are (n_beads, n_atoms, 3): the atoms of all systems (replicas of molecules) behind one
another, once for each bead of a ring polymer; classical dynamics has one bead.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from specml.structure import Structure


@dataclass(frozen=True)
class SystemEvaluation:
    """Energies and forces, and what was observed beside them.

    Parameters
    ----------
    energy : (n_beads, n_systems) eV, double precision.
    forces : (n_beads, n_atoms, 3) eV/angstrom, double precision.
    dipole : (n_beads, n_systems, 3) e*angstrom, or None.
    polarizability : (n_beads, n_systems, 3, 3) angstrom^3, or None.
    """

    energy: Tensor
    forces: Tensor
    dipole: Tensor | None = None
    polarizability: Tensor | None = None


class ForceField(Protocol):
    """What dynamics asks for: any energy surface with this signature can be integrated."""

    def __call__(self, positions: Tensor, observe: bool = False) -> SystemEvaluation:
        """Energies and forces, with dipole and polarizability where ``observe`` asks for them."""

    def anchor(self) -> Tensor | None:
        """Positions the neighbour table belongs to; part of the state of a run."""

    def restore(self, anchor: Tensor | None) -> None:
        """Take up the neighbour table of these positions."""


@dataclass(frozen=True)
class SystemLayout:
    """Which atoms belong to which system.

    Parameters
    ----------
    structures : the molecules, each standing for ``n_replicas`` systems.
    n_replicas : of each molecule.
    """

    structures: tuple[Structure, ...]
    n_replicas: int

    @property
    def systems(self) -> list[Structure]:
        """One structure a system, in order."""
        return [s for s in self.structures for _ in range(self.n_replicas)]

    @property
    def n_atoms(self) -> np.ndarray:
        """(n_systems,)."""
        return np.array([len(s) for s in self.systems])

    def system_of_atom(self, device: torch.device | str = "cpu") -> Tensor:
        """(n_atoms,) index of the system."""
        sizes = torch.as_tensor(self.n_atoms)
        return torch.repeat_interleave(torch.arange(len(sizes)), sizes).to(device)

    def masses(self, device: torch.device | str = "cpu") -> Tensor:
        """(n_atoms,) amu."""
        return torch.as_tensor(np.concatenate([s.masses for s in self.systems])).to(device)

    def positions(self, device: torch.device | str = "cpu") -> Tensor:
        """(n_atoms, 3), every system about its centre of mass."""
        centred = [s.positions - s.masses @ s.positions / s.masses.sum() for s in self.systems]
        return torch.as_tensor(np.concatenate(centred)).to(device)

    def atoms_of(self, molecule: int) -> slice:
        """The atoms of all replicas of one molecule."""
        sizes = self.n_replicas * np.array([len(s) for s in self.structures])
        end = int(sizes[: molecule + 1].sum())
        return slice(end - int(sizes[molecule]), end)

    def systems_of(self, molecule: int) -> slice:
        """The systems that are replicas of one molecule."""
        return slice(molecule * self.n_replicas, (molecule + 1) * self.n_replicas)

    def name_of(self, system: int) -> str:
        """``replica 3 of ethanol``: replicas are counted from 1."""
        molecule, replica = divmod(system, self.n_replicas)
        return f"replica {replica + 1} of {self.structures[molecule].name}"
