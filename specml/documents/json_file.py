"""JSON documents from files: every reader of this package begins here."""

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from specml.errors import InputError, message


def load(path: Path, schemas: Collection[str], made_with: str) -> dict[str, Any]:
    """The document of a file.

    Parameters
    ----------
    schemas : the values of the key ``schema`` that are taken.
    made_with : the command that writes such a file, for the message.

    Raises
    ------
    InputError
        No such file, no JSON, or another schema.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        schema = document["schema"]
    except OSError as error:
        got = "no such file" if isinstance(error, FileNotFoundError) else str(error.strerror)
        raise refused(path, got, schemas, made_with) from error
    except (ValueError, KeyError, TypeError) as error:
        got = f"{type(error).__name__}: {error}"
        raise refused(path, got, schemas, made_with) from error
    if schema not in schemas:
        raise refused(path, f"the schema {schema!r}", schemas, made_with)
    return dict(document)


def refused(path: Path, got: str, schemas: Collection[str], made_with: str) -> InputError:
    """What to raise for a file that is no such document."""
    expected = f"a JSON document of the schema {' or '.join(sorted(schemas))}"
    return InputError(message(str(path), got, expected, f"Make one with `{made_with}`."))


class MissingValue(ValueError):
    """A number that a document should hold and does not."""


def finite(values: Sequence) -> np.ndarray:
    """Values of a document as an array of floats, of the shape that they are nested in.

    Raises
    ------
    MissingValue
        Where JSON says null or NaN, or a table nan.
    """
    array = np.array(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise MissingValue("a value that is missing or not finite")
    return array
