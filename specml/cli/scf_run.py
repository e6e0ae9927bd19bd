"""What ``specml scf`` does: molecules in, energies and files out.

Everything that can be refused is refused before anything is computed. The files of a molecule
appear together when it is done.
"""

import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from specml.cli import console
from specml.cli.scf_report import document, show
from specml.errors import ReferenceFailure, SpecMLError, message
from specml.hamiltonian import predictor
from specml.hamiltonian.attempt import Outcome
from specml.hamiltonian.calculation import Level, Run, converge, mean_field, molecule
from specml.hamiltonian.files import molden_file
from specml.hamiltonian.guess import GuessWarning, guess
from specml.hamiltonian.predictor import HamiltonianPredictor
from specml.io import outputs
from specml.io.spectra import json_document
from specml.structure import Structure
from specml.workflows.geometry import settled
from specml.workflows.inputs import structures_of

SUFFIXES = ("json", "chk", "molden")
HYDROGEN = Structure(np.array([1, 1]), np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.74]]))


@dataclass(frozen=True)
class Request:
    """What the user asked for; fields as the options of the command."""

    files: tuple[Path, ...]
    smiles: tuple[str, ...]
    charges: tuple[int, ...]
    optimize: bool
    xc: str
    basis: str
    density_fit: bool
    conv_tol: float
    compare: bool
    model: Path | None
    device: str
    output_dir: Path
    force: bool
    quiet: bool

    @property
    def level(self) -> Level:
        return Level(self.xc, self.basis, self.density_fit, self.conv_tol)


@dataclass(frozen=True)
class Result:
    """One molecule.

    Parameters
    ----------
    geometry : where it comes from.
    seeded, default : the runs from the predicted guess and, with ``--compare``, from PySCF's.
    """

    structure: Structure
    geometry: str
    seeded: Run
    outcome: Outcome
    default: Run | None

    @property
    def warnings(self) -> list[str]:
        """Everything a reader of the numbers should know."""
        found = [f"guess not used: {self.outcome.reason}"] if self.outcome.reason else []
        for name, run in (("specml", self.seeded), ("default", self.default)):
            if run is not None and not run.converged:
                found.append(f"not converged after {run.cycles} cycles ({name})")
        return found


def run(request: Request) -> None:
    """The whole command; errors are those of its parts."""
    found = structures_of(request.files, request.smiles, request.charges)
    for structure in found:
        mean_field(molecule(structure, request.basis), request.level)
    written = {s.name: files(request, s.name) for s in found}
    outputs.check([p for paths in written.values() for p in paths.values()], request.force)
    model = predictor.load(request.model, device=request.device)
    terminal = console.output()
    open_ends, failed = [], []
    for structure in found:
        try:
            result, contents = calculate(request, model, structure)
        except ReferenceFailure as error:  # the others may do better
            failed.append(f"{structure.name}: {error}")
            continue
        paths = written[structure.name]
        contents["json"] = json_document(document(request, model.name, result))
        outputs.publish({paths[suffix]: contents[suffix] for suffix in SUFFIXES})
        show(terminal, request, model.name, result, paths)
        if not result.seeded.converged:
            open_ends.append(structure.name)
    if failed:
        raise SpecMLError(" ".join(failed))
    if open_ends:
        raise SpecMLError(
            message(
                ", ".join(open_ends),
                "no convergence",
                "an SCF that converges within PySCF's max_cycle",
                "Check the geometry; the files hold the last cycle, and PySCF reads the chkfile.",
            )
        )


def files(request: Request, name: str) -> dict[str, Path]:
    """Suffix -> where it is written."""
    return {s: request.output_dir / f"{name}.scf.{s}" for s in SUFFIXES}


def calculate(
    request: Request, model: HamiltonianPredictor, given: Structure
) -> tuple[Result, dict[str, bytes]]:
    """Both runs, each with a mean field of its own, and the contents of the binary files."""
    structure, geometry = settled(given, request.optimize)
    default = None
    if request.compare:
        converge(mean_field(molecule(HYDROGEN, request.basis), request.level))  # loads libraries
        default = converge(mean_field(molecule(structure, request.basis), request.level))
    field = guess(mean_field(molecule(structure, request.basis), request.level), model)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", GuessWarning)  # shown with the result
        chkfile = Path(folder) / "scf.chk"
        seeded = converge(field, chkfile)
        orbitals = molden_file(field.mol, field.mo_energy, field.mo_coeff, field.mo_occ)
        contents = {"chk": chkfile.read_bytes(), "molden": orbitals}
    return Result(structure, geometry, seeded, field.specml_guess, default), contents
