"""``specml nmr``: chemical shifts of the nuclei of :mod:`specml.nuclei`."""

from enum import StrEnum
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from specml.cli import options
from specml.nuclei import NUCLEI


class ChosenNucleus(StrEnum):
    """Which nuclei are observed: one row of :mod:`specml.nuclei`, or all of them."""

    _ignore_ = "members row"
    members = vars()
    for row in NUCLEI.values():
        members[row.name] = row.name
    ALL = "both" if len(NUCLEI) == 2 else "all"


Average = Annotated[
    bool,
    typer.Option(
        "--average",
        help="Each file is a trajectory of one molecule (xyz of several frames, or what `specml "
        "md` wrote): average over its frames as they are.",
    ),
]
Observed = Annotated[ChosenNucleus, typer.Option("--nucleus", help="Which nuclei to report.")]
Width = Annotated[
    float | None,
    typer.Option(
        "--fwhm-ppm",
        help="Full width of the Lorentzian at half maximum, ppm; if not given "
        f"{', '.join(f'{row.fwhm:g} for {row.name}' for row in NUCLEI.values())}.",
        callback=lambda value: value if value is None else options.positive(value),
        show_default=False,
    ),
]
Temperature = Annotated[
    float,
    typer.Option(
        "--temperature-k",
        help="Temperature of the weights of conformers, K.",
        callback=options.positive,
    ),
]
Html = Annotated[
    bool,
    typer.Option("--html", help="Also write an interactive page of each molecule, one HTML file."),
]
Frequency = Annotated[
    float,
    typer.Option(
        "--mhz",
        help="1H frequency of the spectrometer, written into the JCAMP-DX files; moves no shift.",
        callback=options.positive,
    ),
]


def nmr(
    files: options.Files = None,
    smiles: options.Smiles = None,
    charge: options.Charge = None,
    parent: options.Parent = False,
    name: options.Name = None,
    no_optimize: options.NoOptimize = False,
    conformers: options.Conformers = None,
    average: Average = False,
    nucleus: Observed = ChosenNucleus.ALL,
    fwhm: Width = None,
    frequency: Frequency = 400.0,
    temperature: Temperature = 298.15,
    model: options.Model = None,
    device: options.Device = "cpu",
    html: Html = False,
    output_dir: options.OutputDir = Path(),
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """NMR: shifts of {nuclei} as table, JSON, CSV, JCAMP-DX and figure of each molecule.

    Geometries are relaxed with GFN2-xTB; shifts are calibrated to experiment in CDCl3.
    """
    from specml.workflows import threads

    threads.limit(1)
    from specml.cli import nmr_view
    from specml.cli.delivery import Delivery, Summary
    from specml.cli.terminal import command_line
    from specml.documents import nmr as documents
    from specml.documents import summary
    from specml.workflows import nmr as workflow
    from specml.workflows.inputs import passing
    from specml.workflows.nmr_inputs import molecules
    from specml.workflows.nmr_settings import NMRSettings

    settings = NMRSettings(
        optimize=not no_optimize,
        conformers=conformers,
        average=average,
        nuclei=tuple(NUCLEI) if nucleus is ChosenNucleus.ALL else (nucleus.value,),
        fwhm_ppm=fwhm,
        mhz=frequency,
        temperature_k=temperature,
    )
    given, failures = molecules(files, smiles, charge, average, parent, name)
    given, unfit = passing(
        given, lambda m: m.structure.name, lambda m: workflow.check([m], settings)
    )
    failures += unfit
    delivery = Delivery(output_dir, force, quiet, html)
    total = len(given) + len(failures)
    reserved = (documents.paths(output_dir, m.structure, settings, html) for m in given)
    delivery.reserve(reserved, *delivery.table("nmr", total))
    workflow.spare_garbage_collector()
    answers = workflow.run_and(
        partial(documents.with_files, html=html, made_by=command_line()),
        given,
        settings,
        model,
        device,
        workflow.processes_for(given, settings),
    )
    remark = f"model {workflow.predictor(model, device).name}, files {output_dir}/*.nmr.*"
    answers = chain(failures, answers)
    summed: Summary[documents.NMRFiles] = Summary("nmr", lambda made: summary.of_nmr(made.spectra))
    delivery.run(answers, total, documents.publish, nmr_view.show_files, remark, summed)


nmr.__doc__ = (nmr.__doc__ or "").replace("{nuclei}", " and ".join(NUCLEI))
