"""GFN2-xTB as a surface to relax on."""

import numpy as np

from specml.data.sampling import conformer
from specml.reference.surface import FMAX, GFN2Surface


def test_minima_and_their_energies():
    structures = [conformer("CO"), conformer("C#N")]
    ends = GFN2Surface().relax(structures)
    energies, forces = GFN2Surface().energies_forces([end.structure for end in ends])
    for end, energy, force in zip(ends, energies, forces, strict=True):
        assert end.converged
        assert np.linalg.norm(force, axis=1).max() < 1.1 * FMAX
        assert abs(end.energy - energy) < 1e-3
    before, _ = GFN2Surface().energies_forces(structures)
    assert (energies < before).all()
