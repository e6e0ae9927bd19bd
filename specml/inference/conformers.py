"""Search the conformers of a molecule: embed, relax with the model, tell apart.

Called by :mod:`specml.workflows.conformers`, for the option ``--conformers``.

1. Many embeddings, relaxed with MMFF94, without duplicates: the lowest two for every conformer
   wanted, and the geometry given.
2. All of them relaxed with the model in one batch.
3. Those that changed bonds or configuration dropped, duplicates removed, the lowest kept.

Mirror images count as one: scalar spectra cannot tell them apart. How often each occurs is counted
in :mod:`specml.spectra.ensemble`, which also weights them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from specml.data.conformer_distance import ConformerDistance
from specml.data.embedding import embed
from specml.data.topology import graph, same_molecule
from specml.errors import SpecMLError
from specml.relax import Minimizer, Relaxed
from specml.structure import Structure
from specml.units import KJ_PER_MOL

WINDOW = 15.0 * KJ_PER_MOL  # above the lowest; exp(-E/kT) is 0.002 at room temperature
SAME_ENERGY = 0.1 * KJ_PER_MOL  # relaxation leaves less than a tenth of it
SAME_PLACE = 0.125  # angstrom, root mean square; as CREST
# The force field lies higher and is flat: what it calls two conformers may be one, at a price in
# time only.
SAME_ENERGY_MMFF, SAME_PLACE_MMFF = 0.2 * KJ_PER_MOL, 0.2
SPARE = 2  # candidates relaxed for every conformer wanted: MMFF94 orders them roughly
BATCH = 32  # candidates relaxed together


@dataclass(frozen=True)
class ConformerEnsemble:
    """The conformers of a molecule, as a search has left them.

    Parameters
    ----------
    conformers : ascending in energy; atoms in the order of the input, named as it.
    in_window : all different conformers in the window, of which the lowest were kept.
    changed : candidates dropped because bonds or configuration changed while they relaxed, or
        because the model failed on the way.
    """

    conformers: tuple[Relaxed, ...]
    in_window: tuple[Relaxed, ...]
    changed: int

    @property
    def n_in_window(self) -> int:
        """How many different conformers there are in the window."""
        return len(self.in_window)


def find(
    structure: Structure,
    predictor: Minimizer,
    count: int,
    masses: np.ndarray | None = None,
    window: float = WINDOW,
) -> ConformerEnsemble:
    """The lowest conformers of a molecule, at most ``count``.

    Reproducible: the seed is fixed, and embedding does not depend on the order of the atoms. If
    every candidate changes its bonds, the geometry given is the only conformer, relaxed.

    Parameters
    ----------
    structure : its bonds and configuration are kept; also a candidate itself.
    masses : (n_atoms,) amu; atoms of different mass are told apart.
    window : eV above the lowest conformer.

    Raises
    ------
    InputError
        Bonds that cannot be perceived, several molecules, or nothing that can be embedded.
    """
    molecule = graph(structure, masses)
    alike, given = ConformerDistance(molecule), structure.positions
    embedded = embed(molecule, 10 * count, structure.name)
    chosen = alike.distinct(
        embedded.positions, embedded.energies, SAME_ENERGY_MMFF, SAME_PLACE_MMFF
    )[: SPARE * count]
    others = [p for p in embedded.positions[chosen] if alike.distance(p, given) > SAME_PLACE]
    starts = [structure, *(structure.with_positions(p) for p in others)]
    ends = _relax(starts, predictor)
    same = [end for end in ends if same_molecule(molecule, end.structure)]
    candidates = same or ends[:1]
    energies = np.array([end.energy for end in candidates])
    kept = alike.distinct(
        [end.structure.positions for end in candidates], energies, SAME_ENERGY, SAME_PLACE
    )
    inside = [k for k in kept if energies[k] - energies[kept[0]] <= window]
    return ConformerEnsemble(
        tuple(candidates[k] for k in inside[:count]),
        in_window=tuple(candidates[k] for k in inside),
        changed=len(starts) - len(candidates),
    )


def _relax(starts: Sequence[Structure], predictor: Minimizer) -> list[Relaxed]:
    """Relax candidates, each under a name of its own: a Predictor keeps what it knows by name.

    A force field that does not know the bonds may embed a geometry on which GFN2-xTB does not
    converge. Such candidates are left out, unless all are.
    """
    named = [replace(s, name=f"{s.name}, conformer {k}") for k, s in enumerate(starts)]
    ends: list[Relaxed] = []
    for first in range(0, len(named), BATCH):
        ends += _survivors(named[first : first + BATCH], predictor)
    if not ends:
        ends = predictor.relax(named[:1])  # fails again, with its reason
    name = starts[0].name
    return [replace(end, structure=replace(end.structure, name=name)) for end in ends]


def _survivors(structures: Sequence[Structure], predictor: Minimizer) -> list[Relaxed]:
    """Relaxed together or, if that fails, one by one without those that fail."""
    try:
        return predictor.relax(structures)
    except SpecMLError:
        if len(structures) == 1:
            return []
        return [end for s in structures for end in _survivors([s], predictor)]
