"""``specml.compare``: a predicted spectrum beside a measured one."""

from pathlib import Path

from specml.api.answer import Answer
from specml.documents import comparison as documents
from specml.documents.measured import read_measured
from specml.documents.predicted import from_document, read_predicted
from specml.spectra.spectrum import Spectrum
from specml.workflows import comparison
from specml.workflows.comparison import ComparisonSettings, SpectraComparison


def compare(
    predicted: "Answer | Spectrum | str | Path",
    measured: "Spectrum | str | Path",
    *,
    range_cm1: tuple[float, float] = (500.0, 4000.0),
    fwhm_cm1: float | None = None,
    fit_scale: bool = False,
) -> Answer[SpectraComparison]:
    """A predicted spectrum beside a measured one, as ``specml compare`` does.

    Parameters
    ----------
    predicted : an answer of :func:`infrared` or :func:`raman`, a spectrum, or a file of these.
    measured : a spectrum, or a JCAMP-DX file.
    range_cm1, fwhm_cm1, fit_scale : see :class:`specml.workflows.comparison.ComparisonSettings`.

    Raises
    ------
    InputError
        Files that cannot be read, or spectra of different kinds or without a common range.
    """
    settings = ComparisonSettings(range_cm1, fwhm_cm1, fit_scale)
    if isinstance(predicted, Answer):
        path = predicted.format.paths(predicted.values, Path(), False).get("json", Path("answer"))
        first = from_document(path, predicted.to_dict())
    else:
        first = predicted if isinstance(predicted, Spectrum) else read_predicted(Path(predicted))
    if not isinstance(measured, Spectrum):
        measured = read_measured(Path(measured), first.kind)
    result = comparison.run(first, measured, settings)
    return Answer(result, documents.FORMAT, "specml.compare")
