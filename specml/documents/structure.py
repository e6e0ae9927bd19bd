"""How documents and the terminal write a molecule: structure, formula, wavenumbers as text.

Called by every document of a molecule, by the pages and by the views of the terminal.
"""

import math
import re
from collections import Counter
from typing import Any

import numpy as np

import specml
from specml.elements import isotopic_symbols
from specml.structure import Structure

SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
DRAWN = 0x530  # the font of figures has Latin, Greek and Cyrillic letters
LONGEST = 28  # characters of a name above a figure
SUPERSCRIPT = str.maketrans("0123456789+−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")


def opening(schema: str, structure: Structure) -> dict[str, Any]:
    """The first keys of every document of a molecule: what it is, by which version, of what."""
    return {
        "schema": schema,
        "specml_version": specml.__version__,
        "name": structure.name,
        "structure": described(structure),
    }


def described(structure: Structure, **more: object) -> dict[str, Any]:
    """The key ``structure`` of a document; ``more`` stands behind the positions."""
    masses = more.get("masses_amu")
    masses = None if masses is None else np.asarray(masses)
    return {
        "formula": isotopic_formula(structure, masses),
        "numbers": structure.numbers,
        "symbols": structure.symbols,
        "positions_angstrom": structure.positions,
        **more,
        "charge": structure.charge,
        "multiplicity": structure.multiplicity,
        "smiles": structure.smiles,
    }


def isotopic_formula(structure: Structure, masses: np.ndarray | None = None) -> str:
    """The formula in Hill's order, deuterium behind hydrogen: ``CH3DO``.

    Parameters
    ----------
    masses : (n_atoms,) amu, by which D and T are told from H.
    """
    if masses is None:
        return structure.formula
    counts = Counter(isotopic_symbols(structure.symbols, masses))
    heavy = "".join(f"{s}{counts[s] if counts[s] > 1 else ''}" for s in "DT" if counts[s])
    if not heavy:
        return structure.formula
    plain = re.sub(r"H(?![a-z])\d*", "", structure.formula)
    light = f"H{counts['H'] if counts['H'] > 1 else ''}" if counts["H"] else ""
    carbon = re.match(r"C(?![a-z])\d*", plain)
    place = carbon.end() if carbon else 0
    return plain[:place] + light + heavy + plain[place:]


def title(structure: Structure, masses: np.ndarray | None = None) -> str:
    """Formula and charge: ``C2H8N+``; masses as in :func:`isotopic_formula`."""
    charge = structure.charge
    size = str(abs(charge)) if abs(charge) > 1 else ""
    sign = "" if charge == 0 else "+" if charge > 0 else "−"
    symbols = isotopic_formula(structure, masses)
    return f"{symbols}{size.translate(SUPERSCRIPT)}{sign.translate(SUPERSCRIPT)}"


def formula(structure: Structure, masses: np.ndarray | None = None) -> str:
    """The title with its numbers of atoms as subscripts."""
    return title(structure, masses).translate(SUBSCRIPT)


def figure_title(structure: Structure, masses: np.ndarray | None = None) -> str:
    """What a figure is called: the name, cut if it is long, and the formula, with its isotopes."""
    name = structure.name
    if len(name) > LONGEST:
        name = name[: LONGEST - 1] + "…"
    name = "".join(c if ord(c) < DRAWN or c == "…" else "?" for c in name)
    return f"{name}  {formula(structure, masses)}"


def wavenumber(value: float) -> str:
    """``1745.2``, or ``312.0i`` for an imaginary mode.

    >>> wavenumber(-312.0)
    '312.0i'
    """
    return f"{abs(value):.1f}{'i' if value < 0 else ''}"


def number(value: float | None, form: str) -> str:
    """A number as text; a dash for what has no value, such as 0/0.

    >>> number(0.75, ".3f"), number(float("nan"), ".3f")
    ('0.750', '–')
    """
    return "–" if value is None or math.isnan(value) else f"{value:{form}}"
