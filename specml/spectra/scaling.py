"""From harmonic wavenumbers to observed fundamentals: one factor, or one for each region.

``workflows.harmonic_spectra`` loads the scaling that ships with a model.

Equation
--------
``nu_scaled = integral_0^nu f(t) dt`` with ``f`` constant between the edges. With no edge it is
the usual factor; with edges it is a continuous broken line that keeps the order of the modes as
long as every slope is positive, where factors switched by region would let modes cross an edge.
It is linear in the slopes, which are fitted by least squares.

Uncertainty of a slope: jackknife over molecules. The choice between sets of edges rests on the
mean absolute error with each molecule left out of its own fit.

Scaled values stand for fundamentals; thermochemistry uses the unscaled ones.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from specml.errors import InputError, OutputError, message

FOLDER = Path(__file__).parents[1] / "weights"
LOWEST = 250.0  # 1/cm; below, large-amplitude motions that no factor mends
CANDIDATES: tuple[tuple[float, ...], ...] = (
    (),
    (2000.0,),
    (1000.0, 2000.0),
    (1800.0, 2600.0),
    (800.0, 1400.0, 2000.0),
)
Matched = list[tuple[str, np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Scaling:
    """A fitted (or, by default, no) scaling; called with wavenumbers it returns scaled ones.

    Parameters
    ----------
    factors : slope in each region, from low to high wavenumbers.
    edges : wavenumbers between the regions, 1/cm; ascending, one fewer than the factors.
    uncertainties : standard error of each factor.
    error : mean absolute error of left-out molecules, 1/cm; None where nothing was fitted.
    raw_error : the same without scaling.
    n_molecules, n_fundamentals : how many molecules and fundamentals it was fitted to.
    name : name of the model or level of theory it belongs to.
    source : where the experimental values come from.

    >>> Scaling(factors=(0.96,))(np.array([1000.0]))
    array([960.])
    """

    factors: tuple[float, ...] = (1.0,)
    edges: tuple[float, ...] = ()
    uncertainties: tuple[float, ...] = (0.0,)
    error: float | None = None
    raw_error: float | None = None
    n_molecules: int = 0
    n_fundamentals: int = 0
    name: str = "unscaled"
    source: str = ""

    def __post_init__(self) -> None:
        ascending = np.all(np.diff([0.0, *self.edges]) > 0.0)
        if len(self.factors) != len(self.edges) + 1 or min(self.factors) <= 0.0 or not ascending:
            raise InputError(
                message(
                    f"scaling {self.name}",
                    f"factors {self.factors} and edges {self.edges}",
                    "positive factors, one more than the ascending edges",
                    "Correct the scaling file.",
                )
            )

    def __call__(self, wavenumbers: np.ndarray) -> np.ndarray:
        """Scale wavenumbers (m,) in 1/cm; imaginary modes (negative) by the mirrored function."""
        wavenumbers = np.asarray(wavenumbers, dtype=np.float64)
        lengths = _lengths(np.abs(wavenumbers), self.edges)
        return np.sign(wavenumbers) * (lengths @ np.array(self.factors))

    @property
    def description(self) -> str:
        """One line on the scaling, for tables and files."""
        if self.factors == (1.0,):
            return "unscaled"
        factors = ", ".join(f"{f:.4f}" for f in self.factors)
        edges = ", ".join(f"{e:.0f}" for e in self.edges)
        return f"{factors} below and above {edges} 1/cm" if edges else f"factor {factors}"


def uniform(factor: float, name: str = "given factor") -> Scaling:
    """Make a scaling of one factor for all wavenumbers, as a user gives it."""
    return Scaling(factors=(factor,), name=name)


def match(
    computed: np.ndarray, experimental: np.ndarray, excluded: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Pair computed and observed fundamentals of one molecule by their order.

    Parameters
    ----------
    computed, experimental : (m,) wavenumbers in 1/cm, degenerate modes repeated.
    excluded : (m,) bool, observed modes to leave out (torsions); those below ``LOWEST`` go too,
        with the computed modes that they are paired with.

    Raises
    ------
    InputError
        Lists of different length: an incomplete assignment cannot be matched by order.
    """
    if len(computed) != len(experimental):
        raise InputError(
            message(
                "matching fundamentals",
                f"{len(computed)} computed and {len(experimental)} observed",
                "complete lists of one length",
                "Leave this molecule out.",
            )
        )
    order = np.argsort(experimental)
    kept = experimental[order] >= LOWEST
    if excluded is not None:
        kept &= ~np.asarray(excluded)[order]
    return np.sort(computed)[kept], experimental[order][kept]


def fit(
    matched: Matched, edges: tuple[float, ...] = (), name: str = "", source: str = ""
) -> Scaling:
    """Fit the slopes for one set of edges, with cross-validated error and jackknife uncertainty.

    Parameters
    ----------
    matched : (molecule id, computed, experimental) from :func:`match`; entries of one id (a
        molecule and its isotopologues) are left out together.
    edges : wavenumbers between the regions, 1/cm.
    name, source : what the scaling says of its model and of the experimental values.

    Raises
    ------
    InputError
        Fewer than two molecules, or a region without data once a molecule is left out.
    """
    ids = np.array([molecule for molecule, computed, _ in matched for _ in computed])
    molecules = sorted(set(ids.tolist()))
    if len(molecules) < 2:
        raise InputError(
            message(
                "fitting a scaling",
                f"{len(molecules)} molecules",
                "at least two, so that each can be left out",
                "Add molecules.",
            )
        )
    computed, experimental = (np.concatenate([m[k] for m in matched]) for k in (1, 2))
    lengths = _lengths(computed, edges)
    factors = _solve(lengths, experimental)
    errors, without = np.zeros(len(computed)), []
    for molecule in molecules:
        out = ids == molecule
        without.append(_solve(lengths[~out], experimental[~out]))
        errors[out] = lengths[out] @ without[-1] - experimental[out]
    spread = np.array(without) - np.mean(without, axis=0)
    uncertainties = np.sqrt((spread**2).sum(axis=0) * (len(molecules) - 1) / len(molecules))
    return Scaling(
        factors=tuple(float(f) for f in factors),
        edges=tuple(edges),
        uncertainties=tuple(float(u) for u in uncertainties),
        error=float(np.abs(errors).mean()),
        raw_error=float(np.abs(computed - experimental).mean()),
        n_molecules=len(molecules),
        n_fundamentals=len(computed),
        name=name,
        source=source,
    )


def choose(
    matched: Matched,
    candidates: tuple[tuple[float, ...], ...] = CANDIDATES,
    name: str = "",
    source: str = "",
) -> Scaling:
    """Fit the candidate sets of edges and return the one with the lowest cross-validated error.

    Parameters
    ----------
    matched : (molecule id, computed, experimental), as :func:`fit` takes them.
    candidates : sets of edges, 1/cm.
    name, source : what the scaling says of its model and of the experimental values.
    """
    fits = [fit(matched, edges, name, source) for edges in candidates]
    errors = np.array([scaling.error for scaling in fits], dtype=np.float64)
    return fits[int(errors.argmin())]


def load(name: str, folder: Path = FOLDER) -> Scaling:
    """Read the scaling shipped with a model; the unscaled :class:`Scaling` where it has none.

    Raises
    ------
    InputError
        A file that is there but cannot be read.
    """
    path = folder / f"{name}.scaling.json"
    if not path.is_file():
        return Scaling()
    try:
        row = json.loads(path.read_text())
        row.pop("schema")
        return Scaling(
            factors=tuple(row.pop("factors")),
            uncertainties=tuple(row.pop("uncertainties")),
            edges=tuple(row.pop("edges_cm1")),
            error=row.pop("error_cm1"),
            raw_error=row.pop("raw_error_cm1"),
            **row,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            message(
                str(path),
                f"{type(error).__name__}: {error}",
                "a json file written by specml.spectra.scaling.save",
                "Fit it again, or remove it to work unscaled.",
            )
        ) from error


def save(scaling: Scaling, name: str, folder: Path = FOLDER) -> Path:
    """Write a scaling to ``<name>.scaling.json`` in the folder, and return the path."""
    row = asdict(scaling)
    for key in ("edges", "error", "raw_error"):
        row[f"{key}_cm1"] = row.pop(key)
    path = folder / f"{name}.scaling.json"
    try:
        path.write_text(json.dumps({"schema": "specml/scaling/1", **row}, indent=1) + "\n")
    except OSError as error:
        raise OutputError(
            message(str(path), str(error), "a folder that can be written", "Choose another.")
        ) from error
    return path


def _lengths(wavenumbers: np.ndarray, edges: tuple[float, ...]) -> np.ndarray:
    """Compute how much of 0 to nu lies in each region, (m, regions)."""
    bounds = np.array([0.0, *edges, np.inf])
    return np.clip(wavenumbers[:, None], bounds[:-1], bounds[1:]) - bounds[:-1]


def _solve(lengths: np.ndarray, experimental: np.ndarray) -> np.ndarray:
    """Slopes by least squares, (regions,)."""
    factors, _, rank, _ = np.linalg.lstsq(lengths, experimental, rcond=None)
    if rank < lengths.shape[1] or factors.min() <= 0.0:
        raise InputError(
            message(
                "fitting a scaling",
                f"factors {factors.round(3).tolist()}",
                "positive factors, with data in every region",
                "Use fewer edges or more molecules.",
            )
        )
    return factors
