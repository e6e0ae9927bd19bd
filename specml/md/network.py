"""A network as a force field for dynamics: one forward pass, one backward pass a step.

``inference.predictor`` makes one for ``specml md``, ``inference.torch_sim`` for TorchSim.

Atoms inside the cutoff are listed once. Where nearly all pairs are near (small molecules), all of
them are listed and the table holds for ever: pairs beyond the cutoff contribute nothing. Larger
molecules list pairs up to a skin beyond the cutoff, and list again as soon as an atom has moved
by half the skin.

The network runs in single precision by default, which halves the time; positions and velocities
stay in double precision, and so do the sums the integrator makes.
"""

import copy

import numpy as np
import torch
from torch import Tensor

from specml.data.batch import Batch, collate_arrays
from specml.md.evaluation import SystemEvaluation, SystemLayout
from specml.models.features import AtomicFeatures
from specml.models.ladder import LadderModel, forces_of

SKIN = 1.0  # angstrom; atoms move about 0.3 in a vibration
NEARLY_ALL = 0.8  # of all pairs: then listing all is cheaper than ever listing again
EVERYTHING = 1e6  # angstrom


class NetworkForceField:
    """A trained network as a :class:`specml.md.evaluation.ForceField`.

    Parameters
    ----------
    model : the network.
    energy_rungs, dipole_rungs : slices of the rungs that energy and dipole are summed over.
    layout : which atoms belong to which system.
    n_beads : number of copies of all systems, for ring polymers.
    polarizability : whether it is observed beside the dipole.
    dtype : floating-point type the network computes in.
    compiled : whether the network is compiled to machine code first, which takes a minute or two;
        docs/trajectories.md says what it brings. It is done only where all pairs are listed:
        another table has another shape, and would be compiled again.
    """

    def __init__(
        self,
        model: LadderModel,
        energy_rungs: slice,
        dipole_rungs: slice,
        layout: SystemLayout,
        n_beads: int = 1,
        polarizability: bool = False,
        dtype: torch.dtype = torch.float32,
        compiled: bool = False,
    ):
        self.device = next(model.parameters()).device
        self.dtype = dtype
        self.model = copy.deepcopy(model).to(dtype=dtype)
        self.energy_rungs, self.dipole_rungs = energy_rungs, dipole_rungs
        self.n_beads, self.n_systems = n_beads, len(layout.n_atoms)
        self.polarizability = polarizability
        systems = layout.systems * n_beads
        self._numbers = np.concatenate([s.numbers for s in systems])
        self._masses = np.concatenate([s.masses for s in systems])
        self._n_atoms = np.tile(layout.n_atoms, n_beads)
        self._charges = np.array([float(s.charge) for s in systems])
        self._anchor: Tensor | None = None
        self._batch: Batch
        self.restore(layout.positions(self.device).expand(n_beads, -1, -1))
        reference = model.energy.reference_energies(self._batch)[:, energy_rungs].sum(1)
        self._reference = reference.double().view(n_beads, -1)
        closed = compiled and self._anchor is None
        self._infer = (
            torch.compile(self._in_one_piece, dynamic=False) if closed else self._in_two_pieces
        )

    def anchor(self) -> Tensor | None:
        """Return the positions the table was made for; None where it lists all pairs."""
        return self._anchor

    def restore(self, anchor: Tensor | None) -> None:
        """List the neighbours at the positions of an anchor, if there is one."""
        if anchor is None:
            return
        batch = self._list(anchor, self.model.cutoff + SKIN)
        size = int(self._n_atoms.max())
        if batch.neighbors.shape[1] >= NEARLY_ALL * (size - 1):
            batch, self._anchor = self._list(anchor, EVERYTHING), None
        else:
            self._anchor = anchor.clone()
        self._batch = batch.to(self.device, self.dtype)

    def _list(self, positions: Tensor, cutoff: float) -> Batch:
        """Batch the systems at these positions with neighbours up to a cutoff in angstrom."""
        flat = positions.reshape(-1, 3).cpu().double().numpy()
        return collate_arrays(
            self._numbers, flat, self._n_atoms, self._charges, self._masses, cutoff
        )

    def __call__(self, positions: Tensor, observe: bool = False) -> SystemEvaluation:
        """Compute energies, forces, and on request dipole and polarizability.

        Positions are (n_beads, n_atoms, 3) in angstrom; shapes and units of the rest are those of
        :class:`specml.md.evaluation.SystemEvaluation`.
        """
        batch = self._moved(positions)
        rungs, forces, features = self._infer(batch)
        energy = rungs.double().sum(1).view(self.n_beads, -1) + self._reference
        seen = self._heads(AtomicFeatures(*features), batch) if observe else {}
        return SystemEvaluation(energy, forces.double().view_as(positions), **seen)

    def observables(self, positions: Tensor) -> dict[str, Tensor]:
        """Compute dipole and polarizability alone, (n_beads, n_systems, 3) and (..., 3, 3)."""
        batch = self._moved(positions)
        with torch.no_grad():
            return self._heads(self.model.features(batch), batch)

    def _network(self, batch: Batch) -> tuple[Tensor, AtomicFeatures]:
        """Compute the energies by rung, and the features that the other heads see."""
        features = self.model.features(batch)
        return self.model.energy(features.scalars, batch)[:, self.energy_rungs], features

    def _in_two_pieces(self, batch: Batch) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Compute energies by rung, forces, and the features there are: forward, then backward."""
        positions = batch.positions.requires_grad_(True)
        rungs, features = self._network(batch)
        return rungs.detach(), forces_of(rungs, positions), _present(features)

    def _in_one_piece(self, batch: Batch) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Do the same in one function: compiled it takes half the time of two compiled pieces."""

        def energy(positions: Tensor) -> tuple[Tensor, tuple[Tensor, list[Tensor]]]:
            rungs, features = self._network(batch.with_positions(positions))
            return rungs.sum(), (rungs, _present(features))

        slope, (rungs, features) = torch.func.grad(energy, has_aux=True)(batch.positions)
        return rungs, -slope, features

    def _moved(self, positions: Tensor) -> Batch:
        """Put the systems at these positions, with a neighbour table that holds there."""
        if self._anchor is not None:
            moved = (positions - self._anchor).square().sum(-1).max()
            if moved > (0.5 * SKIN) ** 2:
                self.restore(positions)
        return self._batch.with_positions(positions.detach().reshape(-1, 3).to(self.dtype))

    def _heads(self, features: AtomicFeatures, batch: Batch) -> dict[str, Tensor]:
        """Dipole and, if it is asked for, polarizability from the features."""
        with torch.no_grad():
            dipole, _ = self.model.dipole(features.scalars, features.vectors, batch)
            dipole = dipole[:, :, self.dipole_rungs].sum(2)
            observed = {"dipole": dipole.view(self.n_beads, -1, 3)}
            if self.polarizability and self.model.polarizability is not None:
                alpha = self.model.polarizability(
                    features.scalars, features.vectors, features.tensors, batch
                )
                observed["polarizability"] = alpha.sum(3).view(self.n_beads, -1, 3, 3)
        return observed


def _present(features: AtomicFeatures) -> list[Tensor]:
    """List scalars, vectors and tensors, as far as the network has them."""
    every = (features.scalars, features.vectors, features.tensors)
    return [part for part in every if part is not None]
