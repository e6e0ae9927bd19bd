"""``specml hamiltonian``: the Kohn-Sham matrix of a molecule and what follows from it."""

from pathlib import Path
from typing import Annotated

import typer

from specml.cli import options
from specml.cli.scf import Model, NoOptimize

Cubes = Annotated[
    str,
    typer.Option(
        "--cube",
        metavar="NAMES",
        help="Also write cube files: homo, lumo, homo-1, lumo+1, a number of an orbital from 1, or "
        "density, with commas between them.",
    ),
]


def hamiltonian(
    files: options.Files = None,
    smiles: options.Smiles = None,
    charge: options.Charge = None,
    no_optimize: NoOptimize = False,
    cube: Cubes = "",
    model: Model = None,
    device: options.Device = "cpu",
    output_dir: options.OutputDir = Path(),
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Kohn-Sham matrix (B3LYP/def2-SVP), orbitals, gap, dipole, charges, bond orders.

    Written as JSON, HDF5 (matrices) and molden. Geometries of files are used as they are.
    """
    from specml.workflows import threads

    threads.tame()
    from specml.cli import hamiltonian_run

    hamiltonian_run.run(
        hamiltonian_run.Request(
            files=tuple(files or ()),
            smiles=tuple(smiles or ()),
            charges=tuple(charge or ()),
            optimize=not no_optimize,
            cubes=tuple(name.strip() for name in cube.lower().split(",") if name.strip()),
            model=model,
            device=device,
            output_dir=output_dir,
            force=force,
            quiet=quiet,
        )
    )
