"""Decode the text of structure files, in whatever encoding an editor left it.

Called by :mod:`specml.io.structures` and the readers of trajectories and JCAMP-DX files.

UTF-8 or UTF-16 by the byte-order mark, else UTF-8; where that fails, in names and comments, the
bytes are Windows-1252.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from specml.errors import InputError, message
from specml.io.tables.text import FALLBACK, encoding_of


def decoded(path: Path, raw: bytes) -> str:
    """The text of a file, its lines ending in a line feed.

    Raises
    ------
    InputError
        Bytes that are not text.
    """
    encoding = encoding_of(raw[:4])
    if encoding == "utf-16":
        text = raw.decode(encoding, errors="replace")
    elif b"\0" in raw:
        line = raw.split(b"\0", maxsplit=1)[0].count(b"\n") + 1
        fix = "Check that this is the structure file."
        raise InputError(message(f"{path}:{line}", "bytes that are not text", "a text file", fix))
    else:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            text = raw.decode(FALLBACK, errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def with_points(lines: Sequence[str]) -> list[str] | None:
    """Lines of numbers with decimal commas, with points in their place; None for other lines.

    They have decimal commas where no number has a point and each, between blanks, tabs and
    semicolons, at most one comma, digits on both sides.

    >>> with_points(["400,5 0,12; 401,5 0,13"]), with_points(["400,10,20 30"])
    (['400.5 0.12; 401.5 0.13'], None)
    """
    words = [word for line in lines for word in re.split(r"[\s;]+", line.strip()) if word]
    commas = sum("," in word for word in words)
    single = all(
        re.fullmatch(r"[^,]*\d,\d[^,]*", word) for word in words if "," in word
    ) and not any("." in word for word in words)
    parted = all(len(re.split(r"[\s;]+", line.strip())) > 1 for line in lines if line.strip())
    if not (commas and single and parted):
        return None
    return [line.replace(",", ".") for line in lines]
