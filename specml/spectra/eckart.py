"""The Eckart frame: the molecule's own axes, in which it vibrates and does not rotate.

``spectra.dynamic`` turns dipoles and polarizabilities with it before their spectra are computed.

The rotation R of a geometry r (about its centre of mass) towards a reference s fulfils

    sum_i m_i s_i x (R r_i) = 0

and, of the rotations that do, is the one that brings r closest to s. A freely tumbling molecule
has P, Q and R wings in its spectrum; dipoles and polarizabilities turned by R have none.

Source: C. Eckart, Phys. Rev. 47, 552 (1935); as a least-squares fit: K. N. Kudin, A. Y. Dymarsky,
J. Chem. Phys. 122, 224105 (2005).
"""

import numpy as np

from specml.errors import InputError, message

FLAT = 1e-6  # of the largest: a second moment below this has no direction


def eckart_rotations(
    positions: np.ndarray, reference: np.ndarray, masses: np.ndarray
) -> np.ndarray:
    """Compute the rotations R, (..., 3, 3), that turn geometries into the frame of a reference.

    Parameters
    ----------
    positions : (..., n, 3) angstrom.
    reference : (n, 3) angstrom.
    masses : (n,) amu.

    Raises
    ------
    InputError
        A linear reference, which leaves the rotation about its axis open.
    """
    share = masses / masses.sum()
    arms = reference - share @ reference
    moments = np.linalg.svd(np.sqrt(share)[:, None] * arms, compute_uv=False)
    if len(moments) < 2 or moments[1] < FLAT**0.5 * moments[0]:
        raise InputError(
            message(
                "Eckart frame",
                "a linear molecule",
                "three atoms off a line",
                "Keep the frame of the laboratory.",
            )
        )
    moving = positions - np.einsum("n,...nx->...x", share, positions)[..., None, :]
    cross = np.einsum("n,nx,...ny->...xy", share, arms, moving)
    u, _, v = np.linalg.svd(cross)
    # A proper rotation: the last singular vector turns if the fit came out as a reflection.
    u[..., :, 2] *= np.sign(np.linalg.det(u @ v))[..., None]
    return u @ v


def turn_vectors(rotations: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Turn vectors (..., 3) by rotations (..., 3, 3): R v."""
    return np.einsum("...xy,...y->...x", rotations, vectors)


def turn_tensors(rotations: np.ndarray, tensors: np.ndarray) -> np.ndarray:
    """Turn tensors (..., 3, 3) by rotations (..., 3, 3): R T R^T."""
    return np.einsum("...xi,...ij,...yj->...xy", rotations, tensors, rotations)
