"""Blocks and labelled records of JCAMP-DX files, which :mod:`specml.io.jcamp_reader` reads.

A file is a block, or blocks linked in one; a block is labelled records ``##LABEL=value`` from
``##TITLE=`` to ``##END=``. Labels are compared without blanks, dashes, slashes, underscores and
case; ``$$`` begins a comment.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from specml.errors import InputError, message

DAMAGED = "The file is damaged or cut off: fetch it again."


@dataclass
class JcampBlock:
    """The records of one block.

    Parameters
    ----------
    path : the file that the block stands in.
    title : the value of its record ##TITLE=.
    records : label without blanks, in capitals -> (number of its line, lines of its value).
    more_tables : data tables of NTUPLES behind the first one, which ``records`` has.
    """

    path: Path
    title: str
    records: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    more_tables: int = 0

    def text(self, label: str) -> str:
        """Value of a record; empty where there is none."""
        return " ".join(line.strip() for line in self.records.get(label, (0, []))[1]).strip()

    def number(self, label: str, default: float | None = None) -> float:
        """A number; raises InputError where it is missing without a default, or is no number."""
        if label not in self.records and default is not None:
            return default
        try:
            # Some programs write the decimal comma of their country.
            value = float(self.text(label).replace(",", "."))
        except ValueError:
            value = np.nan
        if not np.isfinite(value):
            got = f"##{label}={self.text(label)}" if label in self.records else f"no ##{label}="
            raise self.error(label, got, f"##{label}= with a number")
        return value

    def error(self, label: str, got: str, expected: str, fix: str = DAMAGED) -> InputError:
        """An error at the line of a record, or of the file where there is no such record."""
        line = self.records.get(label, (0, []))[0]
        return InputError(
            message(f"{self.path}:{line}" if line else str(self.path), got, expected, fix)
        )


def blocks(path: Path) -> list[JcampBlock]:
    """All blocks of a file that are closed by ``##END=``, in its order.

    Raises
    ------
    InputError
        No such file, not JCAMP-DX, or a block without end.
    """
    lines = [line.split("$$")[0].rstrip() for line in _text(path).splitlines()]
    begun = next((k for k, line in enumerate(lines) if line.strip()), None)
    if begun is None or not re.match(r"##[^=]*=", lines[begun]):
        got = "an empty file" if begun is None else repr(lines[begun].strip()[:40])
        raise _not_jcamp(path, got)
    every_block: list[JcampBlock] = []
    open_blocks: list[JcampBlock] = []
    value: list[str] = []
    for number, line in enumerate(lines, start=1):
        label, separator, rest = line.partition("=")
        if not (line.startswith("##") and separator):
            value.append(line)
            continue
        label = re.sub(r"[\s/_-]", "", label[2:]).upper()
        value = [rest]
        if label == "TITLE":
            open_blocks.append(JcampBlock(path, rest.strip()))
            every_block.append(open_blocks[-1])
        if not open_blocks:
            raise _not_jcamp(path, f"the record {line[:40]!r} outside a block")
        if label == "END":
            open_blocks.pop()
        elif label == "DATATABLE" and label in open_blocks[-1].records:
            open_blocks[-1].more_tables += 1  # further pages of NTUPLES
        else:
            open_blocks[-1].records[label] = number, value
    if open_blocks:
        raise InputError(
            message(
                f"{path}:{len(lines)}",
                f"the end of the file within the block {open_blocks[-1].title!r}",
                "##END= at the end of each block",
                DAMAGED,
            )
        )
    return every_block


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        got = "no such file" if isinstance(error, FileNotFoundError) else str(error.strerror)
        raise InputError(message(str(path), got, "a JCAMP-DX file", "Check the path.")) from error
    if b"\0" in data:
        raise _not_jcamp(path, "binary data")
    # The format is ASCII; a name with an accent does no harm.
    return data.decode("utf-8-sig", errors="replace")


def _not_jcamp(path: Path, got: str) -> InputError:
    return InputError(
        message(
            str(path),
            got,
            "a JCAMP-DX file, which begins with ##TITLE=",
            "Export the spectrum as JCAMP-DX (.jdx, .dx).",
        )
    )
