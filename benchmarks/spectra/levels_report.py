"""What is left of each level's error after the same scaling, and what a gradient costs.

    python benchmarks/spectra/levels_report.py FOLDER ../shared/data/vibrations/shimanouchi.json

FOLDER is what ``levels.py`` wrote. Computed and observed fundamentals are matched by their order;
torsions and modes below 250 1/cm are left out. Four scalings are fitted to every level, each
molecule left out of its own fit: one factor, three regions, a factor by type of motion, and scaled
force constants of a few kinds (where there is a Hessian). Levels are compared on the molecules that
all of them have. ``estimated`` is the small basis of a functional plus what the large basis changes
in B3LYP; its own error, on molecules where the large basis was computed, is printed. Writes
``results/levels.json``.
"""

import json
import sys
from pathlib import Path

import numpy as np
from force_constant_scaling import bare, fit_scheme, schemes, type_of
from levels import LEVELS, MOLECULES, Level, path_of, stored
from observed import Observed, collected, shimanouchi
from rdkit import Chem

from specml.spectra import scaling
from specml.spectra.assignment import assignments
from specml.spectra.force_constant_fit import sample
from specml.spectra.normal_modes import normal_modes

RESULT = Path(__file__).parents[1] / "results" / "levels.json"
SMALL, LARGE = LEVELS[1], LEVELS[2]
REGIONS = (1000.0, 2000.0)
FEWEST = 6  # molecules of a level that takes part
FAMILIES = {
    "C-H stretch": "X-H stretch",
    "N-H, O-H stretch": "X-H stretch",
    "C=O stretch": "multiple bond",
    "C#N stretch": "multiple bond",
    "C#C, C=C stretch": "multiple bond",
    "N-N, N-O stretch": "multiple bond",
    "S-O stretch": "multiple bond",
    "C-halogen stretch": "other",
    "other stretch": "other",
    "bend": "bend",
}
Lists = dict[str, np.ndarray]  # wavenumbers by molecule, ascending


def wavenumbers(folder: Path, level: Level) -> Lists:
    """What was computed at a level."""
    found = {name: stored(folder, level, name) for name in MOLECULES}
    return {name: normal_modes(*one).wavenumbers for name, one in found.items() if one}


def estimated(folder: Path, small: Level) -> Lists:
    """A functional in the large basis: the small one, plus B3LYP's change from small to large."""
    own, base, goal = (wavenumbers(folder, level) for level in (small, SMALL, LARGE))
    both = [name for name in own if name in base and name in goal]
    return {name: np.sort(own[name] + goal[name] - base[name]) for name in both}


def types_of(folder: Path, name: str) -> list[str]:
    """Type of every mode by its rank: B3LYP in the largest basis there is decides for all."""
    found = stored(folder, LARGE, name) or stored(folder, SMALL, name)
    return [type_of(label) for label in assignments(normal_modes(*found))]


def observed(table: Path) -> dict[str, Observed]:
    """The observed lists of the molecules of ``levels.py``; our own file has the last word."""
    by_smiles = {one.smiles: one for one in (*shimanouchi(table), *collected()) if one.complete}
    found = {name: by_smiles.get(Chem.CanonSmiles(s)) for name, s in MOLECULES.items()}
    return {name: one for name, one in found.items() if one is not None}


class Pairs:
    """Computed and observed fundamentals of some molecules, in one row."""

    def __init__(self, lists: Lists, seen: dict[str, Observed], types: dict[str, list[str]]):
        self.names, self.computed, self.observed, self.types = [], [], [], []
        for name, values in lists.items():
            one = seen[name]
            kept = (one.wavenumbers >= scaling.LOWEST) & ~one.excluded
            self.names += [name] * int(kept.sum())
            self.computed += values[kept].tolist()
            self.observed += one.wavenumbers[kept].tolist()
            self.types += np.array(types[name])[kept].tolist()
        self.molecules = list(lists)

    def arrays(self) -> tuple[np.ndarray, ...]:
        return tuple(np.array(x) for x in (self.names, self.computed, self.observed, self.types))

    def matched(self) -> scaling.Matched:
        names, computed, seen, _ = self.arrays()
        return [(name, computed[names == name], seen[names == name]) for name in self.molecules]


def left_out_regions(pairs: Pairs, edges: tuple[float, ...]) -> np.ndarray:
    """Errors of left-out molecules under one factor or one for each region."""
    found = []
    for name, computed, seen in pairs.matched():
        others = [one for one in pairs.matched() if one[0] != name]
        found.append(scaling.fit(others, edges)(computed) - seen)
    return np.concatenate(found)


def left_out_types(pairs: Pairs) -> np.ndarray:
    """Errors of left-out molecules under one factor for each family of motions."""
    names, computed, seen, types = pairs.arrays()
    families = np.array([FAMILIES[one] for one in types])
    errors = np.zeros(len(names))
    for name in pairs.molecules:
        for family in set(families):
            fitted = (names != name) & (families == family)
            factor = computed[fitted] @ seen[fitted] / (computed[fitted] @ computed[fitted])
            own = (names == name) & (families == family)
            errors[own] = factor * computed[own] - seen[own]
    return errors


def left_out_force_constants(
    folder: Path, level: Level, names: list[str], seen: dict[str, Observed]
) -> np.ndarray:
    """Errors of left-out molecules under scaled force constants of a few kinds."""
    merge, draw = schemes()["coarse kinds"]
    samples = []
    for name in names:
        one = seen[name]
        expansion = bare(*stored(folder, level, name))
        samples.append(sample(name, expansion, one.wavenumbers, one.excluded))
    fitted = fit_scheme(samples, merge, draw, level.name)
    pairs = zip(samples, fitted.left_out, strict=True)
    return np.concatenate([(found - one.observed)[one.kept] for one, found in pairs])


def row(pairs: Pairs, force_constants: np.ndarray | None) -> dict[str, dict[str, float]]:
    """Mean and median absolute error under every scaling; by type under that by type."""
    _, computed, seen, types = pairs.arrays()
    by_type = left_out_types(pairs)
    errors = {
        "unscaled": computed - seen,
        "one factor": left_out_regions(pairs, ()),
        "three regions": left_out_regions(pairs, REGIONS),
        "by type": by_type,
    }
    if force_constants is not None:
        errors["force constants"] = force_constants
    errors |= {f"  {name}": by_type[types == name] for name in FAMILIES if (types == name).any()}
    return {
        name: {
            "n": len(error),
            "mean_cm1": round(float(np.abs(error).mean()), 1),
            "median_cm1": round(float(np.median(np.abs(error))), 1),
        }
        for name, error in errors.items()
    }


def cost(folder: Path, level: Level, names: list[str]) -> float | None:
    """CPU time of a first energy and gradient over that of the small basis, geometric mean."""
    ratios = []
    for name in names:
        paths = [path_of(folder, one, name) for one in (level, SMALL)]
        if all(path.exists() for path in paths):
            own, base = (json.loads(path.read_text())["cpu_s"] for path in paths)
            ratios.append((own["scf"] + own["gradient"]) / (base["scf"] + base["gradient"]))
    return round(float(np.exp(np.mean(np.log(ratios)))), 3) if ratios else None


def all_lists(folder: Path) -> dict[str, Lists]:
    """Every level that has molecules, and the estimates of those in the small basis."""
    found = {level.name: wavenumbers(folder, level) for level in LEVELS}
    for level in LEVELS[3:7]:
        found[f"{level.xc} estimated"] = estimated(folder, level)
    return {name: lists for name, lists in found.items() if lists}


def check_estimates(folder: Path) -> dict[str, dict[str, float]]:
    """How far the estimates are from what they stand for, where both are known."""
    found = {}
    for small, large in zip(LEVELS[3:7], LEVELS[7:], strict=True):
        guess, true = estimated(folder, small), wavenumbers(folder, large)
        both = [name for name in guess if name in true]
        if both:
            error = np.concatenate([guess[name] - true[name] for name in both])
            found[large.name] = {
                "n_molecules": len(both),
                "mean_cm1": round(float(np.abs(error).mean()), 1),
                "largest_cm1": round(float(np.abs(error).max()), 1),
            }
    return found


def compare(heading: str, lists: dict[str, Lists], folder: Path, seen: dict[str, Observed]) -> dict:
    """The table of some levels on the molecules that all of them have."""
    common = [name for name in MOLECULES if name in seen and all(name in x for x in lists.values())]
    types = {name: types_of(folder, name) for name in common}
    rows = {}
    for title, own in lists.items():
        level = next((one for one in LEVELS if one.name == title), None)
        scaled = left_out_force_constants(folder, level, common, seen) if level else None
        rows[title] = row(Pairs({name: own[name] for name in common}, seen, types), scaled)
    print(f"\n{heading}, mean and median in 1/cm: {len(common)} molecules ({', '.join(common)})")
    print(f"{'':23s}" + "".join(f"{level[:16]:>18s}" for level in rows))
    first = next(iter(rows.values()))
    for name in first:
        cells = [one.get(name) for one in rows.values()]
        values = [f"{c['mean_cm1']:11.1f}{c['median_cm1']:7.1f}" if c else " " * 18 for c in cells]
        print(f"{name:18s}n{first[name]['n']:4d}" + "".join(values))
    return {"molecules": common, "levels": rows}


def main() -> None:
    folder, table = map(Path, sys.argv[1:3])
    seen, lists = observed(table), all_lists(folder)
    print({name: len(own) for name, own in lists.items()})
    costs = {level.name: cost(folder, level, list(MOLECULES)) for level in LEVELS}
    print("cost of a gradient over B3LYP/def2-SVP:", costs)
    groups = {
        "references": [level.name for level in LEVELS[:3]],
        "small basis": [LEVELS[1].name, *(level.name for level in LEVELS[3:7])],
        "large basis, estimated": [LARGE.name, *(f"{x.xc} estimated" for x in LEVELS[3:7])],
        "large basis": [SMALL.name, LARGE.name, *(level.name for level in LEVELS[7:])],
    }
    result = {"cost": costs, "error_of_estimates": check_estimates(folder)}
    print("estimates:", result["error_of_estimates"])
    groups["large basis, fewer molecules"] = groups["large basis"]
    for title, names in groups.items():
        # A level that has begun only lately would leave few molecules to all others.
        least = FEWEST - 2 if "fewer" in title else FEWEST
        chosen = {name: lists[name] for name in names if len(lists.get(name, {})) >= least}
        result[title] = compare(title, chosen, folder, seen)
    result["wavenumbers_cm1"] = {
        level: {name: values.round(1).tolist() for name, values in own.items()}
        for level, own in lists.items()
        if "estimated" not in level
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
