"""Energies, forces and Hessians of a sum of kernels with weights on forces, in closed form.

With b_q = J_q w_q, the weights w_q of geometry q (in one of its orders) pushed onto pairs, and
x = D - D_q, t = x . b_q, e = exp(-c d), a = v c^2 / (3 R):

    E = -a sum_q (1 + c d) e t
    F = J^T W,            W = a sum_q e { (1 + c d) b_q - c^2 t x }
    H = -(J^T W_D J + sum_pairs W D''),
                          W_D = a sum_q e { -c^2 (b_q x^T + x b_q^T + t) + c^3 t / d x x^T }

summed over the fragments of D. Vectors over pairs hold every pair once.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from specml.kernels.component import Component, stacked
from specml.kernels.descriptor import curvature, describe
from specml.kernels.matern import rate

CHUNK = 2**24  # elements of the largest intermediate of a batch


@dataclass(frozen=True)
class Potential:
    """One component with its weights.

    Parameters
    ----------
    component : the kernel.
    anchors : (q, p) descriptors of the training geometries in every order, pairs once.
    pushed : (q, p), b_q.
    """

    component: Component
    anchors: Tensor
    pushed: Tensor

    @classmethod
    def of(cls, component: Component, positions: Tensor, weights: Tensor) -> "Potential":
        """From training positions (m, n, 3) and weights of their forces (m, n, 3)."""
        every = component.in_every_order(positions)
        pushed = torch.cat(
            [
                one.push(weights[:, order])
                for one, order in zip(every, component.orders, strict=True)
            ]
        )
        first, second = _pairs(component)
        return cls(component, stacked(every).values[:, first, second], pushed[:, first, second])

    def energies_forces(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """(m,) and (m, n, 3) at positions (m, n, 3)."""
        largest = max(len(self.anchors) * len(self.component.once), 1)
        parts = [self._energies_forces(x) for x in positions.split(max(1, CHUNK // largest))]
        return torch.cat([e for e, _ in parts]), torch.cat([f for _, f in parts])

    def _energies_forces(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        component, (first, second) = self.component, _pairs(self.component)
        descriptor = component.of_every_fragment(positions)
        values = descriptor.values[:, first, second]
        c, scale = self._scales()
        distance, along = self._separations(values)
        decay = scale * torch.exp(-c * distance)
        near = (1.0 + c * distance) * decay
        far = c * c * decay * along
        energies = -(near * along).sum(1)
        pairs = near @ self.pushed - far.sum(1)[:, None] * values + far @ self.anchors
        matrix = torch.zeros_like(descriptor.values)
        matrix[:, first, second] = matrix[:, second, first] = pairs
        pulled = descriptor.pull(matrix).unflatten(0, (len(component.once), -1))
        forces = torch.zeros_like(positions)
        for atoms, own in zip(component.once, pulled, strict=True):
            forces.index_add_(1, atoms, own)
        return energies.unflatten(0, (len(component.once), -1)).sum(0), forces

    def hessian(self, positions: Tensor) -> Tensor:
        """(3n, 3n) at one geometry (n, 3)."""
        n = len(positions)
        total = positions.new_zeros(n, 3, n, 3)
        for atoms in self.component.once:
            block = self._hessian(positions[atoms])
            wide = block.new_zeros(len(atoms), 3, n, 3)
            wide[:, :, atoms] = block
            total.index_add_(0, atoms, wide)
        return total.view(3 * n, 3 * n)

    def _hessian(self, positions: Tensor) -> Tensor:
        """(k, 3, k, 3) of one fragment (k, 3)."""
        first, second = _pairs(self.component)
        descriptor = describe(positions[None], self.component.power, self.component.cell)
        values = descriptor.values[:, first, second]
        c, scale = self._scales()
        distance, along = (part[0] for part in self._separations(values))
        decay = scale * torch.exp(-c * distance)
        away = values - self.anchors
        near, far = (1.0 + c * distance) * decay, c * c * decay
        pairs = near @ self.pushed - (far * along) @ away
        mixed = (far[:, None] * self.pushed).T @ away
        second_order = (c * far * along / distance)[:, None] * away
        bend = second_order.T @ away - mixed - mixed.T
        bend = bend - (far * along).sum() * torch.eye(len(bend), dtype=bend.dtype)
        matrix = torch.zeros_like(descriptor.values[0])
        matrix[first, second] = matrix[second, first] = pairs
        jacobian = _jacobian(descriptor.slopes[0], first, second)
        inner = (jacobian.T @ bend @ jacobian).unflatten(0, (-1, 3)).unflatten(-1, (-1, 3))
        return -inner - curvature(positions, matrix, self.component.power, self.component.cell)

    def _scales(self) -> tuple[float, float]:
        """c and a."""
        c = rate(self.component.length)
        return c, self.component.variance * c * c / (3.0 * len(self.component.orders))

    def _separations(self, values: Tensor) -> tuple[Tensor, Tensor]:
        """d and t of descriptors (l, p): two of (l, q)."""
        squared = values.square().sum(1)[:, None] + self.anchors.square().sum(1)
        squared = squared - 2.0 * values @ self.anchors.T
        along = values @ self.pushed.T - (self.anchors * self.pushed).sum(1)
        return squared.clamp(min=1e-24).sqrt(), along


def _pairs(component: Component) -> tuple[Tensor, Tensor]:
    k = component.once.shape[1]
    first, second = torch.triu_indices(k, k, 1)
    return first, second


def _jacobian(slopes: Tensor, first: Tensor, second: Tensor) -> Tensor:
    """dD/dr of pairs, (p, 3k), from G (k, k, 3)."""
    rows = torch.arange(len(first))
    jacobian = slopes.new_zeros(len(first), len(slopes), 3)
    jacobian[rows, first] = slopes[first, second]
    jacobian[rows, second] = slopes[second, first]
    return jacobian.flatten(1)
