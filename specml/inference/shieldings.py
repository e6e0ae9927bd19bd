"""Shieldings and shifts of the nuclei of molecules at given geometries.

    delta(DFT)   what the network learned from mPW1PW91/6-311+G(d,p), ppm from TMS
    delta        calibrated to experiment: for 13C the second rung of the network, for 1H the line
                 slope * delta(DFT) + intercept of the card
    sigma        intercept + slope * delta(DFT), absolute shielding of the same level of theory;
                 the intercept is that of TMS

The expected absolute error of delta is the scale the network gives; for 1H it is combined with
that of the line, sqrt(a^2 + b^2).

Tetramethylsilane is where the scale begins: its nuclei are at 0.00 by definition.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy.spatial.distance import cdist

from specml.data.batch import collate
from specml.errors import InputError, message
from specml.inference import domain
from specml.inference.derivatives import chunks
from specml.inference.model_file import read_shieldings, torch_device
from specml.io.model_cards import SHIELDING, card_path, check_keys
from specml.models.shielding import NUCLEI, ShieldingModel
from specml.structure import Structure

ISOTOPES = {1: "1H", 6: "13C"}  # the nucleus that is observed
FIGURES = ("calibration", "experiment_scale_1H", "reference", "solvent", "domain")
BOND = {(14, 6): 2.2, (6, 1): 1.4}  # angstrom; Si-C is 1.87, C-H 1.09


@dataclass(frozen=True, eq=False)
class Shieldings:
    """Nuclei of one molecule; every array is (n_atoms,) ppm, NaN for other nuclei.

    Parameters
    ----------
    structure : the geometry they belong to.
    dft, dft_uncertainty : shift from TMS in the DFT of the labels, and its expected error.
    shift, uncertainty : calibrated to experiment, and its expected error.
    shielding : absolute, of the DFT.
    by_definition : the molecule is TMS.
    """

    structure: Structure
    dft: np.ndarray
    dft_uncertainty: np.ndarray
    shift: np.ndarray
    uncertainty: np.ndarray
    shielding: np.ndarray
    by_definition: bool = False


@dataclass(frozen=True)
class ShieldingVerdict:
    """Whether a molecule is inside what the model knows, and why not.

    Parameters
    ----------
    uncertainty : nucleus (``1H``, ``13C``) -> mean expected error of its shifts, ppm.
    """

    inside: bool
    reasons: list[str]
    uncertainty: dict[str, float]


class ShieldingPredictor:
    """Shifts of 1H and 13C.

    Parameters
    ----------
    model : the network.
    card : its model card. ``calibration`` ({"1H": [slope, intercept]}), ``experiment_scale_1H``
        (ppm) and ``reference`` ({"1H": [slope, intercept], "13C": ...}) are the numbers of the
        module's equations, ``solvent`` is that of the experiments, ``domain`` holds ``charges``,
        ``max_heavy_atoms`` and ``largest_uncertainty_ppm`` of each nucleus.
    device : torch device name.
    """

    def __init__(self, model: ShieldingModel, card: dict, device: str = "cpu"):
        self.card = card
        self.model = model.to(torch_device(device), torch.float64)

    @property
    def name(self) -> str:
        return self.card["name"]

    def check(self, structures: Sequence[Structure]) -> None:
        """Refuse what has no answer.

        Raises
        ------
        DomainError
            An element the model does not know, or unpaired electrons.
        InputError
            A molecule without hydrogen and carbon.
        """
        domain.check_elements([s for s in structures if not is_reference(s)], self.card)
        for structure in structures:
            if not np.isin(structure.numbers, NUCLEI).any():
                raise InputError(
                    message(
                        structure.name,
                        f"no hydrogen and no carbon in {structure.formula}",
                        f"a nucleus that {self.name} knows: {', '.join(ISOTOPES.values())}",
                        "Leave it out.",
                    )
                )

    def predict(self, structures: Sequence[Structure]) -> list[Shieldings]:
        """Shifts of every nucleus of every structure; errors as :meth:`check`."""
        structures = list(structures)
        self.check(structures)
        unknown = [k for k, s in enumerate(structures) if not is_reference(s)]
        found = iter(self._network([structures[k] for k in unknown]))
        return [
            self._reference(s) if is_reference(s) else self._calibrated(s, next(found))
            for s in structures
        ]

    def _network(self, structures: list[Structure]) -> list[np.ndarray]:
        """(4, n_atoms) for each structure: shifts on both rungs, then their scales."""
        parameter = next(self.model.parameters())
        rows: list[np.ndarray] = []
        for part in chunks([len(s) for s in structures]):
            chosen = structures[part]
            batch = collate(chosen, self.model.cutoff).to(parameter.device, parameter.dtype)
            with torch.no_grad():
                out = self.model(batch)
            values = torch.stack([out.dft, out.experiment, out.dft_scale, out.experiment_scale])
            ends = np.cumsum([len(s) for s in chosen])[:-1]
            rows += np.split(values.cpu().numpy(), ends, axis=1)
        return rows

    def _calibrated(self, structure: Structure, row: np.ndarray) -> Shieldings:
        dft, experiment, dft_scale, experiment_scale = row
        slope, intercept = self.card["calibration"]["1H"]
        error = self.card["experiment_scale_1H"]
        proton = structure.numbers == 1
        return Shieldings(
            structure,
            dft,
            dft_scale,
            shift=np.where(proton, slope * dft + intercept, experiment),
            uncertainty=np.where(proton, np.hypot(slope * dft_scale, error), experiment_scale),
            shielding=self._shielding(structure, dft),
        )

    def _reference(self, structure: Structure) -> Shieldings:
        """TMS itself."""
        zero = np.where(np.isin(structure.numbers, NUCLEI), 0.0, np.nan)
        sigma = self._shielding(structure, zero)
        return Shieldings(structure, zero, zero, zero, zero, sigma, by_definition=True)

    def _shielding(self, structure: Structure, dft: np.ndarray) -> np.ndarray:
        sigma = np.full(len(structure), np.nan)
        for number, isotope in ISOTOPES.items():
            slope, intercept = self.card["reference"][isotope]
            own = structure.numbers == number
            sigma[own] = intercept + slope * dft[own]
        return sigma

    def domain(self, structure: Structure, uncertainty: np.ndarray) -> ShieldingVerdict:
        """Whether a molecule is inside what the model knows, by the limits of the card.

        Parameters
        ----------
        uncertainty : (n_atoms,) ppm, of :class:`Shieldings` or averaged over conformers.
        """
        rules = self.card["domain"]
        means = {
            name: float(uncertainty[structure.numbers == number].mean())
            for number, name in ISOTOPES.items()
            if number in structure.numbers
        }
        reasons = []
        if structure.charge not in rules["charges"]:
            reasons.append(f"charge {structure.charge:+d}: the training data are neutral molecules")
        heavy = int((structure.numbers > 1).sum())
        if heavy > rules["max_heavy_atoms"]:
            reasons.append(f"{heavy} heavy atoms: tested up to {rules['max_heavy_atoms']}")
        for name, mean in means.items():
            limit = rules["largest_uncertainty_ppm"][name]
            if mean > limit:
                reasons.append(f"expected error of {name} {mean:.2f} ppm (inside: up to {limit})")
        return ShieldingVerdict(not reasons, reasons, means)


def is_reference(structure: Structure) -> bool:
    """Whether a structure is tetramethylsilane, by its bonds: four CH3 at one silicon."""
    numbers, positions = structure.numbers, structure.positions
    if sorted(numbers.tolist()) != [1] * 12 + [6] * 4 + [14]:
        return False
    silicon, carbon, proton = (positions[numbers == z] for z in (14, 6, 1))
    near = (
        (cdist(silicon, carbon) < BOND[14, 6]).sum(1),
        (cdist(carbon, proton) < BOND[6, 1]).sum(1),
    )
    return bool((near[0] == 4).all() and (near[1] == 3).all())


def load_shieldings(name: str | Path | None = None, device: str = "cpu") -> ShieldingPredictor:
    """A shipped model of shieldings by name, or a model card by path.

    Raises
    ------
    WeightsError
        No such model, unreadable parameters, a model of another kind, or no such device.
    """
    path = card_path(name, SHIELDING)
    model, card = read_shieldings(path)
    check_keys(path, card, FIGURES)
    return ShieldingPredictor(model, card, device)
