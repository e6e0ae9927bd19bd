"""What was asked of ``specml nmr``, and which files follow from it."""

from dataclasses import dataclass
from pathlib import Path

from specml.errors import InputError, message
from specml.inference.shieldings import ISOTOPES
from specml.spectra.nmr import FWHM
from specml.structure import Structure


@dataclass(frozen=True)
class Request:
    """What the user asked for; fields as the options of the command."""

    files: tuple[Path, ...]
    smiles: tuple[str, ...]
    charges: tuple[int, ...]
    optimize: bool
    conformers: int | None
    average: bool
    nuclei: tuple[str, ...]
    fwhm: float | None
    frequency: float
    temperature: float
    model: str | None
    device: str
    html: bool
    output_dir: Path
    force: bool
    quiet: bool

    @property
    def widths(self) -> dict[str, float]:
        """Nucleus -> full width at half maximum, ppm."""
        return {nucleus: self.fwhm or FWHM[nucleus] for nucleus in self.nuclei}


def nuclei(request: Request, structure: Structure) -> tuple[str, ...]:
    """What was asked for and is there.

    Raises
    ------
    InputError
        Nothing is.
    """
    present = [ISOTOPES[z] for z in ISOTOPES if z in structure.numbers]
    chosen = tuple(name for name in request.nuclei if name in present)
    if not chosen:
        raise InputError(
            message(
                structure.name,
                f"no nuclei of {', '.join(request.nuclei)} in {structure.formula}",
                "at least one",
                "Leave it out, or change --nucleus.",
            )
        )
    return chosen


def files(request: Request, structure: Structure) -> dict[str, Path]:
    """Suffix -> where it is written."""
    spectra = [f"{nucleus.lower()}.jdx" for nucleus in nuclei(request, structure)]
    suffixes = ("json", "csv", *spectra, "png", *(("html",) if request.html else ()))
    return {s: request.output_dir / f"{structure.name}.nmr.{s}" for s in suffixes}
