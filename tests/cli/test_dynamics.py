"""`specml md`, `specml spectrum` and --method: with springs for a model, and bad trajectories."""

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

import specml
from specml import units
from specml.inference.domain import Verdict
from specml.io import trajectory as files
from specml.io.trajectory import Trajectory
from specml.relax import Relaxed
from tests.invariants.spring_molecules import named, spring_expansion
from tests.unit.md.springs import Springs

FAST = ("--length-ps", 0.4, "--equilibration-ps", 0.05, "--timestep-fs", 1, "--replicas", 3)
COARSE = ("--resolution-cm1", 170)


class SpringField(Springs):
    """With a polarizability, as the network has one."""

    device = "cpu"

    def __init__(self, expansion, layout):
        super().__init__(expansion, layout)
        import torch

        slopes = expansion.polarizability_derivatives.reshape(9, -1).T
        self.alpha = torch.as_tensor(slopes.copy())

    def __call__(self, positions, observe=False):
        found = super().__call__(positions, observe)
        if not observe:
            return found
        from dataclasses import replace

        moved = positions.reshape(len(positions), -1, len(self.start)) - self.start
        alpha = (moved @ self.alpha).reshape(*moved.shape[:2], 3, 3)
        return replace(found, polarizability=alpha)


class SpringPredictor:
    """What the dynamics of the command line asks of a predictor."""

    name = "springs"
    card = {"name": "springs", "version": "0"}  # noqa: RUF012
    has_polarizability = True

    def __init__(self):
        self.expansion = spring_expansion(named("H2O"))

    def check_elements(self, structures):
        pass

    def check_dynamics(self, polarizability=False):
        pass

    def relax(self, structures):
        return [Relaxed(self._own(s), True, 0.0, 1, 0.0) for s in structures]

    def _own(self, structure):
        from dataclasses import replace

        return replace(self.expansion.structure, name=structure.name)

    def expand(self, structures, polarizability):
        from dataclasses import replace

        return [replace(self.expansion, structure=s) for s in structures]

    def domain(self, structures):
        return [Verdict(True, [], 9.0, 0.1) for _ in structures]

    def force_field(self, layout, n_beads=1, polarizability=False, compiled=False):
        return SpringField(self.expansion, layout)

    def observe(self, structure, positions):
        return {"dipole": positions[:, 0] - positions[:, 1]}


@pytest.fixture
def springs(monkeypatch):
    fake = SpringPredictor()
    monkeypatch.setattr(specml, "load", lambda *args, **kwargs: fake)
    return fake


def load(name: str) -> dict:
    return json.loads(Path(name).read_text())


def test_ir_by_dynamics(run, springs, folder):
    result = run("ir", "water.xyz", "--method", "md", *FAST, *COARSE)
    assert result.exit_code == 0, result.output
    names = {path.name for path in folder.iterdir()} - {"water.xyz"}
    assert names == {f"water.ir.{s}" for s in ("json", "curve.csv", "jdx", "png")} | {"water.md.h5"}
    document = load("water.ir.json")
    curve = document["curve"]
    assert curve.keys() == {"wavenumber_cm1", "intensity_km_mol_cm", "standard_error"}
    assert document["temperature_k"] == 298.15
    facts = document["dynamics"]
    assert (facts["method"], facts["length_ps"], facts["replicas"]) == ("md", 0.4, 3)
    assert (facts["window"], facts["resolution_cm1"]) == ("hann", 170.0)
    # Three replicas of 0.4 ps hold the harmonic intensity to a factor of two or three.
    total = np.trapezoid(curve["intensity_km_mol_cm"], curve["wavenumber_cm1"])
    harmonic = sum(mode["ir_intensity_km_mol"] for mode in document["modes"])
    assert 0.2 < total / harmonic < 5.0
    assert "km/mol from dynamics" in result.stdout


def test_raman_by_ring_polymers(run, springs):
    command = ("raman", "water.xyz", "--method", "trpmd", *FAST, "--beads", 4, *COARSE)
    result = run(*command)
    assert result.exit_code == 0, result.output
    document = load("water.raman.json")
    assert document["dynamics"]["beads"] == 4
    assert document["dynamics"]["frame"] == "eckart"
    curve = document["curve"]
    parts = np.add(curve["parallel_a4_amu_cm"], curve["perpendicular_a4_amu_cm"])
    np.testing.assert_allclose(curve["activity_a4_amu_cm"], parts, rtol=1e-6, atol=1e-9)
    assert document["laser_nm"] == 532.0


def test_md_then_spectrum_is_the_same(run, springs):
    run("ir", "water.xyz", "--method", "md", *FAST, *COARSE)
    result = run("spectrum", "water.md.h5", *COARSE, "--top-cm1", 4000)
    assert result.exit_code == 0, result.output
    here = load("water.md.spectrum.json")["curve"]
    there = load("water.ir.json")["curve"]
    np.testing.assert_allclose(
        here["ir_intensity_km_mol_cm"], there["intensity_km_mol_cm"][:4001], rtol=1e-6, atol=1e-9
    )
    assert Path("water.md.spectrum.png").stat().st_size > 10_000


def test_md_is_repeatable_and_leaves_no_parts(run, springs, folder):
    run("md", "water.xyz", *FAST, "--output-dir", "a")
    run("md", "water.xyz", *FAST, "--output-dir", "b")
    one, two = (files.read(Path(x) / "water.md.h5") for x in "ab")
    np.testing.assert_array_equal(one["positions"], two["positions"])
    assert [path.name for path in (folder / "a").iterdir()] == ["water.md.h5"]


@pytest.mark.parametrize("option", [("--isotope", "2=D"), ("--html",)])
def test_what_dynamics_cannot(refused, springs, option):
    assert option[0] in refused("ir", "water.xyz", "--method", "md", *option)


def test_too_short_is_said_before_the_run(refused, springs):
    line = refused("ir", "water.xyz", "--method", "md", "--length-ps", 2)
    assert "at least 6.67 ps a replica for a resolution of 10 1/cm" in line


def test_options_of_the_other_method_are_named(run, springs):
    result = run("ir", "water.xyz", "--no-optimize", "--length-ps", 3)
    assert result.exit_code == 0, result.output
    assert "--length-ps is not used by --method harmonic" in result.stderr


def test_beads_need_trpmd(refused, springs):
    assert "--method trpmd" in refused("md", "water.xyz", "--beads", 8)


def oscillation(n_frames=2000, interval=2.0):
    angle = units.ANGULAR * 1500.0 * interval * np.arange(n_frames)
    move = 0.01 * np.cos(angle)[:, None] * [1.0, 0.0, 0.0]
    positions = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]]) + np.stack([move, -move], axis=1)
    return positions, move


def write_xyz(path, dipoles=True, **keys):
    positions, move = oscillation()
    lines = []
    for n, (frame, d) in enumerate(zip(positions, move, strict=True)):
        comment = f"time={2.0 * n}"
        if dipoles:
            comment += f' dipole="{d[0]:.8f} {d[1]:.8f} {d[2]:.8f}"'
        comment += "".join(f" {k}={v}" for k, v in keys.items())
        lines += [
            "2",
            comment,
            *(f"{s} {x:.8f} {y:.8f} {z:.8f}" for s, (x, y, z) in zip("HF", frame, strict=True)),
        ]
    path.write_text("\n".join(lines) + "\n")


def peak(name):
    curve = load(name)["curve"]
    y = np.array(curve["ir_intensity_km_mol_cm"])
    return curve["wavenumber_cm1"][y.argmax()], np.trapezoid(y, curve["wavenumber_cm1"])


def test_extended_xyz_and_its_units(run, folder):
    write_xyz(folder / "a.xyz")
    write_xyz(folder / "b.xyz", dipole_unit="debye")
    wide = ("--temperature-k", 300, "--resolution-cm1", 20)
    for name in "ab":
        result = run("spectrum", f"{name}.xyz", *wide)
        assert result.exit_code == 0, result.output
    (place, area), (_, other) = peak("a.spectrum.json"), peak("b.spectrum.json")
    assert place == pytest.approx(1500.0, abs=1.0)
    flux = 0.5 * (0.01 * units.ANGULAR * 1500.0) ** 2 * units.TIME_UNIT**2
    assert area == pytest.approx(units.INFRARED * flux / (units.BOLTZMANN * 300.0), rel=0.01)
    assert other == pytest.approx(area * units.DEBYE**2, rel=1e-6)


def test_dipoles_from_the_model(run, springs, folder):
    write_xyz(folder / "a.xyz", dipoles=False)
    options = ("--temperature-k", 300, "--resolution-cm1", 20)
    assert run("spectrum", "a.xyz", *options, "--model", "springs").exit_code == 0
    assert peak("a.spectrum.json")[0] == pytest.approx(1500.0, abs=1.0)


def test_positions_alone_give_the_density_of_states(run, folder):
    write_xyz(folder / "a.XYZ", dipoles=False)
    result = run("spectrum", "a.XYZ", "--temperature-k", 300, "--resolution-cm1", 20)
    assert result.exit_code == 0, result.output
    assert "no dipoles" in result.stderr
    document = json.loads((folder / "a.spectrum.json").read_text())
    assert document["model"] == {"name": "trajectory"}
    assert set(document["curve"]) >= {"wavenumber_cm1", "density_of_states_cm"}
    assert "ir_intensity_km_mol_cm" not in document["curve"]


def test_a_model_beside_dipoles_is_not_named_as_their_source(run, folder):
    write_xyz(folder / "a.xyz")
    words = ("--temperature-k", 300, "--resolution-cm1", 20, "--model", "springs")
    assert "--model is not used" in run("spectrum", "a.xyz", *words).stderr
    assert json.loads((folder / "a.spectrum.json").read_text())["model"]["name"] == "trajectory"


def test_bad_xyz(refused, folder):
    write_xyz(folder / "a.xyz")
    words = ("spectrum", "a.xyz", "--temperature-k", 300, "--resolution-cm1", 20)
    (folder / "other").mkdir()
    write_xyz(folder / "other" / "a.xyz")
    assert "the name of 2 results" in refused(*words, "other/a.xyz")
    write_xyz(folder / "b.xyz", dipole_unit="statcoulomb")
    assert "unit 'statcoulomb'" in refused("spectrum", "b.xyz", "--temperature-k", 300)
    write_xyz(folder / "c.xyz")
    assert "--temperature-k" in refused("spectrum", "c.xyz")
    assert "at least 6.67 ps" in refused("spectrum", "c.xyz", "--temperature-k", 300)
    text = (folder / "c.xyz").read_text()
    (folder / "d.xyz").write_text(text[: len(text) // 2])
    assert "d.xyz:" in refused("spectrum", "d.xyz", "--temperature-k", 300)
    (folder / "e.xyz").write_text(text.replace("time=", "step="))
    assert "--interval-fs" in refused("spectrum", "e.xyz", "--temperature-k", 300)
    (folder / "f.xyz").write_text(text.replace('dipole="', 'dipole="nan ', 1))
    assert "f.xyz:2" in refused("spectrum", "f.xyz", "--temperature-k", 300)


@pytest.fixture
def stored(folder):
    positions, move = oscillation()
    made = Trajectory(
        "hf",
        2.0,
        np.array([1, 9]),
        np.array([1.0, 19.0]),
        temperature=300.0,
        quantities={"positions": positions[None], "dipole": move[None]},
    )
    files.write(folder / "hf.h5", made)
    return folder / "hf.h5"


def test_bad_hdf5(refused, folder, stored):
    whole = stored.read_bytes()
    (folder / "cut.h5").write_bytes(whole[: len(whole) // 2])
    assert "cut.h5" in refused("spectrum", "cut.h5")
    with h5py.File(stored, "r+") as file:
        file["dipole"].attrs["unit"] = "furlong"
    assert "furlong" in refused("spectrum", "hf.h5")
    with h5py.File(stored, "r+") as file:
        file["dipole"].attrs["unit"] = "e*angstrom"
        file["dipole"][0, 17, 1] = np.nan
    assert "replica 1, frame 18" in refused("spectrum", "hf.h5")
    with h5py.File(stored, "r+") as file:
        del file.attrs["interval_fs"]
    assert "interval_fs" in refused("spectrum", "hf.h5")
    assert "no such file" in refused("spectrum", "none.h5").lower()
    (folder / "t.dcd").write_text("x")
    assert "'.dcd'" in refused("spectrum", "t.dcd")


def test_hdf5_in_debye(run, stored):
    run("spectrum", "hf.h5", "--resolution-cm1", 20)
    first = peak("hf.spectrum.json")[1]
    with h5py.File(stored, "r+") as file:
        file["dipole"].attrs["unit"] = "debye"
    run("spectrum", "hf.h5", "--resolution-cm1", 20, "--force")
    assert peak("hf.spectrum.json")[1] == pytest.approx(first * units.DEBYE**2, rel=1e-6)


def test_compiling_needs_a_compiler(run, springs, folder, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    result = run("md", "water.xyz", *FAST, "--compile")
    assert result.exit_code == 2
    assert "C++ compiler" in result.stderr
    assert not list(folder.glob("*.h5"))
