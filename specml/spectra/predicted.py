"""A predicted spectrum from a file that ``specml ir`` or ``specml raman`` wrote.

``.json`` holds the modes of every conformer, ``.csv`` those of the lowest one: sticks, which can be
broadened with any width. ``.jdx`` and ``.curve.csv`` hold a curve, the former with its width; of a
dynamics run all files hold a curve. Raman intensities are cross-sections, what a spectrometer
counts, except in ``.jdx``, which holds the activity.
"""

import csv
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from specml import units
from specml.errors import InputError, message
from specml.spectra.measured import ABSOLUTE, RELATIVE, measured
from specml.spectra.spectrum import Spectrum

POSITION = "wavenumber_scaled_cm1"
# kind -> heights of the sticks, their unit
_STICKS = {
    "infrared": ("ir_intensity_km_mol", "km/mol"),
    "raman": ("raman_cross_section_cm2_sr", "cm^2/sr"),
}
# kind -> ordinates of a curve, the factor to their unit here, this unit
_CURVES = {
    "infrared": (
        ("molar_absorption_l_mol_cm", 1.0, ABSOLUTE),
        ("intensity_km_mol_cm", units.EXTINCTION, ABSOLUTE),
    ),
    "raman": (("cross_section_cm2_sr_cm", 1.0, RELATIVE),),
}
_SCHEMAS = {"specml/ir/1": "infrared", "specml/raman/1": "raman"}
_WORDS = ("assignment", "standard_error")  # columns without numbers, or not always with them
_DYNAMICS = {"specml/ir-dynamics/1": "infrared", "specml/raman-dynamics/1": "raman"}


def predicted(path: Path) -> Spectrum:
    """Sticks or a curve, as the file has them; the provenance says which model and scaling.

    Raises
    ------
    InputError
        A file that cannot be read, or is not one of those.
    """
    ending = path.suffix.lower()
    if ending in (".jdx", ".dx"):
        return _from_jcamp(path)
    if ending == ".json":
        return _from_json(path, _text(path))
    if ending == ".csv":
        return _from_csv(path, _text(path))
    raise _unknown(path, f"a file ending in {ending!r}")


def _from_jcamp(path: Path) -> Spectrum:
    """Our own file says how wide its lines are."""
    found = measured(path)
    width = re.search(r"Lorentzian, FWHM ([\d.]+)", str(found.provenance["line_shape"]))
    known = {"fwhm": float(width[1])} if width else {}
    return replace(found, provenance={**found.provenance, **known})


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise _unknown(path, "binary data") from error
    except OSError as error:
        got = "no such file" if isinstance(error, FileNotFoundError) else str(error.strerror)
        raise _unknown(path, got) from error


def _unknown(path: Path, got: str) -> InputError:
    return InputError(
        message(
            str(path),
            got,
            "a .ir.json, .raman.json, .csv or .jdx file of SpecML",
            "Make one with `specml ir` or `specml raman`.",
        )
    )


def _from_json(path: Path, text: str) -> Spectrum:
    try:
        document = json.loads(text)
        schema = document["schema"]
        if schema not in _SCHEMAS | _DYNAMICS:
            raise ValueError(f"the schema {schema!r}")
        provenance = {
            "name": document["name"],
            "formula": document["structure"]["formula"],
            "model": document["model"]["name"],
            "scaling": document.get("scaling", {}).get("description"),
        }
        if schema in _DYNAMICS:
            found = _curve(path, _DYNAMICS[schema], document["curve"])
            if found is None:
                raise KeyError("curve")
        else:
            found = _sticks(path, _SCHEMAS[schema], document)
        return replace(found, provenance=provenance)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unknown(path, f"{type(error).__name__}: {error}") from error


def _sticks(path: Path, kind: str, document: dict) -> Spectrum:
    """The modes of every conformer, each height times the weight of its conformer."""
    height, unit = _STICKS[kind]
    conformers = document.get("conformers") or [{"weight": 1.0, "modes": document["modes"]}]
    rows = [
        (mode[POSITION], conformer["weight"] * mode[height])
        for conformer in conformers
        for mode in conformer["modes"]
    ]
    x, y = _finite(path, rows).reshape(-1, 2).T
    return Spectrum(x, y, "1/cm", unit, kind, True)


def _finite(path: Path, values: Sequence) -> np.ndarray:
    """As an array; refused where JSON says null or NaN, or a table nan."""
    found = np.array(values, dtype=np.float64)
    if not np.isfinite(found).all():
        raise _unknown(path, "a value that is missing or not finite")
    return found


def _curve(path: Path, kind: str, columns: Mapping[str, Sequence]) -> Spectrum | None:
    """A curve from named columns; None where they hold none of this kind."""
    for name, factor, unit in _CURVES[kind]:
        if {"wavenumber_cm1", name} <= set(columns):
            y = factor * _finite(path, columns[name])
            x = _finite(path, columns["wavenumber_cm1"])
            return Spectrum(x, y, "1/cm", unit, kind, False)
    return None


def _from_csv(path: Path, text: str) -> Spectrum:
    rows = list(csv.DictReader(text.splitlines()))
    try:
        columns = {
            name: [float(row[name]) for row in rows]
            for name in (rows[0] if rows else ())
            if name not in _WORDS
        }
    except (TypeError, ValueError) as error:
        raise _unknown(path, f"a table entry that is no number ({error})") from error
    for kind in ("raman", "infrared"):  # the modes of a Raman spectrum have both intensities
        height, unit = _STICKS[kind]
        if {POSITION, height} <= set(columns):
            x, y = (_finite(path, columns[name]) for name in (POSITION, height))
            return Spectrum(x, y, "1/cm", unit, kind, True)
        curve = _curve(path, kind, columns)
        if curve is not None:
            return curve
    raise _unknown(path, "a table without a spectrum")
