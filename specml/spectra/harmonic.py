"""The harmonic spectrum of a molecule from its second-order expansion.

``workflows.harmonic_spectra`` runs it for ``specml ir`` and ``specml raman``.

One value holds everything that follows from an :class:`specml.expansion.Expansion`: modes,
infrared intensities, Raman activities and cross-sections, names of the modes, thermochemistry,
and what the reader should be warned of.
"""

from dataclasses import dataclass

import numpy as np

from specml.expansion import Expansion
from specml.spectra.assignment import assignments
from specml.spectra.infrared import INACTIVE, infrared_intensities
from specml.spectra.normal_modes import (
    NormalModes,
    check_masses,
    external_wavenumbers,
    normal_modes,
)
from specml.spectra.raman import (
    SILENT,
    depolarization_ratios,
    raman_activities,
    raman_cross_sections,
)
from specml.spectra.scaling import Scaling
from specml.spectra.spectrum import Spectrum
from specml.spectra.sum_rules import sum_rule_residuals
from specml.spectra.thermochemistry import NOISE, Thermochemistry, thermochemistry

# A force of 0.01 eV/angstrom moves a soft mode (1 eV/angstrom^2) by 0.01 angstrom and lets
# rotations mix into modes below about 50 1/cm.
FORCE_LIMIT = 0.01
# What a Hessian may say of translations and rotations, in 1/cm: other programs' stay below 60, the
# one that put C-Cl stretches 60 1/cm too high said 545.
EXTERNAL_LIMIT = 100.0
# Derivatives that miss a sum rule by 0.02 e shift a 1 km/mol band by about 0.5 km/mol.
SUM_RULE_LIMIT = 0.02


@dataclass(frozen=True, eq=False)
class Vibrations:
    """Vibrations of one molecule; arrays have one entry a mode, in ascending order.

    Parameters
    ----------
    expansion : energy, dipole and polarizability that everything follows from.
    modes : normal modes; their masses hold the isotopes.
    scaled_wavenumbers : (m,) 1/cm, equal to ``wavenumbers`` where no scaling was given.
    ir_intensities : (m,) integrated absorption, km/mol.
    raman_activities : (m,) angstrom^4/amu; None where the expansion has no polarizability.
    depolarization_ratios : (m,) for plane-polarised light, NaN of silent modes; None likewise.
    raman_cross_sections : (m,) cm^2/sr at ``laser_nm`` and ``temperature``, from the scaled
        wavenumbers; None likewise.
    assignments : a short name for each mode.
    thermochemistry : thermodynamic functions, from the unscaled wavenumbers.
    max_force : the largest remaining force on an atom, eV/angstrom.
    max_external : the largest wavenumber of a translation or rotation before projection, 1/cm.
    warnings : sentences that tell the user what to doubt.
    scaling : one line on the scaling of the wavenumbers.
    temperature : temperature of thermochemistry and cross-sections, K.
    laser_nm : wavelength of the exciting line, nm.
    """

    expansion: Expansion
    modes: NormalModes
    scaled_wavenumbers: np.ndarray
    ir_intensities: np.ndarray
    raman_activities: np.ndarray | None
    depolarization_ratios: np.ndarray | None
    raman_cross_sections: np.ndarray | None
    assignments: list[str]
    thermochemistry: Thermochemistry
    max_force: float
    max_external: float
    warnings: list[str]
    scaling: str
    temperature: float
    laser_nm: float

    @property
    def wavenumbers(self) -> np.ndarray:
        """Harmonic wavenumbers, (m,) 1/cm, negative where imaginary."""
        return self.modes.wavenumbers

    def infrared(self, scaled: bool = True) -> Spectrum:
        """Return the infrared sticks in km/mol; what is inactive is zero."""
        seen = np.where(self.ir_intensities < INACTIVE, 0.0, self.ir_intensities)
        return self._sticks("infrared", seen, "km/mol", scaled)

    def raman(self, scaled: bool = True, cross_section: bool = False) -> Spectrum | None:
        """Return the Raman sticks; None where the expansion has no polarizability.

        Parameters
        ----------
        scaled : whether the sticks stand at scaled wavenumbers.
        cross_section : whether they are cross-sections in cm^2/sr, else activities in
            angstrom^4/amu.
        """
        if self.raman_activities is None or self.raman_cross_sections is None:
            return None
        heights, unit = self.raman_activities, "angstrom^4/amu"
        if cross_section:
            heights, unit = self.raman_cross_sections, "cm^2/sr"
        seen = np.where(self.raman_activities < SILENT, 0.0, heights)
        return self._sticks("raman", seen, unit, scaled)

    def _sticks(self, kind: str, heights: np.ndarray, unit: str, scaled: bool) -> Spectrum:
        provenance: dict[str, object] = {
            "method": "harmonic",
            "source": self.expansion.source,
            "scaling": self.scaling if scaled else "unscaled",
        }
        if unit == "cm^2/sr":
            provenance |= {"laser_nm": self.laser_nm, "temperature_k": self.temperature}
        x = self.scaled_wavenumbers if scaled else self.wavenumbers
        label = self.expansion.structure.name
        return Spectrum(x, heights, "1/cm", unit, kind, True, provenance, label)


def harmonic_analysis(
    expansion: Expansion,
    *,
    masses: np.ndarray | None = None,
    scaling: Scaling | None = None,
    temperature: float = 298.15,
    laser_nm: float = 532.0,
    entropy: str = "harmonic",
) -> Vibrations:
    """Derive everything that the double-harmonic approximation says about a molecule.

    Parameters
    ----------
    expansion : energy to second order, dipole and polarizability to first.
    masses : (n,) amu; standard atomic weights where None.
    scaling : what turns harmonic wavenumbers into ``scaled_wavenumbers``; none where None.
    temperature : temperature of thermochemistry and Raman cross-sections, K.
    laser_nm : wavelength of the exciting line of the Raman spectrum, nm.
    entropy : of the vibrations, see :mod:`specml.spectra.thermochemistry`.

    Raises
    ------
    InputError
        Masses, temperature or laser line that cannot be, or a Hessian with values not finite.
    """
    structure = expansion.structure
    masses = check_masses(structure, masses)
    scaling = scaling or Scaling()
    modes = normal_modes(structure, expansion.hessian, masses)
    scaled = scaling(modes.wavenumbers)
    activities = ratios = sections = None
    if expansion.polarizability_derivatives is not None:
        activities = raman_activities(modes, expansion.polarizability_derivatives)
        ratios = depolarization_ratios(modes, expansion.polarizability_derivatives)
        sections = raman_cross_sections(scaled, activities, laser_nm, temperature)
    external = external_wavenumbers(structure, expansion.hessian, masses)
    max_external = float(np.abs(external).max())
    return Vibrations(
        expansion=expansion,
        modes=modes,
        scaled_wavenumbers=scaled,
        ir_intensities=infrared_intensities(modes, _fixed_origin(expansion)),
        raman_activities=activities,
        depolarization_ratios=ratios,
        raman_cross_sections=sections,
        assignments=assignments(modes),
        thermochemistry=thermochemistry(modes, temperature, entropy=entropy),
        max_force=_max_force(expansion),
        max_external=max_external,
        warnings=_warnings(expansion, modes, max_external),
        scaling=scaling.description,
        temperature=temperature,
        laser_nm=laser_nm,
    )


def _fixed_origin(expansion: Expansion) -> np.ndarray:
    """Dipole slopes about a fixed point, (3, 3n) in e.

    The dipole of an ion is given about the centre of mass of the standard masses; its slopes then
    lack Q m_a / M for each atom. The modes of an isotopologue have another centre of mass, so the
    slopes must not refer to either. Slopes that already sum to Q are left as they are.
    """
    structure = expansion.structure
    slopes = expansion.dipole_derivatives.reshape(3, -1, 3)
    missing = structure.charge * np.eye(3) - slopes.sum(1)
    share = structure.masses / structure.masses.sum()
    if structure.charge:
        slopes = slopes + missing[:, None] * share[:, None]
    return slopes.reshape(3, -1)


def _max_force(expansion: Expansion) -> float:
    return float(np.linalg.norm(expansion.gradient.reshape(-1, 3), axis=1).max())


def _warnings(expansion: Expansion, modes: NormalModes, max_external: float) -> list[str]:
    warnings = []
    imaginary = modes.wavenumbers[modes.wavenumbers < -NOISE]
    if len(imaginary):
        values = ", ".join(f"{-v:.0f}i" for v in imaginary)
        warnings.append(
            f"{len(imaginary)} imaginary mode(s) ({values} 1/cm): not a minimum of the model. "
            "Thermochemistry leaves them out."
        )
    soft = modes.wavenumbers[(modes.wavenumbers >= -NOISE) & (modes.wavenumbers < 0.0)]
    if len(soft):
        values = ", ".join(f"{-v:.0f}i" for v in soft)
        warnings.append(
            f"a soft mode ({values} 1/cm) is zero within the noise of {NOISE:.0f} 1/cm: "
            f"thermochemistry counts it as a real one of {NOISE:.0f} 1/cm"
        )
    force = _max_force(expansion)
    if force > FORCE_LIMIT:
        warnings.append(
            f"largest force {force:.3f} eV/angstrom: not a stationary point, low modes are "
            "unreliable. Optimise the geometry with the same model."
        )
    elif max_external > EXTERNAL_LIMIT:
        warnings.append(
            f"the Hessian gives translations and rotations up to {max_external:.0f} 1/cm: it was "
            "computed at another geometry or not accurately. Compute it again."
        )
    for rule, residual in sum_rule_residuals(expansion, modes.masses).items():
        if residual > SUM_RULE_LIMIT * (5.0 if "polarizability" in rule else 1.0):
            warnings.append(
                f"derivatives miss the {rule} sum rule by {residual:.3g}: intensities are "
                "unreliable."
            )
    return warnings
