"""A shipped model as the prior: GFN2-xTB's own wavenumbers of formaldehyde from ten gradients."""

import numpy as np
import pytest

import specml
from specml.kernels.refined import refine
from specml.kernels.selection import next_geometry
from specml.reference.xtb import FINE_ACCURACY, GFN2
from specml.relax import relax
from specml.spectra.harmonic import harmonic_analysis
from specml.spectra.normal_modes import normal_modes
from specml.structure import Structure
from tests.unit.kernels.test_selection import asked


def level(structures: list[Structure]) -> tuple[np.ndarray, list[np.ndarray]]:
    labels = [GFN2(s, FINE_ACCURACY)(s.positions) for s in structures]
    return np.array([row["energy"] for row in labels]), [row["forces"] for row in labels]


@pytest.fixture
def reference(formaldehyde) -> np.ndarray:
    minimum = relax([formaldehyde], level, 1e-3, 100)[0].structure
    return normal_modes(minimum, GFN2(minimum).derivatives(minimum.positions)[0]).wavenumbers


def test_wavenumbers_of_another_level_from_ten_gradients(formaldehyde, reference):
    prior = specml.load("specml")
    start = prior.relax([formaldehyde])[0].structure
    modes = normal_modes(start, prior.expand([start])[0].hessian)
    before = np.abs(modes.wavenumbers - reference).mean()
    frames = [start]
    for seed in range(10):
        model = refine(prior, frames, np.array(level(frames)[1]))
        minimum = model.relax([start])[0].structure
        (expansion,) = model.expand([minimum])
        modes = normal_modes(minimum, expansion.hessian)
        following = next_geometry(model.correction, asked(modes), seed)
        frames.append(minimum.with_positions(following))
    after = np.abs(modes.wavenumbers - reference).mean()
    assert before > 30.0
    assert after < 2.0
    assert expansion.source == "specml, refined by 10 gradients"
    assert harmonic_analysis(expansion).ir_intensities.shape == (6,)
