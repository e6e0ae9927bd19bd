"""What SpecML raises, and the one way its messages are built.

Every message names the thing, what was given, what was expected and what to do next; the
command line prints it as it stands and exits with code 2.
"""


class SpecMLError(Exception):
    """Something the caller can put right; the message says how."""


class InputError(SpecMLError):
    """A file, structure or option that cannot be used."""


class DomainError(SpecMLError):
    """A structure that the model cannot answer for at all (an element it has never seen)."""


class OutputError(SpecMLError):
    """A result that cannot be written where it was asked for."""


class WeightsError(SpecMLError):
    """A model file that cannot be read, or does not fit the network it names."""


class DynamicsError(SpecMLError):
    """A trajectory that blew up; the message names replica and step."""


class ReferenceFailure(SpecMLError):
    """A quantum-chemistry calculation that did not converge; recorded per geometry."""


def first_line(error: Exception) -> str:
    r"""What an exception of another library says, for a message; its type where it says nothing.

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
