"""Shieldings of nuclei, as chemical shifts on two rungs of a ladder.

``inference.shieldings`` predicts with it for ``specml nmr``.

    delta(DFT)        = a_Z + b_Z m_1(x_i)
    delta(experiment) = delta(DFT) + b_Z m_2(x_i)
    scale of error    = exp of two more outputs (the b of a Laplace distribution)

x_i are the scalars of nucleus i after message passing, a_Z and b_Z the mean and spread of the
element's shifts. Each element reads its own columns of one small perceptron. The rungs follow the
rest of SpecML: experiment is learned as a difference from theory, so that a nucleus without an
experimental neighbour in the training data falls back on theory.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from specml.data.batch import Batch
from specml.models.ladder import NetworkConfig
from specml.nuclei import NUCLEI, Nucleus, in_order

OUTPUTS = 4  # DFT, experiment - DFT, log scales of both errors


@dataclass(frozen=True)
class PredictedShifts:
    """What the model says of every atom of a batch; NaN for nuclei it has no shielding of.

    Parameters
    ----------
    dft, experiment : (n_atoms,) chemical shifts on the two rungs, ppm from TMS.
    dft_scale, experiment_scale : (n_atoms,) expected absolute errors, ppm.
    """

    dft: Tensor
    experiment: Tensor
    dft_scale: Tensor
    experiment_scale: Tensor


class ShieldingModel(nn.Module):
    """A representation network with one head for the shifts of all nuclei.

    Parameters
    ----------
    config : which network, and its size.
    nuclei : names of the nuclei it has outputs for, ``1H`` and so on; all rows of
        :mod:`specml.nuclei` where None. Columns are in the order of the rows.
    """

    mean: Tensor
    spread: Tensor
    column: Tensor

    def __init__(self, config: NetworkConfig, nuclei: Sequence[str] | None = None):
        super().__init__()
        self.config = config
        names = NUCLEI if nuclei is None else in_order(nuclei)
        self.nuclei: tuple[Nucleus, ...] = tuple(NUCLEI[name] for name in names)
        self.representation = config.build()
        n, count = config.n_channels, len(self.nuclei)
        self.head = nn.Sequential(nn.Linear(n, 2 * n), nn.SiLU(), nn.Linear(2 * n, count * OUTPUTS))
        self.register_buffer("mean", torch.zeros(count))
        self.register_buffer("spread", torch.ones(count))
        column = torch.full((119,), -1)
        column[list(self.numbers)] = torch.arange(count)
        self.register_buffer("column", column, persistent=False)

    @property
    def numbers(self) -> tuple[int, ...]:
        """Atomic numbers of the nuclei, in the order of the columns of the head."""
        return tuple(nucleus.number for nucleus in self.nuclei)

    @property
    def cutoff(self) -> float:
        """The distance up to which atoms are neighbours, angstrom."""
        return self.config.cutoff

    def forward(self, batch: Batch) -> PredictedShifts:
        """Compute shifts and expected errors of every atom of a batch."""
        scalars = self.representation(batch).scalars
        column = self.column[batch.numbers]
        known = column >= 0
        row = column.clamp(min=0)
        out = self.head(scalars).view(len(row), len(self.nuclei), OUTPUTS)
        out = out.gather(1, row[:, None, None].expand(-1, 1, OUTPUTS))[:, 0]
        spread = self.spread[row]
        dft = self.mean[row] + spread * out[:, 0]
        scales = spread[:, None] * torch.exp(out[:, 2:].clamp(-8.0, 2.0))
        shifts = torch.stack([dft, dft + spread * out[:, 1], scales[:, 0], scales[:, 1]])
        return PredictedShifts(*torch.where(known, shifts, torch.nan))
