"""Geometries to learn from: conformers, relaxed, then displaced along normal modes.

A classical harmonic oscillator of wavenumber nu at temperature T has the normal-coordinate
variance <Q^2> = kT / omega^2 (Q in sqrt(amu) angstrom). Modes below SOFT share its variance, so
that torsions do not leave the region in which the harmonic picture makes sense.
"""

from collections.abc import Callable

import numpy as np
from ase.data import covalent_radii
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

from specml.errors import InputError, message
from specml.reference.xtb import GFN2
from specml.relax import relax
from specml.structure import Structure
from specml.units import BOLTZMANN, WAVENUMBER

SOFT = 150.0  # 1/cm


def conformer(smiles: str, seed: int = 0, name: str | None = None) -> Structure:
    """One ETKDG conformer, relaxed with MMFF94 where it has parameters.

    Raises
    ------
    InputError
        SMILES that RDKit rejects, or that it cannot embed in three dimensions.
    """
    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None:
        raise InputError(message("SMILES", repr(smiles), "a valid SMILES", "Check its syntax."))
    molecule = Chem.AddHs(molecule)
    if rdDistGeom.EmbedMolecule(molecule, randomSeed=seed) < 0 and (
        rdDistGeom.EmbedMolecule(molecule, randomSeed=seed, useRandomCoords=True) < 0
    ):
        raise InputError(
            message(
                "SMILES",
                repr(smiles),
                "a molecule that RDKit can embed in three dimensions",
                "Give coordinates (xyz or sdf) instead.",
            )
        )
    if rdForceFieldHelpers.MMFFHasAllMoleculeParams(molecule):
        rdForceFieldHelpers.MMFFOptimizeMolecule(molecule, maxIters=500)
    return Structure(
        np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()]),
        molecule.GetConformer().GetPositions(),
        charge=Chem.GetFormalCharge(molecule),
        name=name or smiles,
        smiles=smiles,
    )


def relax_gfn2(structure: Structure, fmax: float = 0.02, max_steps: int = 200) -> Structure:
    """Local minimum of GFN2-xTB."""
    calculator = GFN2(structure)

    def evaluate(structures: list[Structure]) -> tuple[np.ndarray, list[np.ndarray]]:
        label = calculator(structures[0].positions)
        return np.array([label["energy"]]), [label["forces"]]

    return relax([structure], evaluate, fmax, max_steps)[0].structure


def topology_survived(structure: Structure, bonds: np.ndarray, factor: float = 1.35) -> bool:
    """Whether every bond (n_bonds, 2) is still shorter than ``factor`` times its covalent sum."""
    lengths = np.linalg.norm(np.diff(structure.positions[bonds], axis=1)[:, 0], axis=1)
    limits = factor * covalent_radii[structure.numbers[bonds]].sum(axis=1)
    return bool((lengths < limits).all())


def normal_mode_samples(
    structure: Structure,
    hessian: np.ndarray,
    temperatures: np.ndarray,
    generator: np.random.Generator,
) -> list[Structure]:
    """One classical harmonic sample for each temperature (kelvin) about a relaxed geometry."""
    root = np.repeat(np.sqrt(structure.masses), 3)
    values, modes = np.linalg.eigh(hessian / np.outer(root, root))
    # Translations and rotations are the six softest modes: they carry no information.
    keep = np.argsort(np.abs(values))[min(6, len(values) - 1) :]
    omega2 = np.maximum(values[keep], (SOFT / WAVENUMBER) ** 2)
    samples = []
    for temperature in temperatures:
        q = generator.normal(size=len(keep)) * np.sqrt(BOLTZMANN * temperature / omega2)
        shift = (modes[:, keep] @ q / root).reshape(-1, 3)
        samples.append(structure.with_positions(structure.positions + shift))
    return samples


def bonds_of(smiles: str) -> np.ndarray:
    """(n_bonds, 2) atom indices in the order of :func:`conformer`."""
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    return np.array(
        [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in molecule.GetBonds()]
    ).reshape(-1, 2)


def sample_molecule(
    smiles: str, n_samples: int, seed: int, hessian: Callable[[Structure], np.ndarray]
) -> list[Structure]:
    """Relaxed conformer, then ``n_samples`` geometries at temperatures spread over 50 to 600 K.

    Returns an empty list if the molecule changed its bonds while it relaxed (tautomers,
    dissociation): its SMILES would not describe the labels.
    """
    relaxed = relax_gfn2(conformer(smiles, seed))
    bonds = bonds_of(smiles)
    if not topology_survived(relaxed, bonds):
        return []
    generator = np.random.default_rng(seed)
    temperatures = generator.uniform(50.0, 600.0, n_samples)
    samples = normal_mode_samples(relaxed, hessian(relaxed), temperatures, generator)
    return [s for s in samples if topology_survived(s, bonds, factor=1.6)]
