"""What moving a whole molecule must do to its derivatives, and by how much a source misses it.

``spectra.harmonic`` warns with it of derivatives that cannot be right.

A translation by ``t`` and a rotation by ``w`` about the centre of mass change the dipole by
``Q t`` and ``w x mu``, the polarizability by ``0`` and ``[W, alpha]`` with ``W v = w x v``::

    sum_a d mu_i / d r_aj                    = Q delta_ij   (fixed origin; zero about the centre
                                                             of mass)
    sum_a (d mu / d r_a) . (e_k x r_a)       = e_k x mu
    sum_a d alpha / d r_aj                   = 0
    sum_a (d alpha / d r_a) . (e_k x r_a)    = [W_k, alpha]

Source: W. B. Person, J. H. Newton, J. Chem. Phys. 61, 1040 (1974).
"""

import numpy as np

from specml.expansion import Expansion

_LEVI_CIVITA = np.zeros((3, 3, 3))
for _i, _j, _k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
    _LEVI_CIVITA[_i, _j, _k] = 1.0
    _LEVI_CIVITA[_i, _k, _j] = -1.0


def sum_rule_residuals(expansion: Expansion, masses: np.ndarray) -> dict[str, float]:
    """Compute the largest deviation from each rule.

    Parameters
    ----------
    expansion : derivatives of dipole and polarizability at one geometry.
    masses : (n,) amu, which fix the centre of mass.

    Returns
    -------
    dict
        ``dipole translation`` (e), ``dipole rotation`` (e*angstrom) and, where the expansion has
        polarizabilities, ``polarizability translation`` (angstrom^2) and ``polarizability
        rotation`` (angstrom^3).
    """
    structure = expansion.structure
    centred = structure.positions - masses @ structure.positions / masses.sum()
    # turn[k] moves atom a by e_k x r_a: (3, n, 3).
    turn = np.cross(np.eye(3)[:, None, :], centred[None])
    derived = expansion.dipole_derivatives.reshape(3, -1, 3)
    shifted = derived.sum(axis=1)
    # mu about the centre of mass does not move with the molecule, mu about a fixed origin does.
    translation = min(
        np.abs(shifted - charge * np.eye(3)).max() for charge in (structure.charge, 0)
    )
    rotation = np.einsum("iax,kax->ik", derived, turn) - np.cross(np.eye(3), expansion.dipole).T
    residuals = {
        "dipole translation": float(translation),
        "dipole rotation": float(np.abs(rotation).max()),
    }
    if expansion.polarizability is not None and expansion.polarizability_derivatives is not None:
        tensors = expansion.polarizability_derivatives.reshape(3, 3, -1, 3)
        # W_k v = e_k x v: (W_k)_ij = -eps_kij.
        turned = -np.einsum("kil,lj->kij", _LEVI_CIVITA, expansion.polarizability)
        turned = turned + turned.transpose(0, 2, 1)
        twisted = np.einsum("ijax,kax->kij", tensors, turn) - turned
        residuals["polarizability translation"] = float(np.abs(tensors.sum(axis=2)).max())
        residuals["polarizability rotation"] = float(np.abs(twisted).max())
    return residuals
