"""All spectra that a trajectory holds, for ``specml md`` and ``specml spectrum``.

The infrared spectrum follows from the dipoles, Raman from the polarizabilities, the density of
states from the velocities or positions. Dipoles and polarizabilities are taken in the laboratory
frame, or are turned into the Eckart frame of the molecule, in which overall rotation leaves no
mark.
"""

from dataclasses import dataclass, replace

import numpy as np

from specml.errors import InputError, message
from specml.io.trajectory import Trajectory
from specml.spectra.density_of_states import density_of_states
from specml.spectra.eckart import FLAT, eckart_rotations, turn_tensors, turn_vectors
from specml.spectra.md_infrared import infrared_spectrum
from specml.spectra.md_raman import RamanDensities, raman_densities
from specml.spectra.power import SpectralSampling
from specml.spectra.spectrum import Spectrum

REFERENCE_FRAMES = ("auto", "lab", "eckart")


@dataclass(frozen=True, eq=False)
class DynamicSpectra:
    """The spectra of one trajectory; one is None where the trajectory lacks the quantity.

    Parameters
    ----------
    infrared : absorption, km/mol per 1/cm.
    raman : scattering of the isotropic and of the anisotropic polarizability.
    density_of_states : degrees of freedom per 1/cm.
    sampling : how the trajectory was recorded and how its spectra were made.
    temperature : temperature of the ensemble, K.
    reference_frame : ``lab`` or ``eckart``.
    """

    infrared: Spectrum | None
    raman: RamanDensities | None
    density_of_states: Spectrum | None
    sampling: SpectralSampling
    temperature: float
    reference_frame: str


def dynamic_spectra(
    trajectory: Trajectory,
    sampling: SpectralSampling,
    temperature: float,
    reference_frame: str = "auto",
) -> DynamicSpectra:
    """Compute the spectra of a trajectory.

    Parameters
    ----------
    trajectory : replicas of one molecule with what was recorded of them.
    sampling : how it was recorded and how its spectra are wanted.
    temperature : temperature of the ensemble, K.
    reference_frame : ``lab``, ``eckart``, or ``auto``: Eckart for ring polymers, whose thermostat
        keeps the molecule tumbling, and the laboratory for everything else.

    Raises
    ------
    InputError
        The trajectory is too short or too sparse for the sampling, or there is no such frame.
    """
    chosen = _chosen_reference_frame(trajectory, reference_frame)
    trajectory = in_eckart_frame(trajectory) if chosen == "eckart" else trajectory
    observed = trajectory.quantities
    made: dict[str, object] = {
        "method": trajectory.attributes.get("method", "trajectory"),
        "length_ps": trajectory.length,
        "frame": chosen,
        "source": trajectory.name,
    }
    moving = {key: observed[key] for key in ("velocities", "positions") if key in observed}
    return DynamicSpectra(
        infrared_spectrum(observed["dipole"], sampling, temperature, made)
        if "dipole" in observed
        else None,
        raman_densities(observed["polarizability"], sampling, temperature, made)
        if "polarizability" in observed
        else None,
        density_of_states(trajectory.masses, sampling, temperature, **moving, provenance=made)
        if moving
        else None,
        sampling,
        temperature,
        chosen,
    )


def _chosen_reference_frame(trajectory: Trajectory, reference_frame: str) -> str:
    """Decide what ``auto`` means for a trajectory; refuse unknown names."""
    if reference_frame not in REFERENCE_FRAMES:
        raise InputError(
            message(
                "frame",
                repr(reference_frame),
                f"one of {', '.join(REFERENCE_FRAMES)}",
                "auto is the default.",
            )
        )
    if reference_frame != "auto":
        return reference_frame
    turning = trajectory.attributes.get("beads", 1) != 1 and "positions" in trajectory.quantities
    return "eckart" if turning and not _linear(_reference(trajectory)) else "lab"


def _reference(trajectory: Trajectory) -> np.ndarray:
    """The geometry the run began with, (n, 3) angstrom; where it is not recorded, the first one."""
    if trajectory.reference is not None:
        return trajectory.reference
    return trajectory["positions"][0, 0].astype(np.float64)


def _linear(geometry: np.ndarray) -> bool:
    """Tell whether a geometry is linear, so that it has no Eckart frame."""
    moments = np.linalg.svd(geometry - geometry.mean(0), compute_uv=False)
    return len(moments) < 2 or bool(moments[1] < FLAT**0.5 * moments[0])


def in_eckart_frame(trajectory: Trajectory) -> Trajectory:
    """Turn dipoles and polarizabilities into the Eckart frame; positions stay as they are."""
    turns = eckart_rotations(trajectory["positions"], _reference(trajectory), trajectory.masses)
    turned = {
        key: turn(turns, trajectory.quantities[key])
        for key, turn in (("dipole", turn_vectors), ("polarizability", turn_tensors))
        if key in trajectory.quantities
    }
    return replace(trajectory, quantities={**trajectory.quantities, **turned})
