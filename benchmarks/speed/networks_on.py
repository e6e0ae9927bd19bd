"""The networks of every model that ships, on one device: numbers to compare with those of another.

Everything in double precision: two devices then agree to rounding, and a difference is an error.
What dynamics uses, single precision, is compared with double precision in ``gpu.py``.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import torch
from safetensors.torch import load_file

from specml.admet.transformer import embedding
from specml.admet.transformer.graph import Graph
from specml.admet.transformer.graph import collate as collate_graphs
from specml.data.batch import Batch, collate
from specml.hamiltonian.network import PotentialConfig, PotentialNetwork
from specml.inference.derivatives import Committee, Differentiator
from specml.inference.model_file import read_networks, read_shieldings
from specml.io.model_cards import SHIPPED, available, kind_of
from specml.structure import Structure

Numbers = dict[str, np.ndarray]


@dataclass(frozen=True)
class Prepared:
    """Inputs that were made beforehand: molecules by name, and graphs of others."""

    molecules: dict[str, Structure]
    graphs: list[Graph]

    def at_most(self, n_atoms: int) -> "Prepared":
        """The small ones alone."""
        few = {name: each for name, each in self.molecules.items() if len(each) <= n_atoms}
        return Prepared(few, [each for each in self.graphs if len(each) <= n_atoms])

    def batch(self, cutoff: float, device: str) -> Batch:
        """All molecules, in double precision."""
        return collate(list(self.molecules.values()), cutoff).to(device, torch.float64)


def read(path: Path) -> Prepared:
    """What ``gpu_inputs.py`` wrote."""
    with h5py.File(path) as file:
        structures = {
            name: Structure(group["numbers"][...], group["positions"][...], name=name)
            for name, group in file["molecules"].items()
        }
        ends = np.cumsum(file["graphs/sizes"][...])
        tokens = np.split(file["graphs/tokens"][...], ends[:-1])
        pairs = np.split(file["graphs/pairs"][...], np.cumsum(file["graphs/sizes"][...] ** 2)[:-1])
    graphs = [Graph(t, p.reshape(len(t), len(t))) for t, p in zip(tokens, pairs, strict=True)]
    return Prepared(structures, graphs)


def response(card: Path, prepared: Prepared, device: str) -> Numbers:
    """Energies, forces, dipoles, polarizabilities, their slopes, and the Hessian of the smallest.

    All rungs of the ladder: with GFN2-xTB below, a network is asked for the upper ones alone.
    """
    networks, _ = read_networks(card)
    rungs = slice(0, None)
    members = [Differentiator(each.to(device).double(), rungs, rungs) for each in networks]
    model, structures = Committee(members), list(prepared.molecules.values())
    energies, forces = model.energies_forces(structures)
    found = {"energy": energies, "forces": np.concatenate(forces)}
    rows = model.response(structures, polarizability=True)
    for name in rows[0]:
        found[name] = np.concatenate([row[name].ravel() for row in rows])
    found["hessian"] = model.hessian(min(structures, key=len))
    return found


def shieldings(card: Path, prepared: Prepared, device: str) -> Numbers:
    """Shifts of every nucleus and their expected errors."""
    model, _ = read_shieldings(card)
    model = model.to(device).double()
    batch = prepared.batch(model.cutoff, device)
    shifts = model(batch)
    return {
        name: np.nan_to_num(getattr(shifts, name).cpu().numpy())
        for name in ("dft", "experiment", "dft_scale", "experiment_scale")
    }


def potentials(card: Path, prepared: Prepared, device: str) -> Numbers:
    """Coefficients of the potential of exchange and correlation; PySCF makes the matrix of them."""
    settings = json.loads(card.read_text())
    model = PotentialNetwork(PotentialConfig.from_card(settings))
    model.load_state_dict(load_file(card.with_name(settings["weights"])))
    model = model.eval().requires_grad_(False).to(device).double()
    batch = prepared.batch(model.cutoff, device)
    return {"rows": model(batch).cpu().numpy()}


def encoder(card: Path, prepared: Prepared, device: str) -> Numbers:
    """Vectors of molecules."""
    model = embedding.load(card).to(device).double().requires_grad_(False)
    batch = collate_graphs(prepared.graphs)
    batch = type(batch)(batch.tokens.to(device), batch.pairs.to(device))
    return {"vectors": embedding.pooled(model(batch), batch).cpu().numpy()}


BY_KIND: dict[str, Callable[[Path, Prepared, str], Numbers]] = {
    "response": response,
    "shielding": shieldings,
    "hamiltonian": potentials,
    "encoder": encoder,
}
WITHOUT_NETWORK = {"admet": "trees and a kernel in numpy: nothing for a GPU"}


def cards() -> dict[str, tuple[str, Path]]:
    """Kind and card of every model that ships."""
    paths = {path.stem: path for path in SHIPPED.rglob("*.json")}
    return {card["name"]: (kind_of(card), paths[card["name"]]) for card in available()}
