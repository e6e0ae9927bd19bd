"""A self-consistent field with PySCF, its Fock builds counted and its time taken.

The workflow of ``specml scf`` and the benchmarks of the guess run it.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pyscf import dft, lib, scf

from specml.errors import InputError, ReferenceFailure, first_line, message
from specml.hamiltonian.guess import PredictedGuess
from specml.hamiltonian.molecule import Molecule
from specml.structure import Structure

HARTREE_FOCK = "hf"


@dataclass(frozen=True)
class LevelOfTheory:
    """The level of theory of a self-consistent field.

    Parameters
    ----------
    xc : a functional in PySCF's notation, or ``hf``.
    basis : a basis set by the name that PySCF has for it.
    density_fit : whether integrals are fitted, with PySCF's auxiliary basis.
    conv_tol : change of the energy below which the field has converged, hartree.
    """

    xc: str = "b3lyp"
    basis: str = "def2-svp"
    density_fit: bool = False
    conv_tol: float = 1e-9


@dataclass(frozen=True)
class FinishedField:
    """A self-consistent field after its run.

    Parameters
    ----------
    field : PySCF's mean field.
    cycles : number of its cycles.
    fock_builds : number of all Fock builds, that of the initial guess included.
    wall_s : seconds of the whole calculation, grid and prediction included.
    energy : total energy, hartree.
    converged : whether it has converged.
    guess_used : the name of one of PySCF's guesses, or ``specml``.
    """

    field: Any
    cycles: int
    fock_builds: int
    wall_s: float
    energy: float
    converged: bool
    guess_used: str


class CountedBuilds:
    """Mixin of a PySCF mean field that counts its Fock builds in ``_builds[0]``."""

    __name_mixin__ = ""

    def __init__(self, field: Any) -> None:
        self.__dict__.update(field.__dict__)
        self._builds = [0]

    def get_veff(self, *args: Any, **kwargs: Any) -> Any:
        """The effective potential: a Fock build."""
        self._builds[0] += 1
        return super().get_veff(*args, **kwargs)  # type: ignore[misc]


def counted(field: Any) -> Any:
    """A mean field that counts; to be given to ``guess`` afterwards, not before."""
    return lib.set_class(CountedBuilds(field), (CountedBuilds, field.__class__))


def mean_field(structure: Structure, level: LevelOfTheory) -> Any:
    """A fresh, counted RHF or RKS of a structure.

    Raises
    ------
    InputError
        A functional that PySCF does not have, or a basis that it lacks for these elements.
    """
    mol, xc = Molecule.in_basis(structure, level.basis).mol, level.xc
    _check_functional(xc)
    field = scf.RHF(mol) if xc.lower() == HARTREE_FOCK else dft.RKS(mol, xc=xc)
    if level.density_fit:
        field = field.density_fit()
    field.conv_tol = level.conv_tol
    field.chkfile = None
    return counted(field)


def _check_functional(xc: str) -> None:
    try:
        hybrid, parts = dft.libxc.parse_xc(xc)
        known = bool(xc.strip()) and (bool(parts) or any(hybrid))
        known = known and dft.libxc.xc_type(xc) is not None
    except (KeyError, ValueError, NotImplementedError):
        known = False
    if not known:
        raise InputError(
            message(
                "--xc",
                f"{xc!r}",
                "a functional of PySCF such as b3lyp, pbe, wb97x or hf",
                "See pyscf.dft.libxc for their names.",
            )
        )


def converge(field: Any, chkfile: Path | None = None) -> FinishedField:
    """Run a counted mean field.

    Parameters
    ----------
    chkfile : where PySCF is to write its own, if anywhere.

    Raises
    ------
    ReferenceFailure
        PySCF gives up: a correction it does not have or that is not installed, say.
    """
    field.chkfile = None if chkfile is None else str(chkfile)
    start = time.perf_counter()
    try:
        energy = field.kernel()
    except (RuntimeError, NotImplementedError, ImportError, np.linalg.LinAlgError) as error:
        fix = "Give another functional or basis."
        raise ReferenceFailure(
            message("PySCF", first_line(error), "a calculation that it can do", fix)
        ) from error
    wall = time.perf_counter() - start
    outcome = field.specml_guess if isinstance(field, PredictedGuess) else None
    return FinishedField(
        field=field,
        cycles=field.cycles,
        fock_builds=field._builds[0],
        wall_s=wall,
        energy=float(energy),
        converged=bool(field.converged),
        guess_used=field.init_guess if outcome is None else outcome.used,
    )
