"""Reference labels for geometries and for the atoms of drug-like molecules.

What ``specml label`` and ``specml admet label`` do: long runs that may be stopped at any moment
and resumed by the same call.
"""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from specml.data.cascade import evaluation_keys
from specml.errors import InputError, message
from specml.io import atom_labels, datasets, outputs, structures
from specml.io.datasets import Dataset
from specml.io.molecule_list import read_smiles
from specml.io.shards import RunProgress
from specml.reference.atom_labelling import label_list
from specml.reference.labelling import SCHEMES, labelling, results


@dataclass(frozen=True)
class LabellingSettings:
    """How geometries are labelled.

    Parameters
    ----------
    scheme : a key of :data:`specml.reference.labelling.SCHEMES`.

    Raises
    ------
    InputError
        Another scheme.
    """

    scheme: str = "b3lyp-svp"

    def __post_init__(self) -> None:
        if self.scheme not in SCHEMES:
            known = "one of " + ", ".join(SCHEMES)
            raise InputError(message("--scheme", repr(self.scheme), known, "Choose one of them."))


def read_geometries(path: Path) -> Dataset:
    """Geometries without labels, from a data set or a structure file.

    Of a structure file every frame is a molecule of its own.

    Raises
    ------
    InputError
        A file that cannot be read.
    """
    if path.suffix.lower() not in structures.FORMATS:
        dataset = datasets.read(path)
        dataset.labels = {}
        return dataset
    frames = structures.read(path)
    index = np.arange(len(frames))
    return datasets.from_structures(frames, index, 0 * index, [frame.name for frame in frames])


def label_geometries(
    geometries: Path,
    output: Path,
    settings: LabellingSettings,
    processes: int = 1,
    limit: int | None = None,
    force: bool = False,
) -> Generator[RunProgress, None, None]:
    """Label a file of geometries; everything is checked before the first step is asked for.

    Parameters
    ----------
    limit, force : as of :func:`specml.workflows.sampling.sample_list`.

    Raises
    ------
    InputError
        Geometries that cannot be read, shards of another run, or every geometry failed.
    OutputError
        An output that exists, is the input or cannot be written.
    """
    dataset, scheme = read_geometries(geometries), SCHEMES[settings.scheme]
    run = labelling(dataset, scheme, output)
    run.prepare(geometries, force)
    return run.steps(lambda rows: results(dataset, scheme, rows, processes, output), limit)


@dataclass(frozen=True)
class AtomLabelCount:
    """What a file of atom labels holds.

    Parameters
    ----------
    molecules, atoms : how many have labels.
    size : size of the file, bytes.
    seen, listed : how many molecules have been looked at, and how many the list has.
    """

    molecules: int
    atoms: int
    size: int
    seen: int
    listed: int


class AtomLabelling:
    """Labels of the atoms of a list of molecules by GFN2-xTB, ready to go.

    Parameters
    ----------
    molecules : csv with a column smiles.
    output : file of the labels; a second run goes on.
    exclude : text file, first block of an InChIKey a line: molecules to leave out.

    Raises
    ------
    InputError
        Files that cannot be read.
    OutputError
        An output that cannot be written.
    """

    def __init__(self, molecules: Path, output: Path, exclude: Path | None = None):
        self.smiles = read_smiles(molecules)
        self.output = output
        outputs.check([output], force=True, named_by="--output")
        self.excluded = evaluation_keys(exclude) if exclude else frozenset()

    def steps(
        self, processes: int = 1, limit: int | None = None
    ) -> Generator[RunProgress, None, None]:
        """Label ``limit`` more molecules, or all; errors as of ``label_list``."""
        return label_list(self.smiles, self.output, self.excluded, processes, limit)

    def count(self) -> AtomLabelCount:
        """What the output now holds."""
        labels = atom_labels.read(self.output)
        atoms, seen = int(labels.n_atoms.sum()), int(labels.attributes["seen"])
        size, listed = self.output.stat().st_size, len(self.smiles)
        return AtomLabelCount(len(labels), atoms, size, seen, listed)
