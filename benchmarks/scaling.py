"""Fit the scaling of a model on observed fundamentals, and say how far it is from experiment.

    python benchmarks/scaling.py ../shared/data/vibrations/shimanouchi.json --save

Molecules of the model's elements with complete lists; torsions and modes below 250 1/cm are left
out. The error of the scaled wavenumbers is that of left-out molecules. With ``--save`` the factors
go into the package.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

import specml
from specml.data.shimanouchi import Fundamentals, fundamentals
from specml.spectra import scaling
from specml.spectra.harmonic import harmonic_analysis
from specml.structure import Structure


def embed(species: Fundamentals) -> tuple[Structure, np.ndarray] | None:
    """A start geometry and the masses (amu) of the isotopes, or None."""
    molecule = Chem.MolFromInchi(f"InChI={species.inchi}", sanitize=True)
    if molecule is None:
        return None
    molecule = Chem.AddHs(molecule)
    if rdDistGeom.EmbedMolecule(molecule, randomSeed=1) < 0:
        return None
    rdForceFieldHelpers.UFFOptimizeMolecule(molecule)
    atoms = list(molecule.GetAtoms())
    structure = Structure(
        np.array([atom.GetAtomicNum() for atom in atoms]),
        molecule.GetConformer().GetPositions(),
        charge=Chem.GetFormalCharge(molecule),
        name=species.name,
    )
    table = Chem.GetPeriodicTable()
    masses = structure.masses.copy()
    for atom in atoms:
        if atom.GetIsotope():
            masses[atom.GetIdx()] = table.GetMassForIsotope(atom.GetAtomicNum(), atom.GetIsotope())
    return structure, masses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("--model", default="specml-xtb")
    parser.add_argument("--save", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    predictor = specml.load(arguments.model)
    known = set(predictor.card["elements"])
    matched = []
    for species in fundamentals(arguments.table):
        start = embed(species) if species.complete else None
        if start is None or not set(start[0].symbols) <= known or start[0].charge:
            continue
        (relaxed,) = predictor.relax([start[0]])
        (expansion,) = predictor.expand([relaxed.structure], polarizability=False)
        vibrations = harmonic_analysis(expansion, masses=start[1])
        if len(vibrations.wavenumbers) != len(species.wavenumbers):
            print("skipped", species.name, "number of modes")
            continue
        pair = scaling.match(vibrations.wavenumbers, species.wavenumbers, species.torsions)
        matched.append((species.inchi.split("/i")[0], *pair))
        print(f"{species.name:28s} raw error {np.abs(pair[0] - pair[1]).mean():6.1f} 1/cm")
    source = "Shimanouchi, NSRDS-NBS 39"
    for edges in scaling.CANDIDATES:
        one = scaling.fit(matched, edges, arguments.model, source)
        print(edges, one.description, f"left-out error {one.error:.1f}, raw {one.raw_error:.1f}")
    best = scaling.choose(matched, name=arguments.model, source=source)
    print("chosen:", best)
    if arguments.save:
        print(scaling.save(best, arguments.model))


if __name__ == "__main__":
    main()
