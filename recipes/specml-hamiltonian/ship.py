"""A trained network (``out.trained.pt``) as a model card with its parameters beside it.

    python recipes/specml-hamiltonian/ship.py out.trained.pt CARD    (specml/weights/...json)
    python benchmarks/scf/matrices.py held-out.h5 --output results.json
    python recipes/specml-hamiltonian/ship.py out.trained.pt CARD --errors results.json

The card holds the errors of the matrix and, as ``expected_error``, those of what `specml
hamiltonian` prints.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from specml import __version__

CARD = {
    "kind": "hamiltonian",
    "version": __version__,
    "description": "Kohn-Sham matrices and SCF initial guesses: B3LYP/def2-SVP",
    "elements": ["H", "C", "N", "O", "F", "S", "Cl"],
    "method": "b3lyp",
    "basis": "def2-svp",
}
PRINTED = (
    "homo_ev",
    "lumo_ev",
    "gap_ev",
    "dipole_debye",
    "mulliken_charge",
    "loewdin_charge",
    "mayer_bond_order",
    "wiberg_bond_order",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trained", type=Path)
    parser.add_argument("card", type=Path)
    parser.add_argument("--method", default="b3lyp")
    parser.add_argument("--errors", type=Path, help="results of benchmarks/scf/matrices.py")
    args = parser.parse_args()
    saved = torch.load(args.trained, weights_only=True)
    card = {"name": args.card.stem} | CARD
    card |= {
        "method": args.method,
        "weights": f"{args.card.stem}.safetensors",
        "exchange": saved["exchange"],
        **saved["config"],
        "n_parameters": sum(v.numel() for v in saved["state"].values()),
        "data": {
            "labels": "specml label datasets/b3lyp.h5 --scheme fock-b3lyp, one geometry a molecule",
            "train": saved["n_train"],
            "molecules": "datasets/molecules.csv",
        },
    }
    if args.errors:
        errors = json.loads(args.errors.read_text())["model"]["all"]
        card["expected_error"] = {key: errors.pop(key) for key in PRINTED}
        card["errors"] = errors
    state = {key: value.contiguous() for key, value in saved["state"].items()}
    save_file(state, args.card.with_suffix(".safetensors"))
    args.card.write_text(json.dumps(card, indent=2) + "\n")


if __name__ == "__main__":
    main()
