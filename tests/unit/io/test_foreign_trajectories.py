"""Trajectories as other programs write them: units, spellings, boxes, files of dipoles."""

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io import Trajectory as ASETrajectory

from specml.errors import InputError
from specml.io import structures, trajectory_ase, trajectory_xyz
from specml.io.dipole_table import added
from specml.units import BOHR, DEBYE

WATER = np.array([[0.0, 0.0, 0.1174], [0.0, 0.7572, -0.4696], [0.0, -0.7572, -0.4696]])


@pytest.fixture
def write(tmp_path):
    """Two frames of water, with this comment in each."""

    def call(comment: str, scale: float = 1.0):
        path = tmp_path / "water.xyz"
        rows = "".join(
            f"{s} {x:.8f} {y:.8f} {z:.8f}\n"
            for s, (x, y, z) in zip("OHH", scale * WATER, strict=True)
        )
        path.write_text("".join(f"3\n{comment.format(t=t)}\n{rows}" for t in range(2)))
        return path

    return call


IPI = (
    "# CELL(abcABC): 35.2 35.2 35.2 90.0 90.0 90.0  Step: {t}  Bead: 0 "
    "positions{{{unit}}}  cell{{atomic_unit}}"
)


@pytest.mark.parametrize(
    ("comment", "scale"),
    [
        (IPI.replace("{unit}", "atomic_unit"), 1.0 / BOHR),
        (IPI.replace("{unit}", "angstrom"), 1.0),
        ("position_unit=bohr time={t}", 1.0 / BOHR),
        ("units: bohr time={t}", 1.0 / BOHR),
        ("length units = nm", 0.1),
        ("units=metal", 1.0),
        ("unit_cell=none", 1.0),
    ],
)
def test_lengths_come_in_the_unit_that_is_stated(write, comment, scale):
    path = write(comment, scale)
    made = trajectory_xyz.read(path, interval=1.0)
    np.testing.assert_allclose(made["positions"][0, 0], WATER, atol=1e-7)
    np.testing.assert_allclose(structures.read(path)[0].positions, WATER, atol=1e-7)


def test_an_unknown_unit_of_length_is_refused(write):
    with pytest.raises(InputError, match="the unit 'furlong'"):
        structures.read(write("positions{{furlong}}"))


@pytest.mark.parametrize(
    ("comment", "size"),
    [
        ("dipole=[0, 0, 0.1] time={t}", 1.0),
        ('dipole="0 0 0.1" time={t}', 1.0),
        ("MACE_dipole='0 0 0.1' time={t}", 1.0),
        ("REF_dipole=[0.0,0.0,0.1] time={t}", 1.0),
        ("mu: [0 0 0.1], time = {t}.000, E = -76.3", 1.0),
        ('dipole="0 0 0.1" dipole_unit=Debye time={t}', DEBYE),
        ('Lattice="9 0 0 0 9 0 0 0 9" pbc="T T T" dipole="0 0 0.1" time={t}', 1.0),
    ],
)
def test_spellings_of_dipole_and_time(write, comment, size):
    made = trajectory_xyz.read(write(comment))
    np.testing.assert_allclose(made["dipole"], np.full((1, 2, 3), [0.0, 0.0, 0.1 * size]))
    assert made.interval == 1.0


def test_a_key_of_their_own(write):
    path = write('moment="0 0 0.1" time={t}')
    assert "dipole" not in trajectory_xyz.read(path).quantities
    np.testing.assert_allclose(
        trajectory_xyz.read(path, dipole_key="moment")["dipole"][0, 1, 2], 0.1
    )
    with pytest.raises(InputError, match="no vector in its first comment line"):
        trajectory_xyz.read(path, dipole_key="vector")


def test_polarizabilities_in_brackets(write):
    made = trajectory_xyz.read(
        write("dipole=[0 0 1] alpha=[[1, 0, 0], [0, 2, 0], [0, 0, 3]] time={t}")
    )
    np.testing.assert_allclose(made["polarizability"][0, 0], np.diag([1.0, 2.0, 3.0]))


def test_a_file_of_dipoles(write, tmp_path):
    made = trajectory_xyz.read(write("time={t}"))
    table = tmp_path / "dipoles.dat"
    table.write_text("# step x y z\n0 0.0 0.0 1.0\n1 0.0 0.0 2.0\n")
    np.testing.assert_allclose(added(made, table, "Debye")["dipole"][0, :, 2], [DEBYE, 2 * DEBYE])
    table.write_text("0 0 1\n")
    with pytest.raises(InputError, match="1 lines of 3 numbers"):
        added(made, table, None)


def test_a_trajectory_of_ase(tmp_path):
    path = tmp_path / "water.traj"
    with ASETrajectory(path, "w") as file:
        for k in range(3):
            atoms = Atoms("OHH", WATER)
            atoms.calc = SinglePointCalculator(atoms, energy=0.0, dipole=[0.0, 0.0, 0.1 * k])
            file.write(atoms)
    made = trajectory_ase.read(path, 0.5)
    np.testing.assert_allclose(made["dipole"][0, :, 2], [0.0, 0.1, 0.2])
    with pytest.raises(InputError, match="no time of its frames"):
        trajectory_ase.read(path, None)
