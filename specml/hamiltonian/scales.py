"""The linear maps M_Z and shifts c_Z that turn unit outputs into coefficients, set before training.

Called by the script that trains the model.

Auxiliary functions of neighbouring exponents are nearly the same function, and a tight one moves
the matrix less than a wide one. Per element and l the mean block B of the Gram matrices says how
much: with B = V diag(lambda) V^T the combinations V lambda^-1/2 move it by one unit each. They are
scaled by how much they vary over the training geometries.
"""

from collections.abc import Sequence

import numpy as np
import torch

from specml.hamiltonian.layout import ELEMENTS, LARGEST_L, counts, flat_index, offsets
from specml.hamiltonian.network import CHARGES, HEIGHTS, KINDS, PotentialNetwork
from specml.hamiltonian.targets import Problem
from specml.reference.auxiliary import shells

SMALLEST = 1e-5  # of the largest eigenvalue: smaller ones are not told apart
NARROWEST = 0.02  # of the widest spread


def fit_scales(model: PotentialNetwork, problems: Sequence[Problem]) -> None:
    """Set the maps and shifts of a network from its training problems."""
    model.mix.zero_()
    model.shift.zero_()
    for k, number in enumerate(ELEMENTS):
        momenta = np.array([l for l, _ in shells(number)])
        for l in range(LARGEST_L + 1):
            n_own, n_row = int((momenta == l).sum()), counts()[l]
            blocks, values = _collect(problems, number, l, n_own)
            if not values.size:
                continue
            place = np.concatenate([np.arange(n_own) + n_row * k for k in (CHARGES, HEIGHTS)])
            mean = values.mean(0) if l == 0 else np.zeros(len(place))
            matrix = torch.as_tensor(_map(blocks, values - mean), dtype=model.mix.dtype)
            model.mix[k, l][np.ix_(place, place)] = matrix
            if l == 0:
                shift = torch.as_tensor(mean, dtype=model.shift.dtype)
                model.shift[k, :, :n_own] = shift.view(KINDS, n_own)


def _map(block: np.ndarray, values: np.ndarray) -> np.ndarray:
    sizes, vectors = np.linalg.eigh(block)
    roots = np.sqrt(np.maximum(sizes, SMALLEST * sizes[-1]))
    spread = np.sqrt(((values @ vectors * roots) ** 2).mean(0))
    return vectors / roots * np.maximum(spread, NARROWEST * spread.max())


def _collect(
    problems: Sequence[Problem], number: int, l: int, n_own: int
) -> tuple[np.ndarray, np.ndarray]:
    """Mean Gram block (2 n, 2 n) and solutions (n_samples, 2 n) of the shells of an element."""
    total, count = np.zeros((2 * n_own, 2 * n_own)), 0
    values: list[np.ndarray] = []
    start, stop = offsets()[l], offsets()[l] + n_own * (2 * l + 1)
    width = offsets()[-1]
    for p in problems:
        index = flat_index(p.numbers)
        n = len(index)
        for atom in np.flatnonzero(p.numbers == number):
            shell = (index >= atom * width + start) & (index < atom * width + stop)
            columns = np.flatnonzero(shell).reshape(n_own, 2 * l + 1)
            for own in columns.T:
                both = np.concatenate([own, own + n])
                seen = p.root[:, both]
                total += seen.T @ seen
                values.append(p.best[both])
                count += 1
    return total / max(count, 1), np.array(values)
