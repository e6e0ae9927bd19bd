"""The loss of response models: mean length of the error vectors, each quantity with its weight.

Called by :mod:`specml.training.ladder`.

    L = w_E <|dE|/n> + w_F <|dF_i|> + w_G <|dF_i| / sqrt(m_i)> + w_mu <|dmu|>
        + w_alpha <|dalpha|_F / n>

Energies, forces and dipoles are compared rung by rung; polarizabilities are compared as they are,
sums of rungs, because a geometry may have that of one basis only.

Lengths instead of squares: a few strained geometries do not outweigh all others.

Why forces over sqrt(m): at a thermal displacement, Q_k ~ 1/omega_k, the error of a mass-weighted
force along mode k is d(omega_k^2) Q_k ~ d(omega_k), whatever the mode. Plain forces hold what is
wrong with hydrogens, and with it N-H wags, of little account.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from specml.data.batch import Batch
from specml.models.ladder import LadderModel, forces_of
from specml.nn.gather import scatter
from specml.training.ladder_data import LadderTargets


@dataclass(frozen=True)
class LossWeights:
    """Relative weights of the terms of the loss; see the module.

    Parameters
    ----------
    energy : per eV.
    forces, mass_weighted_forces : per eV/angstrom, the latter over the root of the mass in amu.
    dipole : per e*angstrom.
    polarizability : per angstrom^3.
    """

    energy: float = 1.0
    forces: float = 1.0
    mass_weighted_forces: float = 0.0
    dipole: float = 1.0
    polarizability: float = 1.0


def errors(model: LadderModel, batch: Batch, targets: LadderTargets, create_graph: bool) -> dict:
    """Mean errors of every labelled quantity, ``{"forces.1": tensor, ...}`` by rung."""
    positions = batch.positions.requires_grad_(True)
    response = model(batch.with_positions(positions))
    ones = torch.ones_like(batch.positions[:, 0])
    n_atoms = scatter(ones, batch.structure, batch.n_structures)
    means: dict[str, Tensor] = {}
    for rung in range(response.energy.shape[1]):
        known = torch.isfinite(targets.energy[:, rung])
        if known.any():
            difference = response.energy[:, rung] - targets.energy[:, rung]
            means[f"energy.{rung}"] = (difference / n_atoms)[known].abs().mean()
            forces = forces_of(response.energy[:, rung], positions, create_graph or rung == 0)
            difference = forces - targets.forces[:, :, rung]
            means[f"forces.{rung}"] = _mean_length(difference)
            weighted = difference / torch.sqrt(batch.masses)[:, None]
            means[f"mass_weighted_forces.{rung}"] = _mean_length(weighted)
    for rung in range(response.dipole.shape[2]):
        difference = response.dipole[:, :, rung] - targets.dipole[:, :, rung]
        if torch.isfinite(difference).any():
            means[f"dipole.{rung}"] = _mean_length(difference)
    if response.polarizability is not None:
        difference = response.polarizability.cumsum(3) - targets.polarizability
        for k, level in enumerate(difference.flatten(1, 2).unbind(2), start=1):
            if torch.isfinite(level).any():
                means[f"polarizability.{k}"] = _mean_length(level / n_atoms[:, None])
    return means


def _mean_length(difference: Tensor) -> Tensor:
    known = torch.isfinite(difference).all(1)
    return torch.sqrt((difference[known] ** 2).sum(1) + 1e-12).mean()


def total(terms: dict[str, Tensor], weights: LossWeights) -> Tensor:
    """The loss, a scalar: the weighted sum of the terms of :func:`errors`."""
    return torch.stack(
        [getattr(weights, name.split(".")[0]) * value for name, value in terms.items()]
    ).sum()
