"""What levels of theory are worth against experiment: harmonic Hessians of small molecules.

    python benchmarks/spectra/levels.py compute FOLDER
    python benchmarks/spectra/levels.py report FOLDER ../shared/data/vibrations/shimanouchi.json

``compute`` minimises every molecule at every level and writes its Hessian to a file of its own, one
level after the other, so that a killed run goes on where it stood; one thread. ``report`` is in
``levels_report.py``: what is left of each level's error after the same scaling, and what a gradient
costs.
"""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
from pyscf import dft, gto, lib
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

from specml.reference.dft import GRID
from specml.reference.xtb import FINE_ACCURACY, GFN2
from specml.relax import Relaxed, relax
from specml.structure import Structure
from specml.units import BOHR, HARTREE

FMAX = 2e-3  # eV/angstrom


@dataclass(frozen=True)
class Level:
    """A density functional and its basis; no functional means GFN2-xTB.

    ``fine`` takes PySCF's grid level 2 instead of that of the project's labels, because meta-GGAs
    ask more of a grid.
    """

    name: str
    xc: str = ""
    basis: str = ""
    fine: bool = False


LEVELS = (
    Level("GFN2-xTB"),
    Level("B3LYP/def2-SVP", "b3lyp", "def2-svp"),
    Level("B3LYP/def2-TZVPD", "b3lyp", "def2-tzvpd"),
    Level("PBE0/def2-SVP", "pbe0", "def2-svp"),
    Level("wB97X/def2-SVP", "wb97x", "def2-svp"),
    Level("r2SCAN/def2-SVP", "r2scan", "def2-svp", fine=True),
    Level("wB97M-V/def2-SVP", "wb97m-v", "def2-svp", fine=True),
    Level("PBE0/def2-TZVPD", "pbe0", "def2-tzvpd"),
    Level("wB97X/def2-TZVPD", "wb97x", "def2-tzvpd"),
    Level("r2SCAN/def2-TZVPD", "r2scan", "def2-tzvpd", fine=True),
    Level("wB97M-V/def2-TZVPD", "wb97m-v", "def2-tzvpd", fine=True),
)

# Smallest first.
MOLECULES = {
    "water": "O",
    "carbon dioxide": "O=C=O",
    "hydrogen cyanide": "C#N",
    "ammonia": "N",
    "sulfur dioxide": "O=S=O",
    "acetylene": "C#C",
    "formaldehyde": "C=O",
    "hydrazoic acid": "N=[N+]=[N-]",
    "isocyanic acid": "N=C=O",
    "fluoroacetylene": "C#CF",
    "ethylene": "C=C",
    "formic acid": "OC=O",
    "nitric acid": "O[N+](=O)[O-]",
    "chloromethane": "CCl",
    "methanol": "CO",
    "acetonitrile": "CC#N",
}


def start(name: str) -> Structure:
    """A geometry from the force field."""
    molecule = Chem.AddHs(Chem.MolFromSmiles(MOLECULES[name]))
    rdDistGeom.EmbedMolecule(molecule, randomSeed=1)
    if rdForceFieldHelpers.UFFHasAllMoleculeParams(molecule):
        rdForceFieldHelpers.UFFOptimizeMolecule(molecule)
    numbers = np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()])
    return Structure(numbers, molecule.GetConformer().GetPositions(), name=name)


class KohnSham:
    """One level at many geometries of one molecule; every density starts the next."""

    def __init__(self, level: Level):
        self.level = level
        self.field: Any = None
        self.first: dict[str, float] = {}  # CPU seconds of the first evaluation, from no density

    def forces(self, structure: Structure) -> tuple[float, np.ndarray]:
        """Energy (eV) and forces (n, 3) in eV/angstrom."""
        atoms = list(zip(structure.symbols, structure.positions, strict=True))
        mol = gto.M(atom=atoms, basis=self.level.basis, verbose=0)
        field = dft.RKS(mol, xc=self.level.xc).density_fit()
        field.chkfile = None
        if self.level.fine:
            field.grids.level = 2
        else:
            numbers = zip(structure.symbols, structure.numbers.tolist(), strict=True)
            field.grids.atom_grid = {s: GRID[np.digitize(z, (3, 11))] for s, z in numbers}
        field.nlcgrids.level = 0  # of VV10, which is smooth: 2e-5 hartree, 6e-5 hartree/bohr
        field.conv_tol, field.conv_tol_grad = 1e-9, 1e-5
        begin = time.process_time()
        field.kernel(None if self.field is None else self.field.make_rdm1())
        middle = time.process_time()
        if not field.converged:
            raise RuntimeError(f"{structure.name}, {self.level.name}: the SCF does not converge")
        gradient = field.nuc_grad_method().kernel()
        if not self.first:
            end = time.process_time()
            self.first = {"scf": middle - begin, "gradient": end - middle}
        self.field = field
        # What the resting grid does to the centre of mass would keep a minimisation going.
        return field.e_tot * HARTREE, -(gradient - gradient.mean(0)) * HARTREE / BOHR

    def hessian(self) -> np.ndarray:
        """(3n, 3n) in eV/angstrom^2 at the last geometry; the diagonal blocks from the others.

        ``specml.reference.expansion.hessian_b3lyp`` says why. The response of the density to the
        nuclei is solved on PySCF's coarsest grid, for a third less time and 0.1 1/cm of water.
        """
        fine, solver = self.field.grids, self.field.Hessian()
        coarse = dft.Grids(self.field.mol)
        coarse.level = 0
        coarse.build()
        solve = solver.solve_mo1

        def solve_on_coarse_grid(*arguments: Any, **named: Any) -> Any:
            self.field.grids = coarse
            try:
                return solve(*arguments, **named)
            finally:
                self.field.grids = fine

        solver.solve_mo1 = solve_on_coarse_grid
        # Without the slow second derivative of VV10.
        nlc, self.field.nlc = self.field.nlc, 0
        hessian = solver.kernel() * HARTREE / BOHR**2
        self.field.nlc = nlc
        atoms = np.arange(len(hessian))
        hessian[atoms, atoms] -= hessian.sum(1)
        flat = hessian.transpose(0, 2, 1, 3).reshape(3 * len(atoms), 3 * len(atoms))
        return (flat + flat.T) / 2.0


def compute(level: Level, structure: Structure, hessian: np.ndarray | None) -> dict[str, Any]:
    """Minimum and Hessian at one level, with what they cost."""
    if not level.xc:
        return _compute_xtb(structure)
    engine = KohnSham(level)

    def evaluate(structures: list[Structure]) -> tuple[np.ndarray, list[np.ndarray]]:
        energy, forces = engine.forces(structures[0])
        return np.array([energy]), [forces]

    first = None if hessian is None else [hessian]
    (relaxed,) = relax([structure], evaluate, FMAX, 40, first)
    begin = time.process_time()
    curvature = engine.hessian()
    seconds = {**engine.first, "hessian": time.process_time() - begin}
    return _row(level, relaxed, curvature, seconds)


def _compute_xtb(structure: Structure) -> dict[str, Any]:
    engine = GFN2(structure, FINE_ACCURACY)

    def evaluate(structures: list[Structure]) -> tuple[np.ndarray, list[np.ndarray]]:
        found = engine(structures[0].positions)
        return np.array([found["energy"]]), [found["forces"]]

    begin = time.process_time()
    GFN2(structure)(structure.positions)
    seconds = {"scf": time.process_time() - begin, "gradient": 0.0}
    (relaxed,) = relax([structure], evaluate, FMAX, 200)
    hessian, _ = engine.derivatives(relaxed.structure.positions)
    return _row(LEVELS[0], relaxed, hessian, seconds)


def _row(
    level: Level, relaxed: Relaxed, hessian: np.ndarray, seconds: dict[str, float]
) -> dict[str, Any]:
    found = relaxed.structure
    return {
        "molecule": found.name,
        "level": level.name,
        "converged": relaxed.converged,
        "steps": relaxed.steps,
        "numbers": found.numbers.tolist(),
        "positions_angstrom": found.positions.round(7).tolist(),
        "hessian_ev_angstrom2": hessian.round(6).tolist(),
        "cpu_s": {key: round(value, 3) for key, value in seconds.items()},
    }


def path_of(folder: Path, level: Level, name: str) -> Path:
    return folder / f"{level.name.replace('/', '_')}--{name.replace(' ', '_')}.json"


def stored(folder: Path, level: Level, name: str) -> tuple[Structure, np.ndarray] | None:
    """Minimum and Hessian of one level, if it is there."""
    path = path_of(folder, level, name)
    if not path.exists():
        return None
    row = json.loads(path.read_text())
    positions = np.array(row["positions_angstrom"])
    structure = Structure(np.array(row["numbers"]), positions, name=name)
    return structure, np.array(row["hessian_ev_angstrom2"])


def _best_start(folder: Path, level: Level, name: str) -> tuple[Structure, np.ndarray | None]:
    """The minimum of B3LYP in the same basis, else of what was computed before, else of UFF."""
    basis = LEVELS[2] if level.basis == LEVELS[2].basis else LEVELS[1]
    before = [basis, *LEVELS[: LEVELS.index(level)][::-1]]
    return next((s for one in before if (s := stored(folder, one, name))), (start(name), None))


def order() -> list[tuple[Level, str]]:
    """What one core is used for, so that the verdict is there early.

    First what the others are compared with; then the large basis for six small molecules; then the
    small basis for all, from which ``levels_report.py`` estimates the large one; then the rest.
    """
    small = ("water", "hydrogen cyanide", "ammonia", "formaldehyde", "acetylene", "carbon dioxide")
    first = [(level, name) for level in LEVELS[:4] for name in MOLECULES]
    checks = [(level, name) for level in LEVELS[7:] for name in small]
    others = [(level, name) for level in LEVELS[4:7] for name in MOLECULES]
    large = [(level, name) for name in MOLECULES for level in LEVELS[7:]]
    return [*first, *checks, *others, *large]


def compute_all(folder: Path, seconds: float) -> None:
    """Every molecule at every level, until the CPU time is used up."""
    lib.num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    for level, name in order():
        path = path_of(folder, level, name)
        if not path.exists() and time.process_time() < seconds:
            try:
                row = compute(level, *_best_start(folder, level, name))
            except (RuntimeError, NotImplementedError, np.linalg.LinAlgError) as error:
                print(level.name, name, repr(error), flush=True)
                continue
            path.with_suffix(".partial").write_text(json.dumps(row))
            path.with_suffix(".partial").rename(path)
            print(f"{time.process_time():8.0f} s", level.name, name, row["cpu_s"], flush=True)


if __name__ == "__main__":
    import sys

    compute_all(Path(sys.argv[2]), 1e9)
