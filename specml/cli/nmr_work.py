"""One molecule of ``specml nmr`` from start to end, and many of them in several processes.

A process loads the model once. What costs time is the relaxation and the drawing of the figure,
each a few tenths of a second for a molecule of twenty atoms.
"""

import gc
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from specml.cli.nmr_document import document, exchange, picture, table
from specml.cli.nmr_html import nmr_page
from specml.cli.nmr_inputs import Molecule
from specml.cli.nmr_request import Request, files, nuclei
from specml.cli.nmr_result import Result, result
from specml.errors import SpecMLError
from specml.inference import shieldings
from specml.inference.shieldings import ShieldingPredictor
from specml.io.spectra import csv_table, json_document
from specml.parallel import ordered
from specml.reference.surface import FMAX, FMAX_ENERGIES, Surface
from specml.report.html import render as render_page
from specml.workflows import conformers
from specml.workflows.conformers import Geometries

PAYS = 8  # relaxations; a process takes a few seconds to start
MOST_PROCESSES = 8


@dataclass(frozen=True)
class Task:
    """One molecule of a request."""

    request: Request
    molecule: Molecule


@dataclass(frozen=True)
class Answer:
    """What was found of a molecule, and the contents of its files."""

    result: Result
    contents: dict[Path, bytes]


@cache
def predictor(model: str | None, device: str) -> ShieldingPredictor:
    """Loaded once a process; errors as :func:`specml.inference.shieldings.load_shieldings`."""
    gc.freeze()  # torch's objects are no garbage: looking through them takes 0.1 s a figure
    return shieldings.load_shieldings(model, device=device)


def answer(task: Task) -> Answer | str:
    """The files of one molecule, or what went wrong."""
    request, molecule = task.request, task.molecule
    name = molecule.structure.name
    try:
        search = geometries(request, molecule)
    except SpecMLError as error:
        text = str(error)
        return text if text.startswith(name) else f"{name}: {text}"
    model = predictor(request.model, request.device)
    found = result(
        molecule,
        search,
        model.predict(search.structures),
        model,
        nuclei(request, molecule.structure),
        request.widths,
        request.temperature,
    )
    return Answer(found, render(request, model.card, found))


def geometries(request: Request, molecule: Molecule) -> Geometries:
    """Those the shifts are an average of; errors are those of the relaxation."""
    if request.average:
        return Geometries(molecule.frames, (None,) * len(molecule.frames))
    one = conformers.wanted(molecule.structure, request.conformers, request.optimize) == 1
    surface = Surface(FMAX if one else FMAX_ENERGIES)
    (found,) = conformers.geometries(
        surface, [molecule.structure], [None], request.conformers, request.optimize
    )
    return found


def render(request: Request, card: dict, found: Result) -> dict[Path, bytes]:
    """The contents of every file of one molecule."""
    written = files(request, found.structure)
    data = json_document(document(request, card, found))
    contents = {
        written["json"]: data,
        written["csv"]: csv_table(table(found)),
        written["png"]: picture(request, card, found),
    }
    for nucleus in found.curves:
        path = written[f"{nucleus.lower()}.jdx"]
        contents[path] = exchange(request, card, found, nucleus)
    if request.html:
        contents[written["html"]] = render_page(nmr_page(card, json.loads(data)))
    return contents


def stream(request: Request, molecules: Sequence[Molecule]) -> Iterator[Answer | str]:
    """Answers, or what went wrong, in the order of the molecules, as they are ready."""
    tasks = [Task(request, molecule) for molecule in molecules]
    processes = _processes(request, molecules)
    if processes == 1:
        return map(answer, tasks)
    return ordered(answer, tasks, processes, "the files written so far")


def _processes(request: Request, molecules: Sequence[Molecule]) -> int:
    """One, unless there is work for more."""
    if not request.optimize or request.average:
        return 1
    work = sum(conformers.wanted(m.structure, request.conformers, True) for m in molecules)
    return min(os.cpu_count() or 1, len(molecules), MOST_PROCESSES) if work >= PAYS else 1
