"""Options that several commands share, each described once.

The signatures of the commands use them.
"""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from specml.workflows import limits


class WeightingEnergy(StrEnum):
    """The energies from which the Boltzmann weights of conformers come."""

    ENERGY = "energy"
    GIBBS = "gibbs"


class Entropy(StrEnum):
    """How the entropy of vibrations is computed."""

    HARMONIC = "harmonic"
    GRIMME = "grimme"
    TRUHLAR = "truhlar"


def checked(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A callback of typer that applies a check to a value, if one was given.

    Raises
    ------
    typer.BadParameter
        What :class:`specml.workflows.limits.OutOfRange` says, when the callback runs.
    """

    def callback(value: Any) -> Any:
        try:
            return value if value is None else check(value)
        except limits.OutOfRange as error:
            raise typer.BadParameter(str(error)) from error

    return callback


positive = checked(limits.positive)


Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="FILE...",
        help="Structure files: xyz (also of several frames), sdf, mol, mol2, pdb, input or output "
        "of Gaussian or ORCA; a list of SMILES (.smi, .csv); a folder of these; or - for the "
        "standard input.",
    ),
]
Parent = Annotated[
    bool,
    typer.Option(
        "--parent",
        help="Of a SMILES of several molecules take the largest organic one, as it is written.",
    ),
]
Name = Annotated[
    list[str] | None,
    typer.Option(
        "--name",
        help="What a molecule is called in file names; once for each, in their order: files first.",
    ),
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
    bool,
    typer.Option(
        "--no-optimize", help="Take the geometry as it is given, which should be a relaxed one."
    ),
]
Width = Annotated[
    float,
    typer.Option(
        "--fwhm-cm1",
        help="Full width of the Lorentzian at half maximum, 1/cm.",
        min=limits.SHARPEST,
        max=limits.BROADEST,
        callback=positive,
    ),
]
Scale = Annotated[
    str,
    typer.Option(
        help="Scaling of the wavenumbers towards observed ones: auto (as fitted for the model), "
        "none, or one factor.",
        callback=checked(limits.scale),
    ),
]
Temperature = Annotated[
    float,
    typer.Option(
        "--temperature-k",
        help="Temperature of the thermochemistry, the Raman intensities and the weights of "
        "conformers, K.",
        callback=checked(limits.temperature),
    ),
]
Laser = Annotated[
    float,
    typer.Option(
        "--laser-nm",
        help="Wavelength of the exciting laser, nm, "
        f"{limits.SHORTEST_LASER:g} to {limits.LONGEST_LASER:g}.",
        callback=checked(limits.laser),
    ),
]
Isotope = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ATOM=ISOTOPE",
        help="Isotope of an atom, such as 3=D, 1=13C or 3-5,7=D, counted from 1; H=D is all of an "
        "element. May be repeated.",
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
    WeightingEnergy,
    typer.Option(
        help="Whether Boltzmann weights come from electronic or from harmonic Gibbs energies."
    ),
]
VibrationalEntropy = Annotated[
    Entropy,
    typer.Option(
        "--entropy",
        help="Of the vibrations: harmonic oscillators, or quasi-harmonic: free rotors below "
        "100 1/cm (Grimme 2012), or wavenumbers raised to 100 1/cm (Truhlar 2011).",
    ),
]
Model = Annotated[
    str | None,
    typer.Option(help="A name from `specml models` or a path; the best one if not given."),
]
Device = Annotated[str, typer.Option(help="Device that the model runs on: cpu, cuda or cuda:0.")]
OutputDir = Annotated[
    Path, typer.Option(help="Folder that the results are written to; made if missing.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace existing results.")]
Html = Annotated[
    bool,
    typer.Option(
        "--html",
        help="Also write an interactive page of each molecule, one HTML file (harmonic only).",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Write the files and print only warnings.")]
Processes = Annotated[
    int, typer.Option(help="Number of worker processes, of one thread each.", min=1)
]
Limit = Annotated[
    int | None, typer.Option(help="Stop after this many new ones; the next call goes on.", min=1)
]
