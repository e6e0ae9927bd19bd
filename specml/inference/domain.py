"""Does the model know this molecule? It is asked a question whose answer is known.

The network's first rung is GFN2-xTB, which tblite computes exactly in milliseconds. The
root-mean-square difference between the forces the network gives for that rung and the true ones,
on the molecule itself, is its *misfit*: an error measured on the very structure, not a guess. It
uses the representation that every other output of the network rests on. A model of several
networks has a second measure, how much their forces differ: what one of them does not know, the
others make up differently. The expected error of a wavenumber is linear in both, and in 16^(3 - n)
for n atoms, because molecules of two, three and four atoms are unlike everything larger: there the
networks are off where both measures see nothing (HCN, H2). The coefficients, the largest error and
the largest misfit tolerated stand in the model card; ``benchmarks/spectra/textbook.py`` fits them
to held-out and to textbook molecules against B3LYP/def2-SVP. Outside the domain the error is a
lower bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from specml.errors import DomainError, message
from specml.structure import Structure


@dataclass(frozen=True)
class Verdict:
    """Whether a structure is inside what a model knows, and why not.

    Parameters
    ----------
    inside : no reason against it.
    reasons : plain sentences.
    uncertainty : expected mean error of a harmonic wavenumber, 1/cm; outside a lower bound.
    misfit, disagreement : eV/angstrom, see the module; None for a single network.
    """

    inside: bool
    reasons: list[str]
    uncertainty: float
    misfit: float
    disagreement: float | None = None


def check_elements(structures: Sequence[Structure], card: dict) -> None:
    """Raise a DomainError for an element the model has never seen, or an open shell."""
    known, name = card["elements"], card["name"]
    for structure in structures:
        unknown = sorted(set(structure.symbols) - set(known))
        if structure.multiplicity != 1:
            got, expected = (
                f"multiplicity {structure.multiplicity}",
                f"1: {name} knows closed shells only",
            )
        elif unknown:
            got, expected = (
                f"the element {', '.join(unknown)}",
                f"only {', '.join(known)}, which {name} knows",
            )
        else:
            continue
        fix = "Use a quantum-chemistry program for this molecule."
        raise DomainError(message(structure.name, got, expected, fix))


def misfit(predicted: list[np.ndarray], true: list[np.ndarray]) -> np.ndarray:
    """(n_structures,) root-mean-square difference of forces, eV/angstrom."""
    return np.array(
        [np.sqrt(((p - t) ** 2).sum(1).mean()) for p, t in zip(predicted, true, strict=True)]
    )


def smallness(n_atoms: int) -> float:
    """What the expected error of a molecule of few atoms grows with: 16, 1, 1/16 of 2, 3, 4."""
    return 16.0 ** (3.0 - n_atoms)


def judge(
    structure: Structure, card: dict, misfit: float, disagreement: float | None = None
) -> Verdict:
    """Verdict on one structure.

    Parameters
    ----------
    card : model card; ``card["domain"]`` holds ``charges``, ``min_atoms``, ``max_heavy_atoms``, the
        linear calibration ``uncertainty`` = [intercept, slope in the misfit, slope in the
        disagreement], the last only if measured, perhaps ``uncertainty_small``, the slope in
        :func:`smallness`, ``largest_misfit`` and perhaps
        ``largest_uncertainty`` in 1/cm.
    misfit, disagreement : those of this structure, eV/angstrom.
    """
    rules = card["domain"]
    intercept, *slopes = rules["uncertainty"]
    measures = zip(slopes, (misfit, disagreement or 0.0), strict=False)
    uncertainty = intercept + sum(slope * measure for slope, measure in measures)
    uncertainty += rules.get("uncertainty_small", 0.0) * smallness(len(structure))
    largest_uncertainty = rules.get("largest_uncertainty", np.inf)
    reasons = []
    if structure.charge not in rules["charges"]:
        reasons.append(
            f"charge {structure.charge:+d}: the training data hold neutral molecules only"
        )
    fewest = rules.get("min_atoms", 1)
    if len(structure) < fewest:
        reasons.append(
            f"{len(structure)} atoms: the training data hold molecules of {fewest} or more"
        )
    heavy = int((structure.numbers > 1).sum())
    if heavy > rules["max_heavy_atoms"]:
        reasons.append(f"{heavy} heavy atoms: tested up to {rules['max_heavy_atoms']}")
    if not misfit <= rules["largest_misfit"]:  # NaN is outside too
        reasons.append(
            f"unlike the training data: GFN2-xTB forces are off by {misfit:.2f} eV/angstrom "
            f"(inside: at most {rules['largest_misfit']:.2f})"
        )
    elif not uncertainty <= largest_uncertainty:
        reasons.append(
            f"unlike the training data: wavenumbers may be off by {uncertainty:.0f} 1/cm "
            f"(inside: at most {largest_uncertainty:.0f})"
        )
    return Verdict(not reasons, reasons, uncertainty, misfit, disagreement)
