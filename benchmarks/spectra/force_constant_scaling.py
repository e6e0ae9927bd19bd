"""Scaled force constants beside scaled wavenumbers, on the molecules of ``scaling.py``.

    python benchmarks/spectra/force_constant_scaling.py SHIMANOUCHI.json FOLDER

Minima and Hessians of the model go into FOLDER, those of the most stable of a few conformers.
Errors are those of left-out molecules, over fundamentals above 400 1/cm that are not torsions:
mean and median, over all and by type of motion, in ``results/force_constant_scaling.json``. With
``--save`` the factors go into the package.
"""

import argparse
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np
import torch
from observed import collected
from rdkit import Chem
from scaling import embed

import specml
from specml.data.sampling import conformer
from specml.data.shimanouchi import fundamentals
from specml.expansion import Expansion
from specml.inference.predictor import Predictor
from specml.spectra import scaling
from specml.spectra.assignment import assignments
from specml.spectra.force_constant_fit import Fitted, Sample, fit, merged, sample
from specml.spectra.normal_modes import normal_modes
from specml.spectra.scaled_force_field import save
from specml.spectra.valence_coordinates import PARENTS
from specml.structure import Structure

RESULTS = Path(__file__).parents[1] / "results"
SOURCE = "Shimanouchi, NSRDS-NBS 39, and benchmarks/spectra/fundamentals.csv"
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


@dataclass(frozen=True, eq=False)
class Molecule:
    """A molecule of the fit: id, what it was collected for, Hessian, and what was observed."""

    name: str
    group: str
    expansion: Expansion
    observed: np.ndarray
    torsions: np.ndarray
    masses: np.ndarray


def type_of(label: str) -> str:
    """The type of a mode from its assignment, whose first part has the largest share."""
    first = label.split(" + ", maxsplit=1)[0]
    if "stretch" not in first:
        return "bend"
    return next(name for name, parts in TYPES.items() if any(part in first for part in parts))


def molecules(table: Path, predictor: Predictor, folder: Path) -> Iterator[Molecule]:
    """Those of Shimanouchi's table, then those of ``fundamentals.csv``, with expansions."""
    folder.mkdir(parents=True, exist_ok=True)
    elements = set(predictor.card["elements"])
    for species in fundamentals(table):
        if not species.complete:
            continue
        starts = [begun for seed in SEEDS if (begun := embed(species, seed)) is not None]
        if not starts or starts[0][0].charge:
            continue
        if set(starts[0][0].symbols) <= elements:
            found = _minimum(species.inchi, [start for start, _ in starts], predictor, folder)
            name = species.inchi.split("/i")[0]
            yield Molecule(name, "", found, species.wavenumbers, species.torsions, starts[0][1])
    for one in collected():
        structures = [conformer(one.smiles, seed) for seed in SEEDS] if one.complete else []
        if structures and set(structures[0].symbols) <= elements:
            found = _minimum(one.smiles, structures, predictor, folder)
            name = Chem.MolToInchi(Chem.MolFromSmiles(one.smiles)).removeprefix("InChI=")
            masses = found.structure.masses
            yield Molecule(name, one.group, found, one.wavenumbers, one.excluded, masses)


def _minimum(key: str, starts: list[Structure], predictor: Predictor, folder: Path) -> Expansion:
    """The expansion (without dipoles) at the lowest minimum, from a file where there is one."""
    path = folder / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.npz"
    if not path.exists():
        relaxed = predictor.relax(starts)
        lowest = min(relaxed, key=lambda one: one.energy).structure
        (found,) = predictor.expand([lowest], polarizability=False)
        np.savez_compressed(path, positions=lowest.positions, hessian=found.hessian)
    with np.load(path) as file:
        return bare(starts[0].with_positions(file["positions"]), file["hessian"])


def bare(structure: Structure, hessian: np.ndarray) -> Expansion:
    """An expansion of which only the Hessian is known."""
    size = 3 * len(structure)
    zero = np.zeros(3)
    return Expansion(structure, 0.0, np.zeros(size), hessian, zero, np.zeros((3, size)))


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
    found = list(molecules(arguments.table, predictor, arguments.folder / arguments.model))
    samples = [sample(m.name, m.expansion, m.observed, m.torsions, m.masses) for m in found]
    types = [labelled(m.expansion, m.masses) for m in found]
    parts = {"Shimanouchi": [not m.group for m in found], "groups": [bool(m.group) for m in found]}
    parts |= {g: [m.group == g for m in found] for g in ("nitro", "halogen", "sulfonyl")}
    results = {name: {} for name in parts}
    description, scaled = scaled_wavenumbers(samples)
    print(f"{len(samples)} species; today's scaling: {description}")
    left_out = {"unscaled": [raw(one) for one in samples], "scaled wavenumbers": scaled}
    fitted = {}
    for title, (merge, draw) in schemes().items():
        fitted[title] = fit_scheme(samples, merge, draw, arguments.model)
        left_out[title] = fitted[title].left_out
    for part, inside in parts.items():
        for title, values in left_out.items():
            chosen = [list(compress(rows, inside)) for rows in (samples, types, values)]
            results[part][title] = table(*chosen)
            report(f"{part} ({sum(inside)} species), {title}", results[part][title])
    best = fitted["all kinds"].scaling
    for kind, factor in best.factors.items():
        print(f"  {kind:18s} {factor:.3f} +- {best.uncertainties[kind]:.3f}")
    path = RESULTS / "force_constant_scaling.json"
    stored = json.loads(path.read_text()) if path.exists() else {}
    stored[arguments.model] = {"factors": dict(best.factors), **results}
    path.write_text(json.dumps(stored, indent=1) + "\n")
    if arguments.save:
        print(save(best, arguments.model))


if __name__ == "__main__":
    main()
