"""``specml label``: labels of geometries by quantum chemistry, to train on."""

from pathlib import Path
from typing import Annotated

import typer

from specml.cli import options


def label(
    geometries: Annotated[
        Path,
        typer.Argument(
            help="Geometries to label: HDF5 from `specml sample`, or an xyz, sdf or mol file."
        ),
    ],
    output: Annotated[Path, typer.Option(help="HDF5 file that the labels are written to.")],
    scheme: Annotated[
        str,
        typer.Option(
            help="How to label: b3lyp-svp, b3lyp-svp+polarizability, b3lyp-svp+response (also "
            "dipole and polarizability with def2-SVPD), b3lyp-tzvpd (also def2-TZVPD), fock-b3lyp "
            "or fock-pbe (Kohn-Sham matrices) or gfn2."
        ),
    ] = "b3lyp-svp",
    processes: options.Processes = 1,
    limit: options.Limit = None,
    force: options.Force = False,
) -> None:
    """Label geometries with a quantum-chemistry program; a second call resumes the first."""
    from specml.cli.tasks import print_outcome, resumable, watch
    from specml.workflows.labelling import LabellingSettings, label_geometries

    settings = LabellingSettings(scheme)
    steps = label_geometries(geometries, output, settings, processes, limit, force)
    with resumable(f"{output}.parts"):
        done, failed = watch(scheme, steps)
    print_outcome(output, done, failed)
