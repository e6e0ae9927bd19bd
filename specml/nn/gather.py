"""Gather and its adjoint, as operations that stay fast on a CPU however often they are derived.

All networks exchange their messages through these two.

    gather(x, index)_e  = x_index(e)            scatter(y, index, n)_i = sum_{e: index(e) = i} y_e

Each is the derivative of the other, and PyTorch knows that of ``index_select`` and ``index_add``.
It differentiates ``x[index]`` through ``index_put``, which is ten times slower here.
"""

from torch import Tensor


def gather(x: Tensor, index: Tensor) -> Tensor:
    """Take the rows of ``x`` (n, ...) at ``index`` (any shape), as (*index.shape, ...)."""
    return x.index_select(0, index.reshape(-1)).view(*index.shape, *x.shape[1:])


def scatter(y: Tensor, index: Tensor, rows: int) -> Tensor:
    """Sum the rows of ``y`` (e, ...) that share an ``index`` (e,); the result is (rows, ...)."""
    return y.new_zeros(rows, *y.shape[1:]).index_add(0, index, y)
