"""``specml admet show``: one molecule's profile, to read."""

from pathlib import Path
from typing import Annotated

import typer

from specml.cli import admet_options, options


def show(
    smiles: Annotated[str, typer.Argument(metavar="SMILES", help="The molecule.")],
    tasks: admet_options.Tasks = None,
    radar: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.png",
            help="Also draw the percentiles among approved drugs as a radar plot.",
            show_default=False,
        ),
    ] = None,
    model: admet_options.ModelFile = None,
    device: options.Device = "cpu",
    force: options.Force = False,
) -> None:
    """Print the profile of one molecule: endpoints with intervals, domain, alerts, properties."""
    from specml.workflows import threads

    threads.tame()
    from specml.admet.rows import loaded, score_rows
    from specml.cli import admet_panel, console
    from specml.errors import InputError, message
    from specml.io import outputs

    if radar is not None:
        if radar.suffix.lower() != ".png":
            fix = "Choose another name."
            raise InputError(message("--radar", str(radar), "a name that ends in .png", fix))
        outputs.check([radar], force, "--radar")
    scorer = loaded(admet_options.model(model, device))
    endpoints = admet_options.chosen(scorer.endpoints, tasks)
    (row,) = score_rows(scorer, [smiles], [e.name for e in endpoints]).batch.to_pylist()
    if row["scored_smiles"] is None:
        reason = f"{row['status']} ({row['status_reason']})"
        raise InputError(message(repr(smiles), reason, "a molecule", "Correct the SMILES."))
    if radar is not None and all(row[f"{e.name}_percentile"] is None for e in endpoints):
        got = "a model without percentiles among drugs"
        raise InputError(message("--radar", got, "one with them", "Leave it out."))
    admet_panel.show(console.output(), smiles, row, endpoints, scorer.limit)
    if radar is not None:
        from specml.plots.admet import radar_png

        outputs.publish({radar: radar_png(row, endpoints)}, "--radar")
        console.output().print(f"radar plot → {radar}", soft_wrap=True)
