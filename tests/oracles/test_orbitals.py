"""Observables of a Kohn-Sham matrix beside PySCF's own, from PySCF's converged matrix."""

import io

import h5py
import numpy as np
import pytest
from pyscf import dft, gto, lo
from pyscf.tools import molden

from specml.errors import InputError
from specml.hamiltonian import cubes, files, observables
from specml.hamiltonian.observables import Orbitals

EXACT = 1e-8  # of PySCF, in its units; the SCF below is converged further than that
FORMAMIDE = """N 1.16 0.22 0.0; C -0.16 -0.40 0.0; O -1.20 0.23 0.0; H 1.23 1.23 0.01;
H 2.0 -0.33 0.0; H -0.16 -1.51 0.02"""


@pytest.fixture(scope="module")
def field():
    mol = gto.M(atom=FORMAMIDE, basis="6-31g*", verbose=0)
    mf = dft.RKS(mol, xc="b3lyp").density_fit()
    mf.grids.level = 0
    mf.conv_tol, mf.conv_tol_grad = 1e-13, 1e-9
    mf.chkfile = None
    mf.kernel()
    return mf


@pytest.fixture(scope="module")
def found(field) -> Orbitals:
    return observables.orbitals(field.mol, field.get_fock())


def test_energies_and_gap(field, found):
    np.testing.assert_allclose(found.energies, field.mo_energy, atol=EXACT)
    occupied = field.mo_occ > 0
    assert found.homo == pytest.approx(field.mo_energy[occupied].max(), abs=EXACT)
    assert found.lumo == pytest.approx(field.mo_energy[~occupied].min(), abs=EXACT)
    assert found.gap == pytest.approx(found.lumo - found.homo)


def test_density(field, found):
    np.testing.assert_allclose(found.density, field.make_rdm1(), atol=EXACT)
    electrons = np.trace(found.density @ found.overlap)
    assert electrons == pytest.approx(field.mol.nelectron, abs=EXACT)


def test_dipole(field, found):
    expected = field.dip_moment(unit="AU", verbose=0)
    np.testing.assert_allclose(observables.dipole(found), expected, atol=EXACT)


def test_charges(field, found):
    mulliken = field.mulliken_pop(verbose=0)[1]
    np.testing.assert_allclose(observables.mulliken_charges(found), mulliken, atol=EXACT)
    mol, overlap = field.mol, field.get_ovlp()
    orthogonal = lo.orth.lowdin(overlap).T @ overlap
    populations = np.diag(orthogonal @ field.make_rdm1() @ orthogonal.T)
    expected = mol.atom_charges() - [
        populations[first:last].sum() for *_, first, last in mol.aoslice_by_atom()
    ]
    np.testing.assert_allclose(observables.loewdin_charges(found), expected, atol=EXACT)


def test_bond_orders_add_up_to_valences(field, found):
    """Of a closed shell the bond orders of an atom add up to its valence (Mayer 1983, eq. 11)."""
    mol = field.mol
    populations = mol.atom_charges() - observables.mulliken_charges(found)
    product = field.make_rdm1() @ field.get_ovlp()
    own = [np.sum(product[a:b, a:b] * product[a:b, a:b].T) for *_, a, b in mol.aoslice_by_atom()]
    orders = observables.mayer_bond_orders(found)
    np.testing.assert_allclose(orders.sum(axis=1), 2.0 * populations - own, atol=1e-7)
    np.testing.assert_allclose(orders, orders.T, atol=EXACT)


@pytest.fixture(scope="module")
def hydrogen() -> Orbitals:
    mol = gto.M(atom="H 0 0 0; H 0 0 0.9", basis="sto-3g", verbose=0)
    return observables.orbitals(mol, mol.intor("int1e_kin") + mol.intor("int1e_nuc"))


@pytest.mark.parametrize("orders", [observables.mayer_bond_orders, observables.wiberg_bond_orders])
def test_the_bond_of_hydrogen_is_one(hydrogen, orders):
    """One orbital on each atom, one bonding orbital: 1 exactly, whatever the distance."""
    np.testing.assert_allclose(orders(hydrogen), [[0.0, 1.0], [1.0, 0.0]], atol=1e-12)


def test_double_bond_of_formamide(found):
    """Twofold C=O, onefold C-H, nothing between the far hydrogens."""
    orders = observables.mayer_bond_orders(found)
    assert 1.7 < orders[1, 2] < 2.2
    assert 0.85 < orders[1, 5] < 1.05
    assert abs(orders[4, 5]) < 0.05


def test_molden_reads_back(tmp_path, found):
    path = tmp_path / "formamide.molden"
    parts = found.energies, found.coefficients, found.occupations
    path.write_bytes(files.molden_file(found.molecule.mol, *parts))
    _, energies, coefficients, occupations, _, _ = molden.load(str(path))
    np.testing.assert_allclose(energies, found.energies, atol=1e-8)
    np.testing.assert_allclose(occupations, found.occupations)
    np.testing.assert_allclose(coefficients, found.coefficients, atol=1e-8)


def test_hdf5_rebuilds_the_molecule(found):
    with h5py.File(io.BytesIO(files.hdf5(found, {"method": "b3lyp"}))) as file:
        np.testing.assert_array_equal(file["fock"], found.fock)
        assert file["fock"].attrs["unit"] == "hartree"
        assert [s.decode() for s in file["ao_labels"]] == found.molecule.mol.ao_labels()
        atoms = list(zip(file["numbers"][:].tolist(), file["positions"][:], strict=True))
        again = gto.M(atom=atoms, basis=file.attrs["basis"], verbose=0)
        np.testing.assert_allclose(again.intor("int1e_ovlp"), file["overlap"], atol=1e-7)
        c, energies = file["coefficients"][:], file["energies"][:]
        np.testing.assert_allclose(
            file["fock"][:] @ c, file["overlap"][:] @ c * energies, atol=1e-8
        )


@pytest.mark.parametrize(("name", "power", "expected"), [("homo", 2, 1.0), ("density", 1, 2.0)])
def test_cubes_hold_their_electrons(hydrogen, name, power, expected):
    lines = cubes.cube(hydrogen, name).decode().splitlines()
    counts = [int(line.split()[0]) for line in lines[3:6]]
    steps = [float(line.split()[1 + k]) for k, line in enumerate(lines[3:6])]
    values = np.array(" ".join(lines[6 + 2 :]).split(), dtype=float)
    assert values.size == np.prod(counts)
    assert np.sum(values**power) * np.prod(steps) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("spacing", [0.25, 0.4])
def test_a_density_on_a_grid_has_its_electrons_and_its_dipole(found, spacing):
    """Formamide, sampled, had 23.56 of 24 electrons and 3.06 of 3.84 D."""
    grid = cubes.CubeGrid(spacing)
    lines = cubes.cube(found, "density", grid).decode().splitlines()
    shape = [int(line.split()[0]) for line in lines[3:6]]
    steps = np.array([float(line.split()[1 + k]) for k, line in enumerate(lines[3:6])])
    origin = np.array(lines[2].split()[1:], dtype=float)
    mol = found.molecule.mol
    charges = np.array(" ".join(lines[6 + mol.natm :]).split(), float) * np.prod(steps)
    assert charges.min() >= 0.0
    assert charges.sum() == pytest.approx(mol.nelectron, abs=0.005)
    points = origin + np.stack(np.indices(shape), axis=-1).reshape(-1, 3) * steps
    moment = mol.atom_charges() @ mol.atom_coords() - charges @ points
    np.testing.assert_allclose(moment, observables.dipole(found), atol=0.02)


@pytest.mark.parametrize(
    ("name", "index"), [("homo", 11), ("lumo", 12), ("homo-2", 9), ("lumo+1", 13), ("1", 0)]
)
def test_names_of_orbitals(name, index):
    assert cubes.orbital_index(12, 48, name) == index


@pytest.mark.parametrize("name", ["hom", "homo-12", "0", "lumo-1", "homo+1", "999", "", "homo--1"])
def test_names_of_no_orbital(name):
    with pytest.raises(InputError, match="--cube"):
        cubes.orbital_index(12, 48, name)


def test_a_matrix_of_another_basis(field):
    with pytest.raises(InputError, match=r"shape \(2, 2\)"):
        observables.orbitals(field.mol, np.eye(2))


def test_unpaired_electrons():
    mol = gto.M(atom="O 0 0 0; H 0 0 0.97", spin=1, basis="sto-3g", verbose=0)
    with pytest.raises(InputError, match="unpaired"):
        observables.orbitals(mol, mol.intor("int1e_kin"))
