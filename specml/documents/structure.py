"""A molecule in a document: its structure, its formula, its wavenumbers as text."""

import math
from typing import Any

import specml
from specml.structure import Structure

SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
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
