"""Wavenumbers of another level from a few of its gradients, geometry by geometry.

    python benchmarks/kernels/refine_wavenumbers.py CCO --method hf --basis sto-3g
    python benchmarks/kernels/refine_wavenumbers.py CCO --method gfn2 --model specml

The first gradient is taken at the minimum of the shipped model, every next one where
:func:`specml.kernels.selection.next_geometry` says. Printed: mean absolute and largest error of the
wavenumbers above 300 1/cm against the level's own Hessian at its own minimum (PySCF, analytical; or
GFN2-xTB, which costs nothing), and which share of the errors lies inside 1.645 times the expected
one. ``--random`` displaces every mode by a random amount of its zero-point spread instead.
"""

import argparse

import numpy as np
import torch
from ase.units import Bohr, Hartree
from pyscf import dft, gto, scf

import specml
from specml.data.sampling import conformer
from specml.kernels.refined import Prior, Refined, refine
from specml.kernels.selection import Modes, next_geometry, wavenumber_errors
from specml.reference.xtb import FINE_ACCURACY, GFN2
from specml.relax import relax
from specml.spectra.normal_modes import NormalModes, normal_modes
from specml.structure import Structure
from specml.units import HBAR, WAVENUMBER

LOWEST = 300.0  # 1/cm
INTERVAL = 1.645  # of a normal distribution, 90 %
PRINTED = (1, 2, 3, 5, 8, 12, 18, 25)


class Tight:
    """Energies, forces and Hessians of GFN2-xTB."""

    def energies_forces(self, structures: list[Structure]) -> tuple[np.ndarray, list[np.ndarray]]:
        labels = [GFN2(s, FINE_ACCURACY)(s.positions) for s in structures]
        return np.array([row["energy"] for row in labels]), [row["forces"] for row in labels]

    def hessian(self, structure: Structure) -> np.ndarray:
        return GFN2(structure).derivatives(structure.positions)[0]


class Level:
    """Energies, forces and Hessians of PySCF."""

    def __init__(self, method: str, basis: str):
        self.method, self.basis = method, basis

    def field(self, structure: Structure) -> scf.hf.SCF:
        atoms = list(zip(structure.symbols, structure.positions.tolist(), strict=True))
        molecule = gto.M(atom=atoms, basis=self.basis, verbose=0)
        if self.method == "hf":
            return scf.RHF(molecule).run(conv_tol=1e-10)
        return dft.RKS(molecule, xc=self.method).run(conv_tol=1e-10)

    def energies_forces(self, structures: list[Structure]) -> tuple[np.ndarray, list[np.ndarray]]:
        fields = [self.field(s) for s in structures]
        forces = [-f.nuc_grad_method().kernel() * Hartree / Bohr for f in fields]
        return np.array([f.e_tot for f in fields]) * Hartree, forces

    def hessian(self, structure: Structure) -> np.ndarray:
        blocks = self.field(structure).Hessian().kernel()
        size = 3 * len(structure)
        return blocks.transpose(0, 2, 1, 3).reshape(size, size) * Hartree / Bohr**2


def vibrations(model: Prior | Refined, start: Structure) -> NormalModes:
    """At the minimum of a model."""
    minimum = model.relax([start])[0].structure
    return normal_modes(minimum, model.expand([minimum], polarizability=False)[0].hessian)


def asked(modes: NormalModes) -> Modes:
    """With half of the zero-point spread sqrt(hbar / 2 omega) as the reach."""
    omega = np.maximum(np.abs(modes.wavenumbers), 200.0) / WAVENUMBER
    spread = np.sqrt(HBAR / (2.0 * omega))
    return Modes(modes.structure.positions, modes.cartesian, modes.wavenumbers, 0.5 * spread)


def chosen(model: Refined, modes: NormalModes, random: bool, seed: int) -> Structure:
    """The next geometry."""
    if not random:
        found = next_geometry(model.correction, asked(modes), seed)
        return modes.structure.with_positions(found)
    question = asked(modes)
    pushes = 2.0 * question.amplitudes * np.random.default_rng(seed).normal(size=len(modes.vectors))
    moved = question.minimum + np.einsum("m,mnc->nc", pushes, question.displacements)
    return modes.structure.with_positions(moved)


def report(model: Refined, modes: NormalModes, reference: np.ndarray, count: int) -> None:
    """One line."""
    off = np.abs(modes.wavenumbers - reference)
    constants = (modes.wavenumbers / WAVENUMBER) ** 2
    expected = wavenumber_errors(model.correction, asked(modes), constants)
    kept = reference > LOWEST
    inside = (off <= INTERVAL * expected)[kept].mean()
    print(
        f"{count:3} gradients: mean {off[kept].mean():5.2f}, largest {off[kept].max():5.1f}, "
        f"expected {expected[kept].mean():5.2f} 1/cm, {100 * inside:3.0f} % inside",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("smiles")
    parser.add_argument("--method", default="hf")
    parser.add_argument("--basis", default="sto-3g")
    parser.add_argument("--model", default="specml-xtb")
    parser.add_argument("--random", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    tight = arguments.method == "gfn2"
    level = Tight() if tight else Level(arguments.method, arguments.basis)
    prior = specml.load(arguments.model)
    modes = vibrations(prior, conformer(arguments.smiles))
    own = relax([modes.structure], level.energies_forces, 1e-3, 100)[0].structure
    reference = normal_modes(own, level.hessian(own)).wavenumbers
    kept = reference > LOWEST
    off = np.abs(modes.wavenumbers - reference)[kept]
    print(f"{prior.name} itself: mean {off.mean():.2f}, largest {off.max():.1f} 1/cm", flush=True)
    frames = [modes.structure]
    forces = level.energies_forces(frames)[1]
    for count in range(1, max(PRINTED) + 1):
        model = refine(prior, frames, np.array(forces))
        if count in PRINTED:
            modes = vibrations(model, frames[0])
            report(model, modes, reference, count)
        frames.append(chosen(model, modes, arguments.random, count))
        forces += level.energies_forces(frames[-1:])[1]


if __name__ == "__main__":
    main()
