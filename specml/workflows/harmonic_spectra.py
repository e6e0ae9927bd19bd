"""Harmonic spectra of one molecule: conformers, their weights, and the spectrum of them all.

:mod:`specml.workflows.harmonic` makes them, :mod:`specml.documents.harmonic` writes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from specml.spectra.bonding import fragments
from specml.spectra.ensemble import boltzmann_weights, degeneracies
from specml.spectra.harmonic import Vibrations
from specml.spectra.saddle import is_saddle
from specml.spectra.scaling import Scaling
from specml.spectra.spectrum import Spectrum
from specml.spectra.thermochemistry import thermochemistry
from specml.structure import Structure
from specml.units import KJ_PER_MOL
from specml.workflows import bond_changes
from specml.workflows.conformers import Geometries
from specml.workflows.harmonic_settings import HarmonicSettings
from specml.workflows.spectrum_kinds import SpectrumKind

if TYPE_CHECKING:
    from specml.inference.domain import Verdict
    from specml.relax import Relaxed


@dataclass(frozen=True)
class Conformer:
    """One conformer of a molecule.

    Parameters
    ----------
    vibrations : its modes, intensities and thermochemistry.
    verdict : whether the model knows it.
    relaxed : how it was optimised; None where it was not.
    degeneracy, weight : see :mod:`specml.spectra.ensemble`; one and one where it stands alone.
    left : imaginary wavenumbers (1/cm, negative) of the saddle points it was pushed off.
    """

    vibrations: Vibrations
    verdict: "Verdict"
    relaxed: "Relaxed | None"
    degeneracy: int = 1
    weight: float = 1.0
    left: tuple[float, ...] = ()

    @property
    def energy(self) -> float:
        """Electronic energy of the conformer, eV."""
        return self.vibrations.expansion.energy

    @property
    def gibbs_energy(self) -> float:
        """Gibbs energy, eV, with symmetry number 1: symmetry is in the degeneracy."""
        modes, temperature = self.vibrations.modes, self.vibrations.temperature
        entropy = self.vibrations.thermochemistry.vibrations
        values = thermochemistry(modes, temperature, symmetry=1, entropy=entropy)
        return self.energy + values.gibbs_energy

    @property
    def warnings(self) -> list[str]:
        """What a reader of its numbers should know, in sentences."""
        sentences = list(self.vibrations.warnings)
        if self.left:
            values = ", ".join(f"{-value:.0f}i" for value in self.left)
            sentences.insert(
                0,
                f"the optimisation reached a saddle point ({values} 1/cm) and went on down along "
                "its imaginary mode",
            )
        if self.relaxed is not None and not self.relaxed.converged:
            sentences.insert(
                0,
                f"the geometry did not converge: largest force {self.relaxed.max_force:.4f} "
                f"eV/angstrom after {self.relaxed.steps} steps",
            )
        parts = fragments(self.vibrations.expansion.structure)
        if parts > 1:
            sentences.insert(
                0,
                f"{parts} separate molecules: the model was trained on single ones, and the "
                "thermochemistry takes them for one rigid body",
            )
        if not self.verdict.inside:
            sentences.insert(
                0, "outside the domain of the model: " + "; ".join(self.verdict.reasons)
            )
        return sentences


def different(members: Sequence[Conformer], masses: np.ndarray | None) -> list[Conformer]:
    """Ascending in energy, one of each: two starts may have gone down into one minimum."""
    if len(members) < 2:
        return list(members)
    from specml.data.conformer_distance import ConformerDistance
    from specml.data.topology import graph
    from specml.inference.conformers import SAME_ENERGY, SAME_PLACE

    structures = [member.vibrations.expansion.structure for member in members]
    kept = ConformerDistance(graph(structures[0], masses)).distinct(
        [structure.positions for structure in structures],
        np.array([member.energy for member in members]),
        SAME_ENERGY,
        SAME_PLACE,
    )
    return [members[k] for k in kept]


def weighted(members: Sequence[Conformer], by_gibbs: bool) -> tuple[Conformer, ...]:
    """Members with their degeneracies and Boltzmann weights, saddle points left out.

    Where all are saddle points the first stays, alone.
    """
    minima = [m for m in members if not is_saddle(m.vibrations.modes)]
    kept = minima or list(members[:1])
    first = kept[0].vibrations
    structures = [m.vibrations.expansion.structure for m in kept]
    counts = degeneracies(structures, first.modes.masses) if len(kept) > 1 else [1]
    energies = [m.gibbs_energy if by_gibbs else m.energy for m in kept]
    weights = boltzmann_weights(energies, counts, first.temperature)
    return tuple(
        replace(member, degeneracy=count, weight=float(weight))
        for member, count, weight in zip(kept, counts, weights, strict=True)
    )


@dataclass(frozen=True)
class HarmonicSpectra:
    """Vibrational spectra of one molecule; what is not said of a conformer holds for the lowest.

    Parameters
    ----------
    kind, settings : what was asked for.
    card : the card of the model.
    start : the geometry that was given.
    members : the conformers, ascending in energy.
    search : the geometries that the conformers come from.
    scaling : what turns harmonic into observed wavenumbers.
    sticks, curves : key of a curve -> spectrum of all conformers, each by its weight.
    """

    kind: SpectrumKind
    settings: HarmonicSettings
    card: Mapping
    start: Structure
    members: tuple[Conformer, ...]
    search: Geometries
    scaling: Scaling
    sticks: dict[str, Spectrum]
    curves: dict[str, Spectrum]

    @property
    def structure(self) -> Structure:
        """The geometry of the lowest conformer."""
        return self.vibrations.expansion.structure

    @property
    def by_gibbs(self) -> bool:
        """Whether weights come from Gibbs energies, else from electronic ones."""
        return self.settings.conformer_weights == "gibbs"

    @property
    def vibrations(self) -> Vibrations:
        """The vibrations of the lowest conformer."""
        return self.members[0].vibrations

    @property
    def verdict(self) -> "Verdict":
        """Whether the model knows the lowest conformer."""
        return self.members[0].verdict

    @property
    def relaxed(self) -> "Relaxed | None":
        """How the lowest conformer was optimised; None where it was not."""
        return self.members[0].relaxed

    @property
    def kept_share(self) -> float:
        """How much of all conformers found the averaged ones are, by their energies, 0 to 1."""
        return self.search.kept_share(self.settings.temperature_k, self.vibrations.modes.masses)

    @property
    def relative_energies(self) -> np.ndarray:
        """Electronic energies above the lowest, (m,) kJ/mol."""
        return np.array([m.energy - self.members[0].energy for m in self.members]) / KJ_PER_MOL

    @property
    def relative_gibbs_energies(self) -> np.ndarray:
        """Gibbs energies above the lowest, (m,) kJ/mol."""
        values = np.array([m.gibbs_energy for m in self.members])
        return (values - values.min()) / KJ_PER_MOL

    @property
    def warnings(self) -> list[str]:
        """What a reader of the spectra should know, in sentences."""
        sentences = list(self.members[0].warnings)
        changes = bond_changes.changes(self.start, self.vibrations.expansion.structure)
        if changes:
            place = 0 if self.verdict.inside else 1
            sentences.insert(place, f"bonds changed while it relaxed: {changes}")
        elif self.search.changed:
            sentences.append(self.search.left_out)
        saddles = len(self.search.structures) - len(self.members)
        if saddles:
            sentences.append(f"{saddles} of the geometries found, no minimum, left out")
        for number, member in enumerate(self.members[1:], start=2):
            new = [warning for warning in member.warnings if warning not in sentences]
            sentences += [f"conformer {number}: {warning}" for warning in new]
        return sentences
