"""One table of all molecules of a command, for runs of more than a few.

``ir``, ``raman`` and ``nmr`` write it as ``summary.<kind>.csv`` beside the files of the molecules.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from specml.documents.structure import isotopic_formula
from specml.workflows.failure import Failure

if TYPE_CHECKING:  # so that a command does not load the results of the others
    from specml.workflows.harmonic_spectra import HarmonicSpectra
    from specml.workflows.nmr_spectra import NMRSpectra

STRONGEST = 5  # bands of a molecule


@dataclass(frozen=True)
class SummaryRow:
    """What the table says of one molecule.

    Parameters
    ----------
    name, formula : of the molecule; no formula where it could not be read.
    strongest : its strongest bands, 1/cm, or its shifts, ppm, ascending, parted by blanks.
    domain : ``inside`` or ``outside``, as the model judges it; empty where there is no answer.
    status : ``ok``, or why there is no answer.
    """

    name: str
    formula: str = ""
    strongest: str = ""
    domain: str = ""
    status: str = "ok"


def path(folder: Path, kind: str) -> Path:
    """Where the table of a command is written."""
    return folder / f"summary.{kind}.csv"


def of_failure(failure: Failure) -> SummaryRow:
    """The row of a molecule without an answer."""
    return SummaryRow(failure.name, status=str(failure.error))


def of_harmonic(result: "HarmonicSpectra") -> SummaryRow:
    """The row of an infrared or Raman spectrum: scaled wavenumbers of the strongest bands."""
    bands = " ".join(f"{x:.0f}" for x in strongest_bands(result))
    structure = result.structure
    formula = isotopic_formula(structure, result.vibrations.modes.masses)
    return SummaryRow(structure.name, formula, bands, _domain(result.verdict.inside))


def of_nmr(result: "NMRSpectra") -> SummaryRow:
    """The row of NMR spectra: the shifts of all signals, nucleus by nucleus."""
    parts = []
    for nucleus, sticks in result.sticks.items():
        shifts = " ".join(f"{x:.2f}" for x in np.unique(np.round(sticks.x, 2)))
        parts.append(f"{nucleus}: {shifts}")
    structure = result.molecule.structure
    inside = _domain(result.verdict.inside)
    return SummaryRow(structure.name, structure.formula, "; ".join(parts), inside)


def strongest_bands(result: "HarmonicSpectra") -> list[float]:
    """Scaled wavenumbers of the strongest active bands of the lowest conformer, ascending, 1/cm."""
    vibrations = result.vibrations
    heights = getattr(vibrations, result.kind.columns[0].attribute)
    order = np.argsort(-heights)[:STRONGEST]
    chosen = vibrations.scaled_wavenumbers[order[heights[order] >= result.kind.inactive]]
    return [float(x) for x in np.sort(chosen)]


def _domain(inside: bool) -> str:
    return "inside" if inside else "outside"


def table(rows: Sequence[SummaryRow]) -> bytes:
    """The bytes of the CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(SummaryRow)])
    writer.writerows([astuple(row) for row in rows])
    return text.getvalue().encode()
