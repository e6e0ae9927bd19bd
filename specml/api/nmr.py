"""``specml.nmr``: chemical shifts, as the command ``specml nmr`` computes them."""

from collections.abc import Iterable
from pathlib import Path

from specml.api.answer import Answer, Answers, answers
from specml.documents import nmr as documents
from specml.inference.shieldings import ShieldingPredictor
from specml.nuclei import NUCLEI
from specml.structure import Structure
from specml.workflows import nmr as workflow
from specml.workflows import nmr_inputs, threads
from specml.workflows.failure import Failure
from specml.workflows.inputs import check_bonds
from specml.workflows.molecules import Molecules, one_or_many
from specml.workflows.nmr_settings import NMRSettings
from specml.workflows.nmr_spectra import NMRSpectra


def nmr(
    x: Molecules,
    *,
    charge: int | None = None,
    nucleus: str | None = None,
    optimize: bool = True,
    conformers: int | None = None,
    average: bool = False,
    fwhm_ppm: float | None = None,
    mhz: float = 400.0,
    temperature_k: float = 298.15,
    model: str | Path | ShieldingPredictor | None = None,
    device: str = "cpu",
) -> Answers[NMRSpectra]:
    """NMR spectra, as ``specml nmr`` makes them.

    Parameters
    ----------
    x, charge, model, device : as :func:`specml.infrared`.
    nucleus : ``1H`` or another row of :mod:`specml.nuclei`; None for all of them.
    average : ``x`` is a trajectory of one molecule (a file or the structures), over whose frames
        shifts are averaged.
    optimize, conformers, fwhm_ppm, mhz, temperature_k : see
        :class:`specml.workflows.nmr_settings.NMRSettings`.

    Raises
    ------
    SpecMLError
        As :func:`specml.infrared`, or a molecule without the nucleus.
    """
    threads.limit(1)
    settings = NMRSettings(
        optimize=optimize,
        conformers=conformers,
        average=average,
        nuclei=tuple(NUCLEI) if nucleus is None else (nucleus,),
        fwhm_ppm=fwhm_ppm,
        mhz=mhz,
        temperature_k=temperature_k,
    )
    if average:
        (result,) = workflow.run([_trajectory(x, charge)], settings, model, device)
        if isinstance(result, Failure):
            raise result.error
        return Answer(result, documents.FORMAT, "specml.nmr")

    def refuse(structure: Structure) -> None:
        check_bonds(structure)
        workflow.predictor(model, device).check([structure])
        workflow.check([nmr_inputs.with_bonds(structure)], settings)

    def work(structures: list[Structure]) -> Iterable[NMRSpectra | Failure]:
        return workflow.run(structures, settings, model, device)

    return answers(x, charge, work, documents.FORMAT, "specml.nmr", refuse)


def _trajectory(x: Molecules, charge: int | None) -> nmr_inputs.ObservedMolecule:
    if isinstance(x, str | Path):
        return nmr_inputs.trajectory_of(Path(x), charge)
    frames = []
    for frame in one_or_many(x, charge)[0]:
        if isinstance(frame, Failure):
            raise frame.error
        frames.append(frame)
    if not frames:
        raise nmr_inputs.no_frames("trajectory", "no frames")
    return nmr_inputs.averaged_over(frames, frames[0].name, "trajectory")
