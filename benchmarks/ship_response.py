"""What ``specml train`` wrote as the two models that ship: with GFN2-xTB below it, and alone.

    python benchmarks/ship_response.py trained/specml.json

Both cards share one parameter file. Run accuracy.py and scaling.py with ``--save`` afterwards: the
held-out errors, the domain and the scaling factors of the old weights do not hold for new ones.
"""

import argparse
import json
import shutil
from pathlib import Path

from specml.inference.model_file import SHIPPED

PARAMETERS = "specml.safetensors"
CARDS = {
    "specml-xtb": {
        "description": "GFN2-xTB plus a network for the difference to B3LYP/def2-SVP "
        "(dipole and polarizability: def2-SVPD): the accurate one",
        "baseline": "gfn2",
    },
    "specml": {
        "description": "the network alone: energies and forces without GFN2-xTB, "
        "for many geometries; less accurate",
        "baseline": None,
    },
}
COMMAND = (
    "specml train datasets/recipe.toml --gfn2 gfn2.h5 --gfn2 gfn2_small.h5 "
    "--dft datasets/b3lyp.h5 --molecules datasets/molecules.csv --output trained"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("card", type=Path, help="json that `specml train` wrote")
    trained = parser.parse_args().card
    card = json.loads(trained.read_text())
    shutil.copyfile(trained.with_name(card["weights"]), SHIPPED / PARAMETERS)
    card["data"]["molecules"] = "datasets/molecules.csv"
    for name, own in CARDS.items():
        ready = card | own | {"name": name, "weights": PARAMETERS, "trained_with": COMMAND}
        (SHIPPED / f"{name}.json").write_text(json.dumps(ready, indent=2) + "\n")


if __name__ == "__main__":
    main()
