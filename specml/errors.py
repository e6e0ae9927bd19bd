"""What SpecML raises, and the one way its messages are built.

Every message names the thing, what was given, what was expected and what to do next; the
command line prints it as it stands and exits with code 2.
"""


class SpecMLError(Exception):
    """Something that the caller can put right; the message says how."""


class InputError(SpecMLError):
    """A file, structure or option cannot be used."""


class DomainError(SpecMLError):
    """The model cannot answer for a structure at all, because of an element it has never seen."""


class OutputError(SpecMLError):
    """A result cannot be written where it was asked for."""


class WeightsError(SpecMLError):
    """A model file cannot be read, or does not fit the network it names."""


class DynamicsError(SpecMLError):
    """A trajectory blew up; the message names replica and step."""


class ReferenceFailure(SpecMLError):
    """A quantum-chemistry calculation did not converge; it is recorded for each geometry."""


def first_line(error: Exception) -> str:
    r"""Say in one line what an exception of another library says; its type where it says nothing.

    >>> first_line(ValueError("no such file\nStack: ...")), first_line(KeyError())
    ('no such file', 'KeyError')
    """
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def message(thing: str, got: object, expected: str, fix: str) -> str:
    """Compose ``<thing>: got <got>; expected <expected>. <fix>``.

    >>> message("charge", 1, "an even number of electrons", "Check --charge.")
    'charge: got 1; expected an even number of electrons. Check --charge.'
    """
    return f"{thing}: got {got}; expected {expected}. {fix}"
