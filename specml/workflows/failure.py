"""A molecule without an answer, which workflows return beside the answers of the others."""

from dataclasses import dataclass

from specml.errors import SpecMLError


@dataclass(frozen=True)
class Failure:
    """What a workflow returns in the place of a molecule's result.

    Parameters
    ----------
    name : the molecule's.
    error : what went wrong, which the caller can put right.
    """

    name: str
    error: SpecMLError

    def __str__(self) -> str:
        """The message of the error, with the name of the molecule before it."""
        text = str(self.error)
        return text if text.startswith(self.name) else f"{self.name}: {text}"
