"""Overall translation and rotation of molecules, taken out of their velocities.

``md.simulation`` calls it once, when production begins.

Each system loses its centre-of-mass velocity and its angular momentum, so that production runs
at J = 0: the spectrum then shows vibrations without rotational wings, and every vibrational
degree of freedom keeps its kT. Of a ring polymer it is the centroid that is stopped.
"""

import torch
from torch import Tensor

FLAT = 1e-6  # of the largest moment of inertia: no rotation about such an axis


def without_rigid_motion(
    positions: Tensor, velocities: Tensor, masses: Tensor, system: Tensor, n_systems: int
) -> tuple[Tensor, Tensor]:
    """Centre the positions on the centre of mass and take rigid motion out of the velocities.

    Parameters
    ----------
    positions, velocities : (P, n_atoms, 3) in angstrom and angstrom/fs; both are returned in this
        shape.
    masses : (n_atoms,) amu.
    system : (n_atoms,) index of the system of each atom.
    n_systems : number of systems.
    """

    def total(values: Tensor) -> Tensor:
        return values.new_zeros(n_systems, *values.shape[1:]).index_add_(0, system, values)

    weights = masses[:, None]
    mass = total(weights)
    centroid, drift = positions.mean(0), velocities.mean(0)
    center = (total(weights * centroid) / mass)[system]
    speed = (total(weights * drift) / mass)[system]
    arms, moving = centroid - center, drift - speed
    spin = total(weights * torch.linalg.cross(arms, moving))
    eye = torch.eye(3, dtype=arms.dtype, device=arms.device)
    outer = arms.square().sum(-1)[:, None, None] * eye - arms[:, :, None] * arms[:, None]
    inertia = total(weights[:, None] * outer)
    # The pseudo-inverse leaves out the axis of a linear molecule.
    omega = (torch.linalg.pinv(inertia, rtol=FLAT, hermitian=True) @ spin[..., None])[..., 0]
    rigid = speed + torch.linalg.cross(omega[system], arms)
    return positions - center, velocities - rigid
