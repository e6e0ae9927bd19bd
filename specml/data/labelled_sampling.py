"""Labels on the way to a B3LYP minimum and about it.

The scripts that label the second list of training molecules call it.

GFN2-xTB has its minima elsewhere where elements are heavy or charges are not zero, and what is
learned about the wrong place does not help. From GFN2-xTB's minimum a few quasi-Newton steps follow
the forces of B3LYP/def2-SVP itself; every step is a label that costs what a label costs. Then come
geometries displaced thermally from where the steps end, as in :mod:`specml.data.sampling`.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from specml.data.sampling import bonds_of, conformer, normal_mode_samples, topology_survived
from specml.errors import ReferenceFailure, message
from specml.reference import dft, larger_basis
from specml.reference.xtb import GFN2
from specml.relax import relax
from specml.structure import Structure

COLDEST, WARM, HOTTEST = 50.0, 300.0, 600.0  # K
FMAX_CHEAP, FMAX = 0.05, 0.05  # eV/angstrom, of GFN2-xTB's minimum and of B3LYP's
STIFFER = 0.5  # eV/angstrom^2 on the diagonal of GFN2-xTB's Hessian: soft modes do not run away
# Bonds longer than so many covalent sums are broken: at a minimum, and displaced from it.
RELAXED, DISPLACED = 1.5, 1.7


@dataclass(frozen=True)
class LabellingPlan:
    """How much of a molecule is labelled.

    Parameters
    ----------
    steps : the largest number of steps towards the minimum of B3LYP.
    warm : number of geometries between 50 and 300 K.
    hot : number of geometries between 300 and 600 K.
    larger : how many of the warm ones are labelled in def2-TZVPD too.
    """

    steps: int
    warm: int
    hot: int
    larger: int = 0


# By heavy atoms: small molecules are cheap and resemble nothing else.
PLANS = (
    LabellingPlan(5, 4, 1),
    LabellingPlan(5, 4, 1),
    LabellingPlan(5, 4, 1),
    LabellingPlan(4, 3, 1),
    LabellingPlan(3, 2, 0),
    LabellingPlan(3, 2, 0),
)
LARGE = LabellingPlan(3, 1, 0)
LARGER_BASIS = LabellingPlan(2, 2, 0, larger=2)  # for molecules that def2-TZVPD is learned from


def plan_of(n_heavy: int) -> LabellingPlan:
    """Return the plan for a molecule of so many heavy atoms."""
    return PLANS[n_heavy] if n_heavy < len(PLANS) else LARGE


Labelled = list[tuple[Structure, dict[str, Any]]]


def label_molecule(smiles: str, multiplicity: int, plan: LabellingPlan) -> Labelled:
    """Sample and label a molecule; the structures on the way to the minimum come first.

    Random numbers follow from the SMILES.

    Parameters
    ----------
    smiles, multiplicity : the molecule, and 2S + 1 of its electrons.
    plan : how much of it is labelled.

    Raises
    ------
    ReferenceFailure
        A bond broke on the way: the SMILES would not describe the labels.
    InputError
        The SMILES is none that :func:`specml.data.sampling.conformer` takes.
    """
    seed = int(hashlib.sha256(smiles.encode()).hexdigest()[:8], 16)
    start, bonds = conformer(smiles, multiplicity=multiplicity), bonds_of(smiles)
    cheap = _cheap_minimum(start, bonds)
    path, last = _path(cheap, plan.steps)
    relaxed = path[-1][0]
    if not topology_survived(relaxed, bonds, RELAXED):
        raise ReferenceFailure(
            message(
                smiles, "a broken bond at the minimum", "the bonds of the SMILES", "Leave it out."
            )
        )
    generator = np.random.default_rng(seed)
    warm = generator.uniform(COLDEST, WARM, plan.warm)
    hot = generator.uniform(WARM, HOTTEST, plan.hot)
    hessian = GFN2(relaxed).forward_hessian(relaxed.positions)
    displaced = normal_mode_samples(relaxed, hessian, np.append(warm, hot), generator)
    for number, structure in enumerate(displaced):
        if topology_survived(structure, bonds, DISPLACED):
            path.append((structure, _labels(structure, last, number < plan.larger)))
    return path


def _labels(structure: Structure, start: dft.Converged, larger: bool) -> dict[str, Any]:
    """Compute B3LYP's labels of a structure, from the orbitals of a run nearby."""
    run = dft.kohn_sham(structure, start=start)
    return dft.of_run(run) | (larger_basis.of_run(run) if larger else {})


def _cheap_minimum(start: Structure, bonds: np.ndarray) -> Structure:
    """Relax with GFN2-xTB; return the start where that fails or changes bonds."""
    calculator = GFN2(start)

    def evaluate(structures: list[Structure]) -> tuple[np.ndarray, list[np.ndarray]]:
        label = calculator(structures[0].positions)
        return np.array([label["energy"]]), [label["forces"]]

    try:
        minimum = relax([start], evaluate, FMAX_CHEAP, 200)[0].structure
    except ReferenceFailure:
        return start
    return minimum if topology_survived(minimum, bonds, RELAXED) else start


def _path(start: Structure, steps: int) -> tuple[Labelled, dft.Converged]:
    """Go downhill with B3LYP; return each geometry with labels, and the run at the last one."""
    path: Labelled = []
    last: dft.Converged | None = None

    def evaluate(structures: list[Structure]) -> tuple[np.ndarray, list[np.ndarray]]:
        nonlocal last
        last = dft.kohn_sham(structures[0], start=last)
        labels = dft.of_run(last)
        path.append((structures[0], labels))
        return np.array([labels["energy"]]), [labels["forces"]]

    hessian = GFN2(start).forward_hessian(start.positions)
    relax([start], evaluate, FMAX, steps, [hessian + STIFFER * np.eye(len(hessian))])
    if last is None:
        raise ReferenceFailure(message(start.name, "no geometry", "one", "Report it."))
    return path, last
