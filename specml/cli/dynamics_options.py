"""Options of molecular dynamics and of the analysis of trajectories, each described once.

The signatures of ``ir``, ``raman``, ``md`` and ``spectrum`` use them.
"""

import os
import shutil
from collections.abc import Callable
from typing import Annotated, Any

import typer

from specml.cli.options import checked, positive
from specml.workflows import limits

PANEL = "Dynamics (--method md or trpmd)"
# Parameters of `ir` and `raman` that one kind of spectrum alone uses; without the first three the
# spectrum would be another than asked for.
HARMONIC_ONLY = ("isotope", "conformers", "html", "conformer_weights", "entropy", "fwhm", "scale")
REFUSED = HARMONIC_ONLY[:3]
DYNAMICS_ONLY = ("length", "equilibration", "timestep", "replicas", "beads", "seed", "resolution")


def choice(*allowed: str) -> Callable[[Any], Any]:
    """A callback of typer that takes one of these words."""
    return checked(limits.one_of(*allowed))


temperature = checked(limits.temperature)


def check_method(context: typer.Context, method: str) -> None:
    """Refuse options that the method does not use where they matter, else name them.

    Raises
    ------
    InputError
        One that would have made another spectrum.
    """
    from specml.cli import console
    from specml.errors import InputError, message

    unused = DYNAMICS_ONLY if method == "harmonic" else HARMONIC_ONLY
    for option in context.command.params:
        source = context.get_parameter_source(option.name or "")
        if option.name not in unused or source is None or source.name != "COMMANDLINE":
            continue
        if option.name in REFUSED:
            expected, fix = "--method harmonic", "Leave one of the two out."
            raise InputError(message(option.opts[0], f"--method {method}", expected, fix))
        console.note(f"{option.opts[0]} is not used by --method {method}")


def compiler(wanted: bool) -> bool:
    """A callback of ``--compile`` that looks for the compiler which ``torch.compile`` calls."""
    names = [os.environ.get("CXX", "g++"), "g++", "clang++"]
    if wanted and not any(shutil.which(name) for name in names):
        raise typer.BadParameter(
            f"got no C++ compiler on the PATH; expected one of {', '.join(dict.fromkeys(names))}. "
            "Install one, or leave the option out."
        )
    return wanted


SpectrumMethod = Annotated[
    str,
    typer.Option(
        "--method",
        help="harmonic; md: classical molecular dynamics; trpmd: thermostatted ring-polymer "
        "dynamics, with quantum nuclei.",
        callback=choice("harmonic", "md", "trpmd"),
    ),
]
Method = Annotated[
    str,
    typer.Option(
        "--method",
        help="md: classical molecular dynamics; trpmd: thermostatted ring-polymer dynamics, with "
        "quantum nuclei.",
        callback=choice("md", "trpmd"),
    ),
]
Temperature = Annotated[
    float,
    typer.Option("--temperature-k", help="Temperature of the thermostat, K.", callback=temperature),
]
Model = Annotated[
    str | None,
    typer.Option(
        help="A model that is the network alone: specml (the default here), or the path of a card."
    ),
]
Length = Annotated[
    float,
    typer.Option(
        "--length-ps",
        help="Length of the production run of each replica, ps.",
        callback=positive,
        rich_help_panel=PANEL,
    ),
]
Equilibration = Annotated[
    float,
    typer.Option(
        "--equilibration-ps",
        help="Length of the Langevin dynamics before the production run, ps.",
        callback=positive,
        rich_help_panel=PANEL,
    ),
]
Timestep = Annotated[
    float,
    typer.Option(
        "--timestep-fs",
        help="Time step, fs; the shift of the wavenumbers that it causes is corrected exactly.",
        callback=positive,
        rich_help_panel=PANEL,
    ),
]
Replicas = Annotated[
    int | None,
    typer.Option(
        help="Number of independent trajectories of each molecule (16 if not given, 4 with trpmd).",
        min=1,
        rich_help_panel=PANEL,
    ),
]
Beads = Annotated[
    int | None,
    typer.Option(
        help="Number of beads of the ring polymer (32 with trpmd if not given).",
        min=1,
        rich_help_panel=PANEL,
    ),
]
Seed = Annotated[
    int, typer.Option(help="Seed of all random numbers.", min=0, rich_help_panel=PANEL)
]
Compile = Annotated[
    bool,
    typer.Option(
        "--compile",
        help="Compile the network first, which takes a minute or two; steps of small systems are "
        "then up to five times faster. Needs a C++ compiler.",
        callback=compiler,
        rich_help_panel=PANEL,
    ),
]
Resolution = Annotated[
    float,
    typer.Option(
        "--resolution-cm1",
        help="Full width of the narrowest line, 1/cm. The trajectory must be twice as long as this "
        "width takes: 6.7 ps for 10.",
        callback=positive,
        rich_help_panel=PANEL,
    ),
]
Window = Annotated[
    str,
    typer.Option(
        help="Window of the correlation function: hann, blackman or gaussian.",
        callback=choice("hann", "blackman", "gaussian"),
        rich_help_panel=PANEL,
    ),
]
