"""Fitting the factors of a scaled force field to observed fundamentals.

Equation
--------
Over molecules ``a`` and modes ``k``, matched by their order, the factors minimise

    sum_ak rho((nu_ak(s) - nu_obs_ak) / w) + sum_t rho((s_t - s_parent(t)) / d),

``rho`` growing linearly where an argument is large, so that a wrong assignment or a Fermi
resonance does not bend the fit. The second sum draws a kind with few data to its general kind.

Errors are those of molecules that were left out of their own fit; uncertainties of the factors
come from the same fits (jackknife).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from specml.errors import InputError, message
from specml.expansion import Expansion
from specml.spectra.scaled_force_field import (
    DEUTERIUM,
    HEAVY_SHARE,
    Decomposition,
    ForceConstantScaling,
    decompose,
    factor_of,
)
from specml.spectra.scaling import LOWEST
from specml.spectra.valence_coordinates import PARENTS

TYPICAL = 10.0  # 1/cm, w: the error of a scaled fundamental
DRAW = 0.05  # d: spread of the factors of one general kind
_LIMITS = (0.5, 1.5)
Scheme = Callable[[str], str]


@dataclass(frozen=True, eq=False)
class Sample:
    """One molecule of the fit.

    Parameters
    ----------
    molecule : id; molecules of one id (isotopologues) are left out together.
    force_field : its decomposed Hessian.
    observed : (m,) 1/cm in ascending order, degenerate modes repeated.
    kept : (m,) bool, what takes part in the fit.
    """

    molecule: str
    force_field: Decomposition
    observed: np.ndarray
    kept: np.ndarray


def sample(
    molecule: str,
    expansion: Expansion,
    observed: np.ndarray,
    excluded: np.ndarray | None = None,
    masses: np.ndarray | None = None,
) -> Sample:
    """A molecule and its complete list of fundamentals, as :func:`specml.spectra.scaling.match`.

    Parameters
    ----------
    observed : (m,) 1/cm.
    excluded : (m,) bool, torsions to leave out; modes below ``LOWEST`` are left out too.
    masses : (n,) amu.

    Raises
    ------
    InputError
        A list that is not complete.
    """
    force_field = decompose(expansion.structure, expansion.hessian, masses)
    if len(observed) != len(force_field.rest):
        raise InputError(
            message(
                "matching fundamentals",
                f"{len(force_field.rest)} computed and {len(observed)} observed",
                "complete lists of one length",
                "Leave this molecule out.",
            )
        )
    order = np.argsort(observed)
    kept = observed[order] >= LOWEST
    if excluded is not None:
        kept &= ~np.asarray(excluded)[order]
    return Sample(molecule, force_field, observed[order], kept)


def merged(one: Sample, scheme: Scheme) -> Sample:
    """The sample with kinds renamed; kinds of one name share a factor."""
    field = one.force_field
    names = [_renamed(kind, scheme) for kind in field.kinds]
    kinds = tuple(sorted(set(names)))
    belongs = np.array([[name == kind for name in names] for kind in kinds], dtype=float)
    blocks = np.einsum("pt,tumn,qu->pqmn", belongs, field.blocks, belongs, optimize=True)
    return Sample(one.molecule, Decomposition(kinds, blocks, field.rest), one.observed, one.kept)


def light(kind: str) -> str:
    """The kind of hydrogen that a kind of deuterium follows; others as they are."""
    return kind.removesuffix(DEUTERIUM)


def _renamed(kind: str, scheme: Scheme) -> str:
    return scheme(light(kind)) + kind[len(light(kind)) :]


def predict(one: Sample, factors: Mapping[str, float]) -> np.ndarray:
    """Scaled wavenumbers of a sample, (m,) in ascending order."""
    roots = np.sqrt([factor_of(factors, kind) for kind in one.force_field.kinds])
    return one.force_field.solve(roots)[0]


@dataclass(frozen=True, eq=False)
class Fitted:
    """The scaling, and what it gives each sample when the sample's molecule is left out."""

    scaling: ForceConstantScaling
    left_out: list[np.ndarray]


def fit(samples: list[Sample], name: str = "", source: str = "", draw: float = DRAW) -> Fitted:
    """Fit the factors of every kind that the samples have.

    Parameters
    ----------
    draw : spread of factors about that of their general kind.

    Raises
    ------
    InputError
        Fewer than two molecules.
    """
    molecules = sorted({one.molecule for one in samples})
    if len(molecules) < 2:
        raise InputError(
            message(
                "fitting force constants",
                f"{len(molecules)} molecules",
                "at least two, so that each can be left out",
                "Add molecules.",
            )
        )
    factors = _solve(samples, draw)
    without = {
        molecule: _solve([s for s in samples if s.molecule != molecule], draw, factors)
        for molecule in molecules
    }
    left_out = [predict(one, without[one.molecule]) for one in samples]
    errors = _errors(samples, left_out)
    raw = _errors(samples, [predict(one, {}) for one in samples])
    spread = {
        kind: np.array([factor_of(own, kind) - factor for own in without.values()])
        for kind, factor in factors.items()
    }
    share = (len(molecules) - 1) / len(molecules)
    scaling = ForceConstantScaling(
        factors={kind: round(factor, 5) for kind, factor in factors.items()},
        uncertainties={
            kind: round(float(np.sqrt(share * (values**2).sum())), 5)
            for kind, values in spread.items()
        },
        error=float(np.abs(errors).mean()),
        median_error=float(np.median(np.abs(errors))),
        raw_error=float(np.abs(raw).mean()),
        n_molecules=len(molecules),
        n_fundamentals=len(errors),
        name=name,
        source=source,
    )
    return Fitted(scaling, left_out)


def _errors(samples: list[Sample], computed: list[np.ndarray]) -> np.ndarray:
    pairs = zip(samples, computed, strict=True)
    return np.concatenate([(values - one.observed)[one.kept] for one, values in pairs])


def _solve(
    samples: list[Sample], draw: float, start: Mapping[str, float] | None = None
) -> dict[str, float]:
    """The factors that minimise the sum above."""
    own = {light(kind) for one in samples for kind in one.force_field.kinds}
    kinds = sorted({*own, *(PARENTS.get(kind, kind) for kind in own)})
    index = {kind: k for k, kind in enumerate(kinds)}
    # Which kind each coordinate takes its factor from; hydrogen and deuterium share theirs.
    picks = [
        np.array([[kind == light(own) for kind in kinds] for own in one.force_field.kinds], float)
        for one in samples
    ]
    shares = [
        np.array([HEAVY_SHARE if k.endswith(DEUTERIUM) else 1.0 for k in one.force_field.kinds])
        for one in samples
    ]
    drawn = [k for k in kinds if PARENTS.get(k, k) != k]
    pull = np.zeros((len(drawn), len(kinds)))
    for row, kind in enumerate(drawn):
        pull[row, index[kind]], pull[row, index[PARENTS[kind]]] = 1.0 / draw, -1.0 / draw

    def evaluate(factors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        residuals, slopes = [pull @ factors], [pull]
        for one, pick, share in zip(samples, picks, shares, strict=True):
            roots = np.sqrt(pick @ factors)
            scaled, to_roots = one.force_field.solve(1.0 - (1.0 - roots) * share)
            jacobian = (to_roots * share / (2.0 * roots)) @ pick / TYPICAL
            residuals.append((scaled - one.observed)[one.kept] / TYPICAL)
            slopes.append(jacobian[one.kept])
        return np.concatenate(residuals), np.concatenate(slopes)

    first = np.array([factor_of(start, kind) if start else 0.93 for kind in kinds])
    result = least_squares(
        lambda x: evaluate(x)[0],
        first,
        jac=lambda x: evaluate(x)[1],
        bounds=_LIMITS,
        loss="soft_l1",
        xtol=1e-6,
        ftol=1e-6,
    )
    return {kind: float(result.x[index[kind]]) for kind in kinds}
