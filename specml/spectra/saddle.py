"""From a rough stationary point to the minimum beside it.

Forces small enough for stiff modes leave soft ones open: along a methyl rotor of 30 1/cm a force
of 0.001 eV/angstrom is half an angstrom. Where the curvature of a mode is within what the forces
leave open, the geometry is relaxed on from its exact Hessian (*settled*). An optimisation that
starts on a mirror plane or with an eclipsed methyl group stays there, because the forces along the
imaginary mode vanish by symmetry: a small push along that mode, to either side, and one more
optimisation end in a minimum.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from specml.expansion import Expansion
from specml.relax import Minimizer, Relaxed, relax
from specml.spectra.normal_modes import NormalModes, normal_modes
from specml.spectra.thermochemistry import NOISE
from specml.structure import Structure
from specml.units import WAVENUMBER

PUSH = 0.15  # angstrom, of the atom that moves most: a methyl hydrogen turns by 8 degrees
MOST_PUSHES = 3  # a saddle point of third order, one mode at a time
SETTLED = 2e-5  # eV/angstrom; forces repeat within 2e-6
MOST_STEPS = 150
# eV/angstrom^2, floor of the curvature in a step: 30 1/cm of a methyl group.
SOFTEST = 0.004
# eV/(amu^2 angstrom^4), a of a methyl rotor: see ``thermochemistry.NOISE``.
QUARTIC = 0.028


class ExpandingMinimizer(Minimizer, Protocol):
    """What finds minima and expands the energy there: a Predictor has this signature."""

    def energies_forces(
        self, structures: Sequence[Structure]
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Energies in eV and forces (n_atoms, 3) in eV/angstrom."""

    def expand(
        self, structures: Sequence[Structure], polarizability: bool = True
    ) -> list[Expansion]:
        """Compute second-order energy, first-order dipole and polarizability at each geometry."""


@dataclass(frozen=True)
class SaddleDescent:
    """Where the way down from a saddle point ended.

    Parameters
    ----------
    relaxed : the optimisation that ended there.
    expansion : energy, dipole and polarizability there.
    left : imaginary wavenumbers that were left behind, 1/cm, negative.
    """

    relaxed: Relaxed
    expansion: Expansion
    left: tuple[float, ...]


def is_saddle(modes: NormalModes) -> bool:
    """Whether the softest mode is imaginary beyond numerical noise."""
    return bool(modes.wavenumbers.min(initial=0.0) < -NOISE)


def is_rough(expansion: Expansion) -> bool:
    """Whether the forces leave open the curvature of a mode, or one is imaginary beyond noise.

    With ``E = lambda Q^2 / 2 + a Q^4 / 4`` a force g along Q leaves ``3 a^(1/3) g^(2/3)`` open;
    twice that is asked for.
    """
    modes = normal_modes(expansion.structure, expansion.hessian)
    if not len(modes.wavenumbers):
        return False
    curvatures = np.sign(modes.wavenumbers) * (modes.wavenumbers / WAVENUMBER) ** 2
    forces = np.maximum(np.abs(modes.along(expansion.gradient)), SETTLED)
    left_open = 6.0 * QUARTIC ** (1.0 / 3.0) * forces ** (2.0 / 3.0)
    settled = np.abs(expansion.gradient).max() <= SETTLED
    return is_saddle(modes) or bool(not settled and (curvatures < left_open).any())


def descend(
    model: ExpandingMinimizer, expansion: Expansion, relaxed: Relaxed, polarizability: bool = True
) -> SaddleDescent:
    """The minimum beside a geometry, or the last point reached.

    Parameters
    ----------
    expansion, relaxed : there.
    polarizability : whether the expansion at the minimum shall have it.
    """
    left: tuple[float, ...] = ()
    while True:
        if is_rough(expansion):
            relaxed, expansion = _settled(model, expansion, relaxed, polarizability)
        modes = normal_modes(expansion.structure, expansion.hessian)
        if len(left) == MOST_PUSHES or not is_saddle(modes):
            return SaddleDescent(relaxed, expansion, left)
        left += (float(modes.wavenumbers[0]),)
        relaxed = min(model.relax(_pushed(modes)), key=lambda end: end.energy)
        (expansion,) = model.expand([relaxed.structure], polarizability)


def _settled(
    model: ExpandingMinimizer, expansion: Expansion, before: Relaxed, polarizability: bool
) -> tuple[Relaxed, Expansion]:
    """Relaxed on from the exact Hessian; what was converged before has not ceased to be."""
    hessian = expansion.hessian.copy()
    (end,) = relax(
        [expansion.structure], model.energies_forces, SETTLED, MOST_STEPS, [hessian], SOFTEST
    )
    if end.max_force > max(before.max_force, SETTLED) and end.energy > before.energy:
        return before, expansion
    steps, converged = before.steps + end.steps, before.converged or end.converged
    (expansion,) = model.expand([end.structure], polarizability)
    return replace(end, steps=steps, converged=converged), expansion


def _pushed(modes: NormalModes) -> list[Structure]:
    """Push the geometry to both sides of the saddle point, along its softest mode."""
    direction = modes.cartesian[0]
    step = PUSH * direction / np.linalg.norm(direction, axis=1).max()
    structure = modes.structure
    return [structure.with_positions(structure.positions + sign * step) for sign in (1.0, -1.0)]
