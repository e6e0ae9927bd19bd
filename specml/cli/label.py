"""``specml label``: reference labels for geometries."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from specml.cli import console, options

if TYPE_CHECKING:
    from specml.io.datasets import Dataset


def label(
    geometries: Annotated[
        Path, typer.Argument(help="HDF5 from `specml sample`, or an xyz, sdf or mol file.")
    ],
    output: Annotated[Path, typer.Option(help="HDF5 file of the labels.")],
    scheme: Annotated[
        str,
        typer.Option(
            help="b3lyp-svp, b3lyp-svp+polarizability, b3lyp-svp+response (also dipole and "
            "polarizability with def2-SVPD), fock-b3lyp or fock-pbe (Kohn-Sham matrices) or gfn2."
        ),
    ] = "b3lyp-svp",
    processes: options.Processes = 1,
    limit: options.Limit = None,
    force: options.Force = False,
) -> None:
    """Label geometries with a quantum-chemistry program; a second call resumes the first."""
    from specml.cli.tasks import resumable, watch
    from specml.errors import InputError, message
    from specml.io import outputs
    from specml.reference.labelling import SCHEMES, label_dataset, parts_fit, parts_of

    if scheme not in SCHEMES:
        raise InputError(
            message("--scheme", repr(scheme), "one of " + ", ".join(SCHEMES), "Choose one of them.")
        )
    dataset = _read(geometries)
    refuse_input(geometries, output)
    outputs.check([output], force, "--output")
    start_afresh(output)
    if force and not parts_fit(parts_of(output), dataset, SCHEMES[scheme]):
        forget_parts(output)
    with resumable(f"{output}.parts"):
        steps = label_dataset(dataset, SCHEMES[scheme], output, processes, limit)
        done, failed = watch(scheme, ((p.done, p.failed, p.total) for p in steps))
    finish(output, done, failed)


def _read(path: Path) -> "Dataset":
    """Geometries without labels; from a structure file every frame is a molecule of its own."""
    import numpy as np

    from specml.errors import InputError, message
    from specml.io import datasets, structures

    if path.suffix.lower() not in structures.FORMATS:
        dataset = datasets.read(path)
        dataset.labels = {}
        return dataset
    frames = structures.read(path)
    charged = next((frame for frame in frames if frame.charge), None)
    if charged is not None:
        raise InputError(
            message(
                f"{path}: {charged.name}",
                f"charge {charged.charge:+d}",
                "neutral molecules, because the dataset format holds no charges",
                "Leave it out.",
            )
        )
    index = np.arange(len(frames))
    return datasets.from_structures(frames, index, 0 * index, [frame.name for frame in frames])


def refuse_input(given: Path, output: Path) -> None:
    """The output is removed before anything is read again: it must not be the input."""
    from specml.errors import OutputError, message

    if output.exists() and output.samefile(given):
        raise OutputError(
            message(str(output), "the input itself", "another file", "Choose another --output.")
        )


def start_afresh(output: Path) -> None:
    """With a finished output to be replaced, forget its parts and failures; else resume them."""
    if output.exists():
        output.unlink()
        forget_parts(output)


def forget_parts(output: Path) -> None:
    """Remove what an unfinished run left behind."""
    output.with_name(output.name + ".failed.tsv").unlink(missing_ok=True)
    shutil.rmtree(output.with_name(output.name + ".parts"), ignore_errors=True)


def finish(output: Path, done: int, failed: int) -> None:
    """Say what there is now."""
    text = f"{done} done, {failed} failed"
    if failed:
        text += f" (reasons in {output}.failed.tsv)"
    if output.exists():
        where = str(output)
    elif failed and not done:
        where = "nothing new written"
    else:
        where = f"{output}.parts; run the same command to go on"
    console.output().print(f"{text} → {where}", markup=False, soft_wrap=True)
