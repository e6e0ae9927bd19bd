"""Where the files of each molecule go, seen to before anything is computed, and their writing.

Commands on molecules and the ``save`` of the API call it, with the module of a kind of document.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from specml.documents import files
from specml.io import outputs
from specml.structure import Structure


class Document(Protocol):
    """What a module of ``documents`` offers that writes the files of one kind of result."""

    KIND: str

    def suffixes(self, structure: Structure, settings: Any, html: bool = False) -> tuple[str, ...]:
        """The files of one molecule, by what stands behind ``<molecule>.<kind>.``."""

    def contents(self, result: Any, html: bool = False) -> dict[str, bytes]:
        """Suffix -> the bytes of that file."""


def reserve(
    document: Document,
    structures: Iterable[Structure],
    settings: object,
    folder: Path,
    force: bool,
) -> dict[str, dict[str, Path]]:
    """Name of a molecule -> suffix -> path, after a look whether all of them can be written.

    Parameters
    ----------
    settings : those of the workflow, which decide what files there are.
    folder : made if it is missing.
    force : replace files that exist.

    Raises
    ------
    OutputError
        As :func:`specml.io.outputs.check`.
    """
    reserved = {
        structure.name: files.paths(
            folder, structure.name, document.KIND, document.suffixes(structure, settings)
        )
        for structure in structures
    }
    outputs.check([path for own in reserved.values() for path in own.values()], force)
    return reserved


def publish(document: Document, result: object, paths: dict[str, Path]) -> dict[str, Path]:
    """Write all files of a result or none, and return their paths.

    Raises
    ------
    OutputError
        As :func:`specml.io.outputs.publish`.
    """
    outputs.publish({paths[suffix]: data for suffix, data in document.contents(result).items()})
    return paths
