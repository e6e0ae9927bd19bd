"""From a saddle point down to a minimum.

``workflows.harmonic_spectra`` calls it where an optimised geometry has an imaginary mode.

An optimisation that starts on a mirror plane or with an eclipsed methyl group stays there: the
forces along the imaginary mode vanish by symmetry. A small push along that mode, to either side,
and one more optimisation end in a minimum.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from specml.expansion import Expansion
from specml.relax import Minimizer, Relaxed
from specml.spectra.normal_modes import NormalModes, normal_modes
from specml.structure import Structure

# An imaginary wavenumber beyond this is a saddle point, not the noise of a soft mode.
SADDLE = 30.0  # 1/cm
PUSH = 0.15  # angstrom, of the atom that moves most: a methyl hydrogen turns by 8 degrees
MOST_PUSHES = 3  # a saddle point of third order, one mode at a time


class ExpandingMinimizer(Minimizer, Protocol):
    """What finds minima and expands the energy there: a Predictor has this signature."""

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
    """Tell whether the softest mode is imaginary beyond numerical noise."""
    return bool(modes.wavenumbers.min(initial=0.0) < -SADDLE)


def descend(
    model: ExpandingMinimizer, saddle: Expansion, polarizability: bool = True
) -> SaddleDescent:
    """Go down from a saddle point to the minimum beside it, or to the last point reached.

    Parameters
    ----------
    model : what optimises geometries and expands the energy.
    saddle : the expansion at the saddle point.
    polarizability : whether the expansion at the end shall have the polarizability.
    """
    modes = normal_modes(saddle.structure, saddle.hessian)
    left: tuple[float, ...] = ()
    while True:
        left += (float(modes.wavenumbers[0]),)
        relaxed = min(model.relax(_pushed(modes)), key=lambda end: end.energy)
        (expansion,) = model.expand([relaxed.structure], polarizability)
        modes = normal_modes(expansion.structure, expansion.hessian)
        if len(left) == MOST_PUSHES or not is_saddle(modes):
            return SaddleDescent(relaxed, expansion, left)


def _pushed(modes: NormalModes) -> list[Structure]:
    """Push the geometry to both sides of the saddle point, along its softest mode."""
    direction = modes.cartesian[0]
    step = PUSH * direction / np.linalg.norm(direction, axis=1).max()
    structure = modes.structure
    return [structure.with_positions(structure.positions + sign * step) for sign in (1.0, -1.0)]
