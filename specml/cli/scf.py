"""``specml scf``: a self-consistent field with PySCF, started from a predicted density."""

from pathlib import Path
from typing import Annotated

import typer

from specml.cli import options

Functional = Annotated[
    str, typer.Option("--xc", help="Functional as PySCF names it, or hf for Hartree-Fock.")
]
Basis = Annotated[str, typer.Option("--basis", help="Basis set as PySCF names it.")]
DensityFit = Annotated[
    bool, typer.Option("--density-fit", help="Density fitting with PySCF's auxiliary basis.")
]
Compare = Annotated[
    bool,
    typer.Option(
        "--compare", help="Also run with PySCF's default guess, and print both side by side."
    ),
]
ConvTol = Annotated[
    float,
    typer.Option("--conv-tol", help="Change of the energy, hartree.", callback=options.positive),
]
Model = Annotated[
    Path | None, typer.Option(help="Path of a model card; the shipped model if not given.")
]
NoOptimize = Annotated[
    bool,
    typer.Option(
        "--no-optimize",
        help="Of --smiles: the geometry of RDKit as it is, not relaxed with GFN2-xTB.",
    ),
]


def scf(
    files: options.Files = None,
    smiles: options.Smiles = None,
    charge: options.Charge = None,
    no_optimize: NoOptimize = False,
    xc: Functional = "b3lyp",
    basis: Basis = "def2-svp",
    density_fit: DensityFit = False,
    conv_tol: ConvTol = 1e-9,
    compare: Compare = False,
    model: Model = None,
    device: options.Device = "cpu",
    output_dir: options.OutputDir = Path(),
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """RHF or RKS with PySCF from a predicted first guess: JSON, chkfile and molden.

    The energy is PySCF's: the guess only saves Fock builds. Geometries of files are used as given.
    """
    from specml.workflows import threads

    threads.tame()
    from specml.cli import scf_run

    scf_run.run(
        scf_run.Request(
            files=tuple(files or ()),
            smiles=tuple(smiles or ()),
            charges=tuple(charge or ()),
            optimize=not no_optimize,
            xc=xc,
            basis=basis,
            density_fit=density_fit,
            conv_tol=conv_tol,
            compare=compare,
            model=model,
            device=device,
            output_dir=output_dir,
            force=force,
            quiet=quiet,
        )
    )
