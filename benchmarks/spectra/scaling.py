"""Fit the scaling of a model on observed fundamentals, and say how far it is from experiment.

    python benchmarks/spectra/scaling.py ../shared/data/vibrations/shimanouchi.json --save

Molecules of the model's elements with complete lists; torsions and modes below 250 1/cm are left
out. The error of the scaled wavenumbers is that of left-out molecules. With ``--save`` the factors
go into the package. ``b3lyp_fundamentals.py`` does the same with B3LYP itself.
"""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

import specml
from specml.data.shimanouchi import Fundamentals, fundamentals
from specml.inference.predictor import Predictor
from specml.spectra import scaling
from specml.spectra.normal_modes import normal_modes
from specml.structure import Structure

Curvature = Callable[[Structure], tuple[Structure, np.ndarray]]  # the minimum, and its Hessian


def embed(species: Fundamentals, seed: int = 1) -> tuple[Structure, np.ndarray] | None:
    """A start geometry and the masses (amu) of the isotopes, or None."""
    molecule = Chem.MolFromInchi(f"InChI={species.inchi}", sanitize=True)
    if molecule is None:
        return None
    molecule = Chem.AddHs(molecule)
    if rdDistGeom.EmbedMolecule(molecule, randomSeed=seed) < 0:
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


def candidates(
    table: Path, elements: list[str]
) -> Iterator[tuple[Fundamentals, Structure, np.ndarray]]:
    """Observed fundamentals, start geometry and masses of each neutral molecule of ``elements``."""
    for species in fundamentals(table):
        start = embed(species) if species.complete else None
        if start is not None and set(start[0].symbols) <= set(elements) and not start[0].charge:
            yield species, *start


def match(
    species: Fundamentals, masses: np.ndarray, found: tuple[Structure, np.ndarray]
) -> tuple[str, np.ndarray, np.ndarray] | None:
    """The molecule, its computed and its observed fundamentals; None where the lists differ."""
    own = normal_modes(*found, masses).wavenumbers
    if len(own) != len(species.wavenumbers):
        print("skipped", species.name, "number of modes")
        return None
    return species.inchi.split("/i")[0], *scaling.match(own, species.wavenumbers, species.torsions)


def curvature(predictor: Predictor) -> Curvature:
    """Minimum and Hessian of a model."""

    def of(start: Structure) -> tuple[Structure, np.ndarray]:
        (relaxed,) = predictor.relax([start])
        (expansion,) = predictor.expand([relaxed.structure], polarizability=False)
        return relaxed.structure, expansion.hessian

    return of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("--model", default="specml-xtb")
    parser.add_argument("--save", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    predictor = specml.load(arguments.model)
    of = curvature(predictor)
    matched = []
    for species, start, masses in candidates(arguments.table, predictor.card["elements"]):
        pair = match(species, masses, of(start))
        if pair is not None:
            matched.append(pair)
            print(f"{species.name:28s} raw error {np.abs(pair[1] - pair[2]).mean():6.1f} 1/cm")
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
