"""Scaled quantum-mechanical force fields: factors on force constants instead of on wavenumbers.

Equations
---------
The Cartesian Hessian ``H`` goes to the redundant primitive valence coordinates with rows ``B``
through a generalised inverse, ``F = (B^+)^T H B^+``, the force constants of least norm. Each is
multiplied by the roots of the factors of its two coordinates,

    F'_ij = sqrt(s_i s_j) F_ij,        H' = H + B^T (F' - F) B.

What ``B`` does not reach (translations, rotations, molecules moving against each other) stays as
it is, and all factors equal to one give back ``H`` to the last digit. Factors belong to kinds of
coordinates (C=O stretch, bend with hydrogen), are few, and go from molecule to molecule. They
change wavenumbers, mixing of modes and, through it, intensities.

Sorted by kind, ``H' = R + sum_tu sqrt(s_t s_u) H_tu``: that is how they are fitted.

Source: P. Pulay, G. Fogarasi, G. Pongor, J. E. Boggs, A. Vargha, J. Am. Chem. Soc. 105, 7037
(1983); J. Baker, A. A. Jarzecki, P. Pulay, J. Phys. Chem. A 102, 1412 (1998).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from specml.errors import InputError, OutputError, message
from specml.expansion import Expansion
from specml.spectra.normal_modes import normal_modes
from specml.spectra.scaling import FOLDER
from specml.spectra.valence_coordinates import PARENTS, valence_coordinates
from specml.structure import Structure
from specml.units import WAVENUMBER

SCHEMA = "specml/force-constant-scaling/1"
# Smallest singular value of the rows that counts, of the largest. Soft motions of a chain reach
# 0.01, redundancies are round-off.
_RANK = 1e-4
DEUTERIUM = " of D"  # ends the kind of a stretch whose hydrogen weighs about two
HEAVY_SHARE = (1.008 / 2.014) ** 0.5


@dataclass(frozen=True)
class ForceConstantScaling:
    """A fitted set of factors; called with an expansion it returns one with a scaled Hessian.

    Parameters
    ----------
    factors : by kind of coordinate; a kind that is not there takes that of its general kind
        (``stretch`` or ``bend``), and one where there is none.
    uncertainties : standard error of each factor.
    error, median_error : mean and median absolute error of left-out molecules, 1/cm; None where
        nothing was fitted.
    raw_error : mean absolute error without scaling.
    n_molecules, n_fundamentals : what it was fitted to.
    name : of the model or level it belongs to.
    source : of the experimental values.
    """

    factors: Mapping[str, float] = field(default_factory=dict)
    uncertainties: Mapping[str, float] = field(default_factory=dict)
    error: float | None = None
    median_error: float | None = None
    raw_error: float | None = None
    n_molecules: int = 0
    n_fundamentals: int = 0
    name: str = "unscaled"
    source: str = ""

    def __post_init__(self) -> None:
        wrong = {kind: factor for kind, factor in self.factors.items() if not factor > 0.0}
        if wrong:
            raise InputError(
                message(
                    f"force-constant scaling {self.name}",
                    f"factors {wrong}",
                    "positive factors",
                    "Correct the scaling file.",
                )
            )

    def __call__(self, expansion: Expansion, masses: np.ndarray | None = None) -> Expansion:
        """The expansion with scaled force constants; dipole and polarizability stay."""
        scaled = scaled_hessian(expansion.structure, expansion.hessian, self.factors, masses)
        return replace(expansion, hessian=scaled)

    @property
    def description(self) -> str:
        """One line for tables and files."""
        if not self.factors:
            return "unscaled"
        factors = ", ".join(f"{kind} {factor:.3f}" for kind, factor in self.factors.items())
        return f"force constants times {factors}"


def factor_of(factors: Mapping[str, float], kind: str) -> float:
    """The factor of a kind, of its general kind, or one; of deuterium from that of hydrogen.

    Most of what lies between an X-H stretch and one is anharmonicity, in proportion to the square
    of the amplitude: ``1 - sqrt(s_D) = (1 - sqrt(s_H)) sqrt(m_H / m_D)``.
    """
    if kind.endswith(DEUTERIUM):
        light = factor_of(factors, kind.removesuffix(DEUTERIUM))
        return (1.0 - (1.0 - light**0.5) * HEAVY_SHARE) ** 2
    return factors.get(kind, factors.get(PARENTS.get(kind, kind), 1.0))


def scaled_hessian(
    structure: Structure,
    hessian: np.ndarray,
    factors: Mapping[str, float],
    masses: np.ndarray | None = None,
) -> np.ndarray:
    """H', (3n, 3n) in the unit of the Hessian, whose symmetric part is used.

    Parameters
    ----------
    masses : (n,) amu, for isotopologues.
    """
    hessian = 0.5 * (hessian + hessian.T)
    kinds, rows = _rows(structure, masses)
    if not kinds:
        return hessian
    roots = np.sqrt([factor_of(factors, kind) for kind in kinds])
    constants = force_constants(rows, hessian)
    changed: np.ndarray = rows.T @ ((np.outer(roots, roots) - 1.0) * constants) @ rows
    return hessian + 0.5 * (changed + changed.T)


def force_constants(rows: np.ndarray, hessian: np.ndarray) -> np.ndarray:
    """F, (m, m): the constants of least norm that give the Hessian along the rows (m, 3n)."""
    inverse = np.linalg.pinv(rows, rcond=_RANK)
    constants: np.ndarray = inverse.T @ hessian @ inverse
    return constants


def missing_motions(structure: Structure) -> int:
    """How many vibrations the valence coordinates leave unscaled; 0 for one bonded molecule."""
    rows = _rows(structure)[1]
    reached = np.linalg.matrix_rank(rows, tol=_RANK * np.linalg.norm(rows, 2)) if rows.size else 0
    unweighted = normal_modes(structure, np.eye(3 * len(structure)), np.ones(len(structure)))
    return len(unweighted.wavenumbers) - int(reached)


def _rows(structure: Structure, masses: np.ndarray | None = None) -> tuple[list[str], np.ndarray]:
    """Kinds and rows (m, 3n) of the valence coordinates."""
    coordinates = valence_coordinates(structure)
    rows = np.array([one.row for one in coordinates]).reshape(len(coordinates), 3 * len(structure))
    kinds = [one.kind for one in coordinates]
    if masses is not None:
        heavy = np.repeat((structure.numbers == 1) & (masses > 1.5), 3)
        for k in np.flatnonzero(np.abs(rows[:, heavy]).sum(axis=1)):
            if kinds[k].endswith("-H stretch"):
                kinds[k] += DEUTERIUM
    return kinds, rows


@dataclass(frozen=True, eq=False)
class Decomposition:
    """The mass-weighted Hessian of one molecule, sorted by kinds of coordinates.

    Parameters
    ----------
    kinds : t of them.
    blocks : (t, t, m, m), what each pair of kinds adds; along the m unscaled normal modes.
    rest : (m, m), what no factor changes.
    """

    kinds: tuple[str, ...]
    blocks: np.ndarray
    rest: np.ndarray

    def solve(self, roots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Wavenumbers (m,) in ascending order and their slopes to the roots of the factors (m, t).

        ``d lambda / d sqrt(s_t) = 2 sum_u sqrt(s_u) v^T H_tu v`` for an eigenvector ``v``.
        """
        per_kind = np.einsum("tumn,u->tmn", self.blocks, roots)
        total = self.rest + np.einsum("tmn,t->mn", per_kind, roots)
        values, vectors = np.linalg.eigh(0.5 * (total + total.T))
        slopes = 2.0 * np.einsum("mk,tmn,nk->kt", vectors, per_kind, vectors, optimize=True)
        sizes = np.sqrt(np.abs(values))
        wavenumbers = WAVENUMBER * np.sign(values) * sizes
        return wavenumbers, WAVENUMBER * slopes / (2.0 * np.maximum(sizes, 1e-6)[:, None])


def decompose(
    structure: Structure, hessian: np.ndarray, masses: np.ndarray | None = None
) -> Decomposition:
    """Sort a Hessian, (3n, 3n) in eV/angstrom^2, by kinds of coordinates.

    Parameters
    ----------
    masses : (n,) amu; standard atomic weights where None.
    """
    modes = normal_modes(structure, hessian, masses)
    m = len(modes.wavenumbers)
    along = modes.cartesian.reshape(m, -1)
    names, rows = _rows(structure, masses)
    constants = force_constants(rows, 0.5 * (hessian + hessian.T))
    kinds = tuple(sorted(set(names)))
    shares = [rows[[name == kind for name in names]] @ along.T for kind in kinds]
    picked = [np.flatnonzero([name == kind for name in names]) for kind in kinds]
    blocks = np.array(
        [
            [a.T @ constants[np.ix_(i, j)] @ b for j, b in zip(picked, shares, strict=True)]
            for i, a in zip(picked, shares, strict=True)
        ]
    ).reshape(len(kinds), len(kinds), m, m)
    total = along @ (0.5 * (hessian + hessian.T)) @ along.T
    return Decomposition(kinds, blocks, total - blocks.sum((0, 1)))


def load(name: str, folder: Path = FOLDER) -> ForceConstantScaling:
    """The factors shipped with a model; no factors where it has none.

    Raises
    ------
    InputError
        A file that is there but cannot be read.
    """
    path = folder / f"{name}.force-constants.json"
    if not path.is_file():
        return ForceConstantScaling()
    try:
        row = json.loads(path.read_text())
        if row.pop("schema") != SCHEMA:
            raise ValueError(f"a schema other than {SCHEMA}")
        errors = {key: row.pop(f"{key}_cm1") for key in ("error", "median_error", "raw_error")}
        return ForceConstantScaling(**errors, **row)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            message(
                str(path),
                f"{type(error).__name__}: {error}",
                "a json file written by specml.spectra.scaled_force_field.save",
                "Fit it again, or remove it to work unscaled.",
            )
        ) from error


def save(scaling: ForceConstantScaling, name: str, folder: Path = FOLDER) -> Path:
    """Write ``<name>.force-constants.json``; returns its path."""
    row = asdict(scaling)
    for key in ("error", "median_error", "raw_error"):
        row[f"{key}_cm1"] = row.pop(key)
    path = folder / f"{name}.force-constants.json"
    try:
        path.write_text(json.dumps({"schema": SCHEMA, **row}, indent=1) + "\n")
    except OSError as error:
        raise OutputError(
            message(str(path), str(error), "a folder that can be written", "Choose another.")
        ) from error
    return path
