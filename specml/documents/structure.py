"""How documents and the terminal write a molecule: structure, formula, wavenumbers as text.

Called by every document of a molecule, by the pages and by the views of the terminal.
"""

from typing import Any

import specml
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
    return {
        "formula": structure.formula,
        "numbers": structure.numbers,
        "symbols": structure.symbols,
        "positions_angstrom": structure.positions,
        **more,
        "charge": structure.charge,
        "multiplicity": structure.multiplicity,
        "smiles": structure.smiles,
    }


def title(structure: Structure) -> str:
    """Formula and charge: ``C2H8N+``."""
    charge = structure.charge
    size = str(abs(charge)) if abs(charge) > 1 else ""
    sign = "" if charge == 0 else "+" if charge > 0 else "−"
    return f"{structure.formula}{size.translate(SUPERSCRIPT)}{sign.translate(SUPERSCRIPT)}"


def formula(structure: Structure) -> str:
    """The title with its numbers of atoms as subscripts."""
    return title(structure).translate(SUBSCRIPT)


def figure_title(structure: Structure) -> str:
    """What a figure is called: the name, cut if it is long, and the formula."""
    name = structure.name
    if len(name) > LONGEST:
        name = name[: LONGEST - 1] + "…"
    name = "".join(c if ord(c) < DRAWN or c == "…" else "?" for c in name)
    return f"{name}  {formula(structure)}"


def wavenumber(value: float) -> str:
    """``1745.2``, or ``312.0i`` for an imaginary mode.

    >>> wavenumber(-312.0)
    '312.0i'
    """
    return f"{abs(value):.1f}{'i' if value < 0 else ''}"
