"""MDL structure files (.sdf) as tables: a row a record, its properties as columns.

Called where tables of molecules are opened (:mod:`specml.admet.molecule_table`). The structures
become SMILES, in 2D as in 3D; a record that cannot be read is a row with a fault.
"""

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import pyarrow as pa
from rdkit import Chem, rdBase

from specml.io.tables.chunk import Chunk, free, unique
from specml.io.tables.text import TextLines

END = "$$$$"
COUNTS = re.compile(r".*V[23]000\s*")  # the fourth line of a record
PROPERTY = re.compile(r">.*?<(.*)>.*")
TITLE = "title"
STRUCTURES = "smiles"


def is_sdf(path: Path) -> bool:
    """Whether a text is a structure file: its fourth line says so."""
    with closing(TextLines(path)) as text:
        lines = list(islice(text, 4))
    return len(lines) == 4 and COUNTS.fullmatch(lines[3]) is not None


class SdfTable:
    """A reader of a structure file, which is gone through twice: first for names of properties.

    Attributes
    ----------
    structures : the column that holds the structures as SMILES.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.notes: list[str] = []
        with closing(TextLines(path)) as text:
            marked = (PROPERTY.fullmatch(line.strip()) for line in text if line.startswith(">"))
            self._properties = list(dict.fromkeys(match[1] for match in marked if match))
        names = unique([TITLE, *self._properties])
        self.structures = free(STRUCTURES, names)
        self.schema = pa.schema([(name, pa.string()) for name in (self.structures, *names)])

    def chunks(self, size: int, skip: int = 0) -> Iterator[Chunk]:
        """Read chunks of rows as :class:`specml.io.tables.chunk.ChunkedTable` says."""
        with closing(TextLines(self._path)) as text:
            records = islice(_records(text), skip, None)
            start = skip
            while part := list(islice(records, size)):
                rows = [self._row(record) for record in part]
                faults = {
                    k: "a record that cannot be read" for k, row in enumerate(rows) if not row[0]
                }
                for k in list(faults):
                    rows[k][0] = ""
                    if _is_empty(part[k]):
                        del faults[k]
                columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
                batch = pa.RecordBatch.from_arrays(columns, schema=self.schema)
                yield Chunk(start, batch, faults, text.share_read)
                start += len(part)

    def _row(self, lines: list[str]) -> list[str | None]:
        """SMILES (None if there is none), title and properties of a record."""
        block, values = _divided(lines)
        title = lines[0].strip() if lines else ""
        return [_smiles(block), title, *(values.get(name, "") for name in self._properties)]


def _records(text: TextLines) -> Iterator[list[str]]:
    """The lines of each record; nothing but empty lines behind the last one is none."""
    lines: list[str] = []
    for line in text:
        if line.startswith(END):
            yield lines
            lines = []
        else:
            lines.append(line.rstrip("\r\n"))
    if any(line.strip() for line in lines):
        yield lines


def _divided(lines: list[str]) -> tuple[str, dict[str, str]]:
    """The mol block, and the properties with their values."""
    heads = [k for k, line in enumerate(lines) if k > 3 and PROPERTY.fullmatch(line.strip())]
    values = {}
    for k, following in zip(heads, [*heads, len(lines)][1:], strict=True):
        match = PROPERTY.fullmatch(lines[k].strip())
        if match:
            values[match[1]] = "\n".join(lines[k + 1 : following]).strip()
    return "\n".join(lines[: heads[0]] if heads else lines) + "\n", values


def _smiles(block: str) -> str | None:
    with rdBase.BlockLogs():
        try:
            mol: Chem.Mol | None = Chem.MolFromMolBlock(block)
            return None if mol is None or not mol.GetNumAtoms() else Chem.MolToSmiles(mol)
        # A record never stops a file, and RDKit raises errors of many kinds.
        except Exception:  # noqa: BLE001
            return None


def _is_empty(lines: list[str]) -> bool:
    """Whether a record says that it has no atoms."""
    counts = lines[3] if len(lines) > 3 else ""
    return counts[:3].strip() == "0" and "V3000" not in counts
