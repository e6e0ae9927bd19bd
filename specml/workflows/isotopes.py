"""Masses of a molecule with the isotopes of ``--isotope``: ``3=D``, ``1=13C``.

Called by the settings of harmonic spectra; atoms are counted from 1.
"""

import re
from collections.abc import Sequence

import numpy as np
from rdkit.Chem import GetPeriodicTable

from specml.errors import InputError, message
from specml.structure import Structure

_FORM = re.compile(r"(\d{1,6})=(?:(\d{1,3})([A-Z][a-z]?)|([DT]))")
_HYDROGEN = {"D": 2, "T": 3}


def masses(structure: Structure, isotopes: Sequence[str]) -> np.ndarray:
    """Standard atomic weights with the named atoms replaced by isotopic masses, (n_atoms,) amu.

    Raises
    ------
    InputError
        A form that is not ``ATOM=ISOTOPE``, an atom that does not exist, is given twice or is of
        another element, or an isotope that nobody has seen.
    """
    changed = structure.masses.copy()
    seen: set[int] = set()
    for text in isotopes:
        atom, nucleons, element = _parse(text)
        if not 1 <= atom <= len(structure) or atom in seen:
            raise _error(
                text,
                f"atom {atom} {'twice' if atom in seen else f'of {structure.name}'}",
                f"different atoms, 1 to {len(structure)}",
                "Atoms are counted from 1 in the order of the file.",
            )
        symbol = structure.symbols[atom - 1]
        if symbol != element:
            raise _error(
                text,
                f"an isotope of {element} for atom {atom} of {structure.name}, which is {symbol}",
                f"an isotope of {symbol}",
                "Atoms are counted from 1 in the order of the file.",
            )
        mass = GetPeriodicTable().GetMassForIsotope(element, nucleons)
        if mass <= 0.0:
            raise _error(text, f"{nucleons}{element}", "a known isotope", "Check the number.")
        changed[atom - 1] = mass
        seen.add(atom)
    return changed


def _parse(text: str) -> tuple[int, int, str]:
    form = _FORM.fullmatch(text.strip())
    if form is None:
        raise _error(text, repr(text), "ATOM=ISOTOPE", "For example --isotope 3=D or 1=13C.")
    atom, nucleons, element, heavy = form.groups()
    return (int(atom), _HYDROGEN[heavy], "H") if heavy else (int(atom), int(nucleons), element)


def _error(text: str, got: str, expected: str, fix: str) -> InputError:
    return InputError(message(f"--isotope {text}", got, expected, fix))
