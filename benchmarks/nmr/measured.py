"""Measured shifts beside the predicted ones: which numbers belong together, and their sets.

``accuracy.py`` uses this for experiment: the assignments of 1H in NMRShiftDB, the 13C of the
CHESHIRE probe set, and the absolute shieldings of the QM9-NMR study.
"""

import csv
import gzip
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from ase.data import atomic_numbers
from errors import least_absolute_line, summary
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers

from specml.data.cascade import AssignedMolecule
from specml.data.molecules import connectivity_key
from specml.data.sampling import relax_gfn2
from specml.models.shielding import PredictedShifts
from specml.structure import Structure
from specml.training.shielding_data import IN_USE, LabelledMolecule
from specml.training.shieldings import predictions


def measured_hydrogens(path: Path, chosen: dict[str, AssignedMolecule]) -> dict[str, np.ndarray]:
    """Molecule -> (n_atoms,) 1H shifts of NMRShiftDB, the mean on each carbon, NaN elsewhere."""
    found = {}
    with gzip.open(path) as file:
        for record in Chem.ForwardSDMolSupplier(file, removeHs=False):
            if record is None or record.GetProp("nmrshiftdb2 ID") not in chosen:
                continue
            own = chosen[record.GetProp("nmrshiftdb2 ID")]
            spectra = [k for k in record.GetPropNames() if k.startswith("Spectrum 1H")]
            heavy = [a.GetAtomicNum() for a in record.GetAtoms() if a.GetAtomicNum() > 1]
            if not spectra or own.numbers[: len(heavy)].tolist() != heavy:
                continue
            found[own.name] = _on_carbons(own, record.GetProp(spectra[0]))
    return found


def _on_carbons(own: AssignedMolecule, text: str) -> np.ndarray:
    values = defaultdict(list)
    for entry in text.split("|"):
        fields = entry.split(";")
        if len(fields) == 3 and fields[2].isdigit():
            values[int(fields[2])].append(float(fields[0]))
    shifts = np.full(len(own.numbers), np.nan)
    for atom, seen in values.items():
        if atom < len(shifts) and own.numbers[atom] == 6:
            bonded = own.molecule.GetAtomWithIdx(atom).GetNeighbors()
            hydrogens = [n.GetIdx() for n in bonded if n.GetAtomicNum() == 1]
            shifts[hydrogens] = np.mean(seen)
    return shifts


def carbon_means(own: AssignedMolecule, shifts: np.ndarray) -> np.ndarray:
    """Shifts of hydrogens averaged over each carbon, as the assignments are."""
    out = shifts.copy()
    for atom in own.molecule.GetAtoms():
        hydrogens = [n.GetIdx() for n in atom.GetNeighbors() if n.GetAtomicNum() == 1]
        if hydrogens:
            out[hydrogens] = shifts[hydrogens].mean()
    return out


def carbons(sets: list[LabelledMolecule], shifts: list[PredictedShifts]) -> dict:
    """13C against Exp5K."""
    error, expected = [], []
    for own, found in zip(sets, shifts, strict=True):
        keep = (own.numbers == 6) & ~np.isnan(own.experiment)
        error.append((found.experiment.numpy() - own.experiment)[keep])
        expected.append(found.experiment_scale.numpy()[keep])
    return summary(np.concatenate(error), np.concatenate(expected))


def hydrogens(
    chosen: list[AssignedMolecule], shifts: list[PredictedShifts], measured: dict[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Predicted DFT and measured 1H shifts, one a carbon."""
    x, y = [], []
    for own, found in zip(chosen, shifts, strict=True):
        if own.name in measured:
            pairs = np.stack([carbon_means(own, found.dft.numpy()), measured[own.name]])
            pairs = pairs[:, ~np.isnan(pairs[1])]
            pairs = np.unique(np.round(pairs, 4), axis=1)  # one row a carbon
            x.append(pairs[0])
            y.append(pairs[1])
    return np.concatenate(x), np.concatenate(y)


def probes(model: torch.nn.Module, folder: Path, left_out: frozenset[str]) -> dict:
    """13C of the CHESHIRE probe set: experiment in CDCl3, one GFN2-xTB conformer a molecule.

    Its table numbers a molecule by the title of its SDF record minus one. The numbers of its
    hydrogens contradict some molecules (the CH3 of 2-methylpyrazine would be at 8.5 ppm).
    """
    shifts = defaultdict(list)
    with gzip.open(folder / "CHESHIRE_probe.csv.gz", "rt") as file:
        for row in csv.DictReader(file):
            if int(row["atom_type"]) == 6:
                entry = int(row["atom_index"]), float(row["Shift"])
                shifts[int(row["mol_id"]) + 1].append(entry)
    with gzip.open(folder / "CHESHIRE_probe.sdf.gz") as file:
        records = [m for m in Chem.ForwardSDMolSupplier(file) if m is not None]
    error = []
    for record in records:
        if connectivity_key(record) in left_out:
            continue
        molecule = Chem.AddHs(record, addCoords=True)
        rdDistGeom.EmbedMolecule(molecule, randomSeed=0)
        rdForceFieldHelpers.MMFFOptimizeMolecule(molecule, maxIters=500)
        numbers = np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()])
        start = Structure(numbers, molecule.GetConformer().GetPositions(), name="probe")
        nothing = np.full(len(numbers), np.nan)
        own = LabelledMolecule(
            "probe", numbers, {IN_USE: relax_gfn2(start).positions}, nothing, nothing
        )
        value = predictions(model, [own], IN_USE)[0].experiment.numpy()
        ranks = np.array(Chem.CanonicalRankAtoms(molecule, breakTies=False))
        for atom, shift in shifts[int(record.GetProp("_Name"))]:
            error.append(float(value[ranks == ranks[atom]].mean()) - shift)
    return {"13C": summary(np.array(error))}


def references(model: torch.nn.Module, folder: Path) -> dict:
    """Lines from DFT shifts to absolute shieldings, one a nucleus.

    From 252 molecules of the QM9-NMR study (12 and 40 drugs, 200 of GDB10 to 17) with gas-phase
    mPW1PW91/6-311+G(2d,p) shieldings: one polarization function more than the labels have.
    """
    sets, truth = [], []
    for name in ("12Drugs", "40Drugs", "GDB10to17"):
        geometries = blocks(folder / f"SI_{name}_DFT_geo.xyz")
        values = blocks(folder / f"SI_{name}_DFT_NMR.txt")
        for (symbols, positions), (_, shieldings) in zip(geometries, values, strict=True):
            numbers = np.array([atomic_numbers[s] for s in symbols])
            if set(numbers.tolist()) <= {1, 6, 7, 8, 9, 15, 16, 17}:
                nothing = np.full(len(numbers), np.nan)
                sets.append(LabelledMolecule(name, numbers, {"dft": positions}, nothing, nothing))
                truth.append(shieldings[:, 0])
    shifts = predictions(model, sets, "dft")
    found = {}
    for nucleus, number in (("13C", 6), ("1H", 1)):
        x = np.concatenate(
            [f.dft.numpy()[s.numbers == number] for f, s in zip(shifts, sets, strict=True)]
        )
        y = np.concatenate([t[s.numbers == number] for t, s in zip(truth, sets, strict=True)])
        slope, intercept = least_absolute_line(x, y)
        found[nucleus] = {"line": [round(slope, 4), round(intercept, 3)]}
        found[nucleus] |= summary(slope * x + intercept - y)
    return found


def blocks(path: Path) -> list[tuple[list[str], np.ndarray]]:
    """Symbols and columns of every molecule of a file of the QM9-NMR study."""
    lines = path.read_text().split("\n")
    found, start = [], 0
    while start < len(lines) and lines[start].strip():
        size = int(lines[start])
        rows = [line.split() for line in lines[start + 2 : start + 2 + size]]
        found.append(([row[0] for row in rows], np.array([row[1:] for row in rows], dtype=float)))
        start += 2 + size
    return found
