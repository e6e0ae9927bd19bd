"""The molecules of ``specml nmr``: with their bonds, and as frames of a trajectory where asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rdkit import Chem

from specml.data.topology import graph, skeleton
from specml.errors import InputError, message
from specml.io import structures, trajectory
from specml.spectra.bonding import bonding
from specml.structure import Structure
from specml.workflows.inputs import check_names, gather, one_charge

HDF5 = (".h5", ".hdf5")
MOST_FRAMES = 1000  # averaged; of a longer trajectory, as many at even distances


@dataclass(frozen=True)
class Molecule:
    """What a command was given.

    Parameters
    ----------
    structure : the geometry, or the first frame.
    topology : its bonds.
    frames : geometries to average over as they are; empty where it is one molecule to relax.
    """

    structure: Structure
    topology: Chem.Mol
    frames: tuple[Structure, ...] = ()


def molecules(
    files: Sequence[Path], smiles: Sequence[str], charges: Sequence[int], average: bool
) -> list[Molecule]:
    """All molecules of a command.

    Raises
    ------
    InputError
        As :func:`specml.workflows.inputs.gather`; no hydrogens, bonds that cannot be perceived, or
        frames that are not of one molecule.
    """
    if not average:
        return [_molecule(structure) for structure in gather(files, smiles, charges)]
    if smiles or not files:
        raise InputError(
            message(
                "--average",
                "--smiles" if smiles else "no file",
                "files of several frames each",
                "Give trajectories, or leave out --average.",
            )
        )
    charge = one_charge(charges)
    found = [_frames(path, charge) for path in files]
    check_names([frames[0] for frames in found])
    return [replace(_molecule(frames[0]), frames=tuple(frames)) for frames in found]


def _molecule(structure: Structure) -> Molecule:
    stated = structure.smiles is not None or structure.mol_block is not None
    if not stated and not (structure.numbers == 1).any() and _open_carbon(structure):
        raise InputError(
            message(
                structure.name,
                f"{structure.formula} without hydrogen atoms, and carbon with open valences",
                "all hydrogen atoms with coordinates",
                "Add hydrogens, or give the molecule with --smiles.",
            )
        )
    try:
        return Molecule(structure, graph(structure))
    except InputError:  # bond orders are for the names of the groups only
        if _open_carbon(structure):
            raise
        return Molecule(structure, skeleton(structure))


def _open_carbon(structure: Structure) -> bool:
    """Whether bonds are missing on a carbon: fewer than three neighbours and fewer than four bonds.

    The end of a triple bond is complete: carbon monoxide, isonitriles.
    """
    bonds = bonding(structure)
    for index in np.flatnonzero(structure.numbers == 6).tolist():
        orders = [bonds.order(index, other) for other in bonds.neighbours[index]]
        if len(orders) < 3 and sum(orders) < 4.0 and orders != [3.0]:
            return True
    return False


def _frames(path: Path, charge: int | None) -> list[Structure]:
    """The frames of a file, named for it."""
    hdf5 = path.suffix.lower() in HDF5
    frames = _of_dynamics(path) if hdf5 else _spread(structures.read(path, charge))
    first = frames[0].numbers
    if len(frames) < 2 or any(not np.array_equal(f.numbers, first) for f in frames):
        raise InputError(
            message(
                str(path),
                "one frame" if len(frames) < 2 else "frames of different molecules",
                "several frames of one molecule, atoms in one order",
                "Leave out --average, or give a trajectory.",
            )
        )
    name = path.name.removesuffix(".md.h5") if hdf5 else path.stem
    return [replace(frame, name=name) for frame in frames]


def _of_dynamics(path: Path) -> list[Structure]:
    """Every replica of ``specml md``, one after the other."""
    read = trajectory.read(path)
    positions = read["positions"].reshape(-1, len(read.numbers), 3)
    return [Structure(read.numbers, p, charge=read.charge) for p in _spread(positions)]


def _spread(frames: Sequence | np.ndarray) -> list:
    """As many as are averaged, at even distances."""
    last = len(frames) - 1
    chosen = np.unique(np.linspace(0, last, MOST_FRAMES).round().astype(int))
    return [frames[k] for k in chosen]
