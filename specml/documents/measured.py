"""Read a measured spectrum from a JCAMP-DX file, in the units of the computed ones.

Called by ``specml compare`` and the API.

Abscissa: micrometres and nanometres become 1/cm. Ordinate of an infrared spectrum::

    transmittance        A = -log10(T), T at least ``OPAQUE``; percent is recognised
    absorbance           as it is
    (micromol/mol)-1m-1  decadic molar absorption in L/(mol cm), through
                         units.MOLE_FRACTION_ABSORPTION (296 K, 1 atm)
    km/mol per 1/cm      the same, through units.EXTINCTION
    arbitrary units      as they are, taken to be proportional to the absorption

The third and fourth are absolute: their areas are band strengths. Ordinates of a Raman spectrum are
relative. What was done to the numbers is noted in the provenance of the spectrum.
"""

import re
from pathlib import Path

import numpy as np

from specml import units
from specml.errors import InputError, message
from specml.io.jcamp_reader import JcampBlock, JcampData, blocks, table
from specml.spectra.spectrum import ABSOLUTE, ABSORBANCE, RELATIVE, Spectrum

OPAQUE = 1e-3  # transmittance; below it detectors see their own noise
KINDS = {"infrared": "INFRARED", "raman": "RAMAN"}
# No fraction of light is above 2; percent of a spectrum with any window is.
_PERCENT = 2.0
# Names of units, as :func:`_plain` leaves them. One unit of wavelength is so many 1/cm.
_WAVELENGTHS = {
    **dict.fromkeys(("MICROMETERS", "MICROMETRES", "MICROMETER", "MICRONS", "UM"), 1e4),
    **dict.fromkeys(("NANOMETERS", "NANOMETRES", "NANOMETER", "NM"), 1e7),
}
_TRANSMITTANCE = ("TRANSMITTANCE", "TRANSMISSION", "T")
_FACTORS = {
    **dict.fromkeys(("ABSORBANCE", "ABSORBANCEUNITS", "ABS", "A"), (1.0, ABSORBANCE)),
    "MICROMOL/MOL1M1BASE10": (units.MOLE_FRACTION_ABSORPTION, ABSOLUTE),
    "L/MOLCM": (1.0, ABSOLUTE),
    "KM/MOLPER1/CM": (units.EXTINCTION, ABSOLUTE),
    **dict.fromkeys(
        ("ARBITRARYUNITS", "ARBITRARY", "A.U.", "INTENSITY", "RELATIVEINTENSITY"), (1.0, RELATIVE)
    ),
}
_OF_LIGHT_THROUGH = (*_TRANSMITTANCE, "ABSORBANCE", "REFLECTANCE", "KUBELKAMUNK")


def read_measured(path: Path, kind: str | None = None) -> Spectrum:
    """Read the first spectrum of a kind from a file.

    Parameters
    ----------
    kind : ``infrared`` or ``raman``; either of them if not given.

    Raises
    ------
    InputError
        A file that cannot be read, no spectrum of this kind, or units that are not known.
    """
    every_block = blocks(path)
    kinds = {kind: KINDS[kind]} if kind else KINDS
    named = [(name, b) for b in every_block for name, word in kinds.items() if _is(b, word)]
    if not named:
        raise _no_such_spectrum(path, every_block, tuple(kinds))
    name, block = named[0]
    data = table(block)
    notes: list[str] = []
    if len(named) > 1:
        notes.append(f"the first of {len(named)} {name} blocks, {block.title!r}")
    if data.missing:
        notes.append(f"{data.missing} points marked as not measured left out")
    x = _wavenumbers(data, name)
    y, unit = _ordinates(data, name, notes)
    order = np.argsort(x, kind="stable")
    provenance: dict[str, object] = {
        "file": str(path),
        "title": block.title,
        "data_type": block.text("DATATYPE"),
        "formula": block.text("MOLFORM"),
        "line_shape": block.text("$LINESHAPE"),
        "x_units": block.text("XUNITS"),
        "y_units": block.text("YUNITS"),
        "resolution": block.text("RESOLUTION"),
        "n_points": len(x),
        "notes": notes,
    }
    return Spectrum(x[order], y[order], "1/cm", unit, name, data.peaks, provenance, block.title)


def _is(block: JcampBlock, word: str) -> bool:
    kind = block.text("DATATYPE").upper()
    return kind.startswith(word) and "INTERFEROGRAM" not in kind


def _no_such_spectrum(
    path: Path, every_block: list[JcampBlock], kinds: tuple[str, ...]
) -> InputError:
    types = dict.fromkeys(b.text("DATATYPE").upper() or "no ##DATA TYPE=" for b in every_block)
    types.pop("LINK", None)
    expected = " or ".join(f"{KINDS[kind]} SPECTRUM" for kind in kinds)
    return InputError(
        message(
            str(path),
            ", ".join(types) or "no spectrum",
            expected,
            "Give a file of the kind that was predicted.",
        )
    )


def _wavenumbers(data: JcampData, kind: str) -> np.ndarray:
    """The abscissa of a block as wavenumbers in 1/cm."""
    name = _plain(data.block.text("XUNITS"))
    if name.endswith(("1/CM", "CM1", "CM^1", "WAVENUMBER", "WAVENUMBERS")):
        return data.x
    if kind == "infrared" and name in _WAVELENGTHS:
        if not data.x.min() > 0.0:
            raise data.block.error("XUNITS", f"the wavelength {data.x.min():g}", "above zero")
        return _WAVELENGTHS[name] / data.x
    allowed = "1/CM, MICROMETERS or NANOMETERS" if kind == "infrared" else "1/CM (a Raman shift)"
    raise _unknown(data.block, "XUNITS", allowed)


def _ordinates(data: JcampData, kind: str, notes: list[str]) -> tuple[np.ndarray, str]:
    """What is proportional to the absorption or the scattering, and its unit."""
    name = _plain(data.block.text("YUNITS"))
    quantity = re.sub("%|PERCENT", "", name)
    if kind == "raman":
        if quantity in _OF_LIGHT_THROUGH:
            raise _unknown(data.block, "YUNITS", "an intensity of scattered light")
        return data.y, RELATIVE
    if quantity in _TRANSMITTANCE:
        return _absorbance(data, name != quantity, notes), ABSORBANCE
    if quantity in _FACTORS:
        factor, unit = _FACTORS[quantity]
        return factor * data.y, unit
    allowed = (
        "TRANSMITTANCE, ABSORBANCE, (micromol/mol)-1m-1 (base 10), L/(mol cm) or ARBITRARY UNITS"
    )
    raise _unknown(data.block, "YUNITS", allowed)


def _absorbance(data: JcampData, percent: bool, notes: list[str]) -> np.ndarray:
    """The absorbance from a transmittance; what was clipped is noted."""
    if not percent and data.y.max() > _PERCENT:
        percent = True
        notes.append(f"transmittances up to {data.y.max():g} read as percent")
    fraction = data.y / 100.0 if percent else data.y
    opaque = int((fraction < OPAQUE).sum())
    if opaque:
        notes.append(
            f"{opaque} of {len(fraction)} points with a transmittance below {OPAQUE:g} "
            f"set to it (absorbance {-np.log10(OPAQUE):g})"
        )
    return -np.log10(np.maximum(fraction, OPAQUE))


def _plain(unit: str) -> str:
    """Capitals without blanks, dashes and parentheses: programs agree on no more."""
    return re.sub(r"[\s()_-]", "", unit.upper())


def _unknown(block: JcampBlock, label: str, allowed: str) -> InputError:
    got = f"##{label}={block.text(label)}" if label in block.records else f"no ##{label}="
    return block.error(label, got, allowed, "Convert the spectrum to one of these.")
