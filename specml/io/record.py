"""A molecule as a file states it, before it is checked as a whole.

The readers of structure files (xyz, mol, sdf) make it; :mod:`specml.io.structures` turns it into a
structure.
"""

from dataclasses import dataclass

import numpy as np

from specml.errors import InputError, message
from specml.structure import Structure


@dataclass(frozen=True)
class MoleculeRecord:
    """What one frame or record says.

    Parameters
    ----------
    where : file and line, for messages.
    numbers : (n_atoms,) int.
    positions : (n_atoms, 3), angstrom.
    charge : total charge in e as the file states it; None where it states none.
    mol_block : the text of an MDL record, which states the bonds.
    isotopes : (n_atoms,) mass numbers, 0 for natural abundance; empty where all are.
    title : what the file calls the molecule; empty where it does not.
    """

    where: str
    numbers: np.ndarray
    positions: np.ndarray
    charge: int | None
    mol_block: str | None = None
    isotopes: tuple[int, ...] = ()
    title: str = ""

    def structure(self, charge: int | None = None) -> Structure:
        """The checked molecule; ``charge`` is the caller's word, None if he gave none.

        Raises
        ------
        InputError
            If file and caller disagree about the charge (neither is known to be right), or the
            molecule is impossible.
        """
        if None not in (self.charge, charge) and self.charge != charge:
            raise InputError(
                message(
                    f"{self.where}: charge",
                    f"{self.charge:+d} in the file and {charge:+d} from the caller (--charge)",
                    "one charge",
                    "Leave out --charge or correct the file.",
                )
            )
        stated = self.charge if self.charge is not None else charge
        return Structure(
            self.numbers,
            self.positions,
            charge=stated or 0,
            name=self.where,
            mol_block=self.mol_block,
            isotopes=self.isotopes if any(self.isotopes) else (),
        )
