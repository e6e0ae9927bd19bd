"""``specml spectrum``: spectra of trajectories, of SpecML or of other programs."""

from pathlib import Path
from typing import Annotated

import typer

from specml.cli import dynamics_options as dynamics
from specml.cli import options


def spectrum(
    trajectories: Annotated[
        list[Path],
        typer.Argument(
            metavar="TRAJECTORY...",
            help="HDF5 (as `specml md` writes it), .traj of ASE, or extended xyz, gzipped or not, "
            "with dipoles and, for Raman, polarizabilities in the comment lines.",
        ),
    ],
    temperature: Annotated[
        float | None,
        typer.Option(
            "--temperature-k",
            help="Temperature of the ensemble, K; by default what the file says.",
            callback=dynamics.temperature,
        ),
    ] = None,
    interval: Annotated[
        float | None,
        typer.Option(
            "--interval-fs",
            help="Time between frames, fs; by default what the file says.",
            callback=options.positive,
        ),
    ] = None,
    verlet: Annotated[
        float | None,
        typer.Option(
            "--verlet-timestep-fs",
            help="Time step of velocity Verlet, fs, whose shift is to be corrected; by default "
            "what the file says.",
            callback=options.positive,
        ),
    ] = None,
    resolution: dynamics.Resolution = 10.0,
    window: dynamics.Window = "hann",
    top: Annotated[
        float,
        typer.Option(
            "--top-cm1", help="Highest wavenumber of the axis, 1/cm.", callback=options.positive
        ),
    ] = 4500.0,
    frame: Annotated[
        str,
        typer.Option(
            help="Frame of the dipoles: lab keeps rotational wings, eckart removes rotation; auto "
            "is eckart for ring polymers and lab otherwise.",
            callback=dynamics.choice("auto", "lab", "eckart"),
        ),
    ] = "auto",
    dipole_unit: Annotated[
        str | None,
        typer.Option(
            help="Unit of the dipoles of an xyz file: e*angstrom, debye or e*bohr; by default what "
            "the file says, or e*angstrom.",
            callback=dynamics.choice("e*angstrom", "debye", "e*bohr"),
        ),
    ] = None,
    dipole_key: Annotated[
        str | None,
        typer.Option(
            "--dipole-key",
            help="Name of the dipole in the comment lines of an xyz file, where it is none of "
            "dipole, dipole_moment, REF_dipole, MACE_dipole, DFT_dipole and mu.",
        ),
    ] = None,
    dipoles: Annotated[
        Path | None,
        typer.Option(
            "--dipoles",
            metavar="FILE",
            help="A file of the dipoles, one line a frame, whose last three numbers are taken.",
        ),
    ] = None,
    polarizability_unit: Annotated[
        str | None,
        typer.Option(
            help="Unit of the polarizabilities of an xyz file: angstrom^3 or bohr^3; by default "
            "what the file says, or angstrom^3.",
            callback=dynamics.choice("angstrom^3", "bohr^3"),
        ),
    ] = None,
    laser: options.Laser = 532.0,
    model: Annotated[
        str | None,
        typer.Option(
            help="Compute dipoles and polarizabilities of the frames with this model (specml) "
            "where the file has none."
        ),
    ] = None,
    device: options.Device = "cpu",
    output_dir: options.OutputDir = Path(),
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Infrared, Raman and power spectra of trajectories, in absolute units with error bars.

    One JSON, CSV and figure each for what the trajectory holds: dipoles give the infrared,
    polarizabilities the Raman spectrum, velocities or positions the density of states.
    """
    from specml.cli import dynamics_view
    from specml.cli.delivery import Delivery
    from specml.documents import trajectory_spectra as documents
    from specml.workflows import threads, trajectory_spectra

    threads.limit()
    units = {"dipole": dipole_unit, "polarizability": polarizability_unit}
    settings = trajectory_spectra.TrajectorySettings(
        temperature_k=temperature,
        interval_fs=interval,
        verlet_timestep_fs=verlet,
        resolution_cm1=resolution,
        window=window,
        top_cm1=top,
        frame=frame,
        laser_nm=laser,
        units={key: value for key, value in units.items() if value is not None},
        dipole_key=dipole_key,
        dipoles=dipoles,
        model=model,
        device=device,
    )
    delivery = Delivery(output_dir, force, quiet)
    delivery.reserve(documents.paths(output_dir, path) for path in trajectories)
    answers = trajectory_spectra.run(trajectories, settings)
    delivery.run(answers, len(trajectories), documents.FORMAT.write, dynamics_view.show_analysis)
