"""Conformers in thermal equilibrium: how often each occurs, and the spectrum of them all.

``workflows`` weights the conformers of ``specml ir``, ``raman`` and ``nmr`` with it.

Equation
--------
``p_i = g_i exp(-(E_i - E_0) / kT) / sum_j g_j exp(-(E_j - E_0) / kT)``

The degeneracy g_i counts the arrangements of the nuclei that are this conformer: its mirror image,
and those that exchange equal nuclei. A conformer whose point group has h operations (rotations
and, where nuclei allow, reflections) occurs as often as 1/h says: in n-pentane trans-trans (C2v),
trans-gauche (C1) and gauche-gauche (C2) occur as 1 : 4 : 2. Where the molecule is chiral by
configuration no conformer has reflections, and the ratios hold as well.

With Gibbs energies in place of E the symmetry number must be left out of the rotational entropy:
g_i holds it.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from specml.errors import InputError, message
from specml.spectra.spectrum import Spectrum
from specml.spectra.symmetry_number import point_group_order
from specml.structure import Structure
from specml.units import BOLTZMANN


def degeneracies(conformers: Sequence[Structure], masses: np.ndarray | None = None) -> list[int]:
    """Count how often each conformer occurs, for one occurrence of the most symmetric possible of
    them.

    Parameters
    ----------
    conformers : geometries of one molecule with their atoms in one order.
    masses : (n_atoms,) amu; isotopes break symmetry. Standard weights where None.
    """
    orders = [
        point_group_order(s.numbers, s.positions, s.masses if masses is None else masses)
        for s in conformers
    ]
    common = math.lcm(*orders)
    return [common // order for order in orders]


def boltzmann_weights(
    energies: Sequence[float], degeneracies: Sequence[float], temperature: float
) -> np.ndarray:
    """Compute the populations p_i of conformers, (m,), whose sum is one.

    Parameters
    ----------
    energies : (m,) energies of the conformers, eV.
    degeneracies : (m,) g_i, how often each of them occurs.
    temperature : temperature of the ensemble, K.

    Raises
    ------
    InputError
        The temperature is not positive.

        >>> boltzmann_weights([0.0, 0.0], [1, 3], 300.0).tolist()
        [0.25, 0.75]
    """
    if not temperature > 0.0:
        raise InputError(
            message(
                "Boltzmann weights",
                f"{temperature} K",
                "a positive temperature",
                "Give the temperature in kelvin.",
            )
        )
    above = np.asarray(energies) - np.min(energies)
    factors = np.asarray(degeneracies) * np.exp(-above / (BOLTZMANN * temperature))
    return factors / factors.sum()


def mixture(sticks: Sequence[Spectrum], weights: Sequence[float]) -> Spectrum:
    """Combine the sticks of all conformers, each height times the weight of its conformer."""
    heights = [weight * spectrum.y for spectrum, weight in zip(sticks, weights, strict=True)]
    return replace(
        sticks[0],
        x=np.concatenate([spectrum.x for spectrum in sticks]),
        y=np.concatenate(heights),
        provenance={**sticks[0].provenance, "weights": tuple(map(float, weights))},
    )
