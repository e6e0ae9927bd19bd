"""Scaled force constants beside scaled wavenumbers, on the molecules of ``scaling.py``.

    python benchmarks/force_constant_scaling.py ../shared/data/vibrations/shimanouchi.json FOLDER

Minima and Hessians of the model go into FOLDER, those of the most stable of a few conformers.
Errors are those of left-out molecules, over fundamentals above 400 1/cm that are not torsions:
mean and median, over all and by type of motion, in ``results/force_constant_scaling.json``. With
``--save`` the factors go into the package.
"""

import argparse
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from scaling import embed

import specml
from specml.data.shimanouchi import Fundamentals, fundamentals
from specml.expansion import Expansion
from specml.inference.predictor import Predictor
from specml.spectra import scaling
from specml.spectra.assignment import assignments
from specml.spectra.force_constant_fit import Fitted, Sample, fit, merged, sample
from specml.spectra.normal_modes import normal_modes
from specml.spectra.scaled_force_field import save
from specml.spectra.valence_coordinates import PARENTS
from specml.structure import Structure

RESULTS = Path(__file__).parent / "results"
SOURCE = "Shimanouchi, NSRDS-NBS 39"
REPORTED = 400.0  # 1/cm
SEEDS = range(1, 6)
# The first that a mode's assignment holds is its type.
TYPES = {
    "C=O stretch": ("C=O stretch",),
    "C#N stretch": ("C#N stretch",),
    "C#C, C=C stretch": ("C#C stretch", "C=C stretch"),
    "C-H stretch": ("C-H stretch",),
    "N-H, O-H stretch": ("N-H stretch", "O-H stretch"),
    "N-N, N-O stretch": ("N=O", "N-O", "N=N", "N#N", "N-N"),
    "S-O stretch": ("S=O stretch", "S-O stretch"),
    "C-halogen stretch": ("C-F", "C-Cl", "C-Br", "C-I"),
    "other stretch": ("stretch",),
    "bend": ("",),
}


def type_of(label: str) -> str:
    """The type of a mode from its assignment, whose first part has the largest share."""
    first = label.split(" + ", maxsplit=1)[0]
    if "stretch" not in first:
        return "bend"
    return next(name for name, parts in TYPES.items() if any(part in first for part in parts))


def molecules(
    table: Path, predictor: Predictor, folder: Path
) -> Iterator[tuple[Fundamentals, Expansion, np.ndarray]]:
    """Observed fundamentals, expansion at the minimum (without dipoles) and masses."""
    folder.mkdir(parents=True, exist_ok=True)
    for species in fundamentals(table):
        begun = embed(species) if species.complete else None
        if begun is None or begun[0].charge:
            continue
        if not set(begun[0].symbols) <= set(predictor.card["elements"]):
            continue
        key = hashlib.sha256(species.inchi.encode()).hexdigest()[:16]
        path = folder / f"{key}.npz"
        if not path.exists():
            lowest = _lowest(species, predictor)
            (found,) = predictor.expand([lowest], polarizability=False)
            np.savez_compressed(path, positions=lowest.positions, hessian=found.hessian)
        with np.load(path) as file:
            yield (
                species,
                bare(begun[0].with_positions(file["positions"]), file["hessian"]),
                begun[1],
            )


def bare(structure: Structure, hessian: np.ndarray) -> Expansion:
    """An expansion of which only the Hessian is known."""
    size = 3 * len(structure)
    zero = np.zeros(3)
    return Expansion(structure, 0.0, np.zeros(size), hessian, zero, np.zeros((3, size)))


def _lowest(species: Fundamentals, predictor: Predictor) -> Structure:
    starts = [begun[0] for seed in SEEDS if (begun := embed(species, seed)) is not None]
    relaxed = predictor.relax(starts)
    return min(relaxed, key=lambda one: one.energy).structure


def labelled(expansion: Expansion, masses: np.ndarray) -> list[str]:
    """Types of all modes, in ascending order of the model's wavenumbers."""
    modes = normal_modes(expansion.structure, expansion.hessian, masses)
    return [type_of(label) for label in assignments(modes)]


def schemes() -> dict[str, tuple[dict[str, str], float]]:
    """Names of kinds to merge and how strongly kinds are drawn to their general kind."""
    one = dict.fromkeys([*PARENTS, "stretch", "bend"], "all")
    two = {**PARENTS, "stretch": "stretch", "bend": "bend"}
    coarse = {
        **{kind: "X-H stretch" for kind in PARENTS if kind.endswith("-H stretch")},
        **dict.fromkeys(("C-C stretch", "C-N stretch", "C-O stretch"), "C-X stretch"),
        "HXH bend": "H bend",
        "torsion": "heavy bend",
        "out of plane": "heavy bend",
    }
    return {
        "one factor": (one, 0.05),
        "stretches and bends": (two, 0.05),
        "coarse kinds": (coarse, 0.05),
        "all kinds, undrawn": ({}, 10.0),
        "all kinds": ({}, 0.05),
    }


def fit_scheme(samples: list[Sample], merge: dict[str, str], draw: float, name: str) -> Fitted:
    return fit([merged(one, lambda k: merge.get(k, k)) for one in samples], name, SOURCE, draw)


def scaled_wavenumbers(samples: list[Sample]) -> tuple[str, list[np.ndarray]]:
    """Today's scaling of wavenumbers, each sample without its own molecule in the fit."""

    def matched(chosen: list[Sample]) -> scaling.Matched:
        return [(s.molecule, raw(s)[s.kept], s.observed[s.kept]) for s in chosen]

    best = scaling.choose(matched(samples))
    found = []
    for one in samples:
        others = [s for s in samples if s.molecule != one.molecule]
        found.append(scaling.fit(matched(others), best.edges)(raw(one)))
    return best.description, found


def raw(one: Sample) -> np.ndarray:
    """Unscaled wavenumbers."""
    return one.force_field.solve(np.ones(len(one.force_field.kinds)))[0]


def table(
    samples: list[Sample], types: list[list[str]], found: list[np.ndarray]
) -> dict[str, dict[str, float]]:
    """Number, mean and median absolute error, and bias, over all and by type."""
    errors, names = [], []
    for one, own, computed in zip(samples, types, found, strict=True):
        picked = one.kept & (one.observed >= REPORTED)
        errors.append((computed - one.observed)[picked])
        names += np.array(own)[picked].tolist()
    error = np.concatenate(errors)
    chosen = {"all": np.ones(len(error), bool)}
    chosen |= {name: np.array(names) == name for name in TYPES}
    return {
        name: {
            "n": int(one.sum()),
            "mean_cm1": round(float(np.abs(error[one]).mean()), 2),
            "median_cm1": round(float(np.median(np.abs(error[one]))), 2),
            "bias_cm1": round(float(error[one].mean()), 2),
        }
        for name, one in chosen.items()
        if one.any()
    }


def report(title: str, rows: dict[str, dict[str, float]]) -> None:
    print(f"\n{title}")
    for name, row in rows.items():
        print(
            f"  {name:20s} n {row['n']:4.0f}  mean {row['mean_cm1']:6.1f}  "
            f"median {row['median_cm1']:6.1f}  bias {row['bias_cm1']:+6.1f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="specml-xtb")
    parser.add_argument("--save", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    predictor = specml.load(arguments.model)
    samples, types = [], []
    for species, expansion, masses in molecules(
        arguments.table, predictor, arguments.folder / arguments.model
    ):
        name = species.inchi.split("/i")[0]
        samples.append(sample(name, expansion, species.wavenumbers, species.torsions, masses))
        types.append(labelled(expansion, masses))
    result = {"unscaled": table(samples, types, [raw(one) for one in samples])}
    description, found = scaled_wavenumbers(samples)
    result["scaled wavenumbers"] = table(samples, types, found)
    print(f"{len(samples)} species; today's scaling: {description}")
    fitted = None
    for title, (merge, draw) in schemes().items():
        fitted = fit_scheme(samples, merge, draw, arguments.model)
        result[title] = table(samples, types, fitted.left_out)
    for title, rows in result.items():
        report(title, rows)
    for kind, factor in fitted.scaling.factors.items():
        print(f"  {kind:18s} {factor:.3f} +- {fitted.scaling.uncertainties[kind]:.3f}")
    path = RESULTS / "force_constant_scaling.json"
    stored = json.loads(path.read_text()) if path.exists() else {}
    stored[arguments.model] = {"factors": dict(fitted.scaling.factors), **result}
    path.write_text(json.dumps(stored, indent=1) + "\n")
    if arguments.save:
        print(save(fitted.scaling, arguments.model))


if __name__ == "__main__":
    main()
