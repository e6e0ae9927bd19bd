"""``specml ir``: infrared spectra; the work is done in :mod:`specml.cli.vibrational`."""

from pathlib import Path

import typer

from specml.cli import dynamics_options, options


def ir(
    context: typer.Context,
    files: options.Files = None,
    smiles: options.Smiles = None,
    charge: options.Charge = None,
    parent: options.Parent = False,
    name: options.Name = None,
    method: dynamics_options.SpectrumMethod = "harmonic",
    no_optimize: options.NoOptimize = False,
    fwhm: options.Width = 10.0,
    scale: options.Scale = "auto",
    temperature: options.Temperature = 298.15,
    isotope: options.Isotope = None,
    conformers: options.Conformers = None,
    conformer_weights: options.ConformerWeights = options.WeightingEnergy.ENERGY,
    entropy: options.VibrationalEntropy = options.Entropy.HARMONIC,
    model: options.Model = None,
    device: options.Device = "cpu",
    html: options.Html = False,
    length: dynamics_options.Length = 10.0,
    equilibration: dynamics_options.Equilibration = 2.0,
    timestep: dynamics_options.Timestep = 0.5,
    replicas: dynamics_options.Replicas = None,
    beads: dynamics_options.Beads = None,
    seed: dynamics_options.Seed = 0,
    resolution: dynamics_options.Resolution = 10.0,
    window: dynamics_options.Window = "hann",
    compiled: dynamics_options.Compile = False,
    output_dir: options.OutputDir = Path(),
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Infrared spectrum: table, JSON, CSV, JCAMP-DX and figure of each molecule."""
    arguments = locals()
    from specml.cli.vibrational import command
    from specml.workflows.spectrum_kinds import INFRARED

    command(INFRARED, **arguments)
