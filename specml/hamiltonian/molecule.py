"""A molecule in a basis: PySCF's ``Mole`` and the structure it belongs to, as one value.

Everything in ``hamiltonian`` takes a :class:`Molecule`. Commands and training make it from a
structure (:meth:`Molecule.in_basis`); what a user of PySCF hands in has a ``Mole`` already
(:meth:`Molecule.of`).
"""

import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pyscf import gto

from specml.errors import InputError, message
from specml.structure import Structure
from specml.units import BOHR

HELIUM = 2  # the last element without a core
UNNAMED = "molecule"
LACKS = (KeyError, ValueError, RuntimeError, OSError)  # what PySCF raises for a basis it lacks


@dataclass(frozen=True, eq=False)
class Molecule:
    """A molecule with its basis functions.

    Parameters
    ----------
    mol : PySCF's molecule; atoms and functions are in its order, ghost atoms included.
    given : the structure it was made from; None for a ``Mole`` of a user.
    """

    mol: gto.Mole
    given: Structure | None = None

    @classmethod
    def of(cls, source: "gto.Mole | Molecule") -> "Molecule":
        """The same molecule, wrapped where it is a plain ``Mole``."""
        return source if isinstance(source, cls) else cls(source)

    @classmethod
    def in_basis(cls, structure: Structure, basis: str) -> "Molecule":
        """A structure with the functions, and the core potentials, of a basis of PySCF.

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
        except LACKS as error:
            raise InputError(
                message(
                    structure.name,
                    f"the basis {basis!r} ({' '.join(str(error).split())})",
                    f"a basis that PySCF has for {structure.formula}",
                    "Give another with --basis, such as def2-svp.",
                )
            ) from error
        _check_cores(mol, structure.name, basis)
        return cls(mol, structure)

    def nuclei_in(self, basis: str) -> "Molecule":
        """The atoms that have a nucleus, with the spherical functions of another basis."""
        charges, coordinates = self.mol.atom_charges(), self.mol.atom_coords()
        mol = gto.M(
            atom=[(int(z), r) for z, r in zip(charges, coordinates, strict=True) if z > 0],
            unit="Bohr",
            basis=basis,
            charge=self.mol.charge,
            spin=self.mol.spin,
            verbose=0,
        )
        return Molecule(mol, self.given)

    @cached_property
    def structure(self) -> Structure:
        """Nuclei, charge and spin; of ghost atoms nothing.

        Raises
        ------
        InputError
            A ``Mole`` that no structure can be: without nuclei, or with atoms on top of each other.
        """
        if self.given is not None:
            return self.given
        mol = self.mol
        numbers = np.array([mol.atom_charge(a) + mol.atom_nelec_core(a) for a in range(mol.natm)])
        real = numbers > 0
        return Structure(
            numbers[real], self.positions[real], int(mol.charge), int(mol.spin) + 1, UNNAMED
        )

    @property
    def name(self) -> str:
        """The name of the structure; ``molecule`` where PySCF's user gave none."""
        return UNNAMED if self.given is None else self.given.name

    @property
    def numbers(self) -> np.ndarray:
        """(natm,) nuclear charges; 0 for a ghost atom."""
        return self.mol.atom_charges()

    @property
    def positions(self) -> np.ndarray:
        """(natm, 3) in angstrom, as PySCF has them."""
        return self.mol.atom_coords() * BOHR

    @property
    def n_functions(self) -> int:
        """The number of basis functions, nao."""
        return int(self.mol.nao)

    @property
    def n_occupied(self) -> int:
        """Doubly occupied orbitals of the closed shell."""
        return int(self.mol.nelectron) // 2

    def overlap(self) -> np.ndarray:
        """The overlap matrix S, (nao, nao)."""
        return self.mol.intor_symmetric("int1e_ovlp")


def _core_potentials(symbols: set[str], basis: str) -> dict[str, str]:
    """Elements for which the basis comes with an effective core potential."""
    potentials = {}
    for symbol in symbols:
        try:
            known = gto.basis.load_ecp(basis, symbol)
        except LACKS:
            continue  # none of that name, or not for this element
        if known:
            potentials[symbol] = basis
    return potentials


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
