"""The NMR spectra of one molecule: signals averaged over its geometries, sticks and curves.

:mod:`specml.workflows.nmr` makes them, :mod:`specml.documents.nmr` writes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from specml.inference.shieldings import ShieldingPredictor, ShieldingVerdict
from specml.nuclei import NUCLEI, Nucleus
from specml.relax import Relaxed
from specml.spectra import nmr
from specml.spectra.ensemble import boltzmann_weights, degeneracies
from specml.spectra.nmr_groups import groups, matching
from specml.spectra.spectrum import Spectrum
from specml.structure import Structure
from specml.units import KJ_PER_MOL
from specml.workflows import bond_changes
from specml.workflows.conformers import Geometries
from specml.workflows.nmr_inputs import ObservedMolecule
from specml.workflows.nmr_settings import NMRSettings


@dataclass(frozen=True)
class NMRSpectra:
    """Everything that is written of a molecule.

    Parameters
    ----------
    settings : what was asked for.
    card : the card of the model.
    molecule : the molecule that was given.
    search : where the geometries come from.
    degeneracies, weights : (m,) of the geometries; see :mod:`specml.spectra.ensemble`.
    averaged, signals : see :mod:`specml.spectra.nmr`; signals of the nuclei that were asked for.
    sticks, curves : name of a nucleus -> its spectrum.
    verdict : whether the model knows the molecule.
    by_definition : name of the reference compound that the molecule is; empty for all others.
    """

    settings: NMRSettings
    card: Mapping
    molecule: ObservedMolecule
    search: Geometries
    degeneracies: tuple[int, ...]
    weights: np.ndarray
    averaged: nmr.AveragedShifts
    signals: tuple[nmr.NMRSignal, ...]
    sticks: dict[str, Spectrum]
    curves: dict[str, Spectrum]
    verdict: ShieldingVerdict
    by_definition: str

    @property
    def structure(self) -> Structure:
        """The lowest conformer, or the first frame."""
        return self.search.structures[0]

    @property
    def nuclei(self) -> tuple[Nucleus, ...]:
        """The nuclei that are observed, in the order of the spectra."""
        return tuple(NUCLEI[name] for name in self.curves)

    def signals_of(self, nucleus: Nucleus) -> list[nmr.NMRSignal]:
        """The signals of a nucleus from low to high field, as spectra are read."""
        return nmr.by_shift(self.signals, nucleus.name)

    @property
    def relaxed(self) -> Relaxed | None:
        """How the lowest geometry was optimised; None where it was not."""
        return self.search.relaxed[0]

    @property
    def energies(self) -> np.ndarray | None:
        """Energies of the geometries, (m,) eV; None where nothing was relaxed."""
        ends = [end for end in self.search.relaxed if end is not None]
        return np.array([end.energy for end in ends]) if ends else None

    @property
    def relative_energies(self) -> np.ndarray | None:
        """Energies of the geometries above the lowest, (m,) kJ/mol; None as for energies."""
        energies = self.energies
        return None if energies is None else (energies - energies.min()) / KJ_PER_MOL

    @property
    def n_frames(self) -> int:
        """How many frames of a trajectory are averaged; 0 where there is none."""
        return len(self.molecule.frames)

    @cached_property
    def warnings(self) -> list[str]:
        """What a reader of the numbers should know, in sentences."""
        sentences = []
        if self.by_definition:
            sentences.append(
                f"{self.by_definition} is the reference of the scale: 0.00 ppm by definition"
            )
        if not self.verdict.inside:
            sentences.append("outside the domain of the model: " + "; ".join(self.verdict.reasons))
        changes = bond_changes.changes(self.molecule.structure, self.structure)
        if changes and not self.n_frames:
            sentences.append(f"bonds changed while it relaxed: {changes}")
        elif self.search.changed:
            sentences.append(self.search.left_out)
        for number, end in enumerate(self.search.relaxed, start=1):
            if end is not None and not end.converged:
                sentences.append(
                    f"geometry {number} did not converge: largest force {end.max_force:.4f} "
                    f"eV/angstrom after {end.steps} steps"
                )
        return sentences


def spectra(
    molecule: ObservedMolecule,
    search: Geometries,
    predictor: ShieldingPredictor,
    settings: NMRSettings,
) -> NMRSpectra:
    """Predict, weight and average the geometries of one molecule, and draw up its spectra.

    Raises
    ------
    InputError
        A molecule without any of the nuclei asked for.
    """
    names = settings.observed(molecule.structure)
    structures = search.structures
    shieldings = predictor.predict(structures)
    several = len(structures) > 1 and not molecule.frames
    counts = degeneracies(structures) if several else [1]
    weights = _weights(search, counts, settings.temperature_k)
    first = structures[0].positions
    places = None
    if several:
        places = [matching(molecule.topology, first, s.positions) for s in structures]
    averaged = nmr.average(shieldings, weights, places)
    numbers = tuple(NUCLEI[name].number for name in names)
    signals = nmr.signals(
        averaged, groups(molecule.topology, first, numbers), frames=bool(molecule.frames)
    )
    provenance: dict[str, object] = {
        "model": predictor.name,
        "solvent": predictor.card["solvent"],
        "temperature": settings.temperature_k,
        "geometries": len(structures),
    }
    sticks = {name: nmr.sticks(signals, name, provenance) for name in names}
    widths = settings.widths
    return NMRSpectra(
        settings,
        predictor.card,
        molecule,
        search,
        tuple(counts),
        weights,
        averaged,
        tuple(signals),
        sticks,
        {k: s.broaden(widths[k], nmr.axis(s, widths[k])) for k, s in sticks.items()},
        predictor.domain(structures[0], averaged.uncertainty),
        shieldings[0].by_definition,
    )


def _weights(search: Geometries, counts: Sequence[int], temperature: float) -> np.ndarray:
    """Boltzmann weights of relaxed geometries; equal ones of frames."""
    ends = [end for end in search.relaxed if end is not None]
    if len(ends) < 2:
        return np.full(len(search.structures), 1.0 / len(search.structures))
    return boltzmann_weights([end.energy for end in ends], counts, temperature)
