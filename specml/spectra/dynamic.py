"""All spectra that a trajectory holds.

Infrared from its dipoles, Raman from its polarizabilities, the density of states from its
velocities or positions; in the frame of the laboratory, or turned into the Eckart frame of the
molecule so that overall rotation leaves no trace.
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

FRAMES = ("auto", "lab", "eckart")


@dataclass(frozen=True, eq=False)
class DynamicSpectra:
    """What a trajectory says; None where it lacks the quantity.

    Parameters
    ----------
    frame : ``lab`` or ``eckart``.
    """

    infrared: Spectrum | None
    raman: RamanDensities | None
    density_of_states: Spectrum | None
    sampling: SpectralSampling
    temperature: float
    frame: str


def dynamic_spectra(
    trajectory: Trajectory, sampling: SpectralSampling, temperature: float, frame: str = "auto"
) -> DynamicSpectra:
    """Analyse a trajectory.

    Parameters
    ----------
    temperature : K, of the ensemble.
    frame : ``lab``, ``eckart``, or ``auto``: Eckart for ring polymers, whose thermostat keeps the
        molecule tumbling, and the laboratory for everything else.

    Raises
    ------
    InputError
        Nothing to analyse, or too short or too sparse for the sampling that is asked for.
    """
    chosen = _frame(trajectory, frame)
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


def _frame(trajectory: Trajectory, frame: str) -> str:
    if frame not in FRAMES:
        raise InputError(
            message("frame", repr(frame), f"one of {', '.join(FRAMES)}", "auto is the default.")
        )
    if frame != "auto":
        return frame
    turning = trajectory.attributes.get("beads", 1) != 1 and "positions" in trajectory.quantities
    return "eckart" if turning and not _linear(_reference(trajectory)) else "lab"


def _reference(trajectory: Trajectory) -> np.ndarray:
    """The geometry the run began with, or its first frame."""
    if trajectory.reference is not None:
        return trajectory.reference
    return trajectory["positions"][0, 0].astype(np.float64)


def _linear(geometry: np.ndarray) -> bool:
    moments = np.linalg.svd(geometry - geometry.mean(0), compute_uv=False)
    return len(moments) < 2 or bool(moments[1] < FLAT**0.5 * moments[0])


def in_eckart_frame(trajectory: Trajectory) -> Trajectory:
    """Dipoles and polarizabilities as the rotating molecule sees them; positions stay."""
    turns = eckart_rotations(trajectory["positions"], _reference(trajectory), trajectory.masses)
    turned = {
        key: turn(turns, trajectory.quantities[key])
        for key, turn in (("dipole", turn_vectors), ("polarizability", turn_tensors))
        if key in trajectory.quantities
    }
    return replace(trajectory, quantities={**trajectory.quantities, **turned})
