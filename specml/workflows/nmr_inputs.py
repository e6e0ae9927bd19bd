"""The molecules of NMR spectra: with their bonds, and as frames of a trajectory where asked.

``specml nmr`` and the API read them here, :mod:`specml.workflows.nmr` computes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rdkit import Chem

from specml.data.topology import graph, skeleton
from specml.errors import InputError, SpecMLError, message
from specml.io import structures, trajectory
from specml.io.file_names import unique
from specml.spectra.bonding import bonding
from specml.structure import Structure
from specml.workflows.failure import Failure
from specml.workflows.inputs import check_bonds, nothing, one_charge, readable

HDF5 = (".h5", ".hdf5")
MOST_FRAMES = 1000  # averaged; of a longer trajectory, as many at even distances


@dataclass(frozen=True)
class ObservedMolecule:
    """A molecule whose equivalent nuclei follow from its bonds.

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
    files: Sequence[Path] | None,
    smiles: Sequence[str] | None,
    charges: Sequence[int] | None,
    average: bool,
    parent: bool = False,
    names: Sequence[str] | None = None,
) -> tuple[list[ObservedMolecule], list[Failure]]:
    """The molecules that a command was given, with their bonds, and those without an answer.

    Parameters
    ----------
    files, smiles, charges : the options of a command, None where they were not given.
    average : each file is a trajectory of one molecule.
    parent, names : see :func:`specml.workflows.inputs.readable`.

    Raises
    ------
    InputError
        No molecule that can be read; with ``average``, any that cannot.
    """
    if not average:
        given, failures = readable(files, smiles, charges, parent=parent, names=names)
        observed = []
        for structure in given:
            try:
                check_bonds(structure)
                observed.append(with_bonds(structure))
            except SpecMLError as error:
                failures.append(Failure(structure.name, error))
        if not observed:
            raise failures[-1].error if len(failures) == 1 else nothing(failures)
        return observed, failures
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
    averaged = [trajectory_of(path, charge) for path in files]
    fresh = unique([molecule.structure.name for molecule in averaged])
    return [_called(m, name) for m, name in zip(averaged, fresh, strict=True)], []


def _called(molecule: ObservedMolecule, name: str) -> ObservedMolecule:
    """The molecule and all its frames by another name."""
    frames = tuple(replace(frame, name=name) for frame in molecule.frames)
    return replace(molecule, structure=replace(molecule.structure, name=name), frames=frames)


def with_bonds(structure: Structure) -> ObservedMolecule:
    """A molecule of one geometry, with the bonds it states or that its distances suggest.

    Raises
    ------
    InputError
        No hydrogens where there must be some, or bonds that cannot be perceived.
    """
    deuterons = [k for k, z in zip(structure.isotopes, structure.numbers, strict=False) if z == 1]
    if any(k > 1 for k in deuterons):
        got, expected = "deuterium or tritium", "hydrogen of natural abundance"
        fix = "Write H: their own shifts are those of the protons in their places."
        raise InputError(message(structure.name, got, expected, fix))
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
        return ObservedMolecule(structure, graph(structure))
    except InputError:  # bond orders are for the names of the groups only
        if _open_carbon(structure):
            raise
        return ObservedMolecule(structure, skeleton(structure))


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


def trajectory_of(path: Path, charge: int | None = None) -> ObservedMolecule:
    """The frames of a file (xyz, or HDF5 of ``specml md``), named for it.

    Raises
    ------
    InputError
        As :func:`averaged_over`, or a file that cannot be read.
    """
    hdf5 = path.suffix.lower() in HDF5
    frames = _of_dynamics(path) if hdf5 else structures.read(path, charge)
    name = path.name.removesuffix(".md.h5") if hdf5 else path.stem
    return averaged_over(frames, name, str(path))


def averaged_over(frames: Sequence[Structure], name: str, where: str) -> ObservedMolecule:
    """A molecule of several geometries, of which at most ``MOST_FRAMES`` are kept.

    Parameters
    ----------
    name : what the molecule is called.
    where : what the frames come from, for the message.

    Raises
    ------
    InputError
        One frame, frames of different molecules, or as :func:`with_bonds`.
    """
    kept = [replace(frame, name=name) for frame in _spread(frames)]
    numbers = kept[0].numbers
    if len(kept) < 2:
        raise no_frames(where)
    if any(not np.array_equal(frame.numbers, numbers) for frame in kept):
        raise no_frames(where, "frames of different molecules")
    return replace(with_bonds(kept[0]), frames=tuple(kept))


def no_frames(where: str, got: str = "one frame") -> InputError:
    """What to raise where frames are to be averaged that are none."""
    expected = "several frames of one molecule, atoms in one order"
    return InputError(message(where, got, expected, "Leave out --average, or give a trajectory."))


def _of_dynamics(path: Path) -> list[Structure]:
    """Frames of every replica of a run of ``specml md``, one replica after the other."""
    read = trajectory.read(path)
    positions = read["positions"].reshape(-1, len(read.numbers), 3)
    return [Structure(read.numbers, p, charge=read.charge) for p in _spread(positions)]


def _spread(frames: Sequence | np.ndarray) -> list:
    """The frames that are averaged: at even distances, with the first and the last one."""
    last = len(frames) - 1
    chosen = np.unique(np.linspace(0, last, MOST_FRAMES).round().astype(int))
    return [frames[k] for k in chosen]
