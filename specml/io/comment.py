"""Keys and values in the comment lines of xyz files, for the readers of structures and frames."""

import re

from specml.errors import InputError, message
from specml.io.trajectory import LENGTH_UNITS

_UNIT_KEYS = r"(?:positions?|pos|length|coord(?:inate)?s?)[_ ]units?"
# i-PI writes positions{atomic_unit}; without braces it means atomic units too.
_BRACES = re.compile(r"positions\{([^}]*)\}")
_STATED = re.compile(rf"(?<!\w){_UNIT_KEYS}\s*[=:]\s*[\"']?([\w*^/-]+)", re.IGNORECASE)
_SPOKEN = re.compile(r"(?<!\w)units?\s*[=:]\s*[\"']?([\w*^/-]+)", re.IGNORECASE)
_SPELLINGS = {
    "atomic_unit": "bohr",
    "atomic_units": "bohr",
    "a.u.": "bohr",
    "au": "bohr",
    "a0": "bohr",
    "ang": "angstrom",
    "angs": "angstrom",
    "a": "angstrom",
    "angstroms": "angstrom",
    "å": "angstrom",
    "nanometer": "nm",
    "nanometers": "nm",
}


_LIST = r"\[([-+.\deE,\s\[\]]*)\](?=[\s,;]|$)"  # of numbers, nested or not


def length_factor(where: str, text: str) -> float:
    """Size, in angstrom, of the unit of length that a comment states; one where it states none.

    Parameters
    ----------
    where : the file and line that an error names.

    Raises
    ------
    InputError
        A unit of length that is not known.
    """
    stated = _BRACES.search(text) or _STATED.search(text)
    if stated is not None:
        word = _plain(stated[1])
        if word not in LENGTH_UNITS:
            known = ", ".join(LENGTH_UNITS)
            fix = "Convert the coordinates to angstrom."
            raise InputError(message(where, f"the unit {stated[1]!r}", f"one of {known}", fix))
        return LENGTH_UNITS[word]
    spoken = _SPOKEN.search(text)  # of whatever: a length where it names one
    return 1.0 if spoken is None else LENGTH_UNITS.get(_plain(spoken[1]), 1.0)


def _plain(word: str) -> str:
    return _SPELLINGS.get(word.lower(), word.lower())


def value(text: str, *keys: str) -> str | None:
    """What stands behind the first of these keys: a word, or what is in quotes or brackets."""
    for key in keys:
        stated = re.search(
            rf"(?<!\w){re.escape(key)}\s*[=:]\s*(?:\"([^\"]*)\"|'([^']*)'|{_LIST}|([^\s,;]+))",
            text,
            re.IGNORECASE,
        )
        if stated is not None:
            return next(group for group in stated.groups() if group is not None)
    return None
