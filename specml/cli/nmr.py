"""``specml nmr``: chemical shifts of 1H and 13C."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from specml.cli import options


class Nucleus(StrEnum):
    """Which nuclei are observed."""

    H = "1H"
    C = "13C"
    BOTH = "both"


Average = Annotated[
    bool,
    typer.Option(
        "--average",
        help="Each file is a trajectory of one molecule (xyz of several frames, or what `specml "
        "md` wrote): average over its frames as they are.",
    ),
]
Observed = Annotated[Nucleus, typer.Option("--nucleus", help="Which nuclei to report.")]
Width = Annotated[
    float | None,
    typer.Option(
        "--fwhm-ppm",
        help="Full width of the Lorentzian at half maximum, ppm; if not given 0.04 for 1H, 0.8 "
        "for 13C.",
        callback=lambda value: value if value is None else options.positive(value),
        show_default=False,
    ),
]
Temperature = Annotated[
    float,
    typer.Option(
        "--temperature-k", help="Of the weights of conformers, K.", callback=options.positive
    ),
]
Html = Annotated[
    bool,
    typer.Option("--html", help="Also write an interactive page of each molecule, one HTML file."),
]
Frequency = Annotated[
    float,
    typer.Option(
        "--mhz",
        help="1H frequency of the spectrometer, written into the JCAMP-DX files; moves no shift.",
        callback=options.positive,
    ),
]


def nmr(
    files: options.Files = None,
    smiles: options.Smiles = None,
    charge: options.Charge = None,
    no_optimize: options.NoOptimize = False,
    conformers: options.Conformers = None,
    average: Average = False,
    nucleus: Observed = Nucleus.BOTH,
    fwhm: Width = None,
    frequency: Frequency = 400.0,
    temperature: Temperature = 298.15,
    model: options.Model = None,
    device: options.Device = "cpu",
    html: Html = False,
    output_dir: options.OutputDir = Path(),
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """NMR: shifts of 1H and 13C as table, JSON, CSV, JCAMP-DX and figure of each molecule.

    Geometries are relaxed with GFN2-xTB; shifts are calibrated to experiment in CDCl3.
    """
    from specml.workflows import threads

    threads.tame(1)
    from specml.cli.nmr_request import Request
    from specml.cli.nmr_run import run

    run(
        Request(
            files=tuple(files or ()),
            smiles=tuple(smiles or ()),
            charges=tuple(charge or ()),
            optimize=not no_optimize,
            conformers=conformers,
            average=average,
            nuclei=("1H", "13C") if nucleus is Nucleus.BOTH else (nucleus.value,),
            fwhm=fwhm,
            frequency=frequency,
            temperature=temperature,
            model=model,
            device=device,
            html=html,
            output_dir=output_dir,
            force=force,
            quiet=quiet,
        )
    )
