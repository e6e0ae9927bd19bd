"""Harmonic force fields: every average and every line of theirs is known."""

import numpy as np
import torch

from specml import units
from specml.md.evaluation import SystemEvaluation, SystemLayout
from specml.structure import Structure

ION = Structure([1], [[0.0, 0.0, 0.0]], charge=1, name="proton")


class Wells:
    """Every atom in an isotropic harmonic well at the origin."""

    def __init__(self, layout: SystemLayout, wavenumber: float):
        self.masses = layout.masses()
        self.system = layout.system_of_atom()
        omega = units.ANGULAR * wavenumber * units.TIME_UNIT
        self.stiffness = (omega**2 * self.masses)[:, None]

    def __call__(self, positions, observe=False):
        own = 0.5 * (self.stiffness * positions**2).sum(-1)
        energy = own.new_zeros(len(positions), int(self.system.max()) + 1)
        energy.index_add_(1, self.system, own)
        return SystemEvaluation(energy, -self.stiffness * positions)

    def anchor(self):
        return None

    def restore(self, anchor):
        pass


class Springs:
    """Molecules with the energy and dipole of an expansion: exact in the Cartesian displacement.

    Translations and rotations get a stiffness too, so that nothing drifts away.
    """

    def __init__(self, expansion, layout: SystemLayout):
        structure = expansion.structure
        size = 3 * len(structure)
        self.start = layout.positions().view(-1, size)[0]
        masses = np.repeat(structure.masses, 3)
        arms = self.start.numpy().reshape(-1, 3)
        moves = [np.tile(axis, len(structure)) for axis in np.eye(3)]
        moves += [np.cross(axis, arms).ravel() for axis in np.eye(3)]
        rigid = np.linalg.qr((np.sqrt(masses) * np.array(moves)).T)[0]
        soft = (units.ANGULAR * 900.0 * units.TIME_UNIT) ** 2
        weighted = np.sqrt(masses)[:, None] * rigid
        self.hessian = torch.as_tensor(expansion.hessian + soft * weighted @ weighted.T)
        self.slopes = torch.as_tensor(expansion.dipole_derivatives.T.copy())

    def __call__(self, positions, observe=False):
        moved = positions.reshape(len(positions), -1, len(self.start)) - self.start
        forces = -moved @ self.hessian
        energy = -0.5 * (moved * forces).sum(-1)
        dipole = moved @ self.slopes if observe else None
        return SystemEvaluation(energy, forces.view_as(positions), dipole)

    def anchor(self):
        return None

    def restore(self, anchor):
        pass
