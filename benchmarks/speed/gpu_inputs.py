"""Inputs of ``gpu.py``, made where RDKit and PySCF are: molecules, graphs, auxiliary shells.

    python benchmarks/speed/gpu_inputs.py benchmarks/speed/gpu_inputs.h5

Molecules of every element the models know, embedded and relaxed with MMFF94; the graphs of the
first molecules of examples/molecules.csv; angular momentum and charge of the shells of the
auxiliary basis by element, which the network of potentials is built with.
"""

import argparse
import csv
import json
from pathlib import Path

import h5py
import numpy as np
from rdkit import Chem

from specml.admet.transformer.graph import graph
from specml.data.sampling import conformer
from specml.hamiltonian.layout import ELEMENTS
from specml.reference.auxiliary import shells

ROOT = Path(__file__).parents[2]
MOLECULES = {
    "ethanol": "CCO",
    "thiophene": "c1ccsc1",
    "chlorofluoroacetamide": "NC(=O)C(F)Cl",
    "methanesulfonamide": "CS(N)(=O)=O",
    "caffeine": "CN1C=NC2=C1C(=O)N(C(=O)N2C)C",
}
GRAPHS = 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    with h5py.File(arguments.output, "w", track_order=True) as file:
        file.attrs["shells"] = json.dumps({z: shells(z) for z in ELEMENTS})
        for name, smiles in MOLECULES.items():
            one = conformer(smiles)
            group = file.create_group(f"molecules/{name}")
            group["numbers"], group["positions"] = one.numbers, one.positions
        with (ROOT / "examples" / "molecules.csv").open(newline="") as table:
            rows = [row for row in csv.DictReader(table) if Chem.MolFromSmiles(row["smiles"])]
        graphs = [graph(Chem.MolFromSmiles(row["smiles"])) for row in rows[:GRAPHS]]
        file["graphs/sizes"] = np.array([len(own) for own in graphs])
        tokens = np.concatenate([own.tokens for own in graphs])
        pairs = np.concatenate([own.pairs.ravel() for own in graphs])
        file.create_dataset("graphs/tokens", data=tokens, compression="gzip")
        file.create_dataset("graphs/pairs", data=pairs, compression="gzip")


if __name__ == "__main__":
    main()
