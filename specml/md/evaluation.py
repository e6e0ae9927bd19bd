"""What a force field says of many copies of many molecules at once.

The integrator and the watch of a run see molecules only through these types.

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
    """Energies and forces of all systems, and what was observed beside them.

    Parameters
    ----------
    energy : (n_beads, n_systems) eV, double precision.
    forces : (n_beads, n_atoms, 3) eV/angstrom, double precision.
    dipole : (n_beads, n_systems, 3) e*angstrom; None where it was not asked for.
    polarizability : (n_beads, n_systems, 3, 3) angstrom^3; None where it was not asked for.
    """

    energy: Tensor
    forces: Tensor
    dipole: Tensor | None = None
    polarizability: Tensor | None = None


class ForceField(Protocol):
    """What dynamics asks for: any energy surface with this signature can be integrated."""

    def __call__(self, positions: Tensor, observe: bool = False) -> SystemEvaluation:
        """Compute energies and forces, with dipole and polarizability where ``observe`` asks for
        them.

        Positions are (n_beads, n_atoms, 3) in angstrom.
        """

    def anchor(self) -> Tensor | None:
        """Return the positions the neighbour table belongs to, which are part of the state of a
        run.
        """

    def restore(self, anchor: Tensor | None) -> None:
        """Make the neighbour table for the positions of an anchor."""


@dataclass(frozen=True)
class SystemLayout:
    """Which atoms belong to which system, and which systems to which molecule.

    Parameters
    ----------
    structures : the molecules, each standing for ``n_replicas`` systems.
    n_replicas : number of independent copies of each molecule.
    """

    structures: tuple[Structure, ...]
    n_replicas: int

    @property
    def systems(self) -> list[Structure]:
        """The structure of every system, replicas of one molecule behind one another."""
        return [s for s in self.structures for _ in range(self.n_replicas)]

    @property
    def n_atoms(self) -> np.ndarray:
        """Number of atoms of every system, (n_systems,)."""
        return np.array([len(s) for s in self.systems])

    def system_of_atom(self, device: torch.device | str = "cpu") -> Tensor:
        """Return for every atom the index of its system, (n_atoms,)."""
        sizes = torch.as_tensor(self.n_atoms)
        return torch.repeat_interleave(torch.arange(len(sizes)), sizes).to(device)

    def masses(self, device: torch.device | str = "cpu") -> Tensor:
        """Return the masses of all atoms, (n_atoms,) amu."""
        return torch.as_tensor(np.concatenate([s.masses for s in self.systems])).to(device)

    def positions(self, device: torch.device | str = "cpu") -> Tensor:
        """Return the given positions, (n_atoms, 3) angstrom, each system centred on its mass."""
        centred = [s.positions - s.masses @ s.positions / s.masses.sum() for s in self.systems]
        return torch.as_tensor(np.concatenate(centred)).to(device)

    def atoms_of(self, molecule: int) -> slice:
        """Return the slice of the atoms that all replicas of one molecule have."""
        sizes = self.n_replicas * np.array([len(s) for s in self.structures])
        end = int(sizes[: molecule + 1].sum())
        return slice(end - int(sizes[molecule]), end)

    def systems_of(self, molecule: int) -> slice:
        """Return the slice of the systems that are replicas of one molecule."""
        return slice(molecule * self.n_replicas, (molecule + 1) * self.n_replicas)

    def name_of(self, system: int) -> str:
        """Name a system, for example ``replica 3 of ethanol``; replicas are counted from 1."""
        molecule, replica = divmod(system, self.n_replicas)
        return f"replica {replica + 1} of {self.structures[molecule].name}"
