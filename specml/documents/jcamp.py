"""What JCAMP-DX files of calculated spectra of all kinds have in common.

Called by the documents of harmonic spectra, of spectra from dynamics and of NMR spectra.
"""

from collections.abc import Iterable, Mapping
from typing import TypedDict

import specml
from specml.io.jcamp import jcamp
from specml.spectra.spectrum import Spectrum
from specml.structure import Structure


class Heading(TypedDict):
    """The opening records of a file."""

    title: str
    formula: str
    origin: str


def heading(structure: Structure, card: Mapping) -> Heading:
    """What every file says of the molecule and of the model."""
    return {
        "title": f"{structure.name} (calculated)",
        "formula": structure.formula,
        "origin": f"SpecML {specml.__version__}, model {card['name']}",
    }


def vibrational(
    structure: Structure,
    curve: Spectrum,
    data_type: str,
    card: Mapping,
    notes: Mapping[str, str],
    warnings: Iterable[str],
) -> bytes:
    """The file of a curve over wavenumbers.

    Parameters
    ----------
    data_type : what JCAMP-DX calls this kind of spectrum.
    card : the card of the model.
    notes : label of a record -> how the spectrum was made.
    warnings : what a reader should know, in sentences.
    """
    return jcamp(
        curve.x,
        curve.y,
        data_type=data_type,
        y_units=curve.y_unit,
        notes={**notes, "WARNINGS": " | ".join(warnings) or "none"},
        **heading(structure, card),
    )
