"""A predictor without a network: GFN2-xTB, and the polarizability of a toy bond model.

It answers the questions of the command line in milliseconds and does not change when the shipped
weights do.
"""

from typing import ClassVar

import numpy as np

from specml.errors import DomainError, message
from specml.expansion import Expansion
from specml.inference.domain import Verdict
from specml.reference.xtb import GFN2
from specml.relax import relax

ELEMENTS = ("H", "C", "N", "O", "F", "S", "Cl")


def polarizability(positions: np.ndarray) -> np.ndarray:
    """Sum over pairs of r r^T exp(-|r|): turns with the molecule."""
    vectors = (positions[:, None] - positions[None]).reshape(-1, 3)
    weights = np.exp(-np.linalg.norm(vectors, axis=1))
    return (weights[:, None] * vectors).T @ vectors + np.eye(3)


def polarizability_derivatives(positions: np.ndarray, step: float = 1e-4) -> np.ndarray:
    shifts = step * np.eye(positions.size).reshape(-1, *positions.shape)
    columns = [polarizability(positions + d) - polarizability(positions - d) for d in shifts]
    return np.stack(columns, axis=-1) / (2.0 * step)


class FakePredictor:
    """What specml.cli asks of a predictor."""

    name = "fake"
    card: ClassVar[dict] = {
        "name": "fake",
        "version": "0",
        "baseline": "gfn2",
        "elements": list(ELEMENTS),
    }

    def __init__(self):
        self.batches: list[int] = []
        self.has_polarizability = True

    def check_elements(self, structures):
        for structure in structures:
            unknown = set(structure.symbols) - set(ELEMENTS)
            if unknown:
                raise DomainError(
                    message(structure.name, f"the element {unknown}", "others", "Do not.")
                )

    def relax(self, structures):
        self.batches.append(len(structures))
        return relax(list(structures), self.energies_forces, 2e-3, 300)

    def energies_forces(self, structures):
        rows = [GFN2(s)(s.positions) for s in structures]
        return np.array([row["energy"] for row in rows]), [row["forces"] for row in rows]

    def expand(self, structures, polarizability):
        return [self._expand(s, polarizability) for s in structures]

    def _expand(self, structure, with_polarizability):
        xtb = GFN2(structure)
        here = xtb(structure.positions)
        hessian, slopes = xtb.derivatives(structure.positions)
        alpha, alpha_slopes = None, None
        if with_polarizability:
            alpha = polarizability(structure.positions)
            alpha_slopes = polarizability_derivatives(structure.positions)
        return Expansion(
            structure,
            here["energy"],
            -here["forces"].ravel(),
            hessian,
            here["dipole"],
            slopes,
            alpha,
            alpha_slopes,
            source=self.name,
        )

    def domain(self, structures):
        reasons = [[f"charge {s.charge:+d}"] if s.charge else [] for s in structures]
        return [Verdict(not r, r, 9.0, 0.1) for r in reasons]
