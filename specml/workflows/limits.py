"""Ranges of options that several workflows share, for the command line and the API alike.

Each check returns the value that it was given, or raises :class:`OutOfRange`. The settings of the
workflows apply them through :func:`require`, the options of the commands through
``specml.cli.options.checked``.
"""

import math
from collections.abc import Callable
from typing import Any

from specml.errors import InputError

SHORTEST_LASER, LONGEST_LASER = 100.0, 2000.0  # nm; 2000 nm has more energy than any fundamental
LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 0.1, 1e4  # K, where Boltzmann factors are numbers
SMALLEST_SCALE, LARGEST_SCALE = 0.5, 1.5  # beyond, a factor is a slip of the decimal point
SHARPEST, BROADEST = 0.1, 1000.0  # 1/cm


class OutOfRange(InputError):
    """A value that an option does not take: ``got ...; expected ...``, without its name."""


def require(name: str, check: Callable[[Any], Any], value: object) -> None:
    """Apply one of the checks below, and say what was checked.

    Raises
    ------
    InputError
        ``<name>: got ...; expected ...``.
    """
    try:
        check(value)
    except OutOfRange as error:
        raise InputError(f"{name}: {error}") from error


def positive(value: float) -> float:
    """A finite number above zero; ranges of typer let NaN pass."""
    if math.isfinite(value) and value > 0.0:
        return value
    raise OutOfRange(f"got {value}; expected a positive number.")


def width(value: float) -> float:
    """A full width at half maximum in 1/cm."""
    if SHARPEST <= positive(value) <= BROADEST:
        return value
    raise OutOfRange(f"got {value:g}; expected {SHARPEST:g} to {BROADEST:g} 1/cm.")


def temperature(value: float) -> float:
    """A temperature in K."""
    if LOWEST_TEMPERATURE <= positive(value) <= HIGHEST_TEMPERATURE:
        return value
    span = f"{LOWEST_TEMPERATURE:g} to {HIGHEST_TEMPERATURE:g} K"
    raise OutOfRange(f"got {value:g}; expected {span}.")


def laser(value: float) -> float:
    """The wavelength of an exciting laser in nm."""
    if SHORTEST_LASER <= positive(value) <= LONGEST_LASER:
        return value
    raise OutOfRange(
        f"got {value:g}; expected {SHORTEST_LASER:g} to {LONGEST_LASER:g} nm, for example 532, "
        "633, 785 or 1064."
    )


def scale(value: str | float) -> str:
    """``auto``, ``none`` or a factor near one, as text."""
    if value not in ("auto", "none"):
        try:
            if not SMALLEST_SCALE <= float(value) <= LARGEST_SCALE:
                raise ValueError("no scale factor")
        except ValueError as error:
            raise OutOfRange(
                f"got {value!r}; expected auto, none or a factor such as 0.967 "
                f"({SMALLEST_SCALE:g} to {LARGEST_SCALE:g})."
            ) from error
    return str(value)


def one_of(*allowed: str) -> Callable[[str], str]:
    """A check for one of these words."""

    def check(value: str) -> str:
        if value in allowed:
            return value
        raise OutOfRange(f"got {value!r}; expected one of {', '.join(allowed)}.")

    return check


def interval(values: tuple[float, float]) -> tuple[float, float]:
    """Two positive numbers in ascending order."""
    low, high = (positive(value) for value in values)
    if low < high:
        return low, high
    raise OutOfRange(f"got {low:g} and {high:g}; expected the lower one first.")
