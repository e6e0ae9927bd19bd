"""Options that several commands share, each described once."""

import math
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

SHORTEST_LASER, LONGEST_LASER = 100.0, 2000.0  # nm
LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 0.1, 1e4  # K
SMALLEST_SCALE, LARGEST_SCALE = 0.5, 1.5  # beyond, a factor is a slip of the decimal point
BROADEST = 1000.0  # 1/cm


class Weights(StrEnum):
    """Which energies weight conformers."""

    ENERGY = "energy"
    GIBBS = "gibbs"


def positive(value: float) -> float:
    """A finite number above zero: typer's ranges let NaN pass."""
    if math.isfinite(value) and value > 0.0:
        return value
    raise typer.BadParameter(f"got {value}; expected a positive number.")


def temperature(value: float) -> float:
    """Where Boltzmann factors are numbers."""
    if LOWEST_TEMPERATURE <= positive(value) <= HIGHEST_TEMPERATURE:
        return value
    span = f"{LOWEST_TEMPERATURE:g} to {HIGHEST_TEMPERATURE:g} K"
    raise typer.BadParameter(f"got {value:g}; expected {span}.")


def laser(value: float) -> float:
    """A line with more energy than any fundamental: 2000 nm is 5000 1/cm."""
    if SHORTEST_LASER <= positive(value) <= LONGEST_LASER:
        return value
    raise typer.BadParameter(
        f"got {value:g}; expected {SHORTEST_LASER:g} to {LONGEST_LASER:g} nm, for example 532, "
        "633, 785 or 1064."
    )


def scale(value: str) -> str:
    """``auto``, ``none`` or a factor near one."""
    if value not in ("auto", "none"):
        try:
            if not SMALLEST_SCALE <= float(value) <= LARGEST_SCALE:
                raise ValueError("no scale factor")
        except ValueError as error:
            raise typer.BadParameter(
                f"got {value!r}; expected auto, none or a factor such as 0.967 "
                f"({SMALLEST_SCALE:g} to {LARGEST_SCALE:g})."
            ) from error
    return value


Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="FILE...", help="Molecules: xyz (many frames too), sdf or mol."),
]
Smiles = Annotated[
    list[str] | None,
    typer.Option(help="A molecule as SMILES, embedded by RDKit; may be repeated."),
]
Charge = Annotated[
    list[int] | None,
    typer.Option(help="Total charge of every molecule whose file does not state one."),
]
NoOptimize = Annotated[
    bool, typer.Option("--no-optimize", help="Use the geometry as given (a relaxed one).")
]
Width = Annotated[
    float,
    typer.Option(
        "--fwhm-cm1",
        help="Full width of the Lorentzian at half maximum, 1/cm.",
        min=0.1,
        max=BROADEST,
        callback=positive,
    ),
]
Scale = Annotated[
    str,
    typer.Option(
        help="Scaling of the wavenumbers towards observed ones: auto (as fitted for the model), "
        "none, or one factor.",
        callback=scale,
    ),
]
Temperature = Annotated[
    float,
    typer.Option(
        "--temperature-k",
        help="Temperature of the thermochemistry, the Raman intensities and the weights of "
        "conformers, K.",
        callback=temperature,
    ),
]
Laser = Annotated[
    float,
    typer.Option(
        "--laser-nm",
        help=f"Wavelength of the exciting laser, nm, {SHORTEST_LASER:g} to {LONGEST_LASER:g}.",
        callback=laser,
    ),
]
Isotope = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ATOM=ISOTOPE",
        help="Isotope of an atom, counted from 1: 3=D, 1=13C; may be repeated.",
    ),
]
Conformers = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Average over the lowest conformers, at most this many; 1 takes the geometry as "
        "given. If not given: 4 from SMILES, 1 from files.",
        show_default=False,
    ),
]
ConformerWeights = Annotated[
    Weights,
    typer.Option(help="Boltzmann weights from electronic energies or harmonic Gibbs energies."),
]
Model = Annotated[
    str | None,
    typer.Option(help="A name from `specml models` or a path; the best one if not given."),
]
Device = Annotated[str, typer.Option(help="cpu, cuda or cuda:0.")]
OutputDir = Annotated[Path, typer.Option(help="Folder of the results; made if missing.")]
Force = Annotated[bool, typer.Option("--force", help="Replace existing results.")]
Html = Annotated[
    bool,
    typer.Option(
        "--html",
        help="Also write an interactive page of each molecule, one HTML file (harmonic only).",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Write the files and print only warnings.")]
Processes = Annotated[int, typer.Option(help="Worker processes, one thread each.", min=1)]
Limit = Annotated[
    int | None, typer.Option(help="Stop after this many; the next call goes on.", min=1)
]
