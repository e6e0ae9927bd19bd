"""Molecules from files: xyz (one or many frames, plain or extended) and MDL mol/sdf.

Every error names the file and the line. The charge comes from the file where the file states one
(``charge=1`` in an xyz comment, the formal charges of an sdf) or from the caller; if both do and
they disagree, that is an error, because neither is known to be right.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from specml.errors import InputError, message
from specml.io import xyz
from specml.io.plain_text import decoded
from specml.io.record import MoleculeRecord
from specml.structure import Structure

FORMATS = (".xyz", ".extxyz", ".sdf", ".mol")


def read(path: Path, charge: int | None = None) -> list[Structure]:
    """All molecules of a file, named for it (``water``, or ``water-1``, ``water-2``...).

    Parameters
    ----------
    path : a file whose name ends in one of ``FORMATS``.
    charge : total charge of every molecule, e, where the file does not state it.

    Raises
    ------
    InputError
        Anything that keeps the file from being a list of molecules; names file and line.
    """
    molecules = [record.structure(charge) for record in _records(path, _text(path))]
    if not molecules:
        raise InputError(
            message(str(path), "no molecules", "at least one molecule", "Write it again.")
        )
    width = len(str(len(molecules)))
    names = (
        [path.stem]
        if len(molecules) == 1
        else [f"{path.stem}-{i + 1:0{width}d}" for i in range(len(molecules))]
    )
    return [replace(s, name=name) for s, name in zip(molecules, names, strict=True)]


def _records(path: Path, text: str) -> Iterator[MoleculeRecord]:
    suffix = path.suffix.lower()
    if suffix in (".xyz", ".extxyz"):
        return xyz.frames(path, text)
    if suffix in (".sdf", ".mol"):
        from specml.io import mdl  # the only need for RDKit, 0.1 s to load

        return mdl.records(path, text)
    raise InputError(
        message(
            str(path),
            f"a file ending in {suffix!r}",
            "one of " + ", ".join(FORMATS),
            "Convert it to xyz, or give the molecule with --smiles.",
        )
    )


def _text(path: Path) -> str:
    try:
        text = decoded(path, path.read_bytes())
    except FileNotFoundError as error:
        raise InputError(
            message(str(path), "no such file", "a structure file", "Check the path.")
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
