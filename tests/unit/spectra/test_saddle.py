"""A double well in the height of ammonia's nitrogen: from the plane down into one of the wells."""

from itertools import pairwise

import numpy as np
import pytest

from specml.expansion import Expansion
from specml.relax import relax
from specml.spectra.normal_modes import normal_modes
from specml.spectra.saddle import descend, is_saddle
from specml.structure import Structure

DEPTH, HEIGHT = 0.5, 0.4  # eV, angstrom
PLANAR = Structure(
    [7, 1, 1, 1], [[0, 0, 0], [1, 0, 0], [-0.5, 3**0.5 / 2, 0], [-0.5, -(3**0.5) / 2, 0]]
)


class DoubleWell:
    """E = DEPTH ((z / HEIGHT)^2 - 1)^2 + sum (b - 1)^2 / 2, z of N above the hydrogens, b N-H."""

    spring = 30.0

    def energy(self, flat: np.ndarray) -> float:
        nitrogen, *hydrogens = flat.reshape(-1, 3)
        z = nitrogen[2] - np.mean([h[2] for h in hydrogens])
        radii = np.array([np.linalg.norm((h - nitrogen)[:2]) for h in hydrogens])
        tilt = np.ptp([h[2] for h in hydrogens])
        angles = np.array([h[:2] @ k[:2] + 0.5 for h, k in pairwise(hydrogens)])
        stretched = ((radii - 1.0) ** 2).sum() + tilt**2 + (angles**2).sum()
        return float(DEPTH * ((z / HEIGHT) ** 2 - 1) ** 2 + self.spring / 2 * stretched)

    def gradient(self, flat: np.ndarray, step: float = 1e-4) -> np.ndarray:
        moves = step * np.eye(len(flat))
        return np.array([(self.energy(flat + m) - self.energy(flat - m)) for m in moves]) / step / 2

    def energies_forces(self, structures):
        flat = [s.positions.ravel() for s in structures]
        forces = [-self.gradient(x).reshape(-1, 3) for x in flat]
        return np.array([self.energy(x) for x in flat]), forces

    def relax(self, structures):
        return relax(list(structures), self.energies_forces, fmax=2e-3, max_steps=200)

    def expand(self, structures, polarizability=True):
        found = []
        for structure in structures:
            flat = structure.positions.ravel()
            moves = 1e-3 * np.eye(len(flat))
            slopes = [self.gradient(flat + m) - self.gradient(flat - m) for m in moves]
            hessian = np.array(slopes) / 2e-3
            nothing = np.zeros((3, len(flat)))
            energy, gradient = self.energy(flat), self.gradient(flat)
            found.append(Expansion(structure, energy, gradient, hessian, np.zeros(3), nothing))
        return found


def test_from_the_plane_into_a_well():
    model = DoubleWell()
    (saddle,) = model.expand([PLANAR])
    assert is_saddle(normal_modes(PLANAR, saddle.hessian))
    descent = descend(model, saddle, model.relax([PLANAR])[0])
    assert descent.left[0] == pytest.approx(normal_modes(PLANAR, saddle.hessian).wavenumbers[0])
    assert descent.relaxed.energy == pytest.approx(0.0, abs=1e-4)
    assert descent.expansion.energy == descent.relaxed.energy
    z = descent.relaxed.structure.positions[:, 2]
    assert abs(z[0] - z[1:].mean()) == pytest.approx(HEIGHT, abs=1e-3)
    assert not is_saddle(normal_modes(descent.relaxed.structure, descent.expansion.hessian))
