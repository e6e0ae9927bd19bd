"""What ``specml nmr`` does: molecules in, shifts and files out.

Everything that can be refused is refused before anything is computed. The files of a molecule are
published as soon as it is done; a molecule that fails does not stop the others.
"""

from specml.cli import console, nmr_work
from specml.cli.nmr_inputs import molecules
from specml.cli.nmr_report import show, summary
from specml.cli.nmr_request import Request, files
from specml.errors import InputError, SpecMLError, message
from specml.io import outputs
from specml.workflows import conformers

DETAILED = 3  # molecules with a table each; more are listed one a line


def run(request: Request) -> None:
    """The whole command; errors are those of its parts."""
    _check_options(request)
    found = molecules(request.files, request.smiles, request.charges, request.average)
    names = [path for m in found for path in files(request, m.structure).values()]
    outputs.check(names, request.force)
    predictor = nmr_work.predictor(request.model, request.device)
    predictor.check([molecule.structure for molecule in found])
    terminal = console.output()
    detailed = len(found) <= DETAILED
    failures: list[str] = []
    for answer in nmr_work.stream(request, found):
        if isinstance(answer, str):
            failures.append(answer)
            continue
        outputs.publish(answer.contents)
        written = files(request, answer.result.structure)
        show(terminal, request, predictor.card, answer.result, written, detailed)
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
