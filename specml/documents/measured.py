"""Read a measured spectrum, in the units of the computed ones, from JCAMP-DX or two columns.

Called by ``specml compare`` and the API. :mod:`specml.documents.measured_units` says which units
are known and what is done to the numbers, which the provenance of the spectrum notes.
"""

import re
from pathlib import Path

import numpy as np

from specml.documents import measured_units
from specml.documents.measured_units import WrittenSpectrum
from specml.errors import InputError, message
from specml.io import two_columns
from specml.io.jcamp_block import JcampBlock, blocks
from specml.io.jcamp_reader import table
from specml.spectra.spectrum import Spectrum

KINDS = {"infrared": "INFRARED", "raman": "RAMAN"}
JCAMP = (".jdx", ".dx", ".jcm", ".jcamp")
_TYPES = {
    "infrared": re.compile(r"\b(INFRA-?\s?RED|(FT|ATR|FTIR|NEAR|MID)?[-_ ]?(IR|FTIR))\b"),
    "raman": re.compile(r"\bRAMAN\b|\bFT-?RAMAN\b"),
}


def read_measured(path: Path, kind: str | None = None) -> Spectrum:
    """Read the first spectrum of a kind from a file.

    Parameters
    ----------
    path : JCAMP-DX, or any other text of two columns.
    kind : ``infrared`` or ``raman``; either of them if not given.

    Raises
    ------
    InputError
        A file that cannot be read, no spectrum of this kind, or units that are not known.
    """
    if path.suffix.lower() in JCAMP or _begins_with_a_label(path):
        return _from_jcamp(path, kind)
    return _from_columns(path, kind)


def _begins_with_a_label(path: Path) -> bool:
    try:
        with path.open("rb") as handle:
            start = handle.read(4096)
    except OSError:
        return False  # the reader says it
    return re.match(rb"(?:\xef\xbb\xbf)?(?:\s*\$\$[^\n]*\n)*\s*##[^=\n]*=", start) is not None


def _from_jcamp(path: Path, kind: str | None) -> Spectrum:
    every_block = blocks(path)
    kinds = [kind] if kind else list(KINDS)
    named = [(name, b) for b in every_block for name in kinds if _is(b, name)]
    if not named:
        raise _no_such_spectrum(path, every_block, kinds)
    name, block = named[0]
    data = table(block)
    notes = list(data.notes)
    if not block.text("DATATYPE"):
        notes.append(f"no ##DATA TYPE=, taken as {name}")
    if len(named) > 1:
        notes.append(f"the first of {len(named)} {name} blocks, {block.title!r}")
    if data.missing:
        notes.append(f"{data.missing} points marked as not measured left out")
    written = WrittenSpectrum(
        data.x, data.y, name, data.block.text("XUNITS"), data.block.text("YUNITS"), data.block.error
    )
    provenance: dict[str, object] = {
        "title": block.title,
        "data_type": block.text("DATATYPE"),
        "formula": block.text("MOLFORM"),
        "line_shape": block.text("$LINESHAPE"),
        "resolution": block.text("RESOLUTION"),
    }
    return _spectrum(path, written, data.peaks, provenance, notes)


def _from_columns(path: Path, kind: str | None) -> Spectrum:
    columns = two_columns.read(path)
    notes = list(columns.notes)
    if kind is None:
        kind = "raman" if "raman" in f"{columns.x_name} {columns.title}".lower() else "infrared"

    def error(label: str, got: str, expected: str, fix: str) -> InputError:
        column = {"XUNITS": "first", "YUNITS": "second"}[label]
        got = re.sub(r"^##\wUNITS=", "the name ", got.replace(f"no ##{label}=", "no name"))
        return InputError(message(f"{path}: {column} column", got, expected, fix))

    written = WrittenSpectrum(columns.x, columns.y, kind, columns.x_name, columns.y_name, error)
    written = measured_units.guessed(written, notes)
    provenance: dict[str, object] = {
        "title": columns.title,
        "data_type": "",
        "formula": "",
        "line_shape": "",
        "resolution": "",
    }
    return _spectrum(path, written, False, provenance, notes)


def _spectrum(
    path: Path,
    written: WrittenSpectrum,
    peaks: bool,
    provenance: dict[str, object],
    notes: list[str],
) -> Spectrum:
    x = measured_units.wavenumbers(written)
    y, unit = measured_units.ordinates(written, notes)
    order = np.argsort(x, kind="stable")
    provenance = {
        "file": str(path),
        **provenance,
        "x_units": written.x_unit,
        "y_units": written.y_unit,
        "n_points": len(x),
        "notes": notes,
    }
    title = str(provenance["title"]) or path.stem
    return Spectrum(x[order], y[order], "1/cm", unit, written.kind, peaks, provenance, title)


def _is(block: JcampBlock, kind: str) -> bool:
    """Whether a block has a spectrum of a kind; one that does not say its kind may be any."""
    said = block.text("DATATYPE").upper()
    if not said:
        return any(label in block.records for label in ("XYDATA", "XYPOINTS", "PEAKTABLE"))
    return _TYPES[kind].search(said) is not None and "INTERFEROGRAM" not in said


def _no_such_spectrum(path: Path, every_block: list[JcampBlock], kinds: list[str]) -> InputError:
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
