"""From the parts of a run to one trajectory for each molecule, for ``workflows.dynamics``."""

import numpy as np

from specml.io.trajectory import QUANTITIES, Trajectory
from specml.md.checkpoint import RunParts
from specml.md.evaluation import SystemLayout
from specml.md.protocol import DynamicsProtocol


def trajectory(
    parts: RunParts,
    layout: SystemLayout,
    protocol: DynamicsProtocol,
    molecule: int,
    facts: dict[str, object],
) -> Trajectory:
    """Join what was recorded of all replicas of one molecule to a trajectory.

    Parameters
    ----------
    parts : the parts of the whole run.
    layout : which atoms belong to which system.
    protocol : what the run did.
    molecule : index of the molecule in the layout.
    facts : model and versions, kept as attributes of the trajectory.
    """
    structure = layout.structures[molecule]
    replicas = protocol.replicas
    quantities = {}
    for name in QUANTITIES:
        per_atom = name in ("positions", "velocities")
        chosen = layout.atoms_of(molecule) if per_atom else layout.systems_of(molecule)
        values = parts.frames(name, chosen)
        if values is not None:
            shape = (len(values), replicas, -1, 3) if per_atom else values.shape
            quantities[name] = np.swapaxes(values.reshape(shape), 0, 1)
    start = layout.positions().numpy()[layout.atoms_of(molecule)][: len(structure)]
    made = Trajectory(
        structure.name,
        protocol.interval,
        structure.numbers,
        structure.masses,
        structure.charge,
        protocol.temperature,
        protocol.timestep,
        start,
        quantities,
    )
    attributes: dict[str, object] = {
        "method": protocol.method,
        "beads": protocol.beads,
        "seed": protocol.seed,
        "equilibration_ps": protocol.equilibration,
        "friction_time_fs": protocol.friction_time,
        "rigid_motion": "removed when production began",
        **facts,
    }
    if protocol.beads == 1:
        attributes["energy_drift_mev_atom_ps"] = energy_drift(made)
    return Trajectory(**{**made.__dict__, "attributes": attributes})


def energy_drift(trajectory: Trajectory) -> float:
    """Fit the total energy of each replica by a line; return the largest slope, meV/(atom ps)."""
    total = trajectory["potential_energy"] + trajectory["kinetic_energy"]
    times = trajectory.interval / 1000.0 * np.arange(total.shape[1])
    slopes = np.polyfit(times, (total - total[:, :1]).T, 1)[0]
    return float(1000.0 * np.abs(slopes).max() / len(trajectory.numbers))
