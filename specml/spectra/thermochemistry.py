"""Ideal-gas thermochemistry: rigid rotor, harmonic oscillators.

``spectra.harmonic`` computes it for every molecule.

Equations, per molecule, with ``x = h c nu / (k T)``::

    ZPE     = sum h c nu / 2
    U       = 3/2 kT + (3/2, 1 or 0) kT + ZPE + sum kT x / (e^x - 1)
    H       = U + kT,     G = H - T S
    S_trans = k [ln(V_free / Lambda^3) + 5/2],  V_free = kT / p,  Lambda^2 = 2 pi hbar^2 / (m kT)
    S_rot   = k [ln(sqrt(pi)/sigma prod_i sqrt(2 I_i kT / hbar^2)) + 3/2]     non-linear
            = k [ln(2 I kT / (sigma hbar^2)) + 1]                              linear
    S_vib   = k sum [x / (e^x - 1) - ln(1 - e^-x)]
    S_el    = k ln(multiplicity)

Imaginary modes are left out. Source: D. A. McQuarrie, "Statistical Mechanics" (1976), chapters 5,
6 and 8; J. W. Ochterski, "Thermochemistry in Gaussian" (2000).
"""

from dataclasses import dataclass

import numpy as np

from specml import units
from specml.errors import InputError, message
from specml.spectra.normal_modes import NormalModes
from specml.spectra.symmetry_number import symmetry_number


@dataclass(frozen=True)
class Thermochemistry:
    """Corrections to the electronic energy; energies in eV, entropies in eV/K.

    Parameters
    ----------
    temperature : K.
    pressure : eV/angstrom^3; one atmosphere is ``units.ATMOSPHERE``.
    symmetry_number : rotational symmetry number in the rotational entropy.
    zero_point_energy, energy, enthalpy : ZPE, U and H above the electronic energy, ZPE included.
    heat_capacity : at constant volume, eV/K.
    entropy_translation, entropy_rotation, entropy_vibration, entropy_electronic : parts of S.
    n_imaginary : number of imaginary modes, which are left out.
    """

    temperature: float
    pressure: float
    symmetry_number: int
    zero_point_energy: float
    energy: float
    enthalpy: float
    heat_capacity: float
    entropy_translation: float
    entropy_rotation: float
    entropy_vibration: float
    entropy_electronic: float
    n_imaginary: int

    @property
    def entropy(self) -> float:
        """Entropy S, the sum of its four parts, eV/K."""
        return (
            self.entropy_translation
            + self.entropy_rotation
            + self.entropy_vibration
            + self.entropy_electronic
        )

    @property
    def gibbs_energy(self) -> float:
        """Gibbs energy G = H - T S above the electronic energy, eV."""
        return self.enthalpy - self.temperature * self.entropy


def thermochemistry(
    modes: NormalModes,
    temperature: float = 298.15,
    pressure: float = units.ATMOSPHERE,
    symmetry: int | None = None,
) -> Thermochemistry:
    """Compute thermodynamic functions from harmonic, unscaled wavenumbers.

    Parameters
    ----------
    modes : normal modes of the molecule.
    temperature : K.
    pressure : eV/angstrom^3.
    symmetry : rotational symmetry number; counted from the geometry where None.

    Raises
    ------
    InputError
        A temperature or pressure that is not positive.
    """
    if not (temperature > 0.0 and pressure > 0.0):
        raise InputError(
            message(
                "thermochemistry",
                f"{temperature} K and {pressure} eV/angstrom^3",
                "a positive temperature and pressure",
                "Give the temperature in kelvin.",
            )
        )
    structure, masses = modes.structure, modes.masses
    if symmetry is None:
        symmetry = symmetry_number(structure.numbers, structure.positions, masses)
    kt = units.BOLTZMANN * temperature
    quanta = units.PLANCK_C * modes.wavenumbers[modes.wavenumbers > 0.0]
    x = quanta / kt
    # exp(-x) and not exp(x): a quantum far above kT must give zero, not infinity over infinity.
    frozen = np.exp(-x)
    occupied = x * frozen / -np.expm1(-x)
    n_rotations = modes.n_external - 3
    energy = (1.5 + 0.5 * n_rotations) * kt + quanta.sum() / 2.0 + kt * occupied.sum()
    return Thermochemistry(
        temperature=temperature,
        pressure=pressure,
        symmetry_number=symmetry,
        zero_point_energy=float(quanta.sum() / 2.0),
        energy=float(energy),
        enthalpy=float(energy + kt),
        heat_capacity=units.BOLTZMANN
        * float(1.5 + 0.5 * n_rotations + (x**2 * frozen / np.expm1(-x) ** 2).sum()),
        entropy_translation=_translational_entropy(float(masses.sum()), kt, pressure),
        entropy_rotation=_rotational_entropy(modes, kt, symmetry),
        entropy_vibration=units.BOLTZMANN * float((occupied - np.log(-np.expm1(-x))).sum()),
        entropy_electronic=units.BOLTZMANN * float(np.log(structure.multiplicity)),
        n_imaginary=int((modes.wavenumbers < 0.0).sum()),
    )


def moments_of_inertia(positions: np.ndarray, masses: np.ndarray) -> np.ndarray:
    """Compute the principal moments of inertia, ascending, (3,) amu angstrom^2."""
    centred = positions - masses @ positions / masses.sum()
    second = (masses[:, None] * centred).T @ centred
    return np.linalg.eigvalsh(np.trace(second) * np.eye(3) - second)


def _translational_entropy(mass: float, kt: float, pressure: float) -> float:
    """Sackur-Tetrode entropy, eV/K, of a mass in amu at kT in eV."""
    wavelength = np.sqrt(2.0 * np.pi * units.HBAR**2 / (mass * kt))
    return units.BOLTZMANN * float(np.log(kt / pressure / wavelength**3) + 2.5)


def _rotational_entropy(modes: NormalModes, kt: float, symmetry: int) -> float:
    """Entropy of a rigid rotor, eV/K; zero for an atom."""
    moments = moments_of_inertia(modes.structure.positions, modes.masses)
    ratios = 2.0 * moments * kt / units.HBAR**2
    if modes.n_external == 3:
        return 0.0
    if modes.is_linear:
        return units.BOLTZMANN * float(np.log(ratios[2] / symmetry) + 1.0)
    return units.BOLTZMANN * float(np.log(np.sqrt(np.pi * ratios.prod()) / symmetry) + 1.5)
