"""What the kept conformers are of all, and energies of another model than relaxed them."""

import numpy as np
import pytest

from specml.relax import Relaxed
from specml.spectra.ensemble import boltzmann_weights
from specml.structure import Structure
from specml.units import KJ_PER_MOL
from specml.workflows.conformers import Geometries


def end(energy_kj_mol: float, height: float) -> Relaxed:
    """A chiral geometry, so that every one occurs equally often."""
    positions = [[0, 0, 0], [1, 0, 0], [0, 1.1, 0], [0.3, 0.2, height]]
    return Relaxed(Structure([7, 1, 9, 17], positions), True, 0.0, 1, energy_kj_mol * KJ_PER_MOL)


ENDS = tuple(end(k, 1.2 + 0.1 * k) for k in range(4))
KEPT = Geometries(tuple(e.structure for e in ENDS[:2]), ENDS[:2], 2, ENDS)


def test_share_of_all_conformers():
    weights = boltzmann_weights([e.energy for e in ENDS], [1, 1, 1, 1], 298.15)
    assert KEPT.n_in_window == 4
    assert KEPT.kept_share(298.15) == pytest.approx(weights[:2].sum())
    assert KEPT.kept_share(10.0) == pytest.approx(1.0)


def test_all_are_kept():
    alone = Geometries((ENDS[0].structure,), (ENDS[0],))
    assert (alone.n_in_window, alone.kept_share(298.15)) == (1, 1.0)


def test_energies_of_another_model_choose_and_order_anew():
    energies = np.array([0.3, 0.2, 0.0, 0.1])
    again = KEPT.with_energies(energies.tolist(), "another")
    assert again.energies_by == "another"
    assert again.structures == (ENDS[2].structure, ENDS[3].structure)
    assert [e.energy for e in again.in_window] == [0.0, 0.1, 0.2, 0.3]
    assert [e.energy for e in again.relaxed if e is not None] == [0.0, 0.1]
