"""The option that ``specml hamiltonian`` and ``specml scf`` share."""

from typing import Annotated

import typer

NoOptimize = Annotated[
    bool,
    typer.Option(
        "--no-optimize",
        help="Keep the geometry that RDKit makes of a --smiles, instead of relaxing it with "
        "GFN2-xTB. Geometries of files are used as they are in any case.",
    ),
]
