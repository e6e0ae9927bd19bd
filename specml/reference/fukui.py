"""Charges, condensed Fukui indices, gap and dipole of a drug-like molecule with GFN2-xTB.

Called by :mod:`specml.reference.atom_labelling`, for ``specml admet label``.

One geometry (ETKDG, then MMFF94), three calculations at it: N, N + 1 and N - 1 electrons. With
charges q of the atoms (Yang & Mortier, J. Am. Chem. Soc. 108, 5708, 1986)::

    f+ = q(N) - q(N + 1)    where a nucleophile attacks: fukui_nucleophilic
    f- = q(N - 1) - q(N)    where an electrophile attacks: fukui_electrophilic
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

from specml.errors import ReferenceFailure, message
from specml.reference.xtb import METHOD, calculator
from specml.units import BOHR, HARTREE

if TYPE_CHECKING:
    from tblite.interface import Result

# Of tblite, 1 being its default: against 0.1, charges and indices of 12 molecules move by 0.002 e
# at most (at 1: 0.0003 e, a fifth more time; at 100: 0.02 e).
ACCURACY = 10.0
# eV. Below, the 300 K of tblite take a hundredth of an electron out of the highest orbital:
# embedding has twisted a double bond, and half a diradical would be labelled.
SMALLEST_GAP = 0.25
SEED = 20260101
STEPS = 100  # of the force field
SETTINGS: dict[str, str | int] = {
    "method": METHOD,
    "accuracy": str(ACCURACY),
    "geometry": f"ETKDGv3 (seed {SEED}), MMFF94 ({STEPS} steps)",
    "smallest_gap": f"{SMALLEST_GAP} eV",
}


def fukui_labels(smiles: str) -> dict[str, np.ndarray]:
    """Label one molecule, heavy atoms in the order in which RDKit reads the SMILES.

    Returns
    -------
    charge, fukui_nucleophilic, fukui_electrophilic : (n_heavy,) e.
    gap : () eV, between the highest occupied and the lowest empty orbital.
    dipole : () e*angstrom, its length; of an ion about its centre of mass.

    Raises
    ------
    ReferenceFailure
        Hydrogens written as atoms (isotopes), no geometry, unpaired electrons or nearly no gap, no
        convergence.
    """
    molecule = _embedded(smiles)
    numbers = np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()])
    positions = molecule.GetConformer().GetPositions()
    charge = Chem.GetFormalCharge(molecule)
    neutral = _singlepoint(smiles, numbers, positions, charge, 0)
    gap = _gap(neutral)
    if gap < SMALLEST_GAP:
        raise _failure(smiles, f"a gap of {gap:.2f} eV", f"{SMALLEST_GAP} eV or more")
    charges = [
        result.get("charges")[numbers > 1]
        for result in (
            _singlepoint(smiles, numbers, positions, charge + 1, 1, neutral),
            neutral,
            _singlepoint(smiles, numbers, positions, charge - 1, 1, neutral),
        )
    ]
    masses = np.array([atom.GetMass() for atom in molecule.GetAtoms()])
    dipole = neutral.get("dipole") * BOHR - charge * (masses @ positions) / masses.sum()
    return {
        "charge": charges[1],
        "fukui_nucleophilic": charges[1] - charges[2],
        "fukui_electrophilic": charges[0] - charges[1],
        "gap": np.array(gap),
        "dipole": np.linalg.norm(dipole),
    }


def _embedded(smiles: str) -> Chem.Mol:
    """Add hydrogens and embed one geometry; the heavy atoms come first, in their order."""
    with rdBase.BlockLogs():
        written = Chem.MolFromSmiles(smiles)
        if any(atom.GetAtomicNum() == 1 for atom in written.GetAtoms()):
            raise _failure(smiles, "hydrogens written as atoms", "heavy atoms alone")
        molecule = Chem.AddHs(written)
        if any(atom.GetNumRadicalElectrons() for atom in molecule.GetAtoms()):
            raise _failure(smiles, "unpaired electrons", "a closed shell")
        settings: Any = rdDistGeom.ETKDGv3()  # RDKit's stubs lack the types of its fields
        settings.randomSeed = SEED
        if rdDistGeom.EmbedMolecule(molecule, settings) < 0:
            settings.useRandomCoords = True
            settings.maxIterations = 50
            if rdDistGeom.EmbedMolecule(molecule, settings) < 0:
                raise _failure(smiles, "no geometry from RDKit", "one that can be embedded")
        if rdForceFieldHelpers.MMFFHasAllMoleculeParams(molecule):
            rdForceFieldHelpers.MMFFOptimizeMolecule(molecule, maxIters=STEPS)
    return molecule


def _singlepoint(
    smiles: str,
    numbers: np.ndarray,
    positions: np.ndarray,
    charge: int,
    unpaired: int,
    start: "Result | None" = None,
) -> "Result":
    """Run GFN2-xTB from the density of ``start``, which stays as it is."""
    try:
        made = calculator(numbers, positions, charge, unpaired, ACCURACY)
        return made.singlepoint(start, copy=True)
    except RuntimeError as error:
        raise _failure(smiles, str(error), "a converged GFN2-xTB") from error


def _gap(result: "Result") -> float:
    """The gap between the highest occupied and the lowest empty orbital, eV."""
    energies = result.get("orbital-energies")
    filled = result.get("orbital-occupations") > 1.0
    return float(energies[~filled].min() - energies[filled].max()) * HARTREE


def _failure(smiles: str, got: str, expected: str) -> ReferenceFailure:
    return ReferenceFailure(message(smiles, got, expected, "It is left out."))
