"""The stages of ``specml train``: GFN2 pretraining, then GFN2 and DFT together; and the card.

Each stage has its own checkpoint in the output folder, so a killed run goes on where it was.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

import specml
from specml.data.splits import split_of_rows
from specml.elements import SYMBOLS
from specml.errors import InputError, message
from specml.io.datasets import Dataset
from specml.models.ladder import POLARIZABILITY_RUNGS, LadderModel, forces_of
from specml.nn.gather import scatter
from specml.training import ladder_data
from specml.training.ladder import TrainingSource, evaluate, train
from specml.training.ladder_data import LadderData
from specml.training.loop import Schedule, TrainingReport
from specml.training.recipe import Recipe


class LadderTraining:
    """One training of a response model, from labelled geometries to its card.

    Parameters
    ----------
    recipe : network and schedules.
    gfn2, dft : labelled geometries.
    splits : SMILES -> train, validation or test (``data.splits``).
    folder : checkpoints.
    start : network to go on from, of the recipe's kind; its reference energies are kept. Random
        parameters without.

    Raises
    ------
    InputError
        A dataset without its labels, or without molecules to train or to validate on.
    """

    def __init__(
        self,
        recipe: Recipe,
        gfn2: Dataset,
        dft: Dataset,
        splits: dict[str, str],
        folder: Path,
        start: LadderModel | None = None,
    ):
        self.recipe = recipe
        self.folder = folder
        torch.manual_seed(recipe.pretrain.seed)
        self.model = LadderModel(recipe.network)
        cheap = _split(ladder_data.from_gfn2, gfn2, splits, "GFN2 dataset")
        fine = _split(ladder_data.from_dft, dft, splits, "DFT dataset")
        folder.mkdir(parents=True, exist_ok=True)
        if start is None:
            references = cheap["train"].fit_references() + fine["train"].fit_references()
            self.model.energy.reference.copy_(torch.as_tensor(references))
        else:
            self.model.load_state_dict(start.state_dict())
            references = self.model.energy.reference.numpy()
        self.cheap = {k: v.without_references(references) for k, v in cheap.items()}
        self.fine = {k: v.without_references(references) for k, v in fine.items()}

    def pretrain(self) -> Iterator[TrainingReport]:
        """Train rung 0 on GFN2 labels alone, yielding reports."""
        sources = [TrainingSource(self.cheap["train"], 1.0)]
        yield from self._stage("pretrain", self.recipe.pretrain, sources)

    def finetune(self) -> Iterator[TrainingReport]:
        """Train all rungs: GFN2 labels keep rung 0 right while DFT labels teach the others."""
        data = self.recipe.data
        sources = [
            TrainingSource(self.cheap["train"], data.gfn2_share),
            TrainingSource(self.fine["train"], 1.0 - data.gfn2_share, data.per_molecule),
        ]
        yield from self._stage("finetune", self.recipe.finetune, sources)

    def _stage(
        self, name: str, schedule: Schedule, sources: list[TrainingSource]
    ) -> Iterator[TrainingReport]:
        checkpoint = self.folder / f"{name}.pt"
        for report in train(self.model, sources, schedule, self.recipe.weights, checkpoint):
            with (self.folder / "log.jsonl").open("a") as log:
                log.write(json.dumps({"stage": name, **asdict(report)}) + "\n")
            yield report

    def card(self, name: str, weights: str, baseline: str | None) -> dict:
        """The model card, with errors on the validation molecules."""
        cheap, fine = self.cheap["validation"], self.fine["validation"]
        errors = evaluate(self.model, cheap) | evaluate(self.model, fine)
        numbers = np.unique(self.fine["train"].dataset.numbers)
        return {
            "name": name,
            "weights": weights,
            "baseline": baseline,
            "version": specml.__version__,
            "dipole_rungs": self._dipole_rungs(),
            "polarizability": self.model.polarizability is not None
            and self._polarizabilities("b3lyp-svpd") > 0,
            "network": asdict(self.recipe.network),
            "elements": [SYMBOLS[z] for z in numbers],
            "n_parameters": sum(p.numel() for p in self.model.parameters()),
            "data": {
                "gfn2_geometries": len(self.cheap["train"]),
                "gfn2_molecules": _molecules(self.cheap["train"]),
                "b3lyp_geometries": len(self.fine["train"]),
                "b3lyp_molecules": _molecules(self.fine["train"]),
                "polarizabilities_svp": self._polarizabilities("b3lyp-svp"),
                "polarizabilities": self._polarizabilities("b3lyp-svpd"),
            },
            "recipe": asdict(self.recipe),
            "validation_errors": {k: round(v, 5) for k, v in errors.items()},
            "domain": self.domain(),
        }

    def _polarizabilities(self, theory: str) -> int:
        """How many training geometries have that of a level of theory."""
        level = POLARIZABILITY_RUNGS.index(theory)
        return int(np.isfinite(self.fine["train"].polarizability[:, 0, 0, level]).sum())

    def _dipole_rungs(self) -> int:
        """How many rungs of the dipole have labels to learn from."""
        sources = (self.cheap["train"], self.fine["train"], self.fine["train"])
        known = [np.isfinite(s.dipole[:, :, rung]).any() for rung, s in enumerate(sources)]
        return int(np.cumprod(known).sum())

    def domain(self) -> dict:
        """Rules of ``inference.domain``: a misfit beyond nearly all validation geometries is odd.

        The line from misfit to wavenumber error is a prior until reference spectra replace it
        (benchmarks/spectra/accuracy.py): 10 1/cm at the median validation misfit.
        """
        validation = self.cheap["validation"]
        misfits = geometry_misfits(self.model, validation)
        return {
            "largest_misfit": round(float(np.quantile(misfits, 0.99)), 3),
            "charges": [0],
            "min_atoms": int(self.fine["train"].dataset.n_atoms.min()),
            "max_heavy_atoms": int(self.fine["train"].dataset.n_heavy.max()),
            "uncertainty": [0.0, round(10.0 / float(np.median(misfits)), 1)],
        }


def geometry_misfits(
    model: LadderModel, data: LadderData, rung: int = 0, batch_size: int = 32
) -> np.ndarray:
    """(n,) root-mean-square error of a rung's forces at each geometry, eV/angstrom."""
    misfits = []
    for first in range(0, len(data), batch_size):
        batch, targets = data.batch(
            np.arange(first, min(first + batch_size, len(data))), model.cutoff
        )
        positions = batch.positions.requires_grad_(True)
        energy = model.energy_rungs(batch.with_positions(positions))[:, rung]
        squared = ((forces_of(energy, positions) - targets.forces[:, :, rung]) ** 2).sum(1)
        total = scatter(squared[:, None], batch.structure, batch.n_structures)[:, 0]
        counts = torch.bincount(batch.structure)
        misfits.append(torch.sqrt(total / counts).detach().numpy())
    return np.concatenate(misfits)


def _molecules(data: LadderData) -> int:
    return len(np.unique(data.dataset.molecule))


def _split(
    arrange: Callable[[Dataset], LadderData], dataset: Dataset, splits: dict[str, str], title: str
) -> dict[str, LadderData]:
    split = split_of_rows(splits, dataset.smiles, dataset.molecule)
    chosen = {name: split == name for name in ("train", "validation")}
    for name, rows in chosen.items():
        if not rows.any():
            raise InputError(
                message(
                    title,
                    f"no geometry of a {name} molecule",
                    "at least one",
                    "Label molecules of that split, or change the list of --molecules.",
                )
            )
    return {name: arrange(dataset.select(rows)) for name, rows in chosen.items()}
