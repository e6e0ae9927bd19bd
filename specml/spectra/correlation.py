"""Correlation functions of time series and their Fourier transforms.

``spectra.power`` makes the spectra of trajectories from these two functions.

For N frames x_n at the interval h, mean removed, by the Wiener-Khinchin theorem::

    C_k   = 1/(N - k) sum_n x_n . x_(n+k)                         unbiased, k = 0 ... L
    P(nu) = h [C_0 + 2 sum_k w(k/L) C_k cos(2 pi c nu k h)]       two-sided density, window w

C is computed by fast Fourier transforms of the series padded with zeros to at least 2 N, so that
its ends do not meet. P is real by construction; it can be negative where noise exceeds the
signal, and no absolute value hides that. Because w(0) = 1,

    2 c integral_0^(1/2ch) P dnu = C_0

whatever the window. Components are summed, never normalised one by one: that would make the
spectrum depend on how the molecule lies.
"""

import numpy as np
from scipy import fft

from specml import units
from specml.spectra.windows import LagWindow

CHUNK = 4_000_000  # cosines held at a time: 32 MB


def autocorrelation(series: np.ndarray, n_lags: int) -> np.ndarray:
    """Compute the autocorrelation C of time series, summed over their components.

    Parameters
    ----------
    series : (k, n_frames, n_components) for k replicas or blocks.
    n_lags : the longest lag, in frames.

    Returns
    -------
    np.ndarray
        (k, n_lags + 1), in the unit of the series squared.
    """
    n_frames = series.shape[1]
    length = fft.next_fast_len(2 * n_frames, real=True)
    correlations = np.empty((len(series), n_lags + 1))
    for one, out in zip(series, correlations, strict=True):
        centred = np.asarray(one, dtype=np.float64)
        centred = centred - centred.mean(0)
        power = np.zeros(length // 2 + 1)
        for component in centred.T:
            power += np.abs(fft.rfft(component, length)) ** 2
        out[:] = fft.irfft(power, length)[: n_lags + 1] / (n_frames - np.arange(n_lags + 1))
    return correlations


def cosine_transform(
    correlation: np.ndarray, interval: float, window: LagWindow, wavenumbers: np.ndarray
) -> np.ndarray:
    """Compute the density P, (k, p), of correlation functions at any wavenumbers.

    Parameters
    ----------
    correlation : (k, n_lags + 1), from :func:`autocorrelation`.
    interval : time between frames, fs.
    window : the weight that each lag gets.
    wavenumbers : (p,) 1/cm.
    """
    n_lags = correlation.shape[1] - 1
    lags = np.arange(n_lags + 1)
    weighted = 2.0 * correlation * window.weight(lags / n_lags)
    weighted[:, 0] /= 2.0
    step = max(1, CHUNK // (n_lags + 1))
    parts = [
        weighted @ np.cos(units.ANGULAR * interval * lags[:, None] * wavenumbers[i : i + step])
        for i in range(0, len(wavenumbers), step)
    ]
    return interval * np.concatenate(parts, axis=1)
