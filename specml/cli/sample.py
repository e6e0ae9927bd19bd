"""``specml sample``: geometries of molecules, to be labelled."""

from pathlib import Path
from typing import Annotated

import typer

from specml.cli import options


def sample(
    molecules: Annotated[
        Path, typer.Argument(help="Table of molecules, csv or csv.gz, with a column `smiles`.")
    ],
    output: Annotated[Path, typer.Option(help="HDF5 file that the geometries are written to.")],
    samples: Annotated[
        int, typer.Option(help="Number of geometries of each molecule.", min=1)
    ] = 24,
    seed: Annotated[int, typer.Option(help="Seed of all random numbers.", min=0)] = 0,
    model: Annotated[
        str | None, typer.Option(help="Model whose minima are sampled, in place of GFN2-xTB's.")
    ] = None,
    hottest_k: Annotated[
        float,
        typer.Option(
            "--hottest-k",
            help="Highest temperature of the samples, K; the lowest is 50 K.",
            min=50,
            callback=options.positive,
        ),
    ] = 600.0,
    processes: options.Processes = 1,
    limit: options.Limit = None,
    force: options.Force = False,
) -> None:
    """Sample geometries about minima, thermally displaced; a second call resumes the first."""
    from specml.cli.tasks import print_outcome, resumable, watch
    from specml.workflows.sampling import SamplingSettings, sample_list

    settings = SamplingSettings(samples, seed, model, hottest_k)
    steps = sample_list(molecules, output, settings, processes, limit, force)
    with resumable(f"{output}.parts"):
        done, failed = watch("molecules", steps)
    print_outcome(output, done, failed)
