"""Molecules from files: xyz, mol and sdf, pdb, mol2, and what Gaussian and ORCA read and write.

Every error names the file and the line. The charge comes from the file where the file states one
(``charge=1`` in an xyz comment, the formal charges of an sdf) or from the caller; if both do and
they disagree, that is an error, because neither is known to be right.
"""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from specml.errors import InputError, SpecMLError, message
from specml.io import program_files, xyz
from specml.io.file_names import file_name
from specml.io.plain_text import decoded
from specml.io.record import MoleculeRecord
from specml.structure import Structure

STDIN = Path("-")
_SMILES = re.compile(r"[][A-Za-z0-9@+=#%()/\\.~$*:-]+")


def _mdl(path: Path, text: str) -> Iterator[MoleculeRecord]:
    from specml.io import mdl  # the only need for RDKit, 0.1 s to load

    return mdl.MolRecords(path, text)


_READERS: dict[str, Callable[[Path, str], Iterator[MoleculeRecord]]] = {
    ".xyz": xyz.frames,
    ".extxyz": xyz.frames,
    ".sdf": _mdl,
    ".mol": _mdl,
    ".pdb": program_files.pdb,
    ".mol2": program_files.mol2,
    ".com": program_files.gaussian_input,
    ".gjf": program_files.gaussian_input,
    ".inp": program_files.orca_input,
    ".log": program_files.output,
    ".out": program_files.output,
}
FORMATS = tuple(_READERS)


def read(path: Path, charge: int | None = None) -> list[Structure]:
    """All molecules of a file, named for it (``water``, or ``water-1``, ``water-2``...).

    Several molecules that all have titles of their own are named for these.

    Parameters
    ----------
    path : a file whose name ends in one of ``FORMATS``, or ``-`` for the standard input.
    charge : total charge of every molecule, e, where the file does not state it.

    Raises
    ------
    InputError
        Anything that keeps the file from being a list of molecules; names file and line.
    """
    molecules = []
    for molecule in read_each(path, charge):
        if isinstance(molecule, SpecMLError):
            raise molecule
        molecules.append(molecule)
    return molecules


def is_structure(text: str) -> bool:
    """Whether a text without a name is in one of the formats, and not lines of SMILES."""
    return _suffix_of(text) != ""


def read_each(
    path: Path, charge: int | None = None, text: str | None = None
) -> list[Structure | SpecMLError]:
    """The molecules of :func:`read`, the error of a bad one in its place among the others.

    Parameters
    ----------
    text : what the file holds, where it was read already.
    """
    text = read_text(path) if text is None else text
    molecules: list[Structure | SpecMLError] = []
    titles: list[str] = []
    records = _records(path, text)
    while True:
        try:
            record = next(records, None)
        except SpecMLError as error:  # a reader cannot go on behind it, but for mol blocks
            molecules.append(error)
            titles.append("")
            continue
        if record is None:
            break
        titles.append(record.title)
        try:
            molecules.append(record.structure(charge))
        except SpecMLError as error:
            molecules.append(error)
    if not molecules:
        raise InputError(
            message(str(path), "no molecules", "at least one molecule", "Write it again.")
        )
    names = _names("stdin" if path == STDIN else path.stem, titles)
    return [
        m if isinstance(m, SpecMLError) else replace(m, name=name)
        for m, name in zip(molecules, names, strict=True)
    ]


def _names(stem: str, titles: list[str]) -> list[str]:
    if len(titles) == 1:
        return [stem]
    named = [file_name(title) for title in titles]
    if all(titles) and len({name.lower() for name in named}) == len(named):
        return named
    width = len(str(len(titles)))
    return [f"{stem}-{i + 1:0{width}d}" for i in range(len(titles))]


def _records(path: Path, text: str) -> Iterator[MoleculeRecord]:
    suffix = path.suffix.lower()
    if path == STDIN:
        suffix = _suffix_of(text) or ".xyz"
    if suffix in _READERS:
        return iter(_READERS[suffix](path, text))
    raise InputError(
        message(
            str(path),
            f"a file ending in {suffix!r}",
            "one of " + ", ".join(FORMATS),
            "Convert it to xyz, or give the molecule with --smiles.",
        )
    )


def _suffix_of(text: str) -> str:
    """The format of a text that has no name."""
    if re.match(r"\s*\d+\s*\n", text):
        return ".xyz"
    if re.search(r"^M  END|V[23]000\s*$", text, re.MULTILINE):
        return ".sdf"
    if "@<TRIPOS>MOLECULE" in text:
        return ".mol2"
    if re.search(r"^(ATOM  |HETATM)", text, re.MULTILINE):
        return ".pdb"
    return ""


def _remedy(path: Path) -> str:
    """What to do about a file that is not there: it may be a SMILES."""
    if path.suffix.lower() not in FORMATS and _SMILES.fullmatch(str(path)):
        return f"If it is a SMILES: --smiles '{path}'."
    return "Check the path."


def read_text(path: Path) -> str:
    """What a file, or the standard input, holds; raises InputError if that is nothing."""
    try:
        raw = sys.stdin.buffer.read() if path == STDIN else path.read_bytes()
        text = decoded(path, raw)
    except FileNotFoundError as error:
        raise InputError(
            message(str(path), "no such file", "a structure file", _remedy(path))
        ) from error
    except OSError as error:
        raise InputError(
            message(str(path), error.strerror, "a readable file", "Check the path and its rights.")
        ) from error
    if not text.strip():
        raise InputError(
            message(str(path), "an empty file", "at least one molecule", "Write it again.")
        )
    return text
