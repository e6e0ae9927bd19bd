"""The files of self-consistent fields, ``<molecule>.scf.*``, written and read.

``specml scf`` and the API (``specml.scf``) call it with a :class:`specml.workflows.scf.SCFRuns`;
docs/scf.md describes the keys.
"""

from pathlib import Path
from typing import Any

import specml
from specml.documents import json_file
from specml.documents.structure import described
from specml.hamiltonian.calculation import Run
from specml.hamiltonian.files import molden_file
from specml.io.spectra import json_document
from specml.structure import Structure
from specml.workflows.scf import SCFRuns, SCFSettings

KIND = "scf"
SCHEMA = "specml/scf/1"
SUFFIXES = ("json", "chk", "molden")


def suffixes(
    structure: Structure,  # noqa: ARG001
    settings: SCFSettings,  # noqa: ARG001
    html: bool = False,  # noqa: ARG001
) -> tuple[str, ...]:
    """The files of one molecule, by what stands behind ``<molecule>.scf.``.

    Parameters
    ----------
    html : asked of every kind of document; of this one there is no page.
    """
    return SUFFIXES


def contents(
    runs: SCFRuns,
    html: bool = False,  # noqa: ARG001
) -> dict[str, bytes]:
    """Suffix -> the bytes of that file; chkfile and molden are of the predicted guess's run."""
    field = runs.predicted.field
    return {
        "json": json_document(to_dict(runs)),
        "chk": runs.checkpoint,
        "molden": molden_file(field.mol, field.mo_energy, field.mo_coeff, field.mo_occ),
    }


def read(path: Path) -> dict[str, Any]:
    """The document of a ``.scf.json`` file, as :func:`to_dict` made it.

    Raises
    ------
    InputError
        A file that cannot be read or holds something else.
    """
    return json_file.load(path, [SCHEMA], "specml scf")


def to_dict(runs: SCFRuns) -> dict[str, Any]:
    """The JSON document of one molecule."""
    structure, settings = runs.structure, runs.settings
    compared = {} if runs.default is None else {"default": _described_run(runs.default)}
    return {
        "schema": SCHEMA,
        "specml_version": specml.__version__,
        "name": structure.name,
        "structure": described(structure),
        "method": {
            "geometry": runs.geometry,
            "xc": settings.xc,
            "basis": settings.basis,
            "density_fit": settings.density_fit,
            "conv_tol_ha": settings.conv_tol,
        },
        "energy_ha": runs.predicted.energy,
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


def _described_run(run: Run) -> dict[str, Any]:
    """What a run took and what it came to."""
    return {
        "cycles": run.cycles,
        "fock_builds": run.fock_builds,
        "wall_s": run.wall_s,
        "energy_ha": run.energy,
        "guess_used": run.guess_used,
    }


def table(runs: SCFRuns) -> dict[str, list]:
    """The runs as columns: that from PySCF's guess, where it is compared, and the predicted one."""
    rows = [_described_run(run) for run in (runs.default, runs.predicted) if run is not None]
    return {key: [row[key] for row in rows] for key in rows[0]}
