"""The predicted guess on odd inputs: same energy, or left to PySCF with a warning, never an error.

    python benchmarks/scf/stress.py --output benchmarks/results/scf_stress.json

Every case runs twice, with PySCF's default guess and with ``guess``; the runs share nothing. A case
fails where an exception comes out of the second run only, where the energies of two converged runs
differ by more than 1e-8 hartree, or where PySCF's guess was used and no warning said so. Stop and
start again at will.
"""

import argparse
import json
import time
import warnings
from pathlib import Path
from typing import Any

from cases import Case, cases

import specml.reference  # noqa: F401  # before PySCF: its linear algebra
from specml.hamiltonian import predictor
from specml.pyscf import GuessWarning, guess

SAME = 1e-8  # hartree
CONV_TOL = 1e-10  # with PySCF's 1e-9 a slow UHF stops 2e-8 above its end


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--only", default="", help="cases whose name begins with this")
    parser.add_argument("--model", type=Path, help="a model card; the shipped one if not given")
    arguments = parser.parse_args()
    path = arguments.output
    rows = json.loads(path.read_text())["cases"] if path.exists() else {}
    model = predictor.load(arguments.model)
    for case in cases():
        if case.name not in rows and case.name.startswith(arguments.only):
            rows[case.name] = examine(case, model)
            print(f"{case.name:45s} {rows[case.name]}", flush=True)
            path.write_text(json.dumps({"summary": summary(rows, model), "cases": rows}, indent=1))
    print(json.dumps(summary(rows, model), indent=1))


def examine(case: Case, model: Any) -> dict[str, Any]:
    """Both runs of one case."""
    start = time.perf_counter()
    expected = attempt(lambda: case.after(case.make()))
    middle = time.perf_counter()
    found = attempt(lambda: case.after(guess(case.make(), model)))
    row: dict[str, Any] = {
        "default": expected,
        "seeded": found,
        "seconds": [round(middle - start, 2), round(time.perf_counter() - middle, 2)],
    }
    row["verdict"] = verdict(expected, found)
    return row


def attempt(make: Any) -> dict[str, Any]:
    """A run and what can be said of it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            field = make()
            field.conv_tol = min(field.conv_tol, CONV_TOL)
            energy = field(field.mol) if "Scanner" in type(field).__name__ else field.kernel()
        except Exception as error:  # noqa: BLE001
            return {"error": f"{type(error).__name__}: {error}"[:200]}
    outcome = getattr(field, "specml_guess", None)
    return {
        "energy": float(energy),
        "converged": bool(field.converged),
        "cycles": getattr(field, "cycles", None),
        "used": outcome.used if outcome else "not asked",
        "reason": outcome.reason if outcome else "",
        "excess": outcome.excess if outcome else None,
        "warnings": sum(issubclass(w.category, GuessWarning) for w in caught),
    }


def verdict(expected: dict[str, Any], found: dict[str, Any]) -> str:
    """``same``, ``left to PySCF``, ``PySCF fails too`` or a word that begins with FAILED."""
    if "error" in expected:
        return "PySCF fails too" if "error" in found else "PySCF fails alone"
    if "error" in found:
        return "FAILED: exception"
    if found["used"] != "specml":
        if found["warnings"] != 1 and found["used"] != "not asked":  # one electron needs no guess
            return "FAILED: not one warning"
        equal = abs(found["energy"] - expected["energy"]) < SAME
        return "left to PySCF" if equal or not expected["converged"] else "FAILED: energy"
    if not (found["converged"] and expected["converged"]):
        return "same" if found["converged"] else "not converged"
    return "same" if abs(found["energy"] - expected["energy"]) < SAME else "FAILED: energy"


def summary(rows: dict[str, Any], model: Any) -> dict[str, Any]:
    verdicts = [row["verdict"] for row in rows.values()]
    seeded = [row for row in rows.values() if row["seeded"].get("used") == "specml"]
    extra = [row["seeded"]["cycles"] - row["default"]["cycles"] for row in seeded
             if row["default"].get("cycles") is not None]  # fmt: skip
    return {
        "model": model.name,
        "cases": len(rows),
        "verdicts": {word: verdicts.count(word) for word in sorted(set(verdicts))},
        "guess used": len(seeded),
        "most cycles above the default": max(extra, default=None),
    }


if __name__ == "__main__":
    main()
