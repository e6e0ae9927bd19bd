"""``specml admet show``: one molecule's profile, to read."""

from pathlib import Path
from typing import Annotated

import typer

from specml.cli import admet_options, options


def show(
    smiles: Annotated[str, typer.Argument(metavar="SMILES", help="The molecule as SMILES.")],
    tasks: admet_options.Tasks = None,
    radar: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.png",
            help="Also draw the percentiles among approved drugs as a radar plot.",
            show_default=False,
        ),
    ] = None,
    model: options.Model = None,
    device: options.Device = "cpu",
    force: options.Force = False,
) -> None:
    """Print the profile of one molecule: endpoints with intervals, domain, alerts, properties."""
    from specml.workflows import threads

    threads.limit()
    from specml.cli import admet_panel, console
    from specml.documents import admet as documents
    from specml.documents import files
    from specml.workflows import admet

    if radar is not None:
        documents.check_radar(radar)
        files.check([radar], force, "--radar")
    profile = admet.profile(smiles, admet_options.names(tasks), model, device)
    drawing = None if radar is None else documents.radar_png(profile)
    admet_panel.show(console.output(), profile)
    if radar is not None and drawing is not None:
        files.publish({radar: drawing}, "--radar")
        console.output().print(f"radar plot → {radar}", soft_wrap=True)
