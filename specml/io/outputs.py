"""Write results so that a reader never meets half of one.

Called by every command that writes files, mostly through :mod:`specml.documents.files`.

Files are written under temporary names beside their destination and renamed when all of them are
complete; an interruption before that leaves nothing behind. What a symbolic link points to is
written, not the link; pipes and devices are written to as they stand.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from specml.errors import OutputError, message


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
        existing = [path for path in paths if path.exists() and not is_stream(path)]
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


def is_stream(path: Path) -> bool:
    """Whether something other than a file or folder stands there: a pipe, a device."""
    return path.exists() and not path.is_file() and not path.is_dir()


def behind_links(path: Path) -> Path:
    """The file that a symbolic link means, which is to be written, not the link replaced."""
    return path.resolve() if path.is_symlink() else path


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
    streams = [path for path in contents if is_stream(path)]
    files = {path: behind_links(path) for path in contents if path not in streams}
    partial = {
        path: end.with_name(f".{end.name}.{os.getpid()}.partial") for path, end in files.items()
    }
    try:
        for path, beside in partial.items():
            beside.write_bytes(contents[path])
        for path in streams:
            path.write_bytes(contents[path])
        for path, beside in partial.items():
            beside.replace(files[path])
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
