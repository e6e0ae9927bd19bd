"""Read one line of JCAMP-DX ordinates, in any of its forms.

Called by :mod:`specml.io.jcamp_reader`.

A line of ``(X++(Y..Y))`` is the abscissa of its first point and ordinates. The ordinates of
``1 2 3 3 2 1 0 -1 -2 -3`` may be written as

======  =======================  ==============================================================
AFFN    ``1 2 3 3 2 1 0 -1 -2``  numbers and blanks
PAC     ``1+2+3+3+2+1+0-1-2-3``  a sign is the blank
SQZ     ``1BCCBA@abc``           the first digit and the sign in one character
DIF     ``1JJ%jjjjjj``           differences from the ordinate before, the same way
DUP     ``1JT%jX``               how often the last one stands, itself included
======  =======================  ==============================================================

and the forms may be mixed. ``?`` is an ordinate that was not measured. An ``E`` followed by a sign
is an exponent, else the squeezed digit 5.

Source: McDonald & Wilks, Appl. Spectrosc. 1988, 42, 151, tables VI and VII.
"""

import math
import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]\d{1,3})?)
      | (?P<squeezed>[@A-Ia-i]\d*)
      | (?P<difference>[%J-Rj-r]\d*)
      | (?P<repeat>[S-Zs]\d*)
      | (?P<missing>\?)
      | [\s,;]+""",
    re.VERBOSE,
)
_SQUEEZED = {c: k for k, c in enumerate("@ABCDEFGHI")}
_SQUEEZED |= {c: -k for k, c in enumerate("abcdefghi", start=1)}
_DIFFERENCE = {c: k for k, c in enumerate("%JKLMNOPQR")}
_DIFFERENCE |= {c: -k for k, c in enumerate("jklmnopqr", start=1)}
_REPEAT = {c: k for k, c in enumerate("STUVWXYZs", start=1)}
_MOST = 10**6  # times that one ordinate stands; a broken count must not fill the memory


@dataclass(frozen=True)
class OrdinateLine:
    """The numbers of a line of ``(X++(Y..Y))``.

    Parameters
    ----------
    x : abscissa of the first point as it is printed, before XFACTOR.
    unit : what one unit of the last printed digit of x is worth.
    ordinates : the ordinates as they are printed, before YFACTOR; NaN where not measured.
    checked : the last ordinate is a difference, and so the next line begins with it once more.
    """

    x: float
    unit: float
    ordinates: list[float]
    checked: bool


def decode(text: str) -> OrdinateLine:
    """Read one line of ``(X++(Y..Y))``.

    Raises
    ------
    ValueError
        What cannot be read, in words.
    OverflowError
        A number beyond those of a float.

    >>> decode("7 1JT%jX").ordinates
    [1.0, 2.0, 3.0, 3.0, 2.0, 1.0, 0.0, -1.0, -2.0, -3.0]
    """
    values: list[float] = []
    unit = 1.0
    step: float | None = None  # the last difference; None after an ordinate written in full
    place = 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise ValueError(f"the character {text[place]!r}")
        place = token.end()
        kind, word = token.lastgroup, token[0]
        if kind in ("difference", "repeat") and len(values) < 2:
            raise ValueError(f"{word!r} with no ordinate before it")
        if kind == "difference":
            step = float(_digits(word, _DIFFERENCE))
            values.append(values[-1] + step)
        elif kind == "repeat":
            times = _digits(word, _REPEAT) - 1
            if times > _MOST:
                raise ValueError(f"the repetition {word!r}")
            values += [values[-1] + (step or 0.0) * (k + 1) for k in range(times)]
        elif kind is not None:
            step = None
            unit = _last_digit(word) if kind == "number" and not values else unit
            values.append(_ordinate(kind, word))
    if not values or math.isnan(values[0]):
        raise ValueError("no abscissa")
    return OrdinateLine(values[0], unit, values[1:], step is not None)


def _ordinate(kind: str, word: str) -> float:
    if kind == "missing":
        return math.nan
    return float(word if kind == "number" else _digits(word, _SQUEEZED))


def _digits(word: str, table: dict[str, int]) -> int:
    """The number whose first digit and sign are one character of a table."""
    first, rest = table[word[0]], word[1:]
    return (-1 if first < 0 else 1) * int(f"{abs(first)}{rest}")


def _last_digit(number: str) -> float:
    mantissa, _, exponent = number.upper().partition("E")
    return 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
