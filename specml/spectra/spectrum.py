"""A spectrum as a value: sticks or a curve, with units and how it was made.

Every part of SpecML that computes, compares, draws or writes a spectrum passes this value on.

Broadening: ``y(nu) = sum_k A_k g(nu - nu_k)`` with ``integral g = 1``, of full width at half
maximum ``w``::

    Lorentzian  g(0) = 2 / (pi w)                  = 0.6366 / w
    Gaussian    g(0) = sqrt(4 ln2 / pi) / w        = 0.9394 / w

Infrared sticks in km/mol become the decadic molar absorption in L/(mol cm),
``epsilon = units.EXTINCTION A g``; other sticks become their unit per 1/cm.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from specml import units
from specml.errors import InputError, message

# Units of the ordinates of spectra from files; only the areas of the first are band strengths.
ABSOLUTE, ABSORBANCE, RELATIVE = "L/(mol cm)", "absorbance", "relative"


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Intensity against position: sticks or a curve.

    Parameters
    ----------
    x : (m,) positions; ascending for a curve.
    y : (m,) intensities.
    x_unit, y_unit : units as printed, for example ``1/cm`` and ``km/mol``.
    kind : what was measured or computed: ``infrared``, ``raman`` and so on.
    sticks : whether the points are sticks; else they are samples of a curve.
    provenance : model, geometry, temperature, scaling, width: whatever the spectrum depends on.
    label : name for legends.
    standard_error : (m,) of y, where it was sampled; None where it was not.

    Raises
    ------
    InputError
        Shapes that do not match, values that are not finite, or a curve whose x does not ascend.
    """

    x: np.ndarray
    y: np.ndarray
    x_unit: str
    y_unit: str
    kind: str
    sticks: bool
    provenance: dict[str, object] = field(default_factory=dict)
    label: str = ""
    standard_error: np.ndarray | None = None

    def __post_init__(self) -> None:
        x, y = (np.array(a, dtype=np.float64) for a in (self.x, self.y))
        if x.ndim != 1 or x.shape != y.shape or not np.isfinite([x, y]).all():
            raise InputError(
                message(
                    f"{self.kind} spectrum",
                    f"x {x.shape} and y {y.shape}",
                    "two finite arrays of one length",
                    "Check the source for missing values.",
                )
            )
        if self.standard_error is not None:
            error = np.broadcast_to(np.asarray(self.standard_error, dtype=np.float64), x.shape)
            object.__setattr__(self, "standard_error", error)
        for array in (x, y):
            array.setflags(write=False)
        object.__setattr__(self, "x", x)
        object.__setattr__(self, "y", y)

    def broaden(
        self, fwhm: float, grid: np.ndarray | None = None, shape: str = "lorentzian"
    ) -> "Spectrum":
        """Turn sticks into a curve; imaginary modes, which are at or below zero, are left out.

        Parameters
        ----------
        fwhm : full width at half maximum in the unit of x.
        grid : (p,) positions of the points; by default 0 to ten widths above the last stick, in
            steps of a tenth of the width and at most 1.
        shape : ``lorentzian`` or ``gaussian``.

        Raises
        ------
        InputError
            A curve, a width that is not positive, or an unknown shape.
        """
        self._require_sticks("broaden")
        if not fwhm > 0.0 or shape not in _SHAPES:
            raise InputError(
                message(
                    "broadening",
                    f"{shape} of width {fwhm}",
                    f"one of {', '.join(_SHAPES)} and a positive width",
                    f"Check the width in {self.x_unit}.",
                )
            )
        lines = (self.x > 0.0) | (self.x_unit != "1/cm")
        centres, heights = self.x[lines], self.y[lines]
        if grid is None:
            step = min(1.0, fwhm / 10.0)
            grid = np.arange(0.0, np.max(centres, initial=0.0) + 10.0 * fwhm + step, step)
        curve = _SHAPES[shape](np.asarray(grid)[:, None] - centres, fwhm) @ heights
        absorbing = self.kind == "infrared" and self.y_unit == "km/mol"
        return replace(
            self,
            x=grid,
            y=units.EXTINCTION * curve if absorbing else curve,
            y_unit="L/(mol cm)" if absorbing else f"{self.y_unit} per {self.x_unit}",
            sticks=False,
            provenance={**self.provenance, "shape": shape, "fwhm": fwhm},
        )

    def scale(self, scaling: float | Callable[[np.ndarray], np.ndarray]) -> "Spectrum":
        """Move sticks by a factor or by a :class:`specml.spectra.scaling.Scaling`."""
        self._require_sticks("scale")
        x = scaling(self.x) if callable(scaling) else scaling * self.x
        name = getattr(scaling, "description", scaling)
        return replace(self, x=x, provenance={**self.provenance, "scaling": name})

    def normalise(self) -> "Spectrum":
        """Divide by the largest value; a spectrum of zeros stays as it is."""
        top = float(np.max(np.abs(self.y), initial=0.0)) or 1.0
        error = None if self.standard_error is None else self.standard_error / top
        return replace(self, y=self.y / top, y_unit="relative", standard_error=error)

    def _require_sticks(self, verb: str) -> None:
        """Refuse a curve with an InputError that says what cannot be done with it."""
        if not self.sticks:
            raise InputError(
                message(
                    f"{verb} {self.kind} spectrum",
                    "a curve",
                    "sticks",
                    f"{verb.capitalize()} the line spectrum first.",
                )
            )


def _lorentzian(offset: np.ndarray, fwhm: float) -> np.ndarray:
    """Lorentzian of unit area at offsets from its centre."""
    return (0.5 * fwhm / np.pi) / (offset**2 + (0.5 * fwhm) ** 2)


def _gaussian(offset: np.ndarray, fwhm: float) -> np.ndarray:
    """Gaussian of unit area at offsets from its centre."""
    exponent = 4.0 * np.log(2.0) / fwhm**2
    return np.sqrt(exponent / np.pi) * np.exp(-exponent * offset**2)


_SHAPES: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "lorentzian": _lorentzian,
    "gaussian": _gaussian,
}
