"""Whether several self-consistent solutions may be near a predicted one.

The guess for PySCF leaves such molecules to PySCF, whose own start decides which solution is found
(``attempt``); ``specml hamiltonian`` warns, since its errors are those of molecules without. All
limits are stated here, for both. A reason is a phrase that stands after "got" in a message.
"""

import numpy as np
import scipy.linalg
from pyscf import gto

from specml.elements import COVALENT_RADII
from specml.hamiltonian.molecule import Molecule
from specml.hamiltonian.observables import mayer_orders
from specml.hamiltonian.projection import occupied, same_functions
from specml.reference.one_electron import one_electron

# Hartree, predicted. Below it another set of occupied orbitals, or of two spins another solution,
# may be the one that PySCF's own guess leads to.
SMALLEST_GAP = {"restricted": 0.07, "unrestricted": 0.10}
# Exact exchange opens a gap between orbitals of one energy, half of them filled (singlet O2: 0.12);
# T + V_SAP does not. Asked only where the predicted gap is below OPEN: it costs a diagonalisation.
OPEN, DEGENERATE = 0.16, 0.002
# A bond of a Mayer order above MULTIPLE is pulled apart beyond this many sums of covalent radii.
# At its minimum a multiple bond has at most 0.95 of them. CO at 2.0 angstrom (1.41): the UKS of
# PySCF's guess is a broken-symmetry one, 30 millihartree lower, with a gap of 0.12 hartree; N2 at
# 2.2 (1.55): RHF takes 12 builds from the prediction and 9 from minao.
MULTIPLE = 1.5
STRETCHED = {"restricted": 1.4, "unrestricted": 1.25}
# For warnings: a bond of a Mayer order above PARTIAL beyond this many sums is a broken one. FOOF,
# the longest bond of that order at a minimum, has 1.28; the ends of ozone 0.54 without a bond.
PARTIAL, BROKEN, HYDROGEN = 0.7, 1.35, 0.3  # HYDROGEN: angstrom that its bonds may have beyond


def several(
    source: Molecule, molecule: Molecule, orbitals: np.ndarray, gap: float, two_spins: bool
) -> str | None:
    """Why another solution than that of the predicted orbitals may be near; None if none seems so.

    Parameters
    ----------
    source : the nuclei in the basis of the model.
    molecule : the molecule in the basis of the orbitals, which may have ghost atoms.
    orbitals : (nao, n), predicted, occupied.
    gap : predicted, hartree.
    two_spins : whether orbitals of different spin may differ.
    """
    kind = "unrestricted" if two_spins else "restricted"
    if not gap >= SMALLEST_GAP[kind]:  # NaN too
        return f"a predicted gap of {gap:.3f} hartree (below {SMALLEST_GAP[kind]})"
    if gap < OPEN and occupied(source, one_electron(source.mol).matrix)[1] < DEGENERATE:
        return "frontier orbitals that are degenerate"
    return _stretched(source, molecule, orbitals, STRETCHED[kind])


def far_from_learned(molecule: Molecule, orbitals: np.ndarray, gap: float) -> str | None:
    """Why a predicted matrix may be worse than the errors of its model say; None if nothing does.

    Parameters
    ----------
    molecule : in the basis of the model.
    orbitals, gap : as :func:`several`.
    """
    reason = several(molecule, molecule, orbitals, gap, two_spins=False)
    return reason or _broken(molecule, orbitals)


def _stretched(
    source: Molecule, molecule: Molecule, orbitals: np.ndarray, limit: float
) -> str | None:
    """The multiple bond that is pulled apart most, if any."""
    distances, sums = _distances(source)
    heavy = source.numbers > 1
    apart = (distances > limit * sums) & (distances < 3.0 * sums) & heavy & heavy[:, None]
    if not apart.any():
        return None
    orders = _orders(source, molecule, orbitals)
    return _longest(source, distances, sums, apart & (orders > MULTIPLE), orders)


def _broken(molecule: Molecule, orbitals: np.ndarray) -> str | None:
    """The bond that is pulled apart most, if any, single ones and those of hydrogen included."""
    distances, sums = _distances(molecule)
    light = molecule.numbers == 1
    slack = np.where(light | light[:, None], HYDROGEN, 0.0)
    apart = distances > BROKEN * sums + slack
    if not apart.any():
        return None
    orders = _orders(molecule, molecule, orbitals)
    return _longest(molecule, distances, sums, apart & (orders > PARTIAL), orders)


def _distances(molecule: Molecule) -> tuple[np.ndarray, np.ndarray]:
    """Distances of the atoms and sums of their covalent radii, both (n, n) in angstrom."""
    positions, radii = molecule.positions, COVALENT_RADII[molecule.numbers]
    distances = np.linalg.norm(positions[:, None] - positions, axis=-1)
    return distances, radii[:, None] + radii


def _orders(source: Molecule, molecule: Molecule, orbitals: np.ndarray) -> np.ndarray:
    """Mayer bond orders (n, n) in the basis of the model; in diffuse ones they mean little."""
    overlap = source.overlap()
    if not same_functions(source, molecule):
        cross = gto.intor_cross("int1e_ovlp", source.mol, molecule.mol)
        orbitals = scipy.linalg.solve(overlap, cross @ orbitals, assume_a="pos")
    return mayer_orders(source.mol, 2.0 * orbitals @ orbitals.T, overlap)


def _longest(
    molecule: Molecule,
    distances: np.ndarray,
    sums: np.ndarray,
    chosen: np.ndarray,
    orders: np.ndarray,
) -> str | None:
    """The phrase for the pair, among those chosen (n, n), that is longest for its atoms."""
    if not chosen.any():
        return None
    pair = np.unravel_index(np.argmax(np.where(chosen, distances / sums, 0.0)), sums.shape)
    i, j = sorted(int(k) for k in pair)
    names = "-".join(f"{molecule.mol.atom_pure_symbol(k)}{k + 1}" for k in (i, j))
    order = orders[i, j]
    return f"a stretched bond, {names} of {distances[i, j]:.2f} angstrom with order {order:.1f}"
