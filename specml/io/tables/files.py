"""Which files are tables, and of which format: for ``specml admet predict`` and ``train``."""

from pathlib import Path

from specml.io.tables.text import PARQUET, first_bytes

TEXTS = (".csv", ".tsv", ".txt", ".smi", ".smiles", ".ism", ".can", ".jsonl", ".ndjson")
SUFFIXES = (*TEXTS, ".parquet", ".pq", ".sdf", ".sd", ".xlsx")


def is_parquet(path: Path) -> bool:
    """Whether a file is parquet, whatever its name says."""
    return first_bytes(path) == PARQUET


def tables_in(folder: Path) -> list[Path]:
    """The files of a folder whose names say that they are tables, compressed or not, sorted."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.name.lower().removesuffix(".gz").endswith(SUFFIXES)
    )
