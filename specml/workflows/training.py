"""Training of a response model from files of labels: what ``specml train`` does."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from specml.data.splits import read_splits
from specml.inference.model_file import read_network, write_model
from specml.io import datasets, outputs
from specml.io.shards import RunProgress
from specml.training.recipe import Recipe, read_recipe
from specml.training.run import LadderTraining

STAGES = ("pretrain", "finetune")


@dataclass(frozen=True)
class TrainingFiles:
    """What a training reads and where it writes.

    Parameters
    ----------
    recipe : toml file; see :mod:`specml.training.recipe`.
    gfn2, dft : files of labels, of each theory one after the other.
    molecules : csv with the columns smiles and split.
    output : folder that checkpoints, log and model are written to.
    name : name of the model.
    start : name or path of a model whose weights to begin with; random ones without.
    """

    recipe: Path
    gfn2: Sequence[Path]
    dft: Sequence[Path]
    molecules: Path
    output: Path
    name: str = "custom"
    start: str | None = None

    @property
    def card(self) -> Path:
        """The card of the model, ``<output>/<name>.json``."""
        return self.output / f"{self.name}.json"


class Training:
    """A training, ready to go: all files have been read.

    Parameters
    ----------
    force : start afresh, forgetting checkpoints and model.

    Raises
    ------
    InputError, OutputError, WeightsError
        Files that cannot be read or do not fit each other, or an output that is in the way.
    """

    def __init__(self, files: TrainingFiles, force: bool = False):
        self.files = files
        self.recipe: Recipe = read_recipe(files.recipe)
        splits = read_splits(files.molecules)
        outputs.check([files.card], force, "--output")
        gfn2, dft = (
            datasets.concatenate([datasets.read(path) for path in paths])
            for paths in (files.gfn2, files.dft)
        )
        start = None if files.start is None else read_network(files.start, self.recipe.network)
        self.run = LadderTraining(self.recipe, gfn2, dft, splits, files.output, start)
        if force:
            for path in (files.card, *(files.output / f"{stage}.pt" for stage in STAGES)):
                path.unlink(missing_ok=True)

    def stages(self) -> Iterator[tuple[str, Generator[RunProgress, None, None]]]:
        """Name and steps of each stage; a stage begins when its first step is asked for."""
        recipe = self.recipe
        for name, reports, total in (
            ("pretrain", self.run.pretrain(), recipe.pretrain.steps),
            ("finetune", self.run.finetune(), recipe.finetune.steps),
        ):
            yield name, (RunProgress(report.step, 0, total) for report in reports)

    def write(self) -> Path:
        """Write the model after the last stage; returns its card."""
        path, molecules = self.files.card, self.files.molecules.name
        card = self.run.card(path.stem, f"{path.stem}.safetensors", baseline="gfn2")
        card |= {"description": "", "data": card["data"] | {"molecules": molecules}}
        write_model(path, self.run.model, card)
        return path
