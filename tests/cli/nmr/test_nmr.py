"""`specml nmr` with random weights: what is printed and what is in the files."""

import csv
import math
import re
from pathlib import Path

import jcamp
import numpy as np
import pytest
from ase.io import write as write_xyz
from rdkit import Chem
from rdkit.Chem import AllChem

from specml.data.sampling import conformer
from specml.documents import nmr as documents
from specml.errors import ReferenceFailure
from specml.inference.shieldings import load_shieldings
from specml.io.structures import read
from specml.io.trajectory import Trajectory, write
from specml.nuclei import NUCLEI
from specml.reference.surface import GFN2Surface
from specml.spectra.nmr_groups import groups
from specml.structure import Structure
from specml.units import BOLTZMANN, KJ_PER_MOL
from specml.workflows import nmr as workflow
from specml.workflows import nmr_inputs
from tests.cli.nmr.conftest import METHANOL, frames, load
from tests.cli.test_documented_keys import keys

ROOT = Path(__file__).parents[3]
SUFFIXES = ("json", "csv", "1h.jdx", "13c.jdx", "png")


def test_files(run, folder, card):
    assert run("nmr", "methanol.xyz", "--no-optimize", "--model", card).exit_code == 0
    names = {path.name for path in folder.glob("methanol.nmr.*")}
    assert names == {f"methanol.nmr.{suffix}" for suffix in SUFFIXES}
    assert (folder / "methanol.nmr.png").read_bytes().startswith(b"\x89PNG")


def test_nuclei_and_groups(methanol):
    assert [row["index"] for row in methanol["nuclei"]] == [0, 2, 3, 4, 5]
    labels = {row["index"]: row["label"] for row in methanol["nuclei"]}
    assert labels == {0: "OCH3", 2: "OCH3", 3: "OCH3", 4: "OCH3", 5: "OH"}
    methyl = [row for row in methanol["nuclei"] if row["index"] in (2, 3, 4)]
    assert len({row["shift_group_ppm"] for row in methyl}) == 1
    assert len({row["shift_ppm"] for row in methyl}) > 1
    mean = np.mean([row["shift_ppm"] for row in methyl])
    assert methyl[0]["shift_group_ppm"] == pytest.approx(mean, abs=1e-4)
    assert [row["labile"] for row in methanol["nuclei"]] == [False] * 4 + [True]
    for row in methanol["nuclei"]:
        group = methanol["groups"][row["group"]]
        assert row["index"] in group["indices"]
        assert row["shift_group_ppm"] == group["shift_ppm"]
        assert row["spread_ppm"] is None
        assert row["element"] == methanol["structure"]["symbols"][row["index"]]


def test_numbers_are_those_of_the_predictor(methanol, card):
    (structure,) = read(Path("methanol.xyz"))
    (found,) = load_shieldings(card).predict([structure])
    for row in methanol["nuclei"]:
        assert row["shift_ppm"] == pytest.approx(found.shift[row["index"]], abs=1e-4)
        assert row["shielding_ppm"] == pytest.approx(found.shielding[row["index"]], abs=1e-4)
        assert row["shift_dft_ppm"] == pytest.approx(found.dft[row["index"]], abs=1e-4)


def test_the_curve_counts_nuclei(methanol):
    counts = {"1H": 4.0, "13C": 1.0}
    for curve in methanol["curves"]:
        area = np.trapezoid(curve["intensity_per_ppm"], curve["shift_ppm"])
        assert area == pytest.approx(counts[curve["nucleus"]], rel=0.03)


def test_other_files_say_the_same(methanol):
    rows = list(csv.DictReader(Path("methanol.nmr.csv").read_text().splitlines()))
    for key in ("index", "shift_ppm", "shielding_ppm", "uncertainty_ppm"):
        assert [float(r[key]) for r in rows] == [n[key] for n in methanol["nuclei"]]
    for curve, suffix, nucleus in zip(
        methanol["curves"], ("1h", "13c"), ("^1H", "^13C"), strict=True
    ):
        exchanged = jcamp.readfile(f"methanol.nmr.{suffix}.jdx")
        assert exchanged["data type"] == "NMR SPECTRUM"
        assert exchanged[".observe nucleus"] == nucleus
        assert exchanged["xunits"] == "PPM"
        assert np.all(np.diff(exchanged["x"]) < 0.0)
        np.testing.assert_allclose(exchanged["x"][::-1], curve["shift_ppm"], atol=1e-6)
        y = np.array(curve["intensity_per_ppm"])
        np.testing.assert_allclose(exchanged["y"][::-1], y, atol=1e-8 * y.max())


def test_frequency_of_the_spectrometer(nmr):
    nmr("methanol.xyz", "--no-optimize", "--mhz", 600)
    assert jcamp.readfile("methanol.nmr.1h.jdx")[".observe frequency"] == 600.0
    assert jcamp.readfile("methanol.nmr.13c.jdx")[".observe frequency"] == pytest.approx(150.87012)


def test_terminal(nmr):
    output = nmr("methanol.xyz").stdout
    words = ("methanol", "CH₄O", "OCH₃", "OH*", "H3–5", "CDCl3 (calibrated", "GFN2-xTB", "tiny")
    for word in (*words, "inside", "solvent and concentration", "methanol.nmr.{json,csv,1h.jdx"):
        assert word in output
    assert nmr("methanol.xyz", "--quiet", "--force").stdout == ""


def test_one_nucleus(nmr, folder):
    nmr("methanol.xyz", "--no-optimize", "--nucleus", "13C", "--fwhm-ppm", 2)
    document = load("methanol")
    assert [row["element"] for row in document["nuclei"]] == ["C"]
    assert [(c["nucleus"], c["fwhm_ppm"]) for c in document["curves"]] == [("13C", 2.0)]
    assert not (folder / "methanol.nmr.1h.jdx").exists()


def test_permuting_atoms_permutes_the_table(nmr, folder, rng):
    lines = METHANOL.splitlines()
    order = rng.permutation(6)
    mixed = [*lines[:2], *(lines[2 + k] for k in order)]
    (folder / "mixed.xyz").write_text("\n".join(mixed) + "\n")
    nmr("methanol.xyz", "mixed.xyz", "--no-optimize")
    first = {row["index"]: row for row in load("methanol")["nuclei"]}
    for row in load("mixed")["nuclei"]:
        other = first[int(order[row["index"]])]
        for key in ("shift_ppm", "shift_group_ppm", "shielding_ppm", "uncertainty_ppm", "label"):
            assert row[key] == other[key], key


def test_relaxed_geometry_is_the_one_in_the_file(nmr):
    nmr("methanol.xyz")
    document = load("methanol")
    assert document["optimization"]["performed"]
    assert document["optimization"]["converged"]
    assert document["method"]["geometry"] == "GFN2-xTB"
    start = read(Path("methanol.xyz"))[0].positions
    moved = np.abs(np.array(document["structure"]["positions_angstrom"]) - start).max()
    assert 1e-4 < moved < 0.2


def test_conformers_are_weighted_by_energy(nmr):
    """1,2-difluoroethane: gauche and anti; two conformers have the closed-form ratio."""
    assert nmr("--smiles", "FCCF", "--temperature-k", 400).exit_code == 0
    document = load("FCCF")
    first, second = document["conformers"]
    gap = second["relative_energy_kj_mol"] * KJ_PER_MOL
    ratio = second["degeneracy"] / first["degeneracy"] * math.exp(-gap / (BOLTZMANN * 400.0))
    assert second["weight"] / first["weight"] == pytest.approx(ratio)
    assert first["weight"] + second["weight"] == pytest.approx(1.0)
    assert sorted((first["degeneracy"], second["degeneracy"])) == [1, 2]
    carbon = document["groups"][0]
    each = [np.mean([c["shift_ppm"][i] for i in carbon["indices"]]) for c in document["conformers"]]
    weights = [c["weight"] for c in document["conformers"]]
    assert carbon["shift_ppm"] == pytest.approx(np.average(each, weights=weights), abs=2e-4)
    spread = math.sqrt(weights[0] * weights[1]) * abs(each[0] - each[1])
    assert carbon["spread_ppm"] == pytest.approx(spread, abs=2e-4)


def test_average_over_a_trajectory(nmr, folder, card):
    (folder / "run.xyz").write_text(frames(20))
    assert "20 frames" in nmr("run.xyz", "--average").stdout
    document = load("run")
    assert document["frames"] == 20
    assert document["conformers"] == []
    assert not document["optimization"]["performed"]
    each = [s.shift for s in load_shieldings(card).predict(read(Path("run.xyz")))]
    mean = np.mean(each, axis=0)
    for row in document["nuclei"]:
        assert row["shift_ppm"] == pytest.approx(mean[row["index"]], abs=1e-4)
    carbon = document["groups"][0]
    assert carbon["spread_ppm"] == pytest.approx(np.std(each, axis=0)[0], abs=1e-4)
    assert 0.0 < carbon["standard_error_ppm"] < carbon["spread_ppm"]


def test_average_over_dynamics(nmr, folder):
    (folder / "run.xyz").write_text(frames(4))
    structures = read(Path("run.xyz"))
    positions = np.array([s.positions for s in structures]).reshape(2, 2, 6, 3)
    made = Trajectory("run", 1.0, structures[0].numbers, structures[0].masses,
                      quantities={"positions": positions})  # fmt: skip
    write(folder / "dynamics.md.h5", made)
    nmr("run.xyz", "dynamics.md.h5", "--average")
    assert load("dynamics")["nuclei"] == load("run")["nuclei"]


def test_many_frames_are_thinned(nmr, folder, monkeypatch):
    monkeypatch.setattr("specml.workflows.nmr_inputs.MOST_FRAMES", 3)
    (folder / "run.xyz").write_text(frames(9))
    nmr("run.xyz", "--average")
    assert load("run")["frames"] == 3


def test_many_molecules_in_processes_give_what_each_gives_alone(nmr, folder, monkeypatch):
    monkeypatch.setattr(workflow, "PAYS", 2)
    for name in ("a", "b", "c"):
        (folder / f"{name}.xyz").write_text(METHANOL)
    result = nmr("methanol.xyz", "a.xyz", "b.xyz", "c.xyz")
    assert [line.split()[0] for line in result.stdout.splitlines()[:4]] == ["methanol", *"abc"]
    assert "4 molecules, model tiny" in result.stdout
    assert load("a")["nuclei"] == load("methanol")["nuclei"]


def test_interruption_keeps_finished_molecules_whole(nmr, folder, monkeypatch):
    for name in ("a", "b"):
        (folder / f"{name}.xyz").write_text(METHANOL)
    original, calls = documents.contents, []

    def second_time_interrupted(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return original(*args)

    monkeypatch.setattr(documents, "contents", second_time_interrupted)
    assert nmr("a.xyz", "b.xyz", "--no-optimize").exit_code == 130
    assert {p.name for p in folder.glob("*.nmr.*")} == {f"a.nmr.{s}" for s in SUFFIXES}


@pytest.fixture
def hates_water(monkeypatch):
    original = GFN2Surface.relax

    def relax(self, structures):
        if len(structures[0]) == 3:
            raise ReferenceFailure("SCF: got no convergence; expected some. Try again.")
        return original(self, structures)

    monkeypatch.setattr(GFN2Surface, "relax", relax)


def test_one_failure_does_not_stop_the_others(nmr, hates_water, folder):
    (folder / "other.xyz").write_text(METHANOL)
    result = nmr("methanol.xyz", "water.xyz", "other.xyz")
    assert result.exit_code == 2
    assert {p.name for p in folder.glob("*.json")} == {
        "methanol.nmr.json", "other.nmr.json", "tiny.json"}  # fmt: skip
    (line,) = result.stderr.splitlines()
    assert "1 of 3 molecules" in line
    assert "water: SCF: got no convergence" in line


def test_a_single_failure_is_one_line(nmr, hates_water):
    result = nmr("water.xyz")
    assert result.exit_code == 2
    assert result.stderr == "error: water: SCF: got no convergence; expected some. Try again.\n"


def test_the_reference_itself(nmr):
    result = nmr("--smiles", "C[Si](C)(C)C", "--conformers", 1, "--no-optimize")
    document = load("C_Si__C__C_C")
    assert {(row["shift_ppm"], row["element"]) for row in document["nuclei"]} == {
        (0.0, "H"), (0.0, "C")}  # fmt: skip
    assert [len(group["indices"]) for group in document["groups"]] == [4, 12]
    assert "0.00 ppm by definition" in document["warnings"][0]
    assert "0.00 ppm by definition" in result.stdout


def test_a_charge_is_outside_the_domain(nmr):
    result = nmr("--smiles", "C[NH3+]", "--no-optimize", "--conformers", 1)
    assert "charge +1" in load("C_NH3+_")["domain"]["reasons"][0]
    assert "outside the domain" in result.stdout


def test_bonds_of_an_sdf(nmr, folder):
    molecule = Chem.AddHs(Chem.MolFromSmiles("CC(C)=O"))
    AllChem.EmbedMolecule(molecule, randomSeed=1)
    (folder / "acetone.sdf").write_text(Chem.MolToMolBlock(molecule))
    nmr("acetone.sdf", "--no-optimize")
    found = [(group["label"], group["count"]) for group in load("acetone")["groups"]]
    assert found == [("CH3", 2), ("C=O", 1), ("CH3", 6)]


def test_bonds_without_orders_will_do(folder):
    """RDKit finds no orders here; groups need none."""
    structure = conformer("O=C(O)c1ccc([N+](=O)[O-])cc1S(=O)(=O)O")
    bare = Structure(structure.numbers, structure.positions)
    write_xyz(folder / "bare.xyz", bare.to_ase())
    (molecule,), _ = nmr_inputs.molecules([folder / "bare.xyz"], [], [], average=False)
    found = groups(molecule.topology, bare.positions, (1, 6))
    assert sorted(len(group.atoms) for group in found) == [1] * 12


def test_page(nmr):
    nmr("methanol.xyz", "--no-optimize", "--html")
    page = Path("methanol.nmr.html").read_text()
    for word in ("NMR spectrum, calculated", r"OCH\u2083", "chemical shift / ppm", "H3\\u20135"):
        assert word in page
    assert len(page) < 8_000_000


def test_documented_keys(nmr):
    """docs/nmr.md has every key, and no other."""
    nmr("methanol.xyz", "--no-optimize")
    text = (ROOT / "docs" / "nmr.md").read_text()
    nucleus = rf"\.({'|'.join(NUCLEI)})$"
    written = {re.sub(nucleus, ".{nucleus}", key) for key in keys(load("methanol"))}
    assert written == set(re.findall(r"^\| `([^`<]+)` \|", text, re.MULTILINE))
