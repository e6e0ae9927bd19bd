"""Masses of a molecule with isotopes: those of its file, and ``3=D``, ``1=13C``, ``H=D``.

Called by the settings of harmonic spectra; atoms are counted from 1.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from rdkit.Chem import GetPeriodicTable

from specml.elements import NUMBERS
from specml.errors import InputError, message
from specml.structure import Structure

_FORM = re.compile(r"([\d,-]{1,200}|[A-Z][a-z]?)=(?:(\d{1,3})([A-Z][a-z]?)|([DT]))")
_ATOMS = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")
_HYDROGEN = {"D": 2, "T": 3}


def masses(structure: Structure, isotopes: Sequence[str]) -> np.ndarray | None:
    """Standard atomic weights with isotopic masses in their places, (n_atoms,) amu.

    None where all atoms are of natural abundance. ``3=D`` is an atom, ``3-5,7=D`` are several,
    and ``H=D`` is every atom of an element that has no isotope yet.

    Raises
    ------
    InputError
        A form that is not ``ATOM=ISOTOPE``, an atom that does not exist, is given twice or is of
        another element, or an isotope that nobody has seen.
    """
    nucleons = dict(enumerate(structure.isotopes)) if any(structure.isotopes) else {}
    stated = {atom for atom, number in nucleons.items() if number}
    parsed = sorted(map(_parse, isotopes), key=lambda form: form[1][0] in NUMBERS)
    for text, (atoms, number, element) in parsed:
        if atoms in NUMBERS:
            chosen = _of_element(structure, text, atoms, element, stated)
        else:
            chosen = list(_counted(structure, text, atoms, element, stated))
        stated.update(chosen)
        nucleons.update(dict.fromkeys(chosen, number))
    if not any(nucleons.values()):
        return None
    changed = structure.masses.copy()
    for atom, number in nucleons.items():
        if number:
            changed[atom] = _mass(structure.symbols[atom], number, structure.name)
    return changed


def _of_element(
    structure: Structure, text: str, symbol: str, element: str, stated: set[int]
) -> list[int]:
    """All atoms of an element that have no isotope yet, counted from 0."""
    if symbol != element:
        raise _error(
            text, f"an isotope of {element} for {symbol}", f"one of {symbol}", "Correct it."
        )
    if symbol not in structure.symbols:
        raise _error(text, f"no {symbol} in {structure.name}", "an element it has", "Leave it out.")
    return [k for k, other in enumerate(structure.symbols) if other == symbol and k not in stated]


def _counted(
    structure: Structure, text: str, atoms: str, element: str, stated: set[int]
) -> Iterator[int]:
    """The atoms of ``3-5,7``, counted from 0."""
    for part in atoms.split(","):
        ends = _ATOMS.fullmatch(part)
        if ends is None or int(ends[2] or ends[1]) < int(ends[1]):
            raise _no_form(text)
        last = int(ends[2] or ends[1])
        for atom in range(int(ends[1]), min(last, len(structure) + 1) + 1):
            _check_atom(structure, text, atom, element, stated)
            yield atom - 1


def _check_atom(structure: Structure, text: str, atom: int, element: str, stated: set[int]) -> None:
    if not 1 <= atom <= len(structure) or atom - 1 in stated:
        raise _error(
            text,
            f"atom {atom} {'twice' if atom - 1 in stated else f'of {structure.name}'}",
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


def _mass(element: str, nucleons: int, thing: str) -> float:
    mass = float(GetPeriodicTable().GetMassForIsotope(element, nucleons))
    if mass <= 0.0:
        got = f"the isotope {nucleons}{element}"
        raise InputError(message(thing, got, "a known isotope", "Check the number."))
    return mass


def _parse(text: str) -> tuple[str, tuple[str, int, str]]:
    """The text, its atoms or element, the mass number and the element of the isotope."""
    form = _FORM.fullmatch(text.strip())
    if form is None:
        raise _no_form(text)
    atoms, nucleons, element, heavy = form.groups()
    return text, ((atoms, _HYDROGEN[heavy], "H") if heavy else (atoms, int(nucleons), element))


def _no_form(text: str) -> InputError:
    return _error(text, repr(text), "ATOM=ISOTOPE", "For example --isotope 3=D, 1=13C or H=D.")


def _error(text: str, got: str, expected: str, fix: str) -> InputError:
    return InputError(message(f"--isotope {text}", got, expected, fix))
