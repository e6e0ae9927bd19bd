"""``specml.electrons`` and ``specml.scf``: predicted Kohn-Sham matrices, and fields from them."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from specml.api.answer import Answers, answers
from specml.documents import electronic_structure as electronic_documents
from specml.documents import scf as scf_documents
from specml.hamiltonian.predictor import HamiltonianPredictor
from specml.structure import Structure
from specml.workflows import electronic_structure, single_points, threads
from specml.workflows import scf as scf_workflow
from specml.workflows.electronic_structure import ElectronicStructure, ElectronicStructureSettings
from specml.workflows.molecules import Molecules
from specml.workflows.scf import SCFRuns, SCFSettings


def electrons(
    x: Molecules,
    *,
    charge: int | None = None,
    optimize: bool = True,
    cubes: Sequence[str] = (),
    cube_spacing_bohr: float = 0.25,
    cube_margin_bohr: float = 5.0,
    model: str | Path | HamiltonianPredictor | None = None,
    device: str = "cpu",
) -> Answers[ElectronicStructure]:
    """Kohn-Sham matrix, orbitals, charges, bond orders, as ``specml hamiltonian`` predicts them.

    Parameters
    ----------
    x, charge, model, device : as :func:`specml.infrared`.
    optimize, cubes, cube_spacing_bohr, cube_margin_bohr : see
        :class:`specml.workflows.electronic_structure.ElectronicStructureSettings`.

    Raises
    ------
    SpecMLError
        As :func:`specml.infrared`, or an orbital that is not there.
    """
    threads.limit()
    settings = ElectronicStructureSettings(
        optimize, tuple(cubes), cube_spacing_bohr, cube_margin_bohr
    )
    loaded = single_points.load(model, device)

    def work(structures: list[Structure]) -> Iterable:
        return electronic_structure.run(structures, settings, loaded)

    def refuse(structure: Structure) -> None:
        electronic_structure.check([structure], settings, loaded)

    return answers(x, charge, work, electronic_documents.FORMAT, "specml.electrons", refuse)


def scf(
    x: Molecules,
    *,
    charge: int | None = None,
    optimize: bool = True,
    xc: str = "b3lyp",
    basis: str = "def2-svp",
    density_fit: bool = False,
    conv_tol: float = 1e-9,
    compare: bool = False,
    model: str | Path | HamiltonianPredictor | None = None,
    device: str = "cpu",
) -> Answers[SCFRuns]:
    """A self-consistent field of PySCF from a predicted density, as ``specml scf`` runs it.

    Parameters
    ----------
    x, charge, model, device : as :func:`specml.infrared`.
    optimize, xc, basis, density_fit, conv_tol, compare : see
        :class:`specml.workflows.scf.SCFSettings`.

    Raises
    ------
    SpecMLError
        As :func:`specml.infrared`, or a functional or basis set unknown to PySCF.
    """
    threads.limit()
    settings = SCFSettings(optimize, xc, basis, density_fit, conv_tol, compare)
    work = partial(scf_workflow.run, settings=settings, model=model, device=device)
    return answers(
        x,
        charge,
        work,
        scf_documents.FORMAT,
        "specml.scf",
        lambda structure: scf_workflow.check([structure], settings),
    )
