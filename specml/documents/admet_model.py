"""The files of a model that ``specml admet train`` makes: a card and beside it the parameters."""

from pathlib import Path

from specml.admet import model_file
from specml.workflows.admet_training import OwnModel


def paths(output: Path) -> tuple[Path, Path]:
    """The card, whose name ends in ``.json``, and the parameters.

    >>> [path.as_posix() for path in paths(Path("models/own"))]
    ['models/own.json', 'models/own.safetensors']
    """
    card = output if output.suffix == ".json" else output.with_name(output.name + ".json")
    return card, card.with_suffix(".safetensors")


def contents(model: OwnModel, output: Path) -> dict[Path, bytes]:
    """The bytes of both files, parameters first: a card never stands without them."""
    card, parameters = paths(output)
    text, data = model_file.dump(model.trained, card.stem, parameters.name, model.card)
    return {parameters: data, card: text}
