"""Windows for correlation functions, and the line shapes they make.

``spectra.correlation`` weights the lags of a correlation function with them.

A window w(u), u = lag / L from 0 to 1, falls from ``w(0) = 1``, which keeps the integral of the
spectrum, to zero at the longest lag L. An infinitely sharp line becomes

    W(f) = 2 integral_0^L w(t/L) cos(2 pi f t) dt,      full width at half maximum k / L

so that the resolution, the width of the narrowest line the spectrum can hold, fixes L.

Source: F. J. Harris, Proc. IEEE 66, 51 (1978).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from specml import units
from specml.errors import InputError, message


@dataclass(frozen=True)
class LagWindow:
    """A weight for the lags of a correlation function, and the line shape it makes.

    Parameters
    ----------
    name : name as printed.
    weight : function w(u) of the lag over the longest lag, u in [0, 1].
    width : k, the full width at half maximum of the line shape times the longest lag.
    """

    name: str
    weight: Callable[[np.ndarray], np.ndarray]
    width: float

    def longest_lag(self, resolution: float) -> float:
        """Return the lag L in fs that makes a sharp line ``resolution`` 1/cm wide."""
        return 2.0 * np.pi * self.width / (units.ANGULAR * resolution)


def _hann(u: np.ndarray) -> np.ndarray:
    return np.cos(0.5 * np.pi * u) ** 2


def _blackman(u: np.ndarray) -> np.ndarray:
    return 0.42 + 0.5 * np.cos(np.pi * u) + 0.08 * np.cos(2.0 * np.pi * u)


WINDOWS = {
    window.name: window
    for window in (
        LagWindow("hann", _hann, 1.0),
        LagWindow("blackman", _blackman, 1.149400),
        # exp(-4 u^2) is 0.018 at the end: the line shape is nearly a Gaussian.
        LagWindow("gaussian", lambda u: np.exp(-4.0 * u**2), 1.069389),
    )
}


def window(name: str) -> LagWindow:
    """Return the window of a name.

    Raises
    ------
    InputError
        There is no window of that name.
    """
    if name not in WINDOWS:
        known = ", ".join(WINDOWS)
        raise InputError(message("window", repr(name), f"one of {known}", "hann is the default."))
    return WINDOWS[name]
