"""``specml raman``: harmonic Raman spectra."""

from pathlib import Path

from specml.cli import options


def raman(
    files: options.Files = None,
    smiles: options.Smiles = None,
    charge: options.Charge = None,
    no_optimize: options.NoOptimize = False,
    fwhm: options.Width = 10.0,
    scale: options.Scale = "auto",
    temperature: options.Temperature = 298.15,
    laser: options.Laser = 532.0,
    isotope: options.Isotope = None,
    model: options.Model = None,
    device: options.Device = "cpu",
    html: options.Html = False,
    output_dir: options.OutputDir = Path(),
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Raman spectrum: table, JSON, CSV, JCAMP-DX and figure of each molecule."""
    from specml.cli import vibrations
    from specml.cli.faces import RAMAN

    vibrations.run(
        vibrations.Request(
            face=RAMAN,
            files=tuple(files or ()),
            smiles=tuple(smiles or ()),
            charges=tuple(charge or ()),
            optimize=not no_optimize,
            fwhm=fwhm,
            scale=scale,
            temperature=temperature,
            laser_nm=laser,
            isotopes=tuple(isotope or ()),
            model=model,
            device=device,
            html=html,
            output_dir=output_dir,
            force=force,
            quiet=quiet,
        )
    )
