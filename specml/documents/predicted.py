"""Read a predicted spectrum from any file that ``specml ir`` or ``specml raman`` wrote.

Called by ``specml compare`` and the API.

``.json`` holds the modes of every conformer, ``.csv`` those of the lowest one: sticks, which can be
broadened with any width. ``.jdx`` and ``.curve.csv`` hold a curve, the former with its width; of a
dynamics run all files hold a curve. Raman intensities are cross-sections, what a spectrometer
counts, except in ``.jdx``, which holds the activity.
"""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from specml.documents import dynamic_spectra, harmonic
from specml.documents.harmonic import POSITION, STICKS
from specml.documents.json_file import MissingValue, finite
from specml.documents.measured import read_measured
from specml.errors import InputError, message
from specml.spectra.spectrum import Spectrum

_SCHEMAS = {"specml/ir/1": "infrared", "specml/raman/1": "raman"}
_WORDS = ("assignment", "standard_error")  # columns without numbers, or not always with them
_DYNAMICS = {"specml/ir-dynamics/1": "infrared", "specml/raman-dynamics/1": "raman"}


def read_predicted(path: Path) -> Spectrum:
    """Read sticks or a curve, as the file has them; provenance says which model and scaling.

    Raises
    ------
    InputError
        A file that cannot be read, or is not one of those.
    """
    ending = path.suffix.lower()
    if ending in (".jdx", ".dx"):
        spectrum = _from_jcamp(path)
    elif ending == ".json":
        spectrum = _from_json(path, _text(path))
    elif ending == ".csv":
        spectrum = _from_csv(path, _text(path))
    else:
        raise _unknown(path, f"a file ending in {ending!r}")
    return replace(spectrum, provenance={**spectrum.provenance, "file": str(path)})


def _from_jcamp(path: Path) -> Spectrum:
    """Our own file says how wide its lines are."""
    spectrum = read_measured(path)
    width = re.search(r"Lorentzian, FWHM ([\d.]+)", str(spectrum.provenance["line_shape"]))
    known = {"fwhm": float(width[1])} if width else {}
    return replace(spectrum, provenance={**spectrum.provenance, **known})


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
        return from_document(path, json.loads(text))
    except ValueError as error:
        raise _unknown(path, f"{type(error).__name__}: {error}") from error


def from_document(path: Path, document: Any) -> Spectrum:
    """Sticks or a curve of a JSON document that ``path`` holds, or would hold.

    Raises
    ------
    InputError
        If it is not one of those.
    """
    try:
        schema = document["schema"]
        if schema not in _SCHEMAS | _DYNAMICS:
            raise ValueError(f"the schema {schema!r}")
        provenance = {
            "name": document["name"],
            "formula": document["structure"]["formula"],
            "model": document["model"]["name"],
            "scaling": document.get("scaling", {}).get("description"),
            "file": str(path),
        }
        if schema in _DYNAMICS:
            spectrum = dynamic_spectra.spectrum_of(document, _DYNAMICS[schema])
        else:
            spectrum = harmonic.sticks_of(document, _SCHEMAS[schema])
        return replace(spectrum, provenance=provenance)
    except MissingValue as error:
        raise _unknown(path, str(error)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unknown(path, f"{type(error).__name__}: {error}") from error


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
    try:
        for kind in ("raman", "infrared"):  # the modes of a Raman spectrum have both intensities
            height, unit = STICKS[kind]
            if {POSITION, height} <= set(columns):
                x, y = (finite(columns[name]) for name in (POSITION, height))
                return Spectrum(x, y, "1/cm", unit, kind, True)
            curve = dynamic_spectra.curve_of(columns, kind)
            if curve is not None:
                return curve
    except MissingValue as error:
        raise _unknown(path, str(error)) from error
    raise _unknown(path, "a table without a spectrum")
