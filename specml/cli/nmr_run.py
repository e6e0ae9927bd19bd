"""What ``specml nmr`` does: molecules in, shifts and files out.

Everything that can be refused is refused before anything is computed. Geometries are relaxed in
several processes where there are many; shifts of ``CHUNK`` molecules are computed in one batch and
their files published as soon as they are done. A molecule that fails does not stop the others.
"""

import gc
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from specml.cli import conformers, console
from specml.cli.conformers import Geometries
from specml.cli.nmr_document import document, exchange, picture, table
from specml.cli.nmr_geometries import stream
from specml.cli.nmr_html import nmr_page
from specml.cli.nmr_inputs import Molecule, molecules
from specml.cli.nmr_report import show, summary
from specml.cli.nmr_result import Result, result
from specml.errors import InputError, SpecMLError, message
from specml.inference import shieldings
from specml.inference.shieldings import ISOTOPES, ShieldingPredictor
from specml.io import outputs
from specml.io.spectra import csv_table, json_document
from specml.report.html import render as render_page
from specml.spectra.nmr import FWHM
from specml.structure import Structure

CHUNK = 8  # molecules: what an interruption can lose
DETAILED = 3  # molecules with a table each; more are listed one a line


@dataclass(frozen=True)
class Request:
    """What the user asked for; fields as the options of the command."""

    files: tuple[Path, ...]
    smiles: tuple[str, ...]
    charges: tuple[int, ...]
    optimize: bool
    conformers: int | None
    average: bool
    nuclei: tuple[str, ...]
    fwhm: float | None
    frequency: float
    temperature: float
    model: str | None
    device: str
    html: bool
    output_dir: Path
    force: bool
    quiet: bool

    @property
    def widths(self) -> dict[str, float]:
        """Nucleus -> full width at half maximum, ppm."""
        return {nucleus: self.fwhm or FWHM[nucleus] for nucleus in self.nuclei}


def run(request: Request) -> None:
    """The whole command; errors are those of its parts."""
    gc.freeze()  # torch's objects are no garbage: looking through them takes 0.1 s a figure
    _check_options(request)
    found = molecules(request.files, request.smiles, request.charges, request.average)
    names = [path for m in found for path in files(request, m.structure).values()]
    outputs.check(names, request.force)
    predictor = shieldings.load_shieldings(request.model, device=request.device)
    predictor.check([molecule.structure for molecule in found])
    terminal = console.output()
    detailed = len(found) <= DETAILED
    failures: list[str] = []
    for answer in answers(request, predictor, found, failures):
        written = files(request, answer.structure)
        outputs.publish(render(request, predictor.card, answer, written))
        show(terminal, request, predictor.card, answer, written, detailed)
    if len(failures) == len(found) == 1:
        raise SpecMLError(failures[0])
    if not detailed and not request.quiet:
        summary(terminal, request, predictor.card, len(found) - len(failures))
    if failures:
        raise SpecMLError(
            message(
                f"{len(failures)} of {len(found)} molecules",
                f"no spectrum ({' | '.join(failures)})",
                "one of each",
                "The files of the others are complete; correct these or leave them out.",
            )
        )


def _check_options(request: Request) -> None:
    if request.average and (request.conformers or 1) > 1:
        raise InputError(
            message(
                f"--conformers {request.conformers}",
                "--average",
                "one of the two: a trajectory is an average already",
                "Leave out one of them.",
            )
        )
    conformers.check([], [], request.conformers, request.optimize)


def answers(
    request: Request,
    predictor: ShieldingPredictor,
    found: Sequence[Molecule],
    failures: list[str],
) -> Iterator[Result]:
    """Results in the order of the molecules; what failed is added to the list."""
    waiting: list[tuple[Molecule, Geometries]] = []
    for number, (molecule, search) in enumerate(zip(found, _searches(request, found), strict=True)):
        if isinstance(search, str):
            name = molecule.structure.name
            failures.append(search if search.startswith(name) else f"{name}: {search}")
        else:
            waiting.append((molecule, search))
        if waiting and (len(waiting) == CHUNK or number == len(found) - 1):
            yield from _together(request, predictor, waiting)
            waiting = []


def _searches(request: Request, found: Sequence[Molecule]) -> Iterator[Geometries | str]:
    if request.average:
        for m in found:
            yield Geometries(m.frames, (None,) * len(m.frames))
    else:
        yield from stream([m.structure for m in found], request.conformers, request.optimize)


def _together(
    request: Request, predictor: ShieldingPredictor, found: list[tuple[Molecule, Geometries]]
) -> Iterator[Result]:
    """Shifts of all geometries of some molecules in one batch."""
    everything = iter(predictor.predict([s for _, search in found for s in search.structures]))
    for molecule, search in found:
        yield result(
            molecule,
            search,
            [next(everything) for _ in search.structures],
            predictor,
            nuclei(request, molecule.structure),
            request.widths,
            request.temperature,
        )


def nuclei(request: Request, structure: Structure) -> tuple[str, ...]:
    """What was asked for and is there.

    Raises
    ------
    InputError
        Nothing is.
    """
    present = [ISOTOPES[z] for z in ISOTOPES if z in structure.numbers]
    chosen = tuple(name for name in request.nuclei if name in present)
    if not chosen:
        raise InputError(
            message(
                structure.name,
                f"no nuclei of {', '.join(request.nuclei)} in {structure.formula}",
                "at least one",
                "Leave it out, or change --nucleus.",
            )
        )
    return chosen


def files(request: Request, structure: Structure) -> dict[str, Path]:
    """Suffix -> where it is written."""
    spectra = [f"{nucleus.lower()}.jdx" for nucleus in nuclei(request, structure)]
    suffixes = ("json", "csv", *spectra, "png", *(("html",) if request.html else ()))
    return {s: request.output_dir / f"{structure.name}.nmr.{s}" for s in suffixes}


def render(
    request: Request, card: dict, answer: Result, written: dict[str, Path]
) -> dict[Path, bytes]:
    """The contents of every file of one molecule."""
    data = json_document(document(request, card, answer))
    contents = {
        written["json"]: data,
        written["csv"]: csv_table(table(answer)),
        written["png"]: picture(request, card, answer),
    }
    for nucleus in answer.curves:
        path = written[f"{nucleus.lower()}.jdx"]
        contents[path] = exchange(request, card, answer, nucleus)
    if request.html:
        contents[written["html"]] = render_page(nmr_page(card, json.loads(data)))
    return contents
