"""A self-consistent field with PySCF, its Fock builds counted and its time taken."""

import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pyscf import dft, gto, lib, scf

from specml.errors import InputError, ReferenceFailure, first_line, message
from specml.hamiltonian.guess import PredictedGuess
from specml.structure import Structure

HELIUM = 2  # the last element without a core
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
    try:
        if not basis.strip():
            raise ValueError("no name")
        with warnings.catch_warnings(action="ignore"):  # advice on packages to install
            mol = gto.M(
                atom=list(zip(structure.symbols, structure.positions, strict=True)),
                basis=basis,
                ecp=_core_potentials(set(structure.symbols), basis),
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
    _check_cores(mol, structure.name, basis)
    return mol


def _core_potentials(symbols: set[str], basis: str) -> dict[str, str]:
    """Elements for which the basis comes with an effective core potential."""
    found = {}
    for symbol in symbols:
        try:
            known = gto.basis.load_ecp(basis, symbol)
        except (KeyError, ValueError, RuntimeError, OSError):
            continue  # none of that name, or not for this element
        if known:
            found[symbol] = basis
    return found


def _check_cores(mol: gto.Mole, name: str, basis: str) -> None:
    """Functions for valence electrons alone need a potential for the others.

    A 1s orbital of charge Z decays as exp(-Z r): functions for it have exponents beyond Z^2.
    """
    tightest = np.zeros(mol.natm)
    for shell in range(mol.nbas):
        atom = mol.bas_atom(shell)
        tightest[atom] = max(tightest[atom], mol.bas_exp(shell).max())
    charges = mol.atom_charges()
    whole = np.array([mol.atom_nelec_core(atom) == 0 for atom in range(mol.natm)])
    lacking = np.flatnonzero(whole & (charges > HELIUM) & (tightest < charges**2))
    if lacking.size:
        symbol = mol.atom_pure_symbol(int(lacking[0]))
        raise InputError(
            message(
                name,
                f"the basis {basis!r}, for {symbol} made for an effective core potential",
                "a basis with functions for all electrons, or one whose potential PySCF has",
                "Give another with --basis, such as def2-svp.",
            )
        )


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


def converge(field: Any, chkfile: Path | None = None) -> Run:
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
    return Run(
        field=field,
        cycles=field.cycles,
        fock_builds=field._builds[0],
        wall_s=wall,
        energy=float(energy),
        converged=bool(field.converged),
        guess_used=field.init_guess if outcome is None else outcome.used,
    )
