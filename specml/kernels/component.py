"""A kernel as a sum over pairs of fragments, with the whole molecule as the largest of them.

    k(x, x') = v / R sum_l sum_r kappa(D_l(x), D_r(x'))

where l runs over the L fragments of a class and r over the R orders of their atoms that map them
onto each other. With one fragment, the molecule, and its permutations as orders this is sGDML
(Chmiela et al., Nat. Commun. 2018, 9, 3887); with small ones it is a sum of local energies, which
fragments that no symmetry connects learn together. Sums of components are kernels again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from specml.kernels.descriptor import Descriptor, describe
from specml.kernels.isomorphism import FragmentClass
from specml.kernels.matern import blocks

BYTES = 2**27  # rows are taken so many at a time that a block fits into this


@dataclass(frozen=True)
class Component:
    """Fragments, their orders, and the scales of their energy function.

    Parameters
    ----------
    once : (L, k) atoms of every fragment.
    orders : (R, k) atoms of every fragment in every order.
    length : s of the kernel, in angstrom^-power.
    variance : v, angstrom^2 times that of a force, relative to other components.
    power : p of the descriptor.
    cell : (3, 3) angstrom, rows a vector, of a crystal.
    """

    once: Tensor
    orders: Tensor
    length: float
    variance: float = 1.0
    power: float = 1.0
    cell: Tensor | None = None

    @classmethod
    def of(cls, fragments: FragmentClass, length: float, power: float = 1.0) -> "Component":
        """Make the component of a class of fragments."""
        orders = torch.as_tensor(fragments.orders)
        return cls(torch.as_tensor(fragments.once), orders, length, power=power)

    def force_covariance(self, left: Tensor, right: Tensor) -> Tensor:
        """cov(F, F') at positions (m, n, 3) and (m', n, 3): (3 n m, 3 n m')."""
        m, n = left.shape[:2]
        k = self.once.shape[1]
        rows = max(1, BYTES // (72 * k * k * len(right)))
        total = left.new_empty(m, n, 3, len(right), n, 3)
        theirs = self.in_every_order(right)
        for start in range(0, m, rows):
            part = slice(start, start + rows)
            total[part] = self._rows(left[part], theirs, n).permute(2, 0, 3, 4, 1, 5)
        return total.view(3 * n * m, -1) * (self.variance / len(self.orders))

    def _rows(self, left: Tensor, theirs: list[Descriptor], n: int) -> Tensor:
        """Sum over fragments and orders, (n, n, m, 3, m', 3)."""
        ours = describe(left, self.power, self.cell)
        total = left.new_zeros(n, n, len(left), 3, len(theirs[0]), 3)
        for atoms in self.once:
            part = ours.of_atoms(atoms)
            for order, match in zip(self.orders, theirs, strict=True):
                block = blocks(part, match, self.length)
                for atom, row in zip(atoms.tolist(), block, strict=True):
                    total[atom].index_add_(0, order, row)
        return total

    def in_every_order(self, positions: Tensor) -> list[Descriptor]:
        """Descriptors of (m, n, 3) in one order after the other."""
        full = describe(positions, self.power, self.cell)
        return [full.of_atoms(order) for order in self.orders]

    def of_every_fragment(self, positions: Tensor) -> Descriptor:
        """Descriptors of (m, n, 3), (L m, k, k), fragment by fragment."""
        full = describe(positions, self.power, self.cell)
        return stacked([full.of_atoms(own) for own in self.once])


def stacked(parts: list[Descriptor]) -> Descriptor:
    """Behind one another."""
    return Descriptor(
        torch.cat([part.values for part in parts]), torch.cat([part.slopes for part in parts])
    )


def sum_covariance(components: tuple[Component, ...], left: Tensor, right: Tensor) -> Tensor:
    """cov(F, F') of a sum of components, (3 n m, 3 n m')."""
    total = left.new_zeros(left.numel(), right.numel())
    for component in components:
        total += component.force_covariance(left, right)
    return total


def molecule(permutations: np.ndarray) -> FragmentClass:
    """The whole molecule with its permutations (s, n) as the one fragment."""
    return FragmentClass(permutations[:1], permutations)


@dataclass(frozen=True)
class Scales:
    """What the search moves.

    Parameters
    ----------
    lengths : s of each family of components.
    shares : prior variance of forces of each family; the first is 1.
    ridge : lambda of the forces on all but hydrogen.
    hydrogen : lambda of hydrogen over that. What a fit leaves over is smaller there: on ethanol 15
        meV/angstrom, on carbon 34.
    """

    lengths: tuple[float, ...]
    shares: tuple[float, ...]
    ridge: float
    hydrogen: float = 1.0

    def ridges(self, numbers: np.ndarray) -> Tensor:
        """lambda of every atom, (n,)."""
        light = torch.as_tensor(np.asarray(numbers) == 1)
        return self.ridge * torch.where(light, self.hydrogen, 1.0).double()


Family = Sequence[Component]  # components that share a length and a variance


def scaled(families: Sequence[Family], scales: Scales, positions: Tensor) -> tuple[Component, ...]:
    """The components with these scales; a family shares its variance by the size of its forces."""
    parts: list[Component] = []
    total = sum(scales.shares)
    for family, length, share in zip(families, scales.lengths, scales.shares, strict=True):
        stretched = [replace(component, length=length) for component in family]
        unit = sum(_force_variance(component, positions) for component in stretched)
        parts += [
            replace(component, variance=component.variance * share / total / unit)
            for component in stretched
        ]
    return tuple(parts)


def _force_variance(component: Component, positions: Tensor) -> float:
    """Prior variance of a force component, in the mean, at (n, 3)."""
    own = component.force_covariance(positions[None], positions[None])
    return own.diagonal().mean().item()
