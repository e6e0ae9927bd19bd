"""Units of measured spectra, and what is done to their numbers to compare them with computed ones.

Called by :mod:`specml.documents.measured`.

Abscissa: micrometres and nanometres become 1/cm. Ordinate of an infrared spectrum::

    transmittance        A = -log10(T), T at least ``OPAQUE``; percent is recognised
    absorbance           as it is
    (micromol/mol)-1m-1  decadic molar absorption in L/(mol cm), through
                         units.MOLE_FRACTION_ABSORPTION (296 K, 1 atm)
    km/mol per 1/cm      the same, through units.EXTINCTION
    arbitrary units      as they are, taken to be proportional to the absorption

The third and fourth are absolute: their areas are band strengths. Ordinates of a Raman spectrum are
relative.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from specml import units
from specml.errors import InputError
from specml.spectra.spectrum import ABSOLUTE, ABSORBANCE, RELATIVE

OPAQUE = 1e-3  # transmittance; below it detectors see their own noise
# No fraction of light is above 2; percent of a spectrum with any window is.
_PERCENT = 2.0
_FRACTION = 1.1  # and no window that lets a spectrum through is this dark in percent
# Without a header, wavenumbers lie between these, 1/cm; the medians of transmittance and
# absorbance, of their range, above and below those.
_LOWEST, _SPAN = 0.0, (150.0, 20000.0)
_MOSTLY_LIGHT, _MOSTLY_DARK = 0.6, 0.4
# Names of units, as :func:`_plain` leaves them. One unit of wavelength is so many 1/cm.
_WAVENUMBERS = ("1/CM", "CM1", "CM^1", "CM**1", "WAVENUMBER", "WAVENUMBERS", "KAYSER", "RAMANSHIFT")
_WAVELENGTHS = {
    **dict.fromkeys(("MICROMETERS", "MICROMETRES", "MICROMETER", "MICRONS", "MICRON", "UM"), 1e4),
    **dict.fromkeys(("NANOMETERS", "NANOMETRES", "NANOMETER", "NM"), 1e7),
}
_TRANSMITTANCE = ("TRANSMITTANCE", "TRANSMISSION", "T", "TRANS", "TRANSMITTANCET")
_FACTORS = {
    **dict.fromkeys(
        (
            "ABSORBANCE",
            "ABSORBANCEUNITS",
            "ABSORBANCEA.U.",
            "ABSORBANCEAU",
            "ABSORBANCEA",
            "ABS",
            "A",
        ),
        (1.0, ABSORBANCE),
    ),
    "MICROMOL/MOL1M1BASE10": (units.MOLE_FRACTION_ABSORPTION, ABSOLUTE),
    "L/MOLCM": (1.0, ABSOLUTE),
    "KM/MOLPER1/CM": (units.EXTINCTION, ABSOLUTE),
    **dict.fromkeys(
        (
            "ARBITRARYUNITS",
            "ARBITRARY",
            "A.U.",
            "INTENSITY",
            "INTENSITYA.U.",
            "RELATIVEINTENSITY",
            "ABSORPTION",
            "COUNTS",
        ),
        (1.0, RELATIVE),
    ),
}
_OF_LIGHT_THROUGH = (*_TRANSMITTANCE, "ABSORBANCE", "REFLECTANCE", "KUBELKAMUNK")


@dataclass(frozen=True, eq=False)
class WrittenSpectrum:
    """A spectrum as a file has it, before its units are understood.

    Parameters
    ----------
    x, y : (n,) numbers of the file.
    kind : ``infrared`` or ``raman``.
    x_unit, y_unit : its words for their units.
    error : makes the error of a unit, from ``XUNITS`` or ``YUNITS``, what is there, what was
        expected and what to do.
    """

    x: np.ndarray
    y: np.ndarray
    kind: str
    x_unit: str
    y_unit: str
    error: Callable[[str, str, str, str], InputError]


def guessed(written: WrittenSpectrum, notes: list[str]) -> WrittenSpectrum:
    """The spectrum with the units that its numbers suggest, where the file names none.

    Parameters
    ----------
    notes : what was guessed is added to it.

    Raises
    ------
    InputError
        Numbers that may be one or the other.
    """
    if not written.x_unit:
        low, high = written.x.min(), written.x.max()
        if low < _LOWEST or not _SPAN[0] <= high <= _SPAN[1]:
            got = f"no name, and values from {low:g} to {high:g}"
            raise written.error("XUNITS", got, "wavenumbers in 1/cm", "Name the unit in a header.")
        notes.append("no unit of the abscissa, taken as 1/cm")
        written = replace(written, x_unit="1/CM")
    if not written.y_unit:
        unit = "ARBITRARY UNITS" if written.kind == "raman" else _guessed_ordinate(written)
        notes.append(f"no unit of the ordinate, taken as {unit.lower()}")
        written = replace(written, y_unit=unit)
    return written


def _guessed_ordinate(written: WrittenSpectrum) -> str:
    """Transmittance stays near its top between the bands, absorbance near its bottom."""
    y = written.y
    middle = (np.median(y) - y.min()) / (np.ptp(y) or 1.0)
    if y.max() <= 130.0 and middle > _MOSTLY_LIGHT:
        return "TRANSMITTANCE"
    if middle < _MOSTLY_DARK:
        return "ABSORBANCE" if y.max() <= 10.0 else "ARBITRARY UNITS"
    got = f"no name, and values from {y.min():g} to {y.max():g}"
    raise written.error(
        "YUNITS", got, "transmittance or absorbance", "Name it in a header: wavenumber,absorbance."
    )


def wavenumbers(written: WrittenSpectrum) -> np.ndarray:
    """The abscissa as wavenumbers, (n,) 1/cm.

    Raises
    ------
    InputError
        A unit that is not known, or a wavelength that is not above zero.
    """
    name = _plain(written.x_unit)
    if name.endswith(_WAVENUMBERS):
        return written.x
    factor = next((f for unit, f in _WAVELENGTHS.items() if name.endswith(unit)), None)
    if written.kind == "infrared" and factor is not None:
        if not written.x.min() > 0.0:
            got = f"the wavelength {written.x.min():g}"
            raise written.error("XUNITS", got, "above zero", "Correct the abscissas.")
        return np.asarray(factor / written.x)
    kind = written.kind
    allowed = "1/CM, MICROMETERS or NANOMETERS" if kind == "infrared" else "1/CM (a Raman shift)"
    raise _unknown(written, "XUNITS", written.x_unit, allowed)


def ordinates(written: WrittenSpectrum, notes: list[str]) -> tuple[np.ndarray, str]:
    """What is proportional to the absorption or the scattering, (n,), and its unit.

    Parameters
    ----------
    notes : what was done to the numbers is added to it.

    Raises
    ------
    InputError
        A unit that is not known.
    """
    name = _plain(written.y_unit)
    quantity = re.sub("%|PERCENT", "", name)
    if written.kind == "raman":
        if quantity in _OF_LIGHT_THROUGH:
            raise _unknown(written, "YUNITS", written.y_unit, "an intensity of scattered light")
        return written.y, RELATIVE
    if quantity in _TRANSMITTANCE:
        return _absorbance(written.y, name != quantity, notes), ABSORBANCE
    if quantity in _FACTORS:
        factor, unit = _FACTORS[quantity]
        return factor * written.y, unit
    allowed = (
        "TRANSMITTANCE, ABSORBANCE, (micromol/mol)-1m-1 (base 10), L/(mol cm) or ARBITRARY UNITS"
    )
    raise _unknown(written, "YUNITS", written.y_unit, allowed)


def _absorbance(y: np.ndarray, percent: bool, notes: list[str]) -> np.ndarray:
    """The absorbance from a transmittance; what was clipped is noted."""
    if percent and y.max() <= _FRACTION:
        percent = False
        notes.append(f"transmittances up to {y.max():g} read as fractions, though named percent")
    if not percent and y.max() > _PERCENT:
        percent = True
        notes.append(f"transmittances up to {y.max():g} read as percent")
    fraction = y / 100.0 if percent else y
    opaque = int((fraction < OPAQUE).sum())
    if opaque:
        notes.append(
            f"{opaque} of {len(fraction)} points with a transmittance below {OPAQUE:g} "
            f"set to it (absorbance {-np.log10(OPAQUE):g})"
        )
    return -np.log10(np.maximum(fraction, OPAQUE))


def _plain(unit: str) -> str:
    """Capitals without blanks, dashes and brackets: programs agree on no more."""
    unit = unit.translate(str.maketrans("⁻¹−µμ", "-1-uu"))
    return re.sub(r"[\s()_\[\]{}$-]", "", unit.upper())


def _unknown(written: WrittenSpectrum, label: str, unit: str, allowed: str) -> InputError:
    got = f"##{label}={unit}" if unit else f"no ##{label}="
    return written.error(label, got, allowed, "Convert the spectrum to one of these.")
