"""The response model: one representation, heads for energy, dipole and polarizability.

``training`` fits it, ``inference`` predicts with it, ``md.network`` drives dynamics with it.

Each is a ladder of theories (see ``nn.heads``):

    rung   energy                   dipole                       polarizability
    0      GFN2-xTB                 GFN2-xTB
    1      B3LYP/def2-SVP - GFN2    B3LYP/def2-SVP - GFN2        B3LYP/def2-SVP
    2                               B3LYP/def2-SVPD - def2-SVP   B3LYP/def2-SVPD - def2-SVP
"""

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn

from specml.data.batch import Batch
from specml.errors import WeightsError, message
from specml.models.features import AtomicFeatures
from specml.models.painn import SMOOTHING, PaiNN
from specml.models.schnet import SchNet
from specml.models.tensor_painn import TensorPaiNN
from specml.models.tensornet import TensorNet
from specml.nn.heads import DipoleHead, EnergyHead, PolarizabilityHead

ENERGY_RUNGS = ("gfn2", "b3lyp-svp")
DIPOLE_RUNGS = ("gfn2", "b3lyp-svp", "b3lyp-svpd")
POLARIZABILITY_RUNGS = ("b3lyp-svp", "b3lyp-svpd")
SMOOTHED = ("painn", "tensor-painn")  # networks that take norms of vectors
NETWORKS: dict[str, type[nn.Module]] = {
    "schnet": SchNet,
    "painn": PaiNN,
    "tensor-painn": TensorPaiNN,
    "tensornet": TensorNet,
}


@dataclass(frozen=True)
class NetworkConfig:
    """What a model file must say to rebuild its network.

    Parameters
    ----------
    network : a key of ``NETWORKS``.
    n_channels, n_layers, n_radial, cutoff : width, depth, number of radial functions and distance
        of the farthest neighbours in angstrom, as in the network's own file.
    smoothing : s in the norms |v| = sqrt(v.v + s) of PaiNN's vectors and tensors. Symmetry makes v
        vanish at the atoms of methane or acetylene, and the energy bends there on the scale of
        sqrt(s). With s = 1e-8 the Hessian gave acetylene's bends at 1208 instead of 690 1/cm; with
        1e-2 the Hessian was right, but molecular dynamics at 10 K lay 4 1/cm below it.
    """

    network: str = "tensor-painn"
    n_channels: int = 64
    n_layers: int = 3
    n_radial: int = 16
    cutoff: float = 5.0
    smoothing: float = SMOOTHING

    def __post_init__(self) -> None:
        if self.network not in NETWORKS:
            raise WeightsError(
                message(
                    "network",
                    repr(self.network),
                    "one of " + ", ".join(NETWORKS),
                    "Use a model file written by this version of SpecML.",
                )
            )

    def build(self) -> nn.Module:
        """Make the network, with fresh parameters."""
        settings = asdict(self)
        network = settings.pop("network")
        if network not in SMOOTHED:
            settings.pop("smoothing")
        return NETWORKS[network](**settings)


@dataclass(frozen=True)
class LadderResponse:
    """What a ladder model says of a batch.

    Parameters
    ----------
    energy : (n_structures, 2) eV, rungs in the last axis, without reference energies.
    dipole : (n_structures, 3, 3) e*angstrom, components then rungs.
    charges : (n_atoms, 3) e, latent charges of every rung.
    polarizability : (n_structures, 3, 3, 2) angstrom^3, rungs in the last axis; None for an
        invariant network.
    """

    energy: Tensor
    dipole: Tensor
    charges: Tensor
    polarizability: Tensor | None


class LadderModel(nn.Module):
    """A representation network with heads for energy, dipole and polarizability.

    Parameters
    ----------
    config : which network, and its size.
    """

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.config = config
        self.representation = config.build()
        self.energy = EnergyHead(config.n_channels, len(ENERGY_RUNGS))
        self.dipole = DipoleHead(config.n_channels, len(DIPOLE_RUNGS), config.cutoff)
        equivariant = config.network != "schnet"
        self.polarizability = (
            PolarizabilityHead(
                config.n_channels,
                len(POLARIZABILITY_RUNGS),
                from_vectors=config.network == "painn",
            )
            if equivariant
            else None
        )

    @property
    def cutoff(self) -> float:
        """Distance of the farthest neighbours, angstrom."""
        return self.config.cutoff

    def features(self, batch: Batch) -> AtomicFeatures:
        """Compute the features of the atoms of a batch."""
        return self.representation(batch)

    def energy_rungs(self, batch: Batch) -> Tensor:
        """Compute energies (n_structures, 2) in eV without references: all that forces need."""
        return self.energy(self.features(batch).scalars, batch)

    def forward(self, batch: Batch) -> LadderResponse:
        """Compute energies, dipoles and polarizabilities of a batch, rung by rung."""
        features = self.features(batch)
        dipole, charges = self.dipole(features.scalars, features.vectors, batch)
        alpha = None
        if self.polarizability is not None:
            alpha = self.polarizability(features.scalars, features.vectors, features.tensors, batch)
        return LadderResponse(self.energy(features.scalars, batch), dipole, charges, alpha)


def forces_of(energy: Tensor, positions: Tensor, create_graph: bool = False) -> Tensor:
    """Compute the forces -dE/dr, (n_atoms, 3) eV/angstrom.

    Parameters
    ----------
    energy : (n_structures,) energies in eV, or their sum.
    positions : (n_atoms, 3) angstrom, from which the energies were computed.
    create_graph : whether the forces themselves shall be differentiated, as in training.
    """
    (gradient,) = torch.autograd.grad(energy.sum(), positions, create_graph=create_graph)
    return -gradient
