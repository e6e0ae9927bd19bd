"""Write a spectrum as JCAMP-DX 5.01, the exchange format of infrared, Raman and NMR spectra.

Called by :mod:`specml.documents.jcamp` and :mod:`specml.documents.nmr`.

McDonald & Wilks, Appl. Spectrosc. 1988, 42, 151 (4.24, the infrared format); Lampen et al.,
Appl. Spectrosc. 1999, 53, 23 (5.01); Davies & Lampen, Appl. Spectrosc. 1993, 47, 1093 (NMR). A
curve on an even grid is one ``XYDATA`` block in AFFN form: each line is the x of its first point
and as many integer ordinates as fit 80 characters, y = integer * YFACTOR. The file is plain ASCII.
"""

import re
from collections.abc import Mapping

import numpy as np

from specml.errors import InputError, message

LINE = 80
# Integers up to 10^9 keep the ordinate to a relative 1e-9 of its maximum and below 2^31.
LARGEST = 10**9
EVEN = 1e-6  # of a step; an uneven grid has no XYDATA form


def jcamp(
    x: np.ndarray,
    y: np.ndarray,
    *,
    title: str,
    data_type: str,
    y_units: str,
    formula: str,
    origin: str,
    notes: Mapping[str, object],
    x_units: str = "1/CM",
    technique: Mapping[str, object] | None = None,
) -> bytes:
    """A spectrum as a JCAMP-DX 5.01 file.

    Parameters
    ----------
    x : (n,) even grid, rising or falling, n of at least 2.
    y : (n,) ordinate.
    data_type : ``INFRARED SPECTRUM``, ``RAMAN SPECTRUM`` or ``NMR SPECTRUM``.
    y_units : unit of the ordinate, as JCAMP-DX writes it.
    formula : Hill formula, ``C2H6O``.
    origin : who made the data: program and version.
    notes : written as user-defined records (``##$NAME=value``).
    x_units : unit of the abscissa, as JCAMP-DX writes it.
    technique : records of the kind of spectroscopy (``##.NAME=value``).

    Raises
    ------
    InputError
        If the grid is not even.
    """
    step = _step(title, x)
    factor = float(f"{np.abs(y).max() / LARGEST or 1.0:.6e}")
    ordinates = np.rint(np.asarray(y) / factor).astype(np.int64)
    records = {
        "TITLE": title,
        "JCAMP-DX": "5.01",
        "DATA TYPE": data_type,
        "DATA CLASS": "XYDATA",
        "ORIGIN": origin,
        "OWNER": "whoever ran SpecML",
        "MOLFORM": re.sub(r"(?<=[\w])(?=[A-Z])", " ", formula),
        **{f".{name.upper()}": value for name, value in (technique or {}).items()},
        **{f"${name.upper()}": value for name, value in notes.items()},
        "XUNITS": x_units,
        "YUNITS": y_units,
        **_extent(x, step, ordinates, factor),
        "NPOINTS": len(x),
        "XYDATA": "(X++(Y..Y))",
    }
    lines = [_record(name, value) for name, value in records.items()]
    lines += _affn(x, ordinates)
    return ("\n".join([*lines, "##END="]) + "\n").encode("ascii")


def _extent(x: np.ndarray, step: float, ordinates: np.ndarray, factor: float) -> dict[str, object]:
    """Where the axes begin and end, and what one digit stands for."""
    return {
        "RESOLUTION": f"{abs(step):.10g}",
        "XFACTOR": "1.0",
        "YFACTOR": f"{factor:.6e}",
        "DELTAX": f"{step:.10g}",
        "FIRSTX": f"{x[0]:.10g}",
        "LASTX": f"{x[-1]:.10g}",
        "FIRSTY": f"{ordinates[0] * factor:.10g}",
        "MINX": f"{min(x[0], x[-1]):.10g}",
        "MAXX": f"{max(x[0], x[-1]):.10g}",
        "MINY": f"{ordinates.min() * factor:.10g}",
        "MAXY": f"{ordinates.max() * factor:.10g}",
    }


def _step(title: str, x: np.ndarray) -> float:
    """The step of an even grid, negative where it falls."""
    step = (x[-1] - x[0]) / (len(x) - 1)
    if np.abs(np.diff(x) - step).max() > EVEN * abs(step):
        raise InputError(
            message(title, "an uneven grid", "equal steps", "Interpolate the curve first.")
        )
    return float(step)


def _record(name: str, value: object) -> str:
    """One labelled record; ``$$`` starts a comment, ``##`` a record: neither may be in a value."""
    text = " ".join(str(value).split()).replace("$$", "$ $").replace("##", "# #")
    return f"##{name}={text.encode('ascii', 'replace').decode()}"


def _affn(x: np.ndarray, ordinates: np.ndarray) -> list[str]:
    lines: list[str] = []
    line = ""
    for abscissa, ordinate in zip(x, ordinates, strict=True):
        if line and len(line) + len(f" {ordinate}") <= LINE:
            line += f" {ordinate}"
        else:
            lines.append(line)
            line = f"{abscissa:.10g} {ordinate}"
    return [*lines[1:], line]
