"""Errors of predicted Kohn-Sham matrices on labelled molecules the model has not seen.

    python benchmarks/scf/matrices.py fock.h5 --model card.json --output results.json

H: mean absolute error of the elements (also of the diagonal blocks of atoms, by element, and of
the blocks of two atoms). eps: of the occupied orbital energies; psi: mean cosine of occupied
orbitals with the reference's, as QHNet defines it; and what `specml hamiltonian` prints.
``reference`` are the same figures of T + V_SAP. A second call adds what is new.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from pyscf.scf import hf
from scipy.linalg import eigh

from specml.hamiltonian import predictor
from specml.hamiltonian.observables import (
    Orbitals,
    dipole,
    loewdin_charges,
    mayer_bond_orders,
    mulliken_charges,
    orbitals,
    wiberg_bond_orders,
)
from specml.io import datasets
from specml.reference.dft import molecule
from specml.reference.fock import unpacked
from specml.reference.one_electron import one_electron
from specml.units import BOHR, DEBYE, HARTREE

BONDED = 0.2  # Mayer bond order, as in `specml hamiltonian`


def compare(mol, found: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Errors of one molecule; matrices and energies in 1e-6 hartree."""
    overlap = mol.intor_symmetric("int1e_ovlp")
    n = mol.nelectron // 2
    (e0, c0), (e1, c1) = eigh(truth, overlap), eigh(found, overlap)
    delta = np.abs(found - truth)
    owner = np.repeat(np.arange(mol.natm), np.diff(mol.aoslice_by_atom()[:, 2:], axis=1)[:, 0])
    same = owner[:, None] == owner[None]
    d0, d1 = (2.0 * c[:, :n] @ c[:, :n].T for c in (c0, c1))
    dipoles = [hf.dip_moment(mol, d, unit="AU", verbose=0) for d in (d0, d1)]
    result = {
        "H": delta.mean() * 1e6,
        "H_diagonal": delta[same].mean() * 1e6,
        "H_off_diagonal": delta[~same].mean() * 1e6,
        "occupied_virtual_rms": np.sqrt(((c0[:, :n].T @ (found - truth) @ c0[:, n:]) ** 2).mean())
        * 1e6,
        "eps": np.abs(e1 - e0)[:n].mean() * 1e6,
        "psi_percent": 100 * np.abs(np.einsum("pi,pq,qi->i", c0[:, :n], overlap, c1[:, :n])).mean(),
        "dipole_vector_debye": float(np.linalg.norm(dipoles[0] - dipoles[1])) * BOHR / DEBYE,
    }
    for symbol in set(mol.elements):
        own = np.isin(owner, [i for i in range(mol.natm) if mol.atom_symbol(i) == symbol])
        result[f"H_diagonal_{symbol}"] = delta[same & own[:, None] & own[None]].mean() * 1e6
    result |= observed(orbitals(mol, found, overlap), orbitals(mol, truth, overlap))
    return {key: float(f"{value:.5g}") for key, value in result.items()}


def observed(found: Orbitals, truth: Orbitals) -> dict[str, float]:
    """Mean absolute errors of what `specml hamiltonian` prints, under the keys of the card."""
    charges = {"mulliken_charge": mulliken_charges, "loewdin_charge": loewdin_charges}
    orders = {"mayer_bond_order": mayer_bond_orders, "wiberg_bond_order": wiberg_bond_orders}
    own = [np.linalg.norm(dipole(x)) for x in (found, truth)]
    result = {
        "homo_ev": abs(found.homo - truth.homo) * HARTREE,
        "lumo_ev": abs(found.lumo - truth.lumo) * HARTREE,
        "gap_ev": abs(found.gap - truth.gap) * HARTREE,
        "dipole_debye": abs(own[0] - own[1]) * BOHR / DEBYE,
    }
    for key, charge in charges.items():
        result[key] = np.abs(charge(found) - charge(truth)).mean()
    bonded = np.triu(mayer_bond_orders(truth) > BONDED, 1)
    for key, order in orders.items():
        result[key] = np.abs(order(found) - order(truth))[bonded].mean()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--rows", type=int, nargs=2, help="only these rows of the labels")
    parser.add_argument("--output", type=Path, required=True)
    args = parser.parse_args()
    model = predictor.load(args.model)
    data = datasets.read(args.labels)
    found = json.loads(args.output.read_text()) if args.output.exists() else {}
    rows = found.get("molecules", {})
    for i in range(*(args.rows or (0, len(data)))):
        structure = data.structure(i)
        key = f"{structure.name} {data.geometry[i]}"
        if key in rows:
            continue
        mol = molecule(structure)
        truth = unpacked(np.asarray(data.labels["fock"][i], dtype=np.float64))
        rows[key] = {
            "heavy": int((structure.numbers > 1).sum()),
            "model": compare(mol, model.fock(mol), truth),
            "reference": compare(mol, one_electron(mol).matrix, truth),
        }
        table = {name: _table(rows, name) for name in ("model", "reference")}
        args.output.write_text(json.dumps(table | {"molecules": rows}, indent=1) + "\n")
    print(json.dumps(table, indent=1))


def _table(rows: dict[str, dict], name: str) -> dict[str, dict[str, float]]:
    """Means over all molecules and by size."""
    groups: dict[str, list] = defaultdict(list)
    for row in rows.values():
        for size in ("all", f"{row['heavy']} heavy atoms"):
            groups[size].append(row[name])
    return {size: _means(own) for size, own in sorted(groups.items())}


def _means(rows: list[dict[str, float]]) -> dict[str, float]:
    columns = defaultdict(list)
    for row in rows:
        for key, value in row.items():
            columns[key].append(value)
    return {"molecules": len(rows)} | {
        key: float(f"{np.mean(values):.5g}") for key, values in sorted(columns.items())
    }


if __name__ == "__main__":
    main()
