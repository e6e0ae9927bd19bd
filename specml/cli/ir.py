"""``specml ir``: harmonic infrared spectra."""

from pathlib import Path

import typer

from specml.cli import dynamics_options, options


def ir(
    context: typer.Context,
    files: options.Files = None,
    smiles: options.Smiles = None,
    charge: options.Charge = None,
    method: dynamics_options.SpectrumMethod = "harmonic",
    no_optimize: options.NoOptimize = False,
    fwhm: options.Width = 10.0,
    scale: options.Scale = "auto",
    temperature: options.Temperature = 298.15,
    isotope: options.Isotope = None,
    conformers: options.Conformers = None,
    conformer_weights: options.ConformerWeights = options.Weights.ENERGY,
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
    from specml.cli import vibrations
    from specml.cli.faces import INFRARED

    dynamics_options.check_method(context, method)
    request = vibrations.Request(
        face=INFRARED,
        files=tuple(files or ()),
        smiles=tuple(smiles or ()),
        charges=tuple(charge or ()),
        optimize=not no_optimize,
        fwhm=fwhm,
        scale=scale,
        temperature=temperature,
        isotopes=tuple(isotope or ()),
        conformers=conformers,
        by_gibbs=conformer_weights is options.Weights.GIBBS,
        model=model,
        device=device,
        html=html,
        output_dir=output_dir,
        force=force,
        quiet=quiet,
    )
    if method == "harmonic":
        vibrations.run(request)
        return
    from specml.cli import md_spectra
    from specml.cli.dynamics import Settings

    md_spectra.run(
        request,
        Settings(
            method,
            length,
            equilibration,
            timestep,
            replicas,
            beads,
            seed,
            resolution,
            window,
            compiled,
        ),
    )
