"""Geometry optimisation of many molecules at once.

``inference.predictor`` relaxes with a model's forces, ``reference`` with GFN2-xTB's.

Every molecule has its own BFGS Hessian; all molecules that still move are evaluated in one
batch. The first Hessian is the stretching part of Lindh's model (Lindh et al., Chem. Phys. Lett.
1995, 241, 423), k_ij = 0.45 exp(a (r0^2 - r^2)) in atomic units, which lets stiff bonds and soft
torsions move at their own pace and halves the number of steps of a unit matrix.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from specml.structure import Structure
from specml.units import BOHR, HARTREE

MAX_STEP = 0.2  # angstrom, largest displacement of an atom
SOFTEST = 2.0  # eV/angstrom^2, floor of the first Hessian
SOFTEST_STEP = 0.1  # eV/angstrom^2, floor of the curvature in a step
# Lindh's a (bohr^-2) and r0 (bohr) for the rows H-He, Li-Ne, Na-...
_ALPHA = np.array([[1.0, 0.3949, 0.3949], [0.3949, 0.28, 0.28], [0.3949, 0.28, 0.28]])
_R0 = np.array([[1.35, 2.10, 2.53], [2.10, 2.87, 3.40], [2.53, 3.40, 3.40]])
_STRETCH = 0.45

EnergiesForces = Callable[[list[Structure]], tuple[np.ndarray, list[np.ndarray]]]


@dataclass(frozen=True)
class Relaxed:
    """Where an optimisation ended.

    Parameters
    ----------
    structure : the last geometry.
    converged : whether all forces are below the limit.
    max_force : the largest force on an atom there, eV/angstrom.
    steps : number of steps taken.
    energy : energy there, eV.
    """

    structure: Structure
    converged: bool
    max_force: float
    steps: int
    energy: float


class Minimizer(Protocol):
    """What finds minima: a Predictor and GFN2-xTB have this signature."""

    def relax(self, structures: Sequence[Structure]) -> list[Relaxed]:
        """Find local minima, one for each structure."""


def model_hessian(structure: Structure, floor: float = SOFTEST) -> np.ndarray:
    """Compute Lindh's stretches plus ``floor`` times a unit matrix, (3n, 3n) in eV/angstrom^2."""
    n = len(structure)
    row = np.digitize(structure.numbers, (3, 11))
    vectors = (structure.positions[:, None] - structure.positions[None]) / BOHR
    squared = (vectors**2).sum(-1) + np.eye(n)
    pair = np.ix_(row, row)
    k = _STRETCH * np.exp(_ALPHA[pair] * (_R0[pair] ** 2 - squared)) * (1.0 - np.eye(n))
    blocks = -(k / squared)[..., None, None] * vectors[..., :, None] * vectors[..., None, :]
    blocks[np.arange(n), np.arange(n)] = -blocks.sum(1)
    stretches = blocks.transpose(0, 2, 1, 3).reshape(3 * n, 3 * n) * HARTREE / BOHR**2
    return stretches + floor * np.eye(3 * n)


class _Walker:
    """One molecule on its way to a minimum."""

    def __init__(self, structure: Structure, hessian: np.ndarray, softest: float):
        self.structure = structure
        self.hessian = hessian
        self.softest = softest
        self.previous: tuple[np.ndarray, np.ndarray] | None = None
        self.steps = 0
        self.max_force = np.inf
        self.energy = np.nan

    def advance(self, forces: np.ndarray) -> None:
        """Make one quasi-Newton step from the forces at the present geometry."""
        x, gradient = self.structure.positions.ravel(), -forces.ravel()
        if self.previous is not None:
            self._update(x - self.previous[0], gradient - self.previous[1])
        self.previous = (x, gradient)
        values, vectors = np.linalg.eigh(self.hessian)
        step = -vectors @ ((vectors.T @ gradient) / np.maximum(np.abs(values), self.softest))
        longest = np.linalg.norm(step.reshape(-1, 3), axis=1).max()
        step *= min(1.0, MAX_STEP / longest)
        self.structure = self.structure.with_positions((x + step).reshape(-1, 3))
        self.steps += 1

    def _update(self, dx: np.ndarray, dg: np.ndarray) -> None:
        """Update the Hessian by BFGS, unless the curvature along the step is not positive."""
        curvature = dx @ dg
        if curvature < 1e-10:
            return
        hx = self.hessian @ dx
        self.hessian += np.outer(dg, dg) / curvature - np.outer(hx, hx) / (dx @ hx)


def relax(
    structures: list[Structure],
    evaluate: EnergiesForces,
    fmax: float,
    max_steps: int,
    hessians: list[np.ndarray] | None = None,
    softest: float = SOFTEST_STEP,
) -> list[Relaxed]:
    """Relax every structure until its largest atomic force is below ``fmax``.

    Parameters
    ----------
    structures : where to start.
    evaluate : function that computes energies and forces of a list of structures.
    fmax : largest force on an atom that counts as a minimum, eV/angstrom.
    max_steps : number of steps after which a molecule stops anyway.
    hessians : the first Hessians, (3n, 3n) eV/angstrom^2 each; :func:`model_hessian` where None.
    softest : eV/angstrom^2, curvature below which no step trusts the Hessian.
    """
    hessians = hessians or [model_hessian(structure) for structure in structures]
    walkers = [_Walker(s, h, softest) for s, h in zip(structures, hessians, strict=True)]
    active = walkers
    for _ in range(max_steps + 1):
        energies, forces = evaluate([w.structure for w in active])
        moving = []
        for walker, energy, force in zip(active, energies, forces, strict=True):
            walker.energy = float(energy)
            walker.max_force = float(np.linalg.norm(force, axis=1).max())
            if walker.max_force > fmax and walker.steps < max_steps:
                walker.advance(force)
                moving.append(walker)
        active = moving
        if not active:
            break
    return [
        Relaxed(w.structure, w.max_force <= fmax, w.max_force, w.steps, w.energy) for w in walkers
    ]
