"""A self-consistent field with PySCF, its Fock builds counted and its time taken."""

import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyscf import dft, gto, lib, scf

from specml.errors import InputError, message
from specml.hamiltonian.guess import PredictedGuess
from specml.structure import Structure

HEAVIEST = 36  # Kr; beyond it the def2 bases come with effective core potentials
HARTREE_FOCK = "hf"


@dataclass(frozen=True)
class Level:
    """What is calculated.

    Parameters
    ----------
    xc : a functional in PySCF's notation, or ``hf``.
    basis : as PySCF names it.
    conv_tol : hartree.
    """

    xc: str = "b3lyp"
    basis: str = "def2-svp"
    density_fit: bool = False
    conv_tol: float = 1e-9


@dataclass(frozen=True)
class Run:
    """A finished calculation.

    Parameters
    ----------
    fock_builds : all of them, that of the initial guess included.
    wall_s : of the whole calculation, grid and prediction included.
    guess_used : of the guesses of PySCF, or ``specml``.
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


def molecule(structure: Structure, basis: str) -> gto.Mole:
    """The PySCF molecule of a structure.

    Raises
    ------
    InputError
        A basis that PySCF does not have for these elements.
    """
    heavy = {s for s, z in zip(structure.symbols, structure.numbers, strict=True) if z > HEAVIEST}
    potentials = dict.fromkeys(heavy, basis) if basis.lower().startswith("def2") else {}
    try:
        if not basis.strip():
            raise ValueError("no name")
        with warnings.catch_warnings(action="ignore"):  # advice on packages to install
            return gto.M(
                atom=list(zip(structure.symbols, structure.positions, strict=True)),
                basis=basis,
                ecp=potentials,
                charge=structure.charge,
                spin=structure.multiplicity - 1,
                verbose=0,
            )
    except (KeyError, ValueError, RuntimeError, OSError) as error:
        raise InputError(
            message(
                structure.name,
                f"the basis {basis!r} ({' '.join(str(error).split())})",
                f"a basis that PySCF has for {structure.formula}",
                "Give another with --basis, such as def2-svp.",
            )
        ) from error


def mean_field(mol: gto.Mole, level: Level) -> Any:
    """A fresh, counted RHF or RKS of a molecule.

    Raises
    ------
    InputError
        A functional that PySCF does not have.
    """
    _check_functional(level.xc)
    field = scf.RHF(mol) if level.xc.lower() == HARTREE_FOCK else dft.RKS(mol, xc=level.xc)
    if level.density_fit:
        field = field.density_fit()
    field.conv_tol = level.conv_tol
    field.chkfile = None
    return counted(field)


def _check_functional(xc: str) -> None:
    try:
        known = bool(xc.strip()) and dft.libxc.xc_type(xc) is not None
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


def converge(field: Any, chkfile: Path | None = None) -> Run:
    """Run a counted mean field.

    Parameters
    ----------
    chkfile : where PySCF is to write its own, if anywhere.
    """
    field.chkfile = None if chkfile is None else str(chkfile)
    start = time.perf_counter()
    energy = field.kernel()
    wall = time.perf_counter() - start
    outcome = field.specml_guess if isinstance(field, PredictedGuess) else None
    return Run(
        field=field,
        cycles=field.cycles,
        fock_builds=field._builds[0],
        wall_s=wall,
        energy=float(energy),
        converged=bool(field.converged),
        guess_used=field.init_guess if outcome is None else outcome.used,
    )
