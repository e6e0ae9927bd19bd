"""One molecule, answered by ``specml nmr``: signals averaged over its geometries, and spectra."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from specml.cli.nmr_inputs import Molecule
from specml.inference.shieldings import ISOTOPES, ShieldingPredictor, Shieldings, ShieldingVerdict
from specml.relax import Relaxed
from specml.spectra import nmr
from specml.spectra.ensemble import boltzmann_weights, degeneracies
from specml.spectra.nmr_groups import groups, matching
from specml.spectra.spectrum import Spectrum
from specml.structure import Structure
from specml.units import KJ_PER_MOL
from specml.workflows import bond_changes
from specml.workflows.conformers import Geometries


@dataclass(frozen=True)
class Result:
    """Everything that is written of a molecule.

    Parameters
    ----------
    molecule : as it was given.
    search : where the geometries come from.
    degeneracies, weights : (m,) of the geometries; see :mod:`specml.spectra.ensemble`.
    averaged, signals : see :mod:`specml.spectra.nmr`; signals of the nuclei that were asked for.
    sticks, curves : by nucleus, ``1H`` and ``13C``.
    by_definition : the molecule is TMS.
    """

    molecule: Molecule
    search: Geometries
    degeneracies: tuple[int, ...]
    weights: np.ndarray
    averaged: nmr.Averaged
    signals: tuple[nmr.Signal, ...]
    sticks: dict[str, Spectrum]
    curves: dict[str, Spectrum]
    verdict: ShieldingVerdict
    by_definition: bool

    @property
    def structure(self) -> Structure:
        """The lowest conformer, or the first frame."""
        return self.search.structures[0]

    @property
    def relaxed(self) -> Relaxed | None:
        return self.search.relaxed[0]

    @property
    def energies(self) -> np.ndarray | None:
        """Energies of the geometries, (m,) eV; None where nothing was relaxed."""
        ends = [end for end in self.search.relaxed if end is not None]
        return np.array([end.energy for end in ends]) if ends else None

    @property
    def relative_energies(self) -> np.ndarray | None:
        """Above the lowest, (m,) kJ/mol."""
        energies = self.energies
        return None if energies is None else (energies - energies.min()) / KJ_PER_MOL

    @property
    def n_frames(self) -> int:
        """Of a trajectory; 0 where there is none."""
        return len(self.molecule.frames)

    @cached_property
    def warnings(self) -> list[str]:
        found = []
        if self.by_definition:
            found.append("tetramethylsilane is the reference of the scale: 0.00 ppm by definition")
        if not self.verdict.inside:
            found.append("outside the domain of the model: " + "; ".join(self.verdict.reasons))
        changes = bond_changes.changes(self.molecule.structure, self.structure)
        if changes and not self.n_frames:
            found.append(f"bonds changed while it relaxed: {changes}")
        elif self.search.changed:
            found.append(self.search.left_out)
        for number, end in enumerate(self.search.relaxed, start=1):
            if end is not None and not end.converged:
                found.append(
                    f"geometry {number} did not converge: largest force {end.max_force:.4f} "
                    f"eV/angstrom after {end.steps} steps"
                )
        return found


def result(
    molecule: Molecule,
    search: Geometries,
    shieldings: Sequence[Shieldings],
    predictor: ShieldingPredictor,
    nuclei: Sequence[str],
    widths: dict[str, float],
    temperature: float,
) -> Result:
    """Weight, average and draw up one molecule.

    Parameters
    ----------
    shieldings : one for each geometry.
    nuclei : ``1H``, ``13C`` as far as asked for and present.
    widths : nucleus -> full width at half maximum, ppm.
    temperature : K, of the weights.
    """
    structures = search.structures
    counts = degeneracies(structures) if len(structures) > 1 and not molecule.frames else [1]
    weights = _weights(search, counts, temperature)
    first = structures[0].positions
    places = None
    if len(structures) > 1 and not molecule.frames:
        places = [matching(molecule.topology, first, s.positions) for s in structures]
    averaged = nmr.average(shieldings, weights, places)
    numbers = tuple(number for number, name in ISOTOPES.items() if name in nuclei)
    signals = nmr.signals(
        averaged, groups(molecule.topology, first, numbers), frames=bool(molecule.frames)
    )
    provenance: dict[str, object] = {
        "model": predictor.name,
        "solvent": predictor.card["solvent"],
        "temperature": temperature,
        "geometries": len(structures),
    }
    sticks = {name: nmr.sticks(signals, name, provenance) for name in nuclei}
    return Result(
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
