"""The files of self-consistent fields, ``<molecule>.scf.*``, written and read.

``specml scf`` and the API (``specml.scf``) call it with a :class:`specml.workflows.scf.SCFRuns`;
docs/scf.md describes the keys.
"""

from pathlib import Path
from typing import Any

from specml.documents import files, json_file
from specml.documents.format import Format
from specml.documents.structure import opening
from specml.hamiltonian.calculation import FinishedField
from specml.hamiltonian.files import molden_file, molden_obstacle
from specml.io.spectra import Exact, json_document
from specml.structure import Structure
from specml.workflows.scf import SCFRuns

KIND = "scf"
SCHEMA = "specml/scf/1"
SUFFIXES = ("json", "chk", "molden")


def paths(folder: Path, structure: Structure) -> dict[str, Path]:
    """Suffix -> where it is written."""
    return files.paths(folder, structure.name, KIND, SUFFIXES)


def _written(folder: Path, runs: SCFRuns) -> dict[str, Path]:
    """The paths of what there is: no molden file where the format cannot hold the functions."""
    every = paths(folder, runs.structure)
    if molden_obstacle(runs.predicted.field.mol):
        del every["molden"]
    return every


def contents(runs: SCFRuns, _html: bool = False, _made_by: str = "") -> dict[str, bytes]:
    """Suffix -> the bytes of that file; there is no page.

    Chkfile and molden are those of the run from the predicted guess.
    """
    field = runs.predicted.field
    both = {"json": json_document(to_dict(runs)), "chk": runs.checkpoint}
    if molden_obstacle(field.mol):
        return both
    parts = (field.mo_energy, field.mo_coeff, field.mo_occ)
    return {**both, "molden": molden_file(field.mol, *parts)}


def read(path: Path) -> dict[str, Any]:
    """What :func:`to_dict` wrote to a ``.scf.json`` file; errors as ``json_file.load``."""
    return json_file.load(path, [SCHEMA], "specml scf")


def to_dict(runs: SCFRuns) -> dict[str, Any]:
    """The JSON document of one molecule."""
    settings = runs.settings
    compared = {} if runs.default is None else {"default": _described_run(runs.default)}
    return {
        **opening(SCHEMA, runs.structure),
        "method": {
            "geometry": runs.geometry,
            "xc": settings.xc,
            "basis": settings.basis,
            "density_fit": settings.density_fit,
            "conv_tol_ha": settings.conv_tol,
        },
        "energy_ha": Exact(runs.predicted.energy),
        "converged": runs.predicted.converged,
        **compared,
        "specml": {
            **_described_run(runs.predicted),
            "network_s": runs.outcome.network_s,
            "excess_ha": runs.outcome.excess,
        },
        "model": {"name": runs.card["name"]},
        "warnings": runs.warnings,
    }


def _described_run(run: FinishedField) -> dict[str, Any]:
    """What a run took and what it came to."""
    return {
        "cycles": run.cycles,
        "fock_builds": run.fock_builds,
        "wall_s": run.wall_s,
        "energy_ha": Exact(run.energy),
        "guess_used": run.guess_used,
    }


def table(runs: SCFRuns) -> dict[str, list]:
    """The runs as columns: that from PySCF's guess, where it is compared, and the predicted one."""
    rows = [_described_run(run) for run in (runs.default, runs.predicted) if run is not None]
    return {key: [row[key] for row in rows] for key in rows[0]}


FORMAT = Format(
    paths=lambda runs, folder, _html: _written(folder, runs),
    contents=contents,
    to_dict=to_dict,
    table=table,
)
