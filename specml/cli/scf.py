"""``specml scf``: a self-consistent field with PySCF, started from a predicted density."""

from pathlib import Path
from typing import Annotated, Any

import typer

from specml.cli import options
from specml.cli.single_points import NoOptimize

Functional = Annotated[
    str,
    typer.Option(
        "--xc", help="Functional by the name that PySCF has for it, or hf for Hartree-Fock."
    ),
]
Basis = Annotated[str, typer.Option("--basis", help="Basis set by the name that PySCF has for it.")]
DensityFit = Annotated[
    bool, typer.Option("--density-fit", help="Use density fitting, with PySCF's auxiliary basis.")
]
Compare = Annotated[
    bool,
    typer.Option(
        "--compare", help="Also run with PySCF's default guess, and print both side by side."
    ),
]
ConvTol = Annotated[
    float,
    typer.Option(
        "--conv-tol",
        help="Change of the energy, hartree, below which the field has converged.",
        callback=options.positive,
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
    model: options.Model = None,
    device: options.Device = "cpu",
    output_dir: options.OutputDir = Path(),
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """RHF or RKS with PySCF from a predicted first guess: JSON, chkfile and molden.

    The energy is PySCF's: the guess only saves Fock builds. Geometries of files are used as given.
    A guess that needs more than 4 GB (some 65 atoms in def2-svp) is left to PySCF.
    """
    from specml.workflows import threads

    threads.limit()
    from specml.cli import scf_view
    from specml.cli.delivery import Delivery
    from specml.documents import scf as documents
    from specml.workflows import scf as workflow
    from specml.workflows.inputs import structures_of

    settings = workflow.SCFSettings(
        optimize=not no_optimize,
        xc=xc,
        basis=basis,
        density_fit=density_fit,
        conv_tol=conv_tol,
        compare=compare,
    )
    structures = structures_of(files, smiles, charge)
    workflow.check(structures, settings)
    delivery = Delivery(output_dir, force, quiet)
    delivery.reserve(documents.paths(output_dir, s) for s in structures)
    answers = workflow.run(structures, settings, model, device)
    not_converged: list[str] = []

    def show(console: Any, runs: workflow.SCFRuns, *how: Any) -> None:
        scf_view.show(console, runs, *how)
        if not runs.predicted.converged:
            not_converged.append(runs.structure.name)

    delivery.run(answers, len(structures), documents.FORMAT.write, show)
    if not_converged:
        raise workflow.no_convergence(not_converged)
