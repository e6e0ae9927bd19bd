"""The CASCADE sets: DFT shifts of 1H and 13C, experimental shifts of 13C, geometries.

The recipe of ``specml-nmr`` reads them, to train and to test the shielding model.

Y. Guan, S. V. Shree Sowndarya, L. C. Gallegos, P. C. St. John, R. S. Paton, Chem. Sci. 2021, 12,
12012; structures and experimental spectra from NMRShiftDB. DFT8K: mPW1PW91/6-311+G(d,p) shifts at
DFT geometries; Exp5K: experimental 13C shifts that agree with them.
"""

import csv
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rdkit import Chem

from specml.data.molecules import connectivity_key, split_of
from specml.errors import InputError, message

INCHIKEY = re.compile(r"[A-Z]{14}(-[A-Z]{10}-[A-Z])?")  # its first block, or all of it
# Shifts without a geometry, or of another numbering than the geometry's (shared/science notes).
DAMAGED = frozenset(("20176318", "7695", "10009540", "10018477", "6558", "5509"))


@dataclass(frozen=True, eq=False)
class AssignedMolecule:
    """A molecule whose nuclei have measured or computed shifts.

    Parameters
    ----------
    name : its NMRShiftDB number.
    molecule : RDKit molecule with its DFT geometry.
    dft, experiment : (n_atoms,) ppm from TMS, NaN where there is none.
    split : train, validation or test.
    """

    name: str
    molecule: Chem.Mol
    dft: np.ndarray
    experiment: np.ndarray
    split: str

    @property
    def numbers(self) -> np.ndarray:
        """Atomic numbers of all atoms, (n_atoms,)."""
        return np.array([atom.GetAtomicNum() for atom in self.molecule.GetAtoms()])


def read_cascade(folder: Path, left_out: frozenset[str]) -> Iterator[AssignedMolecule]:
    """Read the molecules of DFT8K with the shifts of DFT8K and Exp5K, one by one.

    Molecules of the CHESHIRE probe set are test molecules, whatever their hash.

    Parameters
    ----------
    folder : the folder that holds ``DFT8K``, ``Exp5K`` and ``CHESHIRE``.
    left_out : InChIKey blocks of molecules that must not be read at all.

    Raises
    ------
    InputError
        A file is missing.
    """
    dft = _shifts(folder / "DFT8K" / "DFT8K.csv.gz")
    experiment = _shifts(folder / "Exp5K" / "Exp5K.csv.gz")
    probes = {
        connectivity_key(m) for m in _molecules(folder / "CHESHIRE" / "CHESHIRE_probe.sdf.gz")
    }
    for molecule in _molecules(folder / "DFT8K" / "DFT.sdf.gz"):
        name, key = molecule.GetProp("_Name"), connectivity_key(molecule)
        if name in DAMAGED or key in left_out:
            continue
        yield AssignedMolecule(
            name,
            molecule,
            _by_atom(molecule, dft.get(name, [])),
            _by_atom(molecule, experiment.get(name, [])),
            "test" if key in probes else split_of(key),
        )


def evaluation_keys(path: Path) -> frozenset[str]:
    """Read the first blocks of InChIKeys from a list of one key or block a line, with ``#``
    comments.

    Raises
    ------
    InputError
        The file cannot be read, or holds something else, which would leave out nothing.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(message(str(path), str(error), "a text file", "Check it.")) from error
    keys = [line.strip() for line in lines if line.strip() and line[0] != "#"]
    for key in keys:
        if not INCHIKEY.fullmatch(key):
            fix = "List one molecule a line."
            raise InputError(message(str(path), repr(key[:40]), "the block of an InChIKey", fix))
    return frozenset(key[:14] for key in keys)


def _shifts(path: Path) -> dict[str, list[tuple[int, float]]]:
    """Read the shifts of a file: molecule -> (atom index, shift in ppm)."""
    shifts: dict[str, list[tuple[int, float]]] = {}
    with _open(path) as file:
        for row in csv.DictReader(line.decode() for line in file):
            entry = int(row["atom_index"]), float(row["Shift"])
            shifts.setdefault(row["mol_id"], []).append(entry)
    return shifts


def _molecules(path: Path) -> Iterator[Chem.Mol]:
    """Read the molecules of a zipped sdf file."""
    with _open(path) as file:
        yield from filter(None, Chem.ForwardSDMolSupplier(file, removeHs=False))


def _open(path: Path) -> gzip.GzipFile:
    """Open a zipped file; an InputError says where to get it if it is missing."""
    try:
        return gzip.open(path)
    except OSError as error:
        raise InputError(
            message(str(path), error.strerror, "a file of the CASCADE sets", "Check the folder.")
        ) from error


def _by_atom(molecule: Chem.Mol, shifts: list[tuple[int, float]]) -> np.ndarray:
    """Put the shifts of a molecule in an array (n_atoms,), ppm, NaN elsewhere."""
    values = np.full(molecule.GetNumAtoms(), np.nan)
    for index, shift in shifts:
        values[index] = shift
    return values
