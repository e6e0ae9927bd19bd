"""From atomic features to molecular properties, rung by rung of a ladder of theories.

``models.ladder`` puts these heads on a representation network.

A ladder starts at a cheap level and climbs by differences: property = sum over rungs. A rung is
learned from the difference of two labels at the same geometry, so the first rung may be replaced
by the cheap program itself at run time.

    energy          E = sum_i e_i
    dipole          mu = sum_i q_i (r_i - R) + mu_i,   sum_i q_i = Q,   R centre of mass
    polarizability  alpha = sum_i a_i 1 + T_i (+ sym(v_i w_i) for networks without tensors)
"""

import torch
from torch import Tensor, nn

from specml.data.batch import Batch
from specml.nn.cartesian import traceless_basis
from specml.nn.edges import edges
from specml.nn.gather import gather, scatter
from specml.nn.radial import envelope


def _mlp(n_channels: int, n_out: int) -> nn.Sequential:
    """Two linear layers with an activation between them."""
    return nn.Sequential(nn.Linear(n_channels, n_channels), nn.SiLU(), nn.Linear(n_channels, n_out))


class EnergyHead(nn.Module):
    """Atomic energies, which add up to the energy of a structure; one for each rung.

    Parameters
    ----------
    n_channels : width of the features.
    n_rungs : number of rungs of the ladder.
    """

    reference: Tensor

    def __init__(self, n_channels: int, n_rungs: int):
        super().__init__()
        self.atomic = _mlp(n_channels, n_rungs)
        # Energy of an isolated-atom-like reference per element and rung, fitted before training.
        self.register_buffer("reference", torch.zeros(119, n_rungs, dtype=torch.float64))

    def forward(self, scalars: Tensor, batch: Batch) -> Tensor:
        """Compute energies (n_structures, n_rungs) in eV, without the reference energies."""
        return scatter(self.atomic(scalars), batch.structure, batch.n_structures)

    def reference_energies(self, batch: Batch) -> Tensor:
        """Sum the reference energies of the atoms, (n_structures, n_rungs) in eV.

        They are a million times larger than the rest and so are in double precision.
        """
        return scatter(self.reference[batch.numbers], batch.structure, batch.n_structures)


class DipoleHead(nn.Module):
    """Charges that flow between neighbours, and atomic dipoles; one set for each rung.

    What flows from j to i leaves j, so charges sum to the total charge by construction and two
    molecules far apart do not feel each other:

        q_i = Q / n + sum_j u(r_ij) sum_c (a_ic b_jc - b_ic a_jc)

    with a and b functions of the atoms' scalars and u the envelope of ``nn.radial``. The first
    rung carries the total charge Q; the others are differences and sum to zero.

    Parameters
    ----------
    n_channels : width of the features.
    n_rungs : number of rungs of the ladder.
    cutoff : distance at which charge no longer flows, angstrom.
    """

    FLOWS = 8  # channels c of the charge flow, for each rung
    first: Tensor

    def __init__(self, n_channels: int, n_rungs: int, cutoff: float):
        super().__init__()
        self.cutoff = cutoff
        self.flows = _mlp(n_channels, 2 * n_rungs * self.FLOWS)
        self.gates = _mlp(n_channels, n_channels)
        self.project = nn.Linear(n_channels, n_rungs, bias=False)
        self.register_buffer("first", (torch.arange(n_rungs) == 0).float(), persistent=False)

    def forward(self, scalars: Tensor, vectors: Tensor | None, batch: Batch) -> tuple:
        """Compute dipoles (n_structures, 3, n_rungs) in e*angstrom and charges (n_atoms, n_rungs)
        in e.
        """
        index, n = batch.structure, batch.n_structures
        ones = torch.ones_like(batch.masses[:, None])
        share = batch.charge[:, None] / scatter(ones, index, n)
        charges = self.flow(scalars, batch) + gather(share, index) * self.first
        masses = batch.masses[:, None]
        center = scatter(masses * batch.positions, index, n) / scatter(masses, index, n)
        arms = batch.positions - gather(center, index)
        atomic = arms[:, :, None] * charges[:, None]
        if vectors is not None:
            atomic = atomic + self.project(vectors * self.gates(scalars).unsqueeze(1))
        return scatter(atomic, index, n), charges

    def flow(self, scalars: Tensor, batch: Batch) -> Tensor:
        """Compute charges (n_atoms, n_rungs) in e that sum to zero in every structure."""
        distances, _ = edges(batch, self.cutoff)
        a, b = self.flows(scalars).view(len(scalars), 2, -1).unbind(1)
        weight = envelope(distances, self.cutoff)[:, None]
        from_b = (weight @ gather(b, batch.neighbors))[:, 0]
        from_a = (weight @ gather(a, batch.neighbors))[:, 0]
        return (a * from_b - b * from_a).view(len(scalars), -1, self.FLOWS).sum(2)


class PolarizabilityHead(nn.Module):
    """Atomic polarizabilities: a scalar and a symmetric traceless tensor for each rung.

    Parameters
    ----------
    n_channels : width of the features.
    n_rungs : number of rungs of the ladder.
    from_vectors : whether the anisotropy is built from products of vectors, for networks without
        tensors.
    """

    basis: Tensor

    def __init__(self, n_channels: int, n_rungs: int, from_vectors: bool):
        super().__init__()
        self.scalar = _mlp(n_channels, n_rungs)
        self.gates = _mlp(n_channels, n_channels)
        self.pair = nn.Linear(n_channels, 2 * n_channels, bias=False) if from_vectors else None
        self.project = nn.Linear(n_channels, n_rungs, bias=False)
        self.register_buffer("basis", traceless_basis(), persistent=False)

    def forward(
        self, scalars: Tensor, vectors: Tensor | None, tensors: Tensor | None, batch: Batch
    ) -> Tensor:
        """Compute polarizabilities (n_structures, 3, 3, n_rungs) in angstrom^3."""
        if self.pair is not None:
            left, right = self.pair(vectors).chunk(2, dim=-1)
            bv = torch.einsum("aij,njc->naic", self.basis, left)
            tensors = (bv * right.unsqueeze(1)).sum(2)
        traceless = self.project(tensors * self.gates(scalars).unsqueeze(1))
        eye = torch.eye(3, dtype=scalars.dtype, device=scalars.device)
        atomic = self.scalar(scalars)[:, None, None] * eye[..., None]
        atomic = atomic + torch.einsum("nar,aij->nijr", traceless, self.basis)
        return scatter(atomic, batch.structure, batch.n_structures)
