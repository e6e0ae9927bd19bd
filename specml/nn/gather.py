"""Gather and its adjoint, written as one pair so that second derivatives stay fast on a CPU.

    gather(x, index)_e  = x_index(e)            scatter(y, index, n)_i = sum_{e: index(e) = i} y_e

Each is the derivative of the other. PyTorch's own ``x[index]`` differentiates through
``index_put``, which is ten times slower than ``index_add`` here.
"""

from typing import Any

import torch
from torch import Tensor


class _Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, index: Tensor) -> Tensor:
        ctx.save_for_backward(index)
        ctx.rows = len(x)
        return x.index_select(0, index)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return _Scatter.apply(gradient, ctx.saved_tensors[0], ctx.rows), None


class _Scatter(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, y: Tensor, index: Tensor, rows: int) -> Tensor:
        ctx.save_for_backward(index)
        return y.new_zeros(rows, *y.shape[1:]).index_add_(0, index, y)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        return _Gather.apply(gradient, ctx.saved_tensors[0]), None, None


def gather(x: Tensor, index: Tensor) -> Tensor:
    """Rows of ``x`` (n, ...) at ``index`` (any shape): (*index.shape, ...)."""
    flat = _Gather.apply(x, index.reshape(-1))
    return flat.view(*index.shape, *x.shape[1:])


def scatter(y: Tensor, index: Tensor, rows: int) -> Tensor:
    """Sum the rows of ``y`` (e, ...) that share an ``index`` (e,): (rows, ...)."""
    return _Scatter.apply(y, index, rows)
