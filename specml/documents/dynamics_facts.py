"""What the documents of all spectra from trajectories say alike: how the run was made.

Called by :mod:`specml.documents.dynamic_spectra` and :mod:`specml.documents.trajectory_spectra`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from specml.io.trajectory import Trajectory
    from specml.spectra.dynamic import DynamicSpectra


def dynamics_facts(trajectory: "Trajectory", spectra: "DynamicSpectra") -> dict[str, Any]:
    """How the trajectory was made and analysed."""
    attributes = trajectory.attributes
    return {
        "temperature_k": spectra.temperature,
        "dynamics": {
            "method": attributes.get("method"),
            "length_ps": trajectory.length,
            "replicas": trajectory.n_replicas,
            "beads": attributes.get("beads"),
            "interval_fs": trajectory.interval,
            "timestep_fs": trajectory.timestep,
            "equilibration_ps": attributes.get("equilibration_ps"),
            "seed": attributes.get("seed"),
            "energy_drift_mev_atom_ps": attributes.get("energy_drift_mev_atom_ps"),
            "window": spectra.sampling.window,
            "resolution_cm1": spectra.sampling.resolution,
            "verlet_corrected": spectra.sampling.timestep is not None,
            "frame": spectra.reference_frame,
        },
    }


def note(model: str, trajectory: "Trajectory", spectra: "DynamicSpectra") -> str:
    """``specml, MD 298 K, 16 x 10 ps, hann 10 cm⁻¹``: what stands beside the figure."""
    method = str(trajectory.attributes.get("method", "trajectory")).upper()
    sampling = spectra.sampling
    return (
        f"{model} · {method}, {spectra.temperature:g} K, {trajectory.n_replicas} × "
        f"{trajectory.length:g} ps · {sampling.window}, {sampling.resolution:g} cm⁻¹"
    )


def columns(table: Mapping[str, np.ndarray]) -> dict[str, list]:
    """Arrays as the lists that a CSV table takes."""
    return {key: np.asarray(values).tolist() for key, values in table.items()}
