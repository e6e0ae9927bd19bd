"""What ``specml train`` wrote as the two models that ship: with GFN2-xTB below it, and alone.

    python recipes/specml/ship.py trained/specml.json --partner wide=trained_wide/specml.json

The model alone is the first network; the one with GFN2-xTB averages it with its partners. Run
benchmarks/spectra/accuracy.py and scaling.py with ``--save`` afterwards: the held-out errors, the
domain and the scaling factors of the old weights do not hold for new ones.
"""

import argparse
import json
import shutil
from pathlib import Path

from specml.io.model_cards import SHIPPED

CARDS = {
    "specml-xtb": {
        "description": "GFN2-xTB plus the mean of {} networks for the difference to "
        "B3LYP/def2-SVP (dipole and polarizability: def2-SVPD): the accurate one",
        "baseline": "gfn2",
    },
    "specml": {
        "description": "the network alone: energies and forces without GFN2-xTB, "
        "for many geometries; less accurate",
        "baseline": None,
    },
}
PARTNER = ("network", "weights", "n_parameters", "recipe", "validation_errors", "trained_with")
RECIPES = {
    "": "specml/continued.toml --start specml",
    "wide": "specml-xtb/continued.toml --start specml-xtb",
}
COMMAND = (
    "specml train recipes/{} --gfn2 gfn2.h5 --gfn2 gfn2_small.h5 --gfn2 gfn2_groups.h5 "
    "--gfn2 gfn2_more.h5 --dft datasets/b3lyp.h5 --molecules datasets/molecules.csv "
    "--output trained"
)


def shipped(trained: Path, name: str) -> dict:
    """The card of a trained network, its parameters copied into the package as ``name``."""
    card = json.loads(trained.read_text())
    shutil.copyfile(trained.with_name(card["weights"]), SHIPPED / f"{name}.safetensors")
    return card | {"weights": f"{name}.safetensors"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("card", type=Path, help="json that `specml train` wrote")
    parser.add_argument("--partner", action="append", default=[], help="suffix=json; see RECIPES")
    arguments = parser.parse_args()
    card = shipped(arguments.card, "specml") | {"trained_with": COMMAND.format(RECIPES[""])}
    card["data"]["molecules"] = "datasets/molecules.csv"
    partners = []
    for suffix, path in (text.split("=") for text in arguments.partner):
        row = shipped(Path(path), f"specml-{suffix}")
        row["trained_with"] = COMMAND.format(RECIPES[suffix])
        partners.append({key: row[key] for key in PARTNER})
    for name, own in CARDS.items():
        description = own["description"].format(1 + len(partners))
        ready = card | own | {"name": name, "description": description}
        if own["baseline"] is not None and partners:
            ready["partners"] = partners
        (SHIPPED / f"{name}.json").write_text(json.dumps(ready, indent=2) + "\n")


if __name__ == "__main__":
    main()
