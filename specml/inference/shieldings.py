"""Shieldings and shifts of the nuclei of molecules at given geometries, for ``specml nmr``.

    delta(DFT)   what the network learned from mPW1PW91/6-311+G(d,p), ppm from the reference
    delta        calibrated to experiment: the line slope * delta(DFT) + intercept where the card
                 has one for the nucleus (1H), else the second rung of the network (13C)
    sigma        intercept + slope * delta(DFT), absolute shielding of the same level of theory;
                 the intercept is that of the reference

The expected absolute error of delta is the scale the network gives; for a nucleus with a line it is
combined with the error of that line, sqrt(a^2 + b^2).

The scale of a nucleus begins at its reference compound (tetramethylsilane for 1H and 13C): there
its nuclei are at 0.00 by definition.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from ase.data import atomic_names
from scipy.spatial.distance import cdist

from specml.data.batch import collate
from specml.errors import InputError, message
from specml.inference import domain
from specml.inference.derivatives import chunks
from specml.inference.model_file import read_shieldings, torch_device
from specml.io.model_cards import SHIELDING, card_path, check_keys
from specml.models.shielding import ShieldingModel
from specml.nuclei import Nucleus, ReferenceCompound
from specml.structure import Structure


@dataclass(frozen=True, eq=False)
class Shieldings:
    """Shifts and shieldings of one molecule; arrays are (n_atoms,) ppm, NaN where there is none.

    Parameters
    ----------
    structure : the geometry they belong to.
    dft, dft_uncertainty : shift from the reference compound in the DFT of the labels, and its
        expected error.
    shift, uncertainty : calibrated to experiment, and its expected error.
    shielding : absolute, of the DFT.
    by_definition : name of the reference compound that the molecule is; empty for all others.
    """

    structure: Structure
    dft: np.ndarray
    dft_uncertainty: np.ndarray
    shift: np.ndarray
    uncertainty: np.ndarray
    shielding: np.ndarray
    by_definition: str = ""


@dataclass(frozen=True)
class ShieldingVerdict:
    """Whether a molecule is inside what the model knows, and why not.

    Parameters
    ----------
    inside, reasons : whether it is inside, and why not.
    uncertainty : nucleus (``13C``) -> mean expected error of its shifts, ppm.
    """

    inside: bool
    reasons: list[str]
    uncertainty: dict[str, float]


class ShieldingPredictor:
    """Shifts of the nuclei that a network has learned.

    Parameters
    ----------
    model : the network.
    card : its model card. ``calibration`` (nucleus -> slope, intercept), ``experiment_scale_1H``
        (ppm, one such key for each calibrated nucleus) and ``reference`` (nucleus -> slope,
        intercept) are the numbers of the module's equations, ``solvent`` is that of the
        experiments, ``domain`` holds ``charges``, ``max_heavy_atoms`` and
        ``largest_uncertainty_ppm`` of each nucleus.
    device : torch device name.
    """

    def __init__(self, model: ShieldingModel, card: dict, device: str = "cpu"):
        self.card = card
        self.model = model.to(torch_device(device), torch.float64)

    @property
    def name(self) -> str:
        """The name of the model, as its card says it."""
        return self.card["name"]

    @property
    def nuclei(self) -> tuple[Nucleus, ...]:
        """The nuclei that the network has learned."""
        return self.model.nuclei

    def check(self, structures: Sequence[Structure]) -> None:
        """Refuse structures that have no answer, before anything is computed.

        Raises
        ------
        DomainError
            An element the model does not know, or unpaired electrons.
        InputError
            A molecule without any of the nuclei.
        """
        domain.check_elements([s for s in structures if not self._settled(s)], self.card)
        for structure in structures:
            if not np.isin(structure.numbers, self.model.numbers).any():
                missing = " and ".join(f"no {atomic_names[n.number].lower()}" for n in self.nuclei)
                names = ", ".join(nucleus.name for nucleus in self.nuclei)
                raise InputError(
                    message(
                        structure.name,
                        f"{missing} in {structure.formula}",
                        f"a nucleus that {self.name} knows: {names}",
                        "Leave it out.",
                    )
                )

    def predict(self, structures: Sequence[Structure]) -> list[Shieldings]:
        """Shifts of every nucleus of every structure; errors as :meth:`check`."""
        structures = list(structures)
        self.check(structures)
        unknown = [s for s in structures if not self._settled(s)]
        rows = iter(self._network(unknown))
        return [
            self._calibrated(s, np.full((4, len(s)), np.nan) if self._settled(s) else next(rows))
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
        """What the network says of a structure, on the scale of the experiments.

        Parameters
        ----------
        row : (4, n_atoms) of the network; NaN for a reference compound.
        """
        zero = self._zero(structure)
        dft, shift, dft_scale, scale = np.where(zero, 0.0, row)
        for nucleus in self.nuclei:
            if nucleus.name not in self.card["calibration"]:
                continue
            slope, intercept = self.card["calibration"][nucleus.name]
            error = self.card[_scale_of_line(nucleus.name)]
            own = (structure.numbers == nucleus.number) & ~zero
            shift = np.where(own, slope * dft + intercept, shift)
            scale = np.where(own, np.hypot(slope * dft_scale, error), scale)
        return Shieldings(
            structure,
            dft,
            dft_scale,
            shift,
            scale,
            self._shielding(structure, dft),
            ", ".join(compound.name for compound in self._references(structure)),
        )

    def _references(self, structure: Structure) -> list[ReferenceCompound]:
        """The reference compounds of the nuclei that the structure is: none, or one."""
        compounds = dict.fromkeys(nucleus.reference for nucleus in self.nuclei)
        return [compound for compound in compounds if is_compound(structure, compound)]

    def _zero(self, structure: Structure) -> np.ndarray:
        """Which nuclei are at 0.00 by definition, (n_atoms,)."""
        compounds = self._references(structure)
        numbers = [n.number for n in self.nuclei if n.reference in compounds]
        return np.isin(structure.numbers, numbers)

    def _settled(self, structure: Structure) -> bool:
        """Whether every nucleus is at 0.00 by definition, so that the network is not asked."""
        observed = np.isin(structure.numbers, self.model.numbers)
        return bool(observed.any() and self._zero(structure)[observed].all())

    def _shielding(self, structure: Structure, dft: np.ndarray) -> np.ndarray:
        sigma = np.full(len(structure), np.nan)
        for nucleus in self.nuclei:
            slope, intercept = self.card["reference"][nucleus.name]
            own = structure.numbers == nucleus.number
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
            nucleus.name: float(uncertainty[structure.numbers == nucleus.number].mean())
            for nucleus in self.nuclei
            if nucleus.number in structure.numbers
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


def is_compound(structure: Structure, compound: ReferenceCompound) -> bool:
    """Whether a structure is a reference compound, by its composition and bonds."""
    numbers, positions = structure.numbers, structure.positions
    composition = [number for number, count in compound.composition for _ in range(count)]
    if sorted(numbers.tolist()) != sorted(composition):
        return False
    for bonds in compound.bonds:
        centres, partners = (positions[numbers == z] for z in (bonds.centre, bonds.partner))
        if ((cdist(centres, partners) < bonds.longest).sum(axis=1) != bonds.count).any():
            return False
    return True


def load_shieldings(name: str | Path | None = None, device: str = "cpu") -> ShieldingPredictor:
    """A shipped model of shieldings by name, or a model card by path.

    Raises
    ------
    WeightsError
        No such model, unreadable parameters, a model of another kind, or no such device.
    """
    path = card_path(name, SHIELDING)
    model, card = read_shieldings(path)
    check_keys(path, card, _figures(card))
    return ShieldingPredictor(model, card, device)


def _figures(card: Mapping) -> tuple[str, ...]:
    """What a card must hold besides the network: the figures that are measured with it."""
    scales = (_scale_of_line(name) for name in card.get("calibration", ()))
    return ("calibration", *scales, "reference", "solvent", "domain")


def _scale_of_line(nucleus: str) -> str:
    """The key of a card for the error of the calibration line of a nucleus."""
    return f"experiment_scale_{nucleus}"
