"""Everything a spectrum needs, computed by B3LYP itself, which the model is measured against.

Called by the scripts in ``benchmarks``.

Geometry and Hessian: B3LYP/def2-SVP. Dipole and polarizability slopes: B3LYP/def2-SVPD forces in
weak electric fields E, because the force is linear in the slope of the dipole and quadratic in
the slope of the polarizability,

    F(E) = F(0) + mu'_a E_a + 1/2 alpha'_ab E_a E_b.

Thirteen gradients give every slope of a molecule of any size; differences of dipoles and
polarizabilities would take 6 n_atoms coupled-perturbed calculations.
"""

import numpy as np

from specml.expansion import Expansion
from specml.reference.dft import (
    BOHR,
    HARTREE,
    RESPONSE_BASIS,
    Converged,
    dipole,
    energy,
    forces,
    kohn_sham,
    polarizability,
)
from specml.relax import Relaxed, relax
from specml.structure import Structure

FIELD = 0.004  # atomic units: truncation and SCF noise of alpha' are both below 1 % here


def relax_b3lyp(
    structure: Structure, hessian: np.ndarray, fmax: float = 2e-3, max_steps: int = 60
) -> Relaxed:
    """Relax a structure to a minimum of B3LYP/def2-SVP.

    Parameters
    ----------
    hessian : Hessian of a cheaper model to begin with, (3n, 3n) eV/angstrom^2.
    """
    last: Converged | None = None

    def evaluate(structures: list[Structure]) -> tuple[np.ndarray, list[np.ndarray]]:
        nonlocal last
        last = kohn_sham(structures[0], start=last)
        return np.array([energy(last)]), [forces(last)]

    return relax([structure], evaluate, fmax, max_steps, [hessian])[0]


def hessian_b3lyp(run: Converged) -> np.ndarray:
    """(3n, 3n) in eV/angstrom^2, analytical, blind to translation.

    PySCF holds the grid still while the nuclei move. What that costs sits at the core of each
    atom, in its own diagonal block (42 eV/angstrom^2 for chlorine, 3.5 for oxygen, 0.03 for
    carbon), and raised C-Cl stretches by 60 1/cm. So the diagonal block is taken from the others,
    H_AA = -sum_{B != A} H_AB; finite differences of the forces then agree within 1 1/cm.
    """
    hessian = run.field.Hessian().kernel() * HARTREE / BOHR**2  # (n, n, 3, 3)
    atoms = np.arange(len(hessian))
    hessian[atoms, atoms] -= hessian.sum(1)
    flat = hessian.transpose(0, 2, 1, 3).reshape(3 * len(atoms), 3 * len(atoms))
    return (flat + flat.T) / 2.0


def expand_b3lyp(structure: Structure) -> Expansion:
    """Energy, gradient, Hessian and the slopes of dipole and polarizability at one geometry."""
    run = kohn_sham(structure)
    response = kohn_sham(structure, RESPONSE_BASIS)
    slopes = _field_slopes(response)
    return Expansion(
        structure,
        energy(run),
        -forces(run).ravel(),
        hessian_b3lyp(run),
        dipole(response),
        slopes[0],
        polarizability(response),
        slopes[1],
        source="B3LYP/def2-SVP, slopes def2-SVPD",
    )


def _field_slopes(rest: Converged) -> tuple[np.ndarray, np.ndarray]:
    """mu' (3, 3n) in e and alpha' (3, 3, 3n) in angstrom^2 from forces in fields."""
    axes = np.eye(3)
    # Converged once more: division by FIELD^2 turns what ``rest`` lacks into 0.02 angstrom^2.
    at_rest = _forces_in_field(rest, np.zeros(3))
    plus = [_forces_in_field(rest, FIELD * axis) for axis in axes]
    minus = [_forces_in_field(rest, -FIELD * axis) for axis in axes]
    dipole_slopes = np.array([(p - m) / (2.0 * FIELD) for p, m in zip(plus, minus, strict=True)])
    alpha_slopes = np.empty((3, 3, at_rest.size))
    for a in range(3):
        alpha_slopes[a, a] = (plus[a] + minus[a] - 2.0 * at_rest) / FIELD**2
    for a, b in ((0, 1), (0, 2), (1, 2)):
        along = FIELD * (axes[a] + axes[b])
        both = _forces_in_field(rest, along) + _forces_in_field(rest, -along)
        own = alpha_slopes[a, a] + alpha_slopes[b, b]
        mixed = ((both - 2.0 * at_rest) / FIELD**2 - own) / 2.0
        alpha_slopes[a, b] = alpha_slopes[b, a] = mixed
    return dipole_slopes, alpha_slopes * BOHR**2


def _forces_in_field(rest: Converged, field: np.ndarray) -> np.ndarray:
    """(3n,) in atomic units; ``rest`` is the molecule without a field."""
    run = kohn_sham(rest.structure, RESPONSE_BASIS, field, rest)
    without = forces(run) * BOHR / HARTREE
    return (without + _force_of_field(run, field)).ravel()


def _force_of_field(run: Converged, field: np.ndarray) -> np.ndarray:
    """What PySCF's gradient does not know: the pull on the nuclei and on the basis functions."""
    mol = run.field.mol
    density = run.field.make_rdm1()
    # (d mu / d x | y | nu), dipole component first.
    integrals = mol.intor("int1e_irp", comp=9).reshape(3, 3, mol.nao, mol.nao)
    pull = 2.0 * np.einsum("y,yxnm,mn->mx", field, integrals, density)
    owner = [label[0] for label in mol.ao_labels(fmt=None)]
    total = mol.atom_charges()[:, None] * field
    np.add.at(total, owner, pull)
    return total
