"""Labels ``fock-*`` and the matrices behind the model."""

from pathlib import Path

import numpy as np
import pytest
from pyscf import dft

from specml.io import datasets
from specml.reference import fock
from specml.reference.dft import molecule
from specml.reference.labelling import SCHEMES, label_dataset
from specml.reference.one_electron import one_electron
from specml.structure import Structure

WATER = Structure([8, 1, 1], [[0.0, 0.0, 0.12], [0.0, 0.76, -0.48], [0.0, -0.76, -0.48]])
HYDROGEN = Structure([1, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 0.75]])


def test_a_label_is_the_converged_matrix_of_pyscf() -> None:
    field = dft.RKS(molecule(WATER), xc="pbe")
    field.chkfile = None
    field.kernel()
    found = fock.unpacked(fock.label(WATER, "pbe", fitted=False)["fock"])
    np.testing.assert_allclose(found, field.get_fock(), atol=2e-5)


def test_matrices_of_molecules_of_different_size_share_a_file(tmp_path: Path) -> None:
    geometries = datasets.from_structures([HYDROGEN, WATER], [0, 1], [0, 0], ["[H][H]", "O"])
    out = tmp_path / "fock.h5"
    list(label_dataset(geometries, SCHEMES["fock-b3lyp"], out, 1))
    read = datasets.read(out)
    assert [len(row) for row in read.labels["fock"]] == [10 * 11 // 2, 24 * 25 // 2]
    water = fock.unpacked(read.select(np.array([1])).labels["fock"][0])
    expected = fock.unpacked(fock.label(WATER, "b3lyp", fitted=True)["fock"])
    np.testing.assert_allclose(water, expected, atol=1e-6)
    joined = datasets.concatenate([read, geometries])
    assert [len(row) for row in joined.labels["fock"]] == [55, 300, 0, 0]


def test_atomic_potentials_hold_neutral_atoms() -> None:
    """Far from a neutral atom there is no potential: the second atom does not shift the first."""
    far = Structure([1, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 50.0]])
    matrices = one_electron(molecule(far))
    assert matrices.matrix[0, 0] == pytest.approx(matrices.matrix[5, 5], abs=1e-8)
    alone = one_electron(molecule(Structure([1], [[0.0, 0.0, 0.0]], multiplicity=2)))
    np.testing.assert_allclose(matrices.matrix[:5, :5], alone.matrix, atol=1e-6)
