"""Write results so that a reader never meets half of one.

Called by every command that writes files, mostly through :mod:`specml.documents.files`.

Files are written under temporary names beside their destination and renamed when all of them are
complete; an interruption before that leaves nothing behind. A symbolic link stays one: the file
that it points to is replaced. What is no regular file (a pipe, a terminal, ``/dev/null``) is
written to as it is, and never stands in the way.
"""

import os
import stat
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

from specml.errors import OutputError, message

OPEN = {Path("/dev/stdout"): 1, Path("/dev/stderr"): 2, Path("/dev/fd/1"): 1, Path("/dev/fd/2"): 2}


def is_stream(path: Path) -> bool:
    """Whether a path names a pipe, a device or an open file of this process: nothing to replace."""
    if path.is_relative_to("/dev/fd") or path in OPEN:
        return True
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def open_stream(path: Path) -> BinaryIO:
    """Open what is no regular file for writing; an open file of this process goes on at its end."""
    return os.fdopen(os.dup(OPEN[path]), "wb") if path in OPEN else path.open("wb")


def destination(path: Path) -> Path:
    """The file that a symbolic link points to, whether it exists or not; else the path itself.

    Raises
    ------
    OutputError
        Links that go round in a circle.
    """
    if is_stream(path) or not os.path.islink(path):  # noqa: PTH114 - pathlib raises for long names
        return path
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:
        got, fix = "links that go round in a circle", "Remove one of them."
        raise OutputError(message(str(path), got, "a link to a file", fix)) from error


def check(paths: Iterable[Path], force: bool, named_by: str = "--output-dir") -> None:
    """Before any computing: every folder can be written to and nothing would be overwritten.

    Parameters
    ----------
    named_by : what on the command line says where to write, for the message.

    Raises
    ------
    OutputError
        Two results of one name, a folder that cannot be made or written to or stands where a file
        is to be, or an existing file without ``force``.
    """
    paths = list(paths)
    name, count = Counter(paths).most_common(1)[0] if paths else (None, 0)
    if count > 1:
        got, fix = f"the name of {count} results", "Rename an input, or run them one by one."
        raise OutputError(message(str(name), got, "a name for each", fix))
    paths = [destination(path) for path in paths if not is_stream(path)]
    for folder in sorted({path.parent for path in paths}):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError as error:
            raise OutputError(
                message(
                    str(folder),
                    error.strerror,
                    "a folder that can be written to",
                    f"Choose another {named_by}.",
                )
            ) from error
    try:
        folders = [path for path in paths if path.is_dir()]
        existing = [path for path in paths if path.exists()]
    except OSError as error:
        fix = "Choose a shorter one."
        raise OutputError(
            message(str(error.filename), error.strerror, "a name for a file", fix)
        ) from error
    if folders:
        got, fix = "an existing folder", f"Choose another {named_by}."
        raise OutputError(message(str(folders[0]), got, "the name of a file", fix))
    if existing and not force:
        more = f" and {len(existing) - 1} more" if len(existing) > 1 else ""
        raise OutputError(
            message(
                str(existing[0]),
                f"an existing file{more}",
                "a name that is free",
                f"Replace with --force, or choose another {named_by}.",
            )
        )


def publish(contents: Mapping[Path, bytes], named_by: str = "--output-dir") -> None:
    """Write all files, or none of them.

    Parameters
    ----------
    named_by : as in :func:`check`.

    Raises
    ------
    OutputError
        If one cannot be written (a full disk, rights taken away).
    """
    partial: dict[Path, Path] = {}
    try:
        for path, data in contents.items():
            if not is_stream(path):
                target = destination(path)
                partial[target] = target.with_name(f".{target.name}.{os.getpid()}.partial")
                partial[target].write_bytes(data)
        for target, made in partial.items():
            made.replace(target)
        for path, data in contents.items():
            if is_stream(path):
                with open_stream(path) as stream:
                    stream.write(data)
    except OSError as error:
        raise OutputError(
            message(
                str(error.filename),
                error.strerror,
                "room and rights to write",
                f"Choose another {named_by}.",
            )
        ) from error
    finally:
        for path in partial.values():
            path.unlink(missing_ok=True)
