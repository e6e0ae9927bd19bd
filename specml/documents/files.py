"""Names of the files of a result, ``<folder>/<molecule>.<kind>.<suffix>``; checks and writes them.

Called by every module of this package and by the commands that write single files.
"""

from collections.abc import Iterable
from pathlib import Path

from specml.io.outputs import check, publish

__all__ = ["check", "paths", "publish"]


def paths(folder: Path, molecule: str, kind: str, suffixes: Iterable[str]) -> dict[str, Path]:
    """Suffix -> path, in the order of the suffixes.

    >>> paths(Path("results"), "ethanol", "ir", ["json"])["json"].as_posix()
    'results/ethanol.ir.json'
    """
    return {suffix: folder / f"{molecule}.{kind}.{suffix}" for suffix in suffixes}
