"""``specml md``: trajectories of molecular dynamics, from which spectra are made."""

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
        bool,
        typer.Option(
            "--polarizability", help="Also record the polarizability, which Raman spectra need."
        ),
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
    from specml.cli.delivery import Delivery
    from specml.documents import dynamics as documents
    from specml.workflows import dynamics, threads
    from specml.workflows.inputs import molecules_of
    from specml.workflows.models import load

    threads.limit()
    settings = dynamics.DynamicsSettings(
        method=method,
        temperature_k=temperature,
        length_ps=length,
        equilibration_ps=equilibration,
        timestep_fs=timestep,
        replicas=replicas,
        beads=beads,
        seed=seed,
        polarizability=polarizability,
        compiled=compiled,
        optimize=not no_optimize,
    )
    _ = settings.protocol  # what it refuses is refused before anything is computed
    structures = molecules_of(files, smiles, charge)
    delivery = Delivery(output_dir, force, quiet)
    delivery.reserve(documents.paths(output_dir, structure) for structure in structures)
    predictor = load(model or dynamics.MODEL, device)
    runs = dynamics.run(
        structures, settings, predictor, output_dir, force, dynamics_view.watch(quiet)
    )
    delivery.run(runs, len(structures), documents.FORMAT.write, dynamics_view.show_trajectory)
