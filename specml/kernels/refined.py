"""A model corrected by what a few gradients of another level say of one molecule.

    E = E_prior + c + w (E_kernel - <E_kernel>)

E_kernel is learned from F - F_prior, <E_kernel> is its mean over the training geometries, c the
mean of E - E_prior there, and w the weight of :mod:`specml.kernels.box`: one field, whose forces
and Hessian are its derivatives. Dipoles and polarizabilities are corrected likewise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from specml.errors import InputError, message
from specml.expansion import Expansion
from specml.kernels.box import Box
from specml.kernels.fit import LOCAL, learn
from specml.kernels.permutations import permutations
from specml.kernels.regression import Regression
from specml.kernels.response import ResponseCorrection
from specml.relax import Relaxed, relax
from specml.structure import Structure

FMAX = 2e-3  # eV/angstrom, as specml.inference


class Prior(Protocol):
    """What is corrected: a :class:`specml.inference.Predictor`, or anything with its methods."""

    @property
    def name(self) -> str:
        """The name that provenance states."""

    def energies_forces(
        self, structures: Sequence[Structure]
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Energies (m,) in eV and forces (n, 3) in eV/angstrom."""

    def expand(
        self, structures: Sequence[Structure], polarizability: bool = True
    ) -> list[Expansion]:
        """Second-order energy, first-order dipole and polarizability."""


@dataclass(frozen=True)
class Refined:
    """The corrected model, of one molecule with its atoms in one order.

    Parameters
    ----------
    prior : what is corrected.
    numbers : (n,) atomic numbers.
    correction : of the forces.
    box : where it holds.
    offset : c - <E_kernel> and c, eV: what stands inside and outside.
    responses : corrections of dipole and polarizability.
    """

    prior: Prior
    numbers: np.ndarray
    correction: Regression
    box: Box
    offset: tuple[float, float]
    responses: tuple[ResponseCorrection, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.prior.name}, refined by {len(self.correction.positions)} gradients"

    def energies_forces(
        self, structures: Sequence[Structure]
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Energies (m,) in eV and forces (n, 3) in eV/angstrom.

        Raises
        ------
        InputError
            Another molecule, or its atoms in another order.
        """
        positions = self._positions(structures)
        energies, forces = self.prior.energies_forces(structures)
        own, pulls = self.correction.energies_forces(positions)
        weight, slope = self.box.weights(positions)
        relative = own + (self.offset[0] - self.offset[1])
        changed = weight[:, None, None] * pulls - relative[:, None, None] * slope
        total = energies + self.offset[1] + (weight * relative).numpy()
        return total, [f + d for f, d in zip(forces, changed.numpy(), strict=True)]

    def relax(
        self, structures: Sequence[Structure], fmax: float = FMAX, max_steps: int = 500
    ) -> list[Relaxed]:
        """Local minima; see :mod:`specml.relax`."""
        return relax(list(structures), self.energies_forces, fmax, max_steps)

    def expand(
        self, structures: Sequence[Structure], polarizability: bool = True
    ) -> list[Expansion]:
        """As the prior's, of the sum.

        Raises
        ------
        InputError
            Another molecule, or its atoms in another order.
        """
        energies, forces = self.energies_forces(structures)
        expansions = self.prior.expand(structures, polarizability)
        places = self._positions(structures)
        corrected = []
        for expansion, energy, force, x in zip(expansions, energies, forces, places, strict=True):
            expanded = replace(
                expansion,
                energy=float(energy),
                gradient=-force.ravel(),
                hessian=expansion.hessian + self._hessian(x).numpy(),
                source=self.name,
            )
            for response in self.responses:
                expanded = response.corrected(expanded)
            corrected.append(expanded)
        return corrected

    def _hessian(self, positions: Tensor) -> Tensor:
        """The Hessian of w (E_kernel + const), (3n, 3n)."""
        energy, forces = self.correction.energies_forces(positions[None])
        relative = energy[0] + (self.offset[0] - self.offset[1])
        weight, slope = self.box.weights(positions[None])
        mixed = torch.outer(slope[0].flatten(), forces[0].flatten())
        hessian = weight[0] * self.correction.hessian(positions) - mixed - mixed.T
        return hessian + relative * self.box.curvature(positions)

    def inside(self, structures: Sequence[Structure]) -> np.ndarray:
        """w of every structure, (m,): 1 where the correction was learned, 0 where it is gone."""
        return self.box.weights(self._positions(structures))[0].numpy()

    def force_errors(self, structures: Sequence[Structure]) -> np.ndarray:
        """Expected error of a force component, (m,) eV/angstrom: posterior deviation and noise."""
        variances = []
        for x in self._positions(structures):
            variance = self.correction.force_covariance(x[None]).diagonal().mean()
            variances.append(
                float(variance.clamp(min=0.0)) + float(self.correction.noise.square().mean())
            )
        return np.sqrt(variances)

    def _positions(self, structures: Sequence[Structure]) -> Tensor:
        for structure in structures:
            if not np.array_equal(structure.numbers, self.numbers):
                raise InputError(
                    message(
                        structure.name,
                        f"the atoms {' '.join(structure.symbols)}",
                        "those of the molecule that was learned, in its order",
                        "Refine a model for this molecule, or put its atoms into that order.",
                    )
                )
        return torch.as_tensor(np.array([s.positions for s in structures]), dtype=torch.float64)


def refine(
    prior: Prior,
    structures: Sequence[Structure],
    forces: np.ndarray,
    energies: np.ndarray | None = None,
    radii: Sequence[int] = LOCAL,
) -> Refined:
    """Correct a model by forces (m, n, 3) in eV/angstrom of one molecule at m geometries.

    Parameters
    ----------
    energies : (m,) eV; the zero of the energy stays the prior's if None.
    radii : of the fragments, see :mod:`specml.kernels.fit`.
    """
    numbers = structures[0].numbers
    positions = np.array([s.positions for s in structures])
    before, pulls = prior.energies_forces(structures)
    correction = learn(numbers, positions, forces - np.array(pulls), radii)
    x = torch.as_tensor(positions)
    mean = float(correction.energies_forces(x)[0].mean())
    shift = 0.0 if energies is None else float(np.mean(energies - before))
    box = Box.around(x, torch.as_tensor(permutations(numbers, positions)))
    return Refined(prior, numbers, correction, box, (shift - mean, shift))
