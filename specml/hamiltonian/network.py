"""Atomic coefficients of potentials, equivariant up to l = 4.

A representation network (its weights begin as those of the response model, which has seen
energies, forces and dipoles of 36,000 geometries) gives scalars, vectors and l = 2 tensors. One
more round of messages carries angular functions up to l = 4,

    A^l_i,c = sum_j phi^l_c(s_j) W^l_c(r_ij) Y^l(rhat_ij)   (+ the vectors and tensors of i),

whose norms update the scalars, and which an element's own weights turn into coefficients:

    y^l_i,n = sum_c w^l_Z,n,c g^l_c(s_i) A^l_i,c,           c_i = M_Z y_i + c_Z.

M_Z is fixed before training: a unit of y then moves the matrix by one unit, whatever the element,
shell and steepness of the auxiliary function. The last step takes the charge sum_k q_k c_k off
every atom, for exchange and correlation of this kind have no far field. (A few functions on a few
atoms fit better with one: see ``PotentialConfig.neutral``.)
"""

from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor, nn

from specml.data.batch import Batch
from specml.hamiltonian.layout import ELEMENTS, LARGEST_L, counts
from specml.models.ladder import NetworkConfig
from specml.nn.edges import edges
from specml.nn.gather import gather
from specml.nn.radial import RadialBasis
from specml.reference.auxiliary import shells

# What a row holds: functions as charge densities, whose potential counts, and as potentials.
CHARGES, HEIGHTS = range(2)
KINDS = 2
# Components of the l = 2 basis of nn.cartesian in the order m = -2 ... 2.
TENSOR_ORDER = [0, 1, 4, 2, 3]
EPSILON = 1e-4


@dataclass(frozen=True)
class PotentialConfig:
    """The size of the network, as the model card states it.

    Parameters
    ----------
    network : the representation.
    width : channels of every l in the last round.
    neutral : whether the charges of every atom sum to zero. A model of one molecule of a few atoms
        has no far field to get wrong.
    """

    network: NetworkConfig
    width: int = 64
    neutral: bool = True

    @classmethod
    def from_card(cls, card: dict) -> "PotentialConfig":
        """The size that a model card states."""
        return cls(NetworkConfig(**card["network"]), card["width"], card.get("neutral", True))

    def to_card(self) -> dict:
        """The keys that state it in a model card."""
        return asdict(self)


class PotentialNetwork(nn.Module):
    """The network: coefficients of the auxiliary functions of every atom from a batch.

    Parameters
    ----------
    config : the size of the network.
    """

    row: Tensor
    mix: Tensor
    shift: Tensor
    charge: Tensor
    sink: Tensor

    def __init__(self, config: PotentialConfig):
        super().__init__()
        self.config = config
        self.representation = config.network.build()
        n, width, n_radial = config.network.n_channels, config.width, config.network.n_radial
        self.radial = RadialBasis(n_radial, config.network.cutoff)
        self.angular = AngularFunctions()
        total = (LARGEST_L + 1) * width
        self.context = nn.Sequential(nn.Linear(n, n), nn.SiLU(), nn.Linear(n, total))
        self.filter = nn.Linear(n_radial, total, bias=False)
        self.vectors = nn.Linear(n, width, bias=False)
        self.tensors = nn.Linear(n, width, bias=False)
        self.update = nn.Sequential(nn.Linear(n + total, 2 * n), nn.SiLU(), nn.Linear(2 * n, n))
        self.gates = nn.Sequential(nn.Linear(n, n), nn.SiLU(), nn.Linear(n, total))
        self.hidden = nn.Sequential(nn.Linear(n, 2 * n), nn.SiLU())
        self.invariant = _PerElement(2 * n, KINDS * counts()[0])
        self.equivariant = nn.ModuleList(
            _PerElement(width, KINDS * counts()[l]) for l in range(1, LARGEST_L + 1)
        )
        self._constants()

    def _constants(self) -> None:
        known = len(ELEMENTS)
        row = torch.full((119,), -1)
        row[list(ELEMENTS)] = torch.arange(known)
        self.register_buffer("row", row, persistent=False)
        most = KINDS * max(counts())
        self.register_buffer("mix", torch.eye(most).repeat(known, LARGEST_L + 1, 1, 1))
        self.register_buffer("shift", torch.zeros(known, KINDS, counts()[0]))
        charge = torch.zeros(known, counts()[0])
        sink = torch.zeros(known, counts()[0])
        for k, z in enumerate(ELEMENTS):
            own = torch.tensor([q for l, q in shells(z) if l == 0])
            charge[k, : len(own)] = own
            sink[k, len(own) - 2] = 1.0 / own[-2]  # the last but one: as wide as a valence shell
        self.register_buffer("charge", charge, persistent=False)
        self.register_buffer("sink", sink, persistent=False)

    @property
    def cutoff(self) -> float:
        """How far an atom sees its neighbours, angstrom."""
        return self.config.network.cutoff

    def forward(self, batch: Batch) -> Tensor:
        """(n_atoms, kinds, length of a row): see :mod:`specml.hamiltonian.layout`."""
        return self.read(batch, self.describe(batch))

    def describe(self, batch: Batch) -> list[Tensor]:
        """What the last linear maps read, for each l: (n_atoms, 2 l + 1, channels)."""
        features = self.representation(batch)
        angular = self._messages(batch, features.scalars)
        angular[1] = angular[1] + self.vectors(features.vectors)
        angular[2] = angular[2] + self.tensors(features.tensors[:, TENSOR_ORDER])
        norms = [angular[0][:, 0]]
        norms += [torch.sqrt((a * a).sum(1) + EPSILON) for a in angular[1:]]
        s = features.scalars + self.update(torch.cat([features.scalars, *norms], -1))
        gates = self.gates(s).split(self.config.width, dim=-1)
        gated = [a * gate.unsqueeze(1) for a, gate in zip(angular, gates, strict=True)]
        return [self.hidden(s).unsqueeze(1), *gated[1:]]

    def read(self, batch: Batch, described: list[Tensor]) -> Tensor:
        """The rows of :meth:`forward`: linear in the weights of the last maps."""
        element = self.row[batch.numbers]
        heads = (self.invariant, *self.equivariant)
        mixed = [
            self._mixed(head(x, element), element, l)
            for l, (head, x) in enumerate(zip(heads, described, strict=True))
        ]
        first = self._neutral(element, mixed[0][:, :, 0])
        return torch.cat([first, *(c.flatten(2) for c in mixed[1:])], -1)

    def _messages(self, batch: Batch, s: Tensor) -> list[Tensor]:
        """A^l for each l, (n_atoms, 2 l + 1, width)."""
        distances, directions = edges(batch, self.cutoff)
        radial = self.radial(distances)
        width = self.config.width
        harmonics = self.angular(directions)
        parts = self.context(s).split(width, dim=-1)
        filters = self.filter.weight.split(width)
        return [
            y.transpose(1, 2)
            @ (gather(part, batch.neighbors) * nn.functional.linear(radial, weight))
            for y, part, weight in zip(harmonics, parts, filters, strict=True)
        ]

    def _mixed(self, y: Tensor, element: Tensor, l: int) -> Tensor:
        """M_Z y, (n_atoms, kinds, n_shells, 2 l + 1); y is (n_atoms, 2 l + 1, kinds n_shells)."""
        size = y.shape[-1]
        c = y @ self.mix[element, l, :size, :size].transpose(1, 2)
        c = c.view(len(y), 2 * l + 1, KINDS, -1).permute(0, 2, 3, 1)
        return c if l else c.transpose(2, 3)

    def _neutral(self, element: Tensor, c: Tensor) -> Tensor:
        """Shifted, and without the excess of charge; c is (n_atoms, kinds, n_shells)."""
        c = c + self.shift[element]
        if not self.config.neutral:
            return c
        charges, heights = c[:, CHARGES], c[:, HEIGHTS]
        excess = (charges * self.charge[element]).sum(-1, keepdim=True)
        return torch.stack([charges - excess * self.sink[element], heights], 1)


class _PerElement(nn.Module):
    """A linear map with weights of its own for each element, and no bias."""

    def __init__(self, n_in: int, n_out: int):
        super().__init__()
        self.weight = nn.Parameter(0.1 * torch.randn(len(ELEMENTS), n_out, n_in) / np.sqrt(n_in))

    def forward(self, x: Tensor, element: Tensor) -> Tensor:
        """Features (n_atoms, m, n_in) to (n_atoms, m, n_out), each element by its weights."""
        return x @ self.weight[element].transpose(1, 2)


class AngularFunctions(nn.Module):
    """Real spherical harmonics l = 0 ... 4 of unit vectors, norm one, in PySCF's order.

    Each l follows from the two below it (Helgaker, Jørgensen and Olsen, Molecular Electronic-
    Structure Theory, equations 6.4.70 to 6.4.73, for r = 1):

        Y^(l+1)_m = ((2 l + 1) z Y^l_m - b Y^(l-1)_m) / a,       -l <= m <= l,
        Y^(l+1)_+(l+1) = c (x Y^l_l - y Y^l_-l),    Y^(l+1)_-(l+1) = c (y Y^l_l + x Y^l_-l)

    a^2 = (l + 1)^2 - m^2, b^2 = l^2 - m^2, c^2 = (2 l + 1) / (2 l + 2).
    """

    def __init__(self) -> None:
        super().__init__()
        for l in range(1, LARGEST_L):
            m = torch.arange(-l, l + 1, dtype=torch.float64)
            a = torch.sqrt((l + 1) ** 2 - m**2)
            b = torch.sqrt(l**2 - m**2)[1:-1]  # zero at both ends, where Y^(l-1) has nothing
            self.register_buffer(f"rise_{l}", ((2 * l + 1) / a).float(), persistent=False)
            self.register_buffer(f"fall_{l}", (b / a[1:-1]).float(), persistent=False)

    def forward(self, directions: Tensor) -> list[Tensor]:
        """The harmonics of unit vectors (..., 3): for each l an array (..., 2 l + 1)."""
        x, y, z = directions.split(1, -1)
        harmonics = [torch.ones_like(x), directions[..., [1, 2, 0]]]
        for l in range(1, LARGEST_L):
            last = harmonics[l]
            low, high = last[..., :1], last[..., -1:]
            middle = z * last * getattr(self, f"rise_{l}")
            falling = harmonics[l - 1] * getattr(self, f"fall_{l}")
            middle = middle - nn.functional.pad(falling, (1, 1))
            c = ((2 * l + 1) / (2 * l + 2)) ** 0.5
            harmonics.append(
                torch.cat([c * (y * high + x * low), middle, c * (x * high - y * low)], -1)
            )
        harmonics[1] = directions
        return harmonics
