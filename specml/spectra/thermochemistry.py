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

Soft modes: a wavenumber between -``NOISE`` and ``NOISE``, be it real or imaginary, is known no
better than that, and counts as a real one of ``NOISE``, so that no function jumps where it changes
sign. Imaginary modes beyond are left out.

Harmonic oscillators overrate the entropy of soft modes, which is infinite at zero. Two
quasi-harmonic entropies do not; ZPE, U and Cv stay harmonic, as in GoodVibes::

    grimme   S_i = w S_vib(nu_i) + (1 - w) S_free(nu_i),      w = 1 / (1 + (nu_0 / nu_i)^4)
             S_free = k [1/2 + ln sqrt(8 pi^3 mu' kT / h^2)]   free rotor
             mu = h / (8 pi^2 c nu_i),   mu' = mu B / (mu + B),   B = 1e-44 kg m^2
    truhlar  S_i = S_vib(max(nu_i, nu_0))

with nu_0 = 100 1/cm in both. mu and B are moments of inertia.

Source: D. A. McQuarrie, "Statistical Mechanics" (1976), chapters 5, 6 and 8; J. W. Ochterski,
"Thermochemistry in Gaussian" (2000); S. Grimme, Chem. Eur. J. 18, 9955 (2012); R. F. Ribeiro,
A. V. Marenich, C. J. Cramer, D. G. Truhlar, J. Phys. Chem. B 115, 14556 (2011); G. Luchini,
J. V. Alegre-Requena, I. Funes-Ardoiz, R. S. Paton, F1000Research 9, 291 (2020) (GoodVibes).
"""

from dataclasses import dataclass

import numpy as np

from specml import units
from specml.errors import InputError, message
from specml.spectra.normal_modes import NormalModes
from specml.spectra.symmetry_number import symmetry_number

ENTROPIES = ("harmonic", "grimme", "truhlar")
# 1/cm. What is left of the curvature of a methyl rotor whose harmonic part vanishes: in
# lambda Q^2 / 2 + a Q^4 / 4 a force g along Q leaves lambda open by 3 a^(1/3) g^(2/3), which for
# acetone's rotors (barrier 34 meV, 3.1 amu angstrom^2: a = 0.028 eV/(amu^2 angstrom^4)) and the
# 2e-5 eV/angstrom at which ``spectra.saddle`` stops is (13 1/cm)^2. Finite differences of GFN2-xTB
# leave 5 1/cm besides, which is what Hessians at minima say of rotations.
NOISE = 15.0
RAISED = 100.0  # 1/cm, nu_0
_LARGEST_MOMENT = 1e-44 / units.AMU * 1e20  # amu angstrom^2, B


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
    n_imaginary : modes left out.
    n_soft : modes that count as ones of ``NOISE``.
    vibrations : how the entropy of a vibration was computed, one of ``ENTROPIES``.
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
    n_soft: int = 0
    vibrations: str = "harmonic"

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
    entropy: str = "harmonic",
) -> Thermochemistry:
    """Compute thermodynamic functions from harmonic, unscaled wavenumbers.

    Parameters
    ----------
    modes : normal modes of the molecule.
    temperature : K.
    pressure : eV/angstrom^3.
    symmetry : rotational symmetry number; found from the geometry where None.
    entropy : of the vibrations, one of ``ENTROPIES``.

    Raises
    ------
    InputError
        A temperature or pressure that is not positive, or an entropy of another name.
    """
    _check(temperature, pressure, entropy)
    structure, masses = modes.structure, modes.masses
    if symmetry is None:
        symmetry = symmetry_number(structure.numbers, structure.positions, masses)
    kt = units.BOLTZMANN * temperature
    wavenumbers, n_soft = counted(modes.wavenumbers)
    quanta = units.PLANCK_C * wavenumbers
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
        entropy_vibration=float(vibrational_entropies(wavenumbers, temperature, entropy).sum()),
        entropy_electronic=units.BOLTZMANN * float(np.log(structure.multiplicity)),
        n_imaginary=len(modes.wavenumbers) - len(wavenumbers),
        n_soft=n_soft,
        vibrations=entropy,
    )


def _check(temperature: float, pressure: float, entropy: str) -> None:
    """Refuse what :func:`thermochemistry` cannot take."""
    if not (temperature > 0.0 and pressure > 0.0):
        raise InputError(
            message(
                "thermochemistry",
                f"{temperature} K and {pressure} eV/angstrom^3",
                "a positive temperature and pressure",
                "Give the temperature in kelvin.",
            )
        )
    if entropy not in ENTROPIES:
        raise InputError(
            message("thermochemistry", repr(entropy), f"one of {', '.join(ENTROPIES)}", "Name one.")
        )


def counted(wavenumbers: np.ndarray) -> tuple[np.ndarray, int]:
    """Those that count, (m,) 1/cm, the softest as ``NOISE``, and how many these are."""
    real = wavenumbers[wavenumbers >= -NOISE]
    return np.maximum(real, NOISE), int((real < NOISE).sum())


def vibrational_entropies(
    wavenumbers: np.ndarray, temperature: float, entropy: str = "harmonic"
) -> np.ndarray:
    """S of each mode, (m,) eV/K; the formulas stand in the docstring of the module.

    Parameters
    ----------
    wavenumbers : (m,) positive, 1/cm.
    temperature : K.
    entropy : one of ``ENTROPIES``.
    """
    kt = units.BOLTZMANN * temperature
    if entropy == "truhlar":
        wavenumbers = np.maximum(wavenumbers, RAISED)
    x = units.PLANCK_C * wavenumbers / kt
    harmonic = units.BOLTZMANN * (x * np.exp(-x) / -np.expm1(-x) - np.log(-np.expm1(-x)))
    if entropy != "grimme":
        return harmonic
    # mu in amu angstrom^2: h c nu = hbar omega, and mu = hbar / (4 pi c nu) = hbar^2 / (2 h c nu).
    moments = units.HBAR**2 / (2.0 * units.PLANCK_C * wavenumbers)
    reduced = moments * _LARGEST_MOMENT / (moments + _LARGEST_MOMENT)
    free = units.BOLTZMANN * (0.5 + 0.5 * np.log(2.0 * np.pi * reduced * kt / units.HBAR**2))
    weight = 1.0 / (1.0 + (RAISED / wavenumbers) ** 4)
    return weight * harmonic + (1.0 - weight) * free


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
