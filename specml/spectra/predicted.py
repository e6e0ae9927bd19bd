"""A predicted spectrum from a file that ``specml ir`` or ``specml raman`` wrote.

``.json`` and ``.csv`` hold the modes, which can be broadened with any width; ``.jdx`` and
``.curve.csv`` hold a curve, the former with its width. Of several conformers only the curve is the
spectrum of them all. Raman intensities are cross-sections, what a spectrometer counts, except in
``.jdx``, which holds the activity.
"""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from specml.errors import InputError, message
from specml.spectra.measured import ABSOLUTE, RELATIVE, measured
from specml.spectra.spectrum import Spectrum

POSITION = "wavenumber_scaled_cm1"
# kind -> (heights of the sticks, their unit), (ordinate of the curve, its unit)
_STICKS = {
    "infrared": ("ir_intensity_km_mol", "km/mol"),
    "raman": ("raman_cross_section_cm2_sr", "cm^2/sr"),
}
_CURVES = {
    "infrared": ("molar_absorption_l_mol_cm", ABSOLUTE),
    "raman": ("cross_section_cm2_sr_cm", RELATIVE),
}
_SCHEMAS = {"specml/ir/1": "infrared", "specml/raman/1": "raman"}


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
        kind = _SCHEMAS[document["schema"]]
        provenance = {
            "name": document["name"],
            "formula": document["structure"]["formula"],
            "model": document["model"]["name"],
            "scaling": document["scaling"]["description"],
        }
        sticks = len(document.get("conformers") or ()) < 2
        if sticks:
            height, unit = _STICKS[kind]
            rows = [(mode[POSITION], mode[height]) for mode in document["modes"]]
        else:
            curve = document["curve"]
            height, unit = _CURVES[kind]
            rows = list(zip(curve["wavenumber_cm1"], curve[height], strict=True))
            provenance["fwhm"] = float(curve["fwhm_cm1"])
        x, y = np.array(rows, dtype=np.float64).reshape(-1, 2).T
        return Spectrum(x, y, "1/cm", unit, kind, sticks, provenance)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unknown(path, f"{type(error).__name__}: {error}") from error


def _from_csv(path: Path, text: str) -> Spectrum:
    rows = list(csv.DictReader(text.splitlines()))
    columns = set(rows[0]) if rows else set()
    for kind in ("raman", "infrared"):  # the modes of a Raman spectrum have both intensities
        for position, (height, unit) in (
            (POSITION, _STICKS[kind]),
            ("wavenumber_cm1", _CURVES[kind]),
        ):
            if {position, height} <= columns:
                x, y = _columns(path, rows, position, height)
                return Spectrum(x, y, "1/cm", unit, kind, position == POSITION)
    raise _unknown(path, "a table without a spectrum")


def _columns(path: Path, rows: list[dict[str, str]], *names: str) -> tuple[np.ndarray, ...]:
    try:
        return tuple(np.array([float(row[name]) for row in rows]) for name in names)
    except (TypeError, ValueError) as error:
        raise _unknown(path, f"a table entry that is no number ({error})") from error
