"""``specml md``: trajectories."""

from pathlib import Path
from typing import Annotated

import typer

from specml.cli import dynamics_options, options


def md(
    files: options.Files = None,
    smiles: options.Smiles = None,
    charge: options.Charge = None,
    method: dynamics_options.Method = "md",
    temperature: dynamics_options.Temperature = 298.15,
    length: dynamics_options.Length = 10.0,
    equilibration: dynamics_options.Equilibration = 2.0,
    timestep: dynamics_options.Timestep = 0.5,
    replicas: dynamics_options.Replicas = None,
    beads: dynamics_options.Beads = None,
    seed: dynamics_options.Seed = 0,
    compiled: dynamics_options.Compile = False,
    polarizability: Annotated[
        bool, typer.Option("--polarizability", help="Record it too, for Raman spectra.")
    ] = False,
    no_optimize: options.NoOptimize = False,
    model: dynamics_options.Model = None,
    device: options.Device = "cpu",
    output_dir: options.OutputDir = Path(),
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Molecular dynamics of many replicas: one HDF5 trajectory of each molecule.

    Langevin dynamics, then production at constant energy (or thermostatted ring polymers) without
    overall rotation, with dipoles. A stopped run goes on where it was when the same command is
    given again. `specml spectrum` makes spectra of the trajectories.
    """
    from specml.cli import dynamics_view
    from specml.cli.answers import Delivery
    from specml.documents import dynamics as documents
    from specml.documents.files import check
    from specml.workflows import dynamics, inputs, threads
    from specml.workflows.models import load

    threads.tame()
    settings = dynamics.DynamicsSettings(
        method,
        temperature,
        length,
        equilibration,
        timestep,
        replicas,
        beads,
        seed,
        polarizability,
        compiled,
        not no_optimize,
    )
    _ = settings.protocol  # what it refuses is refused before anything is computed
    molecules = inputs.Molecules.of(files, smiles, charge)
    structures = molecules.with_bonds()
    check([p for s in structures for p in documents.paths(output_dir, s.name).values()], force)
    predictor = load(model or dynamics.MODEL, device)
    runs = dynamics.run(
        structures, settings, predictor, output_dir, force, dynamics_view.watch(quiet)
    )
    Delivery[dynamics.MolecularDynamics](
        lambda run: documents.FORMAT.write(run, output_dir),
        lambda run, written, _: dynamics_view.show_trajectory(run, written, quiet),
        lambda _count: None,
        quiet,
    ).run(runs, len(structures))
