"""What ``specml ir`` and ``specml raman`` do: molecules in, spectra and files out.

Everything that can be refused is refused before the model is asked. Molecules then go through it
together, ``CHUNK`` at a time, and the files of each chunk are published as soon as it is done. A
molecule that fails does not stop the others: the command names it at the end.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import specml
from specml.cli import console, document, html, report
from specml.cli.faces import Curve, Face
from specml.cli.results import Member, Result, weighted
from specml.errors import InputError, SpecMLError, message
from specml.expansion import Expansion
from specml.io import outputs
from specml.io.spectra import csv_table, json_document
from specml.report.html import render as render_page
from specml.spectra.ensemble import mixture
from specml.spectra.harmonic import Vibrations, harmonic_analysis
from specml.spectra.saddle import descend, is_saddle
from specml.spectra.scaling import Scaling, load, uniform
from specml.spectra.spectrum import Spectrum
from specml.structure import Structure
from specml.workflows import conformers, isotopes, threads
from specml.workflows.inputs import gather

if TYPE_CHECKING:
    from specml.inference.predictor import Predictor

CHUNK = 32  # molecules: what an interruption can lose
DETAILED = 3  # molecules with a table each; more are listed one a line
TOP = 4000.0  # 1/cm; the curve reaches further only for a higher band


@dataclass(frozen=True)
class Request:
    """What the user asked for; fields as the options of the command."""

    face: Face
    files: tuple[Path, ...]
    smiles: tuple[str, ...]
    charges: tuple[int, ...]
    optimize: bool
    fwhm: float
    scale: str
    temperature: float
    isotopes: tuple[str, ...]
    model: str | None
    device: str
    output_dir: Path
    force: bool
    quiet: bool
    html: bool = False
    laser_nm: float = 532.0
    conformers: int | None = None
    by_gibbs: bool = False


def run(request: Request) -> None:
    """The whole command; errors are those of its parts."""
    threads.tame()
    structures = gather(request.files, request.smiles, request.charges)
    masses = [
        isotopes.masses(s, request.isotopes) if request.isotopes else None for s in structures
    ]
    conformers.check(structures, masses, request.conformers, request.optimize)
    outputs.check([path for s in structures for path in files(request, s).values()], request.force)
    predictor = specml.load(request.model, device=request.device)
    predictor.check_elements(structures)
    if request.face.polarizability and not predictor.has_polarizability:
        raise _no_polarizability(predictor.name)
    terminal = console.output()
    detailed = len(structures) <= DETAILED
    failures: list[str] = []
    for start in range(0, len(structures), CHUNK):
        chosen = slice(start, start + CHUNK)
        for result in survivors(request, predictor, structures[chosen], masses[chosen], failures):
            written = files(request, result.vibrations.expansion.structure)
            outputs.publish(render(request, predictor, result, written))
            report.show(terminal, request, predictor.card, result, written, detailed)
    if len(failures) == len(structures) == 1:
        raise SpecMLError(failures[0])
    if not detailed and not request.quiet:
        report.summary(terminal, request, predictor.card, len(structures) - len(failures))
    if failures:
        raise SpecMLError(
            message(
                f"{len(failures)} of {len(structures)} molecules",
                f"no spectrum ({' | '.join(failures)})",
                "one of each",
                "The files of the others are complete; correct these or leave them out.",
            )
        )


def survivors(
    request: Request,
    predictor: "Predictor",
    structures: Sequence[Structure],
    masses: Sequence[np.ndarray | None],
    failures: list[str],
) -> Iterator[Result]:
    """Answer molecules together or, if that fails, one by one; failures are added to the list."""
    try:
        results = list(answer(request, predictor, structures, masses))
    except SpecMLError as error:
        if len(structures) == 1:
            name, reason = structures[0].name, str(error)
            failures.append(reason if reason.startswith(name) else f"{name}: {reason}")
            return
        for structure, weights in zip(structures, masses, strict=True):
            yield from survivors(request, predictor, [structure], [weights], failures)
    else:
        yield from results


def answer(
    request: Request,
    predictor: "Predictor",
    structures: Sequence[Structure],
    masses: Sequence[np.ndarray | None],
) -> Iterator[Result]:
    """Relax, expand, judge and analyse molecules and their conformers in one batch."""
    found = conformers.geometries(
        predictor, structures, masses, request.conformers, request.optimize
    )
    everything = [structure for search in found for structure in search.structures]
    expansions = predictor.expand(everything, polarizability=request.face.polarizability)
    judged = iter(zip(expansions, predictor.domain(everything), strict=True))
    scaling = chosen_scaling(request.scale, predictor)
    for start, weights, search in zip(structures, masses, found, strict=True):
        members = []
        for end in search.relaxed:
            expansion, verdict = next(judged)
            vibrations = analysed(request, expansion, weights, scaling)
            members.append(Member(vibrations, verdict, end))
        if request.optimize and all(is_saddle(m.vibrations.modes) for m in members):
            members = [below(request, predictor, members[0], weights, scaling)]
        yield result(request, start, weighted(members, request.by_gibbs), search, scaling)


def below(
    request: Request,
    predictor: "Predictor",
    member: Member,
    masses: np.ndarray | None,
    scaling: Scaling,
) -> Member:
    """The minimum that the imaginary modes of a geometry lead to."""
    descent = descend(predictor, member.vibrations.expansion, request.face.polarizability)
    vibrations = analysed(request, descent.expansion, masses, scaling)
    (verdict,) = predictor.domain([descent.expansion.structure])
    return Member(vibrations, verdict, descent.relaxed, left=descent.left)


def analysed(
    request: Request, expansion: Expansion, masses: np.ndarray | None, scaling: Scaling
) -> Vibrations:
    return harmonic_analysis(
        expansion,
        masses=masses,
        scaling=scaling,
        temperature=request.temperature,
        laser_nm=request.laser_nm,
    )


def result(
    request: Request,
    start: Structure,
    members: tuple[Member, ...],
    search: conformers.Geometries,
    scaling: Scaling,
) -> Result:
    """The spectra of conformers whose weights are known."""
    sticks = {
        curve.key: mixture(
            [_sticks(curve, member.vibrations) for member in members],
            [member.weight for member in members],
        )
        for curve in request.face.curves
    }
    x = grid(np.concatenate([lines.x for lines in sticks.values()]), request.fwhm)
    curves = {key: lines.broaden(request.fwhm, grid=x) for key, lines in sticks.items()}
    return Result(start, members, search, request.by_gibbs, scaling, sticks, curves)


def _sticks(curve: Curve, vibrations: Vibrations) -> Spectrum:
    sticks = curve.sticks(vibrations)
    if sticks is None:
        raise _no_polarizability(vibrations.expansion.source)
    return sticks


def _no_polarizability(model: str) -> InputError:
    return InputError(
        message(model, "no polarizability", "a model that has one", "See `specml models`.")
    )


def chosen_scaling(text: str, predictor: "Predictor") -> Scaling:
    """``auto``: what was fitted for the model, ``none``, or a factor."""
    if text == "auto":
        return load(predictor.name)
    return Scaling() if text == "none" else uniform(float(text))


def grid(lines: np.ndarray, fwhm: float) -> np.ndarray:
    """0 to 4000 1/cm, further where a line needs it, at least ten points a width."""
    top = max(TOP, 100.0 * np.ceil((np.max(lines, initial=0.0) + 10.0 * fwhm) / 100.0))
    step = min(1.0, fwhm / 10.0)
    return np.linspace(0.0, top, round(top / step) + 1)


def files(request: Request, structure: Structure) -> dict[str, Path]:
    """Suffix -> where it is written."""
    stem = f"{structure.name}.{request.face.name}"
    suffixes = ("json", "csv", "curve.csv", "jdx", "png", *(("html",) if request.html else ()))
    return {suffix: request.output_dir / f"{stem}.{suffix}" for suffix in suffixes}


def render(
    request: Request, predictor: "Predictor", result: Result, written: dict[str, Path]
) -> dict[Path, bytes]:
    """The contents of every file of one molecule."""
    data = json_document(document.document(request, predictor.card, result))
    contents = {
        written["json"]: data,
        written["csv"]: csv_table(document.modes(request.face, result.vibrations)),
        written["curve.csv"]: csv_table(document.curves(result)),
        written["jdx"]: document.exchange(request, predictor.card, result),
        written["png"]: document.picture(request, predictor.card, result),
    }
    if request.html:
        page = html.vibrational_page(request.face, predictor.card, json.loads(data))
        contents[written["html"]] = render_page(page)
    return contents
