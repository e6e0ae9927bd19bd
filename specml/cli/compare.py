"""``specml compare``: a predicted spectrum beside a measured one."""

from pathlib import Path
from typing import Annotated

import typer

from specml.cli import options
from specml.workflows.limits import interval


def compare(
    predicted: Annotated[
        Path,
        typer.Argument(
            metavar="PREDICTED",
            help="What specml ir or specml raman wrote: .ir.json, .raman.json, .csv or .jdx.",
        ),
    ],
    measured: Annotated[
        Path,
        typer.Argument(
            metavar="MEASURED",
            help="A measured spectrum: JCAMP-DX (.jdx, .dx), or text of two columns (.csv, .txt).",
        ),
    ],
    limits: Annotated[
        tuple[float, float],
        typer.Option(
            "--range",
            metavar="LOW HIGH",
            help="Compare between these wavenumbers, 1/cm, as far as both spectra reach.",
            callback=options.checked(interval),
        ),
    ] = (500.0, 4000.0),
    fwhm: Annotated[
        float | None,
        typer.Option(
            "--fwhm-cm1",
            help="Full width of the Lorentzian that predicted modes get, 1/cm; 24 if not given.",
            min=0.1,
            callback=lambda value: None if value is None else options.positive(value),
        ),
    ] = None,
    fit_scale: Annotated[
        bool,
        typer.Option(
            "--fit-scale",
            help="Fit one factor of the predicted wavenumbers, for the highest Pearson.",
        ),
    ] = False,
    output_dir: options.OutputDir = Path(),
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Compare with a measured spectrum: correlations, similarity, band areas, a figure of both."""
    from specml.cli import comparison_view, console
    from specml.documents import comparison as documents
    from specml.documents import files
    from specml.documents.measured import read_measured
    from specml.documents.predicted import read_predicted
    from specml.workflows.comparison import ComparisonSettings, run

    written = documents.paths(output_dir, predicted)
    files.check(written.values(), force)
    prediction = read_predicted(predicted)
    measurement = read_measured(measured, prediction.kind)
    result = run(prediction, measurement, ComparisonSettings(limits, fwhm, fit_scale))
    documents.FORMAT.write(result, output_dir)
    comparison_view.show(console.output(), result, written, quiet)
