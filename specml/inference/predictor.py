"""The trained model as a user meets it: ``specml.load().predict(structures)``."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, overload

import numpy as np
import torch

from specml.errors import InputError, message
from specml.expansion import Expansion
from specml.inference import domain
from specml.inference.derivatives import Committee, Differentiator, chunks
from specml.inference.domain import Verdict
from specml.inference.model_file import read_networks, torch_device
from specml.md.evaluation import SystemLayout
from specml.md.network import NetworkForceField
from specml.models.ladder import DIPOLE_RUNGS, LadderModel
from specml.reference.xtb import GFN2
from specml.relax import Relaxed, relax
from specml.structure import Structure

FMAX = 2e-3  # eV/angstrom; moves no wavenumber by more than about 0.1 cm^-1


class Predictor:
    """Energies, forces, dipoles, polarizabilities and their derivatives.

    ``predict``, ``relax``, ``expand`` and ``domain`` take one structure or several alike; several
    are computed together.

    Parameters
    ----------
    model : the network.
    card : its model card. With ``card["baseline"] == "gfn2"`` the first rung of the ladder is
        GFN2-xTB itself (tblite) and the network adds the difference to B3LYP; with ``null`` the
        network gives every rung. ``card["dipole_rungs"]`` and ``card["polarizability"]`` say what
        the training data held: the rest of the network is untrained and stays unused.
    device : torch device name.
    dtype : double precision by default; Hessians deserve it.
    partners : more networks with the same card; the answer is the mean of all.
    """

    def __init__(
        self,
        model: LadderModel,
        card: dict,
        device: str = "cpu",
        dtype: torch.dtype = torch.float64,
        partners: Sequence[LadderModel] = (),
    ):
        self.card = card
        self._models = [each.to(torch_device(device), dtype) for each in (model, *partners)]
        self.model = self._models[0]
        for each in self._models:
            each.energy.reference = each.energy.reference.double()
        self.baseline = card["baseline"] == "gfn2"
        first = 1 if self.baseline else 0
        self._energy_rungs = slice(first, None)
        self._dipole_rungs = slice(first, card.get("dipole_rungs", len(DIPOLE_RUNGS)))
        members = [Differentiator(m, self._energy_rungs, self._dipole_rungs) for m in self._models]
        self._network = members[0] if len(members) == 1 else Committee(members)
        self._xtb: dict[tuple[str, bytes, int, int], GFN2] = {}

    @property
    def name(self) -> str:
        """The name of the model, as its card says it."""
        return self.card["name"]

    @property
    def has_polarizability(self) -> bool:
        """Whether the network has one and was trained on it."""
        tensors = all(model.polarizability is not None for model in self._models)
        return tensors and self.card.get("polarizability", True)

    def check_elements(self, structures: Sequence[Structure]) -> None:
        """Raise a DomainError for an element the model has never seen, or an open shell."""
        domain.check_elements(structures, self.card)

    def check_dynamics(self, polarizability: bool = False) -> None:
        """Raise an InputError for GFN2-xTB inside, several networks, or no polarizability."""
        reasons = {
            "a model that runs GFN2-xTB at every step": self.baseline,
            "a model of several networks": len(self._models) > 1,
            "a model without polarizability": polarizability and not self.has_polarizability,
        }
        unfit = next((reason for reason, holds in reasons.items() if holds), None)
        if unfit is not None:
            raise InputError(
                message(
                    f"dynamics with {self.name}",
                    unfit,
                    "one that is the network alone and knows what is to be recorded",
                    "Give --model specml.",
                )
            )

    def observe(self, structure: Structure, positions: np.ndarray) -> dict[str, np.ndarray]:
        """Dipoles (f, 3), and polarizabilities (f, 3, 3), at geometries (f, n, 3) of a molecule.

        Raises
        ------
        DomainError, InputError
            As ``check_elements`` and ``check_dynamics``.
        """
        rows: dict[str, list[np.ndarray]] = {"dipole": [], "polarizability": []}
        for part in chunks([len(structure)] * len(positions)):
            layout = SystemLayout((structure,), part.stop - part.start)
            field = self.force_field(layout, 1, self.has_polarizability)
            moved = torch.as_tensor(positions[part], dtype=torch.float64).reshape(1, -1, 3)
            observed = field.observables(moved.to(field.device))
            for name, values in observed.items():
                rows[name].append(values[0].cpu().numpy())
        return {name: np.concatenate(values) for name, values in rows.items() if values}

    def energies_forces(
        self, structures: Sequence[Structure]
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Energies (n,) in eV and, for each structure, forces (n_atoms, 3) in eV/angstrom."""
        structures = list(structures)
        self.check_elements(structures)
        energies, forces = self._network.energies_forces(structures)
        if self.baseline:
            cheap = [self._gfn2(s)(s.positions) for s in structures]
            energies = energies + np.array([label["energy"] for label in cheap])
            forces = [f + label["forces"] for f, label in zip(forces, cheap, strict=True)]
        return energies, forces

    def _gfn2(self, structure: Structure) -> GFN2:
        """A calculator per molecule, kept so that each geometry starts from the last density."""
        s = structure
        key = (s.name, s.numbers.tobytes(), s.charge, s.multiplicity)
        if key not in self._xtb:
            if len(self._xtb) >= 64:
                self._xtb.clear()
            self._xtb[key] = GFN2(structure)
        return self._xtb[key]

    def force_field(
        self,
        layout: SystemLayout,
        n_beads: int = 1,
        polarizability: bool = False,
        dtype: torch.dtype = torch.float32,
        compiled: bool = False,
    ) -> NetworkForceField:
        """The network for dynamics of many systems at once; see :mod:`specml.md.network`.

        Raises
        ------
        DomainError, InputError
            As ``check_elements`` and ``check_dynamics``.
        """
        self.check_elements(layout.structures)
        self.check_dynamics(polarizability)
        return NetworkForceField(
            self.model,
            self._energy_rungs,
            self._dipole_rungs,
            layout,
            n_beads,
            polarizability,
            dtype,
            compiled,
        )

    @overload
    def predict(self, structures: Structure) -> dict[str, Any]: ...

    @overload
    def predict(self, structures: Sequence[Structure]) -> list[dict[str, Any]]: ...

    def predict(
        self, structures: Structure | Sequence[Structure]
    ) -> dict[str, Any] | list[dict[str, Any]]:
        """Energy (eV), forces (eV/angstrom), dipole (e*angstrom), polarizability (angstrom^3).

        The polarizability is absent where the model has none.

        Raises
        ------
        DomainError
            An element the model does not know, or unpaired electrons.
        """
        if isinstance(structures, Structure):
            return self.predict([structures])[0]
        structures = list(structures)
        energies, forces = self.energies_forces(structures)
        responses = self._network.response(structures, self.has_polarizability)
        rows = []
        for s, e, f, r in zip(structures, energies, forces, responses, strict=True):
            row: dict[str, Any] = {"energy": float(e), "forces": f}
            row |= {k: v for k, v in r.items() if not k.endswith("derivatives")}
            if self.baseline:
                row["dipole"] = row["dipole"] + self._gfn2(s)(s.positions)["dipole"]
            rows.append(row)
        return rows

    @overload
    def relax(self, structures: Structure, fmax: float = ..., max_steps: int = ...) -> Relaxed: ...

    @overload
    def relax(
        self, structures: Sequence[Structure], fmax: float = ..., max_steps: int = ...
    ) -> list[Relaxed]: ...

    def relax(
        self,
        structures: Structure | Sequence[Structure],
        fmax: float = FMAX,
        max_steps: int = 500,
    ) -> Relaxed | list[Relaxed]:
        """Local minima; see :mod:`specml.relax`."""
        if isinstance(structures, Structure):
            return self.relax([structures], fmax, max_steps)[0]
        return relax(list(structures), self.energies_forces, fmax, max_steps)

    @overload
    def expand(self, structures: Structure, polarizability: bool = ...) -> Expansion: ...

    @overload
    def expand(
        self, structures: Sequence[Structure], polarizability: bool = ...
    ) -> list[Expansion]: ...

    def expand(
        self, structures: Structure | Sequence[Structure], polarizability: bool = True
    ) -> Expansion | list[Expansion]:
        """Second-order energy, first-order dipole and polarizability at each geometry."""
        if isinstance(structures, Structure):
            return self.expand([structures], polarizability)[0]
        structures = list(structures)
        energies, forces = self.energies_forces(structures)
        responses = self._network.response(structures, polarizability and self.has_polarizability)
        expansions = []
        # tblite and torch let go of Python while they compute, so they can do it side by side.
        with ThreadPoolExecutor(1) as beside:
            for s, e, f, r in zip(structures, energies, forces, responses, strict=True):
                cheap = beside.submit(self._gfn2_slopes, s) if self.baseline else None
                hessian = self._network.hessian(s)
                if cheap is not None:
                    curvature, dipole, slopes = cheap.result()
                    hessian = hessian + curvature
                    r["dipole"] = r["dipole"] + dipole
                    r["dipole_derivatives"] = r["dipole_derivatives"] + slopes
                expansion = Expansion(s, float(e), -f.ravel(), hessian, **r, source=self.name)
                expansions.append(expansion)
        return expansions

    def _gfn2_slopes(self, structure: Structure) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Hessian, dipole and slopes of the dipole by GFN2-xTB."""
        xtb = self._gfn2(structure)
        hessian, slopes = xtb.derivatives(structure.positions)
        return hessian, xtb(structure.positions)["dipole"], slopes

    @overload
    def domain(self, structures: Structure) -> Verdict: ...

    @overload
    def domain(self, structures: Sequence[Structure]) -> list[Verdict]: ...

    def domain(self, structures: Structure | Sequence[Structure]) -> Verdict | list[Verdict]:
        """Whether each structure is inside what the model knows."""
        if isinstance(structures, Structure):
            return self.domain([structures])[0]
        structures = list(structures)
        self.check_elements(structures)
        _, predicted = self._network.energies_forces(structures, slice(0, 1))
        true = [self._gfn2(s)(s.positions)["forces"] for s in structures]
        measures = [domain.misfit(predicted, true)]
        if isinstance(self._network, Committee):
            measures.append(self._network.disagreement(structures))
        return [
            domain.judge(structure, self.card, *map(float, own))
            for structure, *own in zip(structures, *measures, strict=True)
        ]


def load(name: str | Path | None = None, device: str = "cpu") -> Predictor:
    """A shipped model by name (default: the most accurate one), or a model card by path.

    Raises
    ------
    WeightsError
        No such model, a model of another kind, unreadable parameters, or no such device.
    """
    (model, *partners), card = read_networks(name)
    return Predictor(model, card, device, partners=partners)
