"""The guess of the model that ships, on water at a geometry of its own."""

import pytest
from pyscf import dft, gto, scf

from specml.hamiltonian import attempt
from specml.hamiltonian.calculation import counted
from specml.pyscf import guess

WATER = "O 0 0 0.13; H 0.1 0.77 -0.46; H 0 -0.74 -0.48"


@pytest.mark.parametrize("basis", ["def2-svp", "6-31g*"])
def test_is_good_in_its_own_basis_and_in_another(basis, monkeypatch):
    """Bounds are ten times what the model of November 2026 has."""
    monkeypatch.setattr(scf.hf, "MUTE_CHKFILE", True)
    mol = gto.M(atom=WATER, basis=basis, verbose=0)
    default, seeded = (counted(dft.RKS(mol, xc="b3lyp")) for _ in range(2))
    energy = default.set(grids=dft.Grids(mol).set(level=0)).kernel()
    field = guess(seeded.set(grids=dft.Grids(mol).set(level=0)))
    assert field.kernel() == pytest.approx(energy, abs=1e-8)
    assert field.specml_guess.used == "specml"
    assert field.specml_guess.excess < 2e-4
    assert seeded._builds[0] < default._builds[0]


def test_without_refinement_the_first_matrix_is_handed_over(monkeypatch):
    """One build less than if the SCF built it again, and the same energy."""
    monkeypatch.setattr(scf.hf, "MUTE_CHKFILE", True)
    mol = gto.M(atom=WATER, basis="def2-svp", verbose=0)
    builds = []
    for better in (attempt.refined, lambda *_: None):
        monkeypatch.setattr(attempt, "refined", better)
        field = counted(dft.RKS(mol, xc="b3lyp"))
        seeded = guess(field.set(grids=dft.Grids(mol).set(level=0)))
        energy = seeded.kernel()
        assert seeded.specml_guess.used == "specml"
        builds.append((seeded._builds[0], energy))
    assert builds[0][0] <= builds[1][0]
    assert builds[0][1] == pytest.approx(builds[1][1], abs=1e-8)
