"""The shipped shielding model against measured shifts of common solvents.

G. R. Fulmer et al., Organometallics 29, 2176 (2010), Table 1 and 2: CDCl3, ppm from TMS.
"""

import numpy as np
import pytest

from specml.data.sampling import conformer
from specml.data.topology import graph
from specml.inference.shieldings import ShieldingPredictor, load_shieldings
from specml.reference.surface import GFN2Surface
from specml.spectra import nmr
from specml.spectra.nmr_groups import groups

# SMILES -> shifts of the carbons and of the hydrogens on carbon, each signal once.
MEASURED = {
    "CC(C)=O": ([207.07, 30.92], [2.17]),
    "CC#N": ([116.43, 1.89], [2.10]),
    "c1ccccc1": ([128.37], [7.36]),
    "CCOC(C)=O": ([171.36, 60.49, 21.04, 14.19], [4.12, 2.05, 1.26]),
    "c1ccncc1": ([149.90, 135.96, 123.75], [8.62, 7.68, 7.29]),
    "Cc1ccccc1": ([137.89, 129.07, 128.26, 125.33, 21.46], [7.25, 7.17, 7.17, 2.36]),
    "C1CCOC1": ([67.97, 25.62], [3.76, 1.85]),
}
LARGEST, MEAN = {"13C": 6.0, "1H": 0.4}, {"13C": 1.7, "1H": 0.15}  # ppm


@pytest.fixture(scope="module")
def model() -> ShieldingPredictor:
    return load_shieldings()


def predicted(model: ShieldingPredictor, smiles: str) -> list[nmr.NMRSignal]:
    (end,) = GFN2Surface().relax([conformer(smiles)])
    averaged = nmr.average(model.predict([end.structure]), np.ones(1))
    found = groups(graph(end.structure), end.structure.positions, (1, 6))
    return [signal for signal in nmr.signals(averaged, found) if not signal.group.labile]


@pytest.fixture(scope="module")
def errors(model) -> dict[str, np.ndarray]:
    found: dict[str, list] = {"13C": [], "1H": []}
    for smiles, both in MEASURED.items():
        for nucleus, measured in zip(found, both, strict=True):
            shifts = [s.shift for s in nmr.by_shift(predicted(model, smiles), nucleus)]
            found[nucleus] += (np.array(shifts) - measured).tolist()
    return {nucleus: np.abs(values) for nucleus, values in found.items()}


@pytest.mark.parametrize("nucleus", ["13C", "1H"])
def test_solvents(errors, nucleus):
    assert errors[nucleus].max() < LARGEST[nucleus]
    assert errors[nucleus].mean() < MEAN[nucleus]


def test_they_are_inside_the_domain(model):
    for smiles in MEASURED:
        (end,) = GFN2Surface().relax([conformer(smiles)])
        (shieldings,) = model.predict([end.structure])
        assert model.domain(end.structure, shieldings.uncertainty).inside, smiles
