"""Differences of dipoles and polarizabilities by a kernel on the coefficients of an exact form.

    p(x) = sum_h c_h(x) T_h(x)          cov(p, p') = k(x, x') sum_h T_h(x) T_h(x')^T

c_h are invariant functions of the whole molecule, independent Gaussian processes with one kernel
k (:mod:`specml.kernels.matern`), and T_h turn with the molecule:

    dipole          T_i = r_i - <r>, one an atom: c_i are charges, and what they sum to drops out
    polarizability  T_0 = 1, T_ij = rhat rhat^T - 1/3, one a pair of atoms

so that p turns as its T do, and the difference of the dipoles of two levels, which have one total
charge, does not depend on the origin. Permuted atoms permute T_h: the kernel is summed over them.
Charges of a Gaussian process: Veit, Wilkins, Yang, DiStasio, Ceriotti, J. Chem. Phys. 2020, 153,
024113, there of atoms, here of the molecule.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from specml.expansion import Expansion
from specml.kernels.matern import rate

LENGTHS = (1.0, 4.0, 16.0)
RIDGES = tuple(10.0**power for power in range(-8, 0))
TINY = 1e-12  # angstrom^-2 added to squared distances, whose root has no slope at zero

Basis = Callable[[Tensor], Tensor]


def charges(positions: Tensor) -> Tensor:
    """T of a dipole, (m, n, 3)."""
    return positions - positions.mean(1, keepdim=True)


def pair_tensors(positions: Tensor) -> Tensor:
    """T of a polarizability, (m, 1 + n (n - 1) / 2, 9)."""
    n = positions.shape[1]
    first, second = torch.triu_indices(n, n, 1)
    vectors = positions[:, first] - positions[:, second]
    unit = vectors / vectors.norm(dim=-1, keepdim=True)
    eye = torch.eye(3, dtype=positions.dtype)
    traceless = unit[..., :, None] * unit[..., None, :] - eye / 3.0
    isotropic = eye.expand(len(positions), 1, 3, 3)
    return torch.cat([isotropic, traceless], 1).flatten(2)


FORMS: dict[str, Basis] = {"dipole": charges, "polarizability": pair_tensors}


@dataclass(frozen=True)
class ResponseCorrection:
    """A correction of ``dipole`` or ``polarizability``.

    Parameters
    ----------
    name : which.
    anchors : (q, n, 3) training geometries in every order of their atoms.
    weights : (q, c), of the components at them, divided by the number of orders.
    length : s, 1/angstrom.
    """

    name: str
    anchors: Tensor
    weights: Tensor
    length: float

    def __call__(self, positions: Tensor) -> Tensor:
        """The correction at (m, n, 3): (m, 3) e*angstrom, or (m, 9) angstrom^3."""
        form = FORMS[self.name]
        similarity = _kernel(positions, self.anchors, self.length)
        loaded = torch.einsum("qhc,qc->qh", form(self.anchors), self.weights)
        return torch.einsum("mq,qh,mhc->mc", similarity, loaded, form(positions))

    def corrected(self, expansion: Expansion) -> Expansion:
        """An expansion with the correction and its slopes added."""
        value = getattr(expansion, self.name)
        if value is None:
            return expansion
        x = torch.tensor(expansion.structure.positions)
        slopes = torch.autograd.functional.jacobian(lambda y: self(y[None])[0], x)
        added = {
            self.name: value + self(x[None])[0].numpy().reshape(value.shape),
            f"{self.name}_derivatives": getattr(expansion, f"{self.name}_derivatives")
            + slopes.numpy().reshape(*value.shape, -1),
        }
        return replace(expansion, **added)


def learn_response(
    name: str, positions: np.ndarray, differences: np.ndarray, permutations: np.ndarray
) -> ResponseCorrection:
    """Learn differences (m, 3) or (m, 3, 3) at (m, n, 3) with permutations (s, n).

    Length and ridge are those of ``LENGTHS`` and ``RIDGES`` with the smallest error of every
    geometry predicted from all others, in closed form (Rasmussen & Williams 2006, equation 5.12).
    """
    x = torch.as_tensor(positions, dtype=torch.float64)
    target = torch.as_tensor(differences, dtype=torch.float64).flatten(1)
    orders = torch.as_tensor(permutations)
    anchors = x[:, orders].transpose(0, 1).flatten(0, 1)
    best: tuple[float, float, Tensor] | None = None
    for length in LENGTHS:
        covariance = _covariance(FORMS[name], x, anchors, len(orders), length)
        for ridge in RIDGES:
            inverse = torch.linalg.pinv(
                covariance + ridge * covariance.diagonal().mean() * torch.eye(len(covariance)),
                hermitian=True,
            )
            weights = inverse @ target.flatten()
            off = _left_out(inverse, weights, target.shape[1])
            if best is None or off < best[0]:
                best = (off, length, weights)
    if best is None:
        raise ValueError("no length or ridge to choose from")
    repeated = best[2].view_as(target).repeat(len(orders), 1) / len(orders)
    return ResponseCorrection(name, anchors, repeated, best[1])


def _left_out(inverse: Tensor, weights: Tensor, width: int) -> float:
    """Sum of the squared errors of every geometry, its ``width`` components left out together."""
    total = 0.0
    for start in range(0, len(weights), width):
        own = slice(start, start + width)
        total += float(torch.linalg.solve(inverse[own, own], weights[own]).square().sum())
    return total


def _covariance(form: Basis, left: Tensor, anchors: Tensor, orders: int, length: float) -> Tensor:
    """(m c, m' c), of geometries with anchors in every order."""
    similarity = _kernel(left, anchors, length) / orders
    ours, theirs = form(left), form(anchors)
    inner = torch.einsum("mhc,qhd->mcqd", ours, theirs) * similarity[:, None, :, None]
    summed = inner.unflatten(2, (orders, -1)).sum(2)
    return summed.flatten(2).flatten(0, 1)


def _kernel(left: Tensor, right: Tensor, length: float) -> Tensor:
    """Matern 5/2 of inverse distances, (m, q)."""
    a, b = _inverse(left), _inverse(right)
    squared = (a[:, None] - b).square().sum(-1) + TINY
    d = rate(length) * squared.sqrt()
    return (1.0 + d + d * d / 3.0) * torch.exp(-d)


def _inverse(positions: Tensor) -> Tensor:
    """1 / r of every pair, (m, p)."""
    n = positions.shape[1]
    first, second = torch.triu_indices(n, n, 1)
    return 1.0 / (positions[:, first] - positions[:, second]).norm(dim=-1)
