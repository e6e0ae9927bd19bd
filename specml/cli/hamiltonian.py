"""``specml hamiltonian``: the Kohn-Sham matrix of a molecule and what follows from it."""

from pathlib import Path
from typing import Annotated

import typer

from specml.cli import options
from specml.cli.single_points import NoOptimize

Cubes = Annotated[
    str,
    typer.Option(
        "--cube",
        metavar="NAMES",
        help="Also write cube files: homo, lumo, homo-1, lumo+1, a number of an orbital from 1, or "
        "density, with commas between them.",
    ),
]

Spacing = Annotated[
    float,
    typer.Option(
        "--cube-spacing-bohr",
        help="Largest distance of neighbouring points of a cube file, bohr. Cores are summed on a "
        "finer grid in any case.",
        callback=options.positive,
    ),
]
Margin = Annotated[
    float,
    typer.Option(
        "--cube-margin-bohr",
        help="From the outermost nuclei to the edge of a cube file, bohr.",
        callback=options.positive,
    ),
]


def hamiltonian(
    files: options.Files = None,
    smiles: options.Smiles = None,
    charge: options.Charge = None,
    no_optimize: NoOptimize = False,
    cube: Cubes = "",
    cube_spacing_bohr: Spacing = 0.25,
    cube_margin_bohr: Margin = 5.0,
    model: options.Model = None,
    device: options.Device = "cpu",
    output_dir: options.OutputDir = Path(),
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Kohn-Sham matrix (B3LYP/def2-SVP), orbitals, gap, dipole, charges, bond orders.

    Of neutral closed shells of H, C, N, O, F, S and Cl. Written as JSON, HDF5 (matrices) and
    molden. Geometries of files are used as they are.
    """
    from specml.workflows import threads

    threads.limit()
    from specml.cli import hamiltonian_view
    from specml.cli.delivery import Delivery
    from specml.documents import electronic_structure as documents
    from specml.workflows import electronic_structure as workflow
    from specml.workflows.inputs import structures_of
    from specml.workflows.single_points import load

    settings = workflow.ElectronicStructureSettings(
        optimize=not no_optimize,
        cubes=tuple(cube.split(",")),
        cube_spacing_bohr=cube_spacing_bohr,
        cube_margin_bohr=cube_margin_bohr,
    )
    structures = structures_of(files, smiles, charge)
    loaded = load(model, device)
    workflow.check(structures, settings, loaded)
    delivery = Delivery(output_dir, force, quiet)
    delivery.reserve(documents.paths(output_dir, s, settings) for s in structures)
    answers = workflow.run(structures, settings, loaded)
    delivery.run(answers, len(structures), documents.FORMAT.write, hamiltonian_view.show)
