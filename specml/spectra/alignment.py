"""A predicted and a measured spectrum on one grid, so that they can be compared.

``workflows.comparison`` aligns with it what ``specml compare`` compares.

The grid consists of cells of at most 1 1/cm within the range that was asked for and that both
cover.
Sticks are broadened (Lorentzian); a curve keeps its width and is averaged over each cell, because
a sample would hit or miss the lines of a resolved rotational structure. A predicted curve that
is known to be Lorentzian is widened first: convolved with a Lorentzian of the width that is
missing, because their widths add. Where both are absolute they stay as they are. Where they are
relative, each gives up its median: the measured one is empty over half the range and so loses its
baseline, and the predicted one has to lose the wings of its bands alike.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import make_interp_spline
from scipy.optimize import minimize_scalar

from specml import units
from specml.errors import InputError, message
from specml.spectra.comparison import pearson, smooth
from specml.spectra.spectrum import ABSOLUTE, Spectrum

RANGE = (500.0, 4000.0)  # 1/cm
FWHM = 24.0  # 1/cm, of Lorentzian bands; Henschel & van der Spoel 2020
STEP = 1.0  # 1/cm
FACTORS = (0.85, 1.15)  # where a scale factor is looked for
_SCAN = 0.002  # 8 1/cm at 4000
_CONSTANT = 1e-9  # of the height: what rounding makes of a constant
_BAND = 0.02  # of the highest band: where a band begins and ends


@dataclass(frozen=True, eq=False)
class AlignedSpectra:
    """A predicted and a measured spectrum in the same cells.

    Parameters
    ----------
    x : (m,) centres of the cells, 1/cm, ascending and even.
    predicted, measured : (m,) heights of the two curves: L/(mol cm) where ``absolute``, else each
        in a unit of its own.
    absolute : whether the heights of the two curves can be compared.
    baselines : what was taken off the predicted and off the measured curve, in their units.
    fwhm : full width at half maximum of the predicted bands, 1/cm; None where it is not known.
    factor : the number by which the predicted wavenumbers were multiplied.
    """

    x: np.ndarray
    predicted: np.ndarray
    measured: np.ndarray
    absolute: bool
    baselines: tuple[float, float]
    fwhm: float | None
    factor: float

    @property
    def step(self) -> float:
        """Width of a cell, 1/cm."""
        return float(self.x[1] - self.x[0])

    def spectra(self) -> tuple[Spectrum, Spectrum]:
        """Return the predicted and the measured curve as two spectra, to be compared."""
        first, second = (
            Spectrum(self.x, y, "1/cm", "", "", False) for y in (self.predicted, self.measured)
        )
        return first, second


def align(
    predicted: Spectrum,
    measured: Spectrum,
    limits: tuple[float, float] = RANGE,
    fwhm: float | None = None,
    factor: float = 1.0,
) -> AlignedSpectra:
    """Bring two spectra onto one grid.

    Parameters
    ----------
    predicted, measured : sticks or curves over 1/cm; a Lorentzian curve has its width in the
        provenance (``fwhm``).
    limits : lower and upper end of the grid, 1/cm; what one of the two does not cover is left out.
    fwhm : full width at half maximum that the predicted bands get, 1/cm; by default ``FWHM``, or
        that of the predicted curve if it is wider.
    factor : a number that multiplies the predicted wavenumbers.

    Raises
    ------
    InputError
        Different kinds of spectra, no common range, a width that a curve cannot be given, or a
        measured spectrum with nothing in the range.
    """
    if predicted.kind != measured.kind:
        raise InputError(
            message(
                "comparison of spectra",
                f"{predicted.kind} and {measured.kind}",
                "two of one kind",
                "Give a measured spectrum of the kind that was predicted.",
            )
        )
    width = _width(predicted, fwhm)
    x = _cells(predicted, measured, limits, width or FWHM)
    first = _on_cells(predicted, x, width, factor)
    second = _on_cells(measured, x, width, 1.0)
    _require_bands(measured, x, second)
    absolute = measured.y_unit == ABSOLUTE and predicted.y_unit in (ABSOLUTE, "km/mol")
    # The lines of a peak table have no baseline.
    off = (0.0, 0.0) if absolute or measured.sticks else (np.median(first), np.median(second))
    return AlignedSpectra(x, first - off[0], second - off[1], absolute, off, width, factor)


def _require_bands(measured: Spectrum, x: np.ndarray, y: np.ndarray) -> None:
    """Refuse a measured spectrum that shows nothing in the range.

    In a constant curve only rounding errors would be compared; of lines outside, only their wings.
    """
    if measured.sticks:
        has_bands = bool(((measured.x >= x[0]) & (measured.x <= x[-1])).any())
    else:
        has_bands = bool(np.ptp(y) > _CONSTANT * np.abs(y).max())
    if not has_bands:
        raise InputError(
            message(
                "measured spectrum",
                f"{'no line' if measured.sticks else 'one value'} from {x[0]:g} to {x[-1]:g} 1/cm",
                "bands in the range that is compared",
                "Choose another --range or another file.",
            )
        )


def _width(predicted: Spectrum, fwhm: float | None) -> float | None:
    """Width that the predicted bands get, 1/cm; None for a curve of unknown width."""
    if predicted.sticks:
        return fwhm or FWHM
    own = predicted.provenance.get("fwhm")
    if fwhm is not None and not (isinstance(own, float) and own <= fwhm):
        raise InputError(
            message(
                "--fwhm-cm1",
                f"{fwhm:g} for a curve of width {'unknown' if own is None else own}",
                "at least the width that the curve has",
                "Give the .json file of the same spectrum, or leave out --fwhm-cm1.",
            )
        )
    return max(fwhm or FWHM, own) if isinstance(own, float) else None


def _cells(
    predicted: Spectrum, measured: Spectrum, limits: tuple[float, float], fwhm: float
) -> np.ndarray:
    """Centres of the cells within the limits and within both curves, (m,) 1/cm."""
    ranges = [limits, *((s.x[0], s.x[-1]) for s in (predicted, measured) if not s.sticks)]
    low, high = max(r[0] for r in ranges), min(r[1] for r in ranges)
    if high - low < 2.0 * fwhm:
        covered = ", ".join(f"{a:g} to {b:g}" for a, b in ranges)
        raise InputError(
            message(
                "comparison of spectra",
                f"the ranges {covered} 1/cm",
                f"ranges that share at least two widths, {2.0 * fwhm:g} 1/cm",
                "Choose another --range or another file.",
            )
        )
    step = min(STEP, fwhm / 10.0)
    return low + step * (np.arange(int((high - low) / step)) + 0.5)


def _on_cells(spectrum: Spectrum, x: np.ndarray, fwhm: float | None, factor: float) -> np.ndarray:
    """Heights of a spectrum in the cells, (m,): sticks are broadened, a curve is averaged."""
    if spectrum.sticks:
        return spectrum.scale(factor).broaden(fwhm or FWHM, x).y
    positions, first = np.unique(factor * spectrum.x, return_index=True)
    y = spectrum.y[first]
    own = spectrum.provenance.get("fwhm")
    if fwhm is not None and isinstance(own, float) and own < fwhm:
        y = widened(positions, y, fwhm - own)
    integral = make_interp_spline(positions, y, k=1).antiderivative()
    step = x[1] - x[0]
    edges = np.append(x, x[-1] + step) - 0.5 * step
    return np.diff(integral(np.clip(edges, positions[0], positions[-1]))) / step


def widened(x: np.ndarray, y: np.ndarray, fwhm: float) -> np.ndarray:
    """Convolve a curve on an even grid with a Lorentzian, whose transform is exp(-pi fwhm |f|).

    Parameters
    ----------
    x, y : (m,) positions, evenly spaced, and heights.
    fwhm : full width at half maximum of the Lorentzian, in the unit of x.
    """
    n = 2 * len(x)  # with zeros behind it, so that its ends do not meet
    frequencies = np.fft.rfftfreq(n, (x[-1] - x[0]) / (len(x) - 1))
    transform = np.fft.rfft(y, n) * np.exp(-np.pi * fwhm * frequencies)
    return np.fft.irfft(transform, n)[: len(x)]


def best_factor(
    predicted: Spectrum,
    measured: Spectrum,
    limits: tuple[float, float] = RANGE,
    fwhm: float | None = None,
) -> float:
    """Find the factor within ``FACTORS`` that makes the Pearson correlation highest.

    A scan locates the highest of many maxima, and bounded minimisation refines its place.
    Parameters and errors are those of :func:`align`.
    """
    pair = align(predicted, measured, limits, fwhm)

    def mismatch(factor: float) -> float:
        return -pearson(_on_cells(predicted, pair.x, pair.fwhm, factor), pair.measured)

    step = min(_SCAN, (pair.fwhm or FWHM) / 2.0 / pair.x[-1])
    scan = np.arange(*FACTORS, step)
    start = scan[np.argmin([mismatch(f) for f in scan])]
    bounds = max(start - step, FACTORS[0]), min(start + step, FACTORS[1])
    return float(minimize_scalar(mismatch, bounds=bounds, method="bounded").x)


def areas(pair: AlignedSpectra, low: float = 0.0, high: float = np.inf) -> tuple[float, float]:
    """Integrated absorption of both curves between two wavenumbers, km/mol."""
    inside = (pair.x > low) & (pair.x < high)
    scale = pair.step / units.EXTINCTION
    return float(scale * pair.predicted[inside].sum()), float(scale * pair.measured[inside].sum())


def bands(pair: AlignedSpectra) -> list[tuple[float, float]]:
    """List the ranges in which one of the two curves absorbs, (low, high) in 1/cm, ascending.

    A curve absorbs where it is, smoothed, above 2 % of its maximum. Ranges that are nearer to each
    other than a width are joined.
    """
    smoothed = [smooth(y, pair.x) for y in (pair.predicted, pair.measured)]
    high = np.any([y > _BAND * y.max() for y in smoothed], axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], high, [False]]).astype(int)))
    starts, ends = pair.x[0] + pair.step * (edges.reshape(-1, 2).T - 0.5)
    apart = starts[1:] - ends[:-1] > (pair.fwhm or FWHM)
    return list(
        zip(
            starts[np.append(True, apart)].tolist(),
            ends[np.append(apart, True)].tolist(),
            strict=True,
        )
    )
