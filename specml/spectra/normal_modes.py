"""Normal modes of an isolated molecule, free of its translations and rotations.

Every vibrational spectrum and ``spectra.thermochemistry`` begin here.

Equations
---------
``F = M^-1/2 H M^-1/2`` is diagonalised in the orthogonal complement of the translations
``sqrt(m_a) e_k`` and rotations ``sqrt(m_a) e_k x (r_a - r_cm)``, so that exactly the vibrations
come out: 3n - 6, 3n - 5 of a linear molecule, none of an atom. Taking the complement and not the
modes nearest zero keeps large imaginary modes and soft torsions apart from residual rotations.
``nu = units.WAVENUMBER sqrt(lambda)`` in 1/cm; a negative eigenvalue gives a negative number.

Source: J. W. Ochterski, "Vibrational Analysis in Gaussian" (1999); E. B. Wilson, J. C. Decius,
P. C. Cross, "Molecular Vibrations" (1955).
"""

from dataclasses import dataclass

import numpy as np

from specml import units
from specml.errors import InputError, message
from specml.structure import Structure

# Ratio of the smallest to the largest radius of gyration below which a molecule is linear. HCN
# bent by 1 degree has 0.005; the flattest bent chain met, H-O-(C#C)4-H, has 0.02.
LINEAR = 0.01


@dataclass(frozen=True, eq=False)
class NormalModes:
    """The vibrations of a molecule, in ascending order.

    Parameters
    ----------
    structure : the geometry at which the Hessian was computed.
    masses : (n,) amu, of the isotopes.
    wavenumbers : (m,) 1/cm, negative where imaginary.
    vectors : (m, n, 3) orthonormal, mass-weighted; the largest component is positive.
    n_external : number of translations and rotations left out: 6, 5 or 3.
    """

    structure: Structure
    masses: np.ndarray
    wavenumbers: np.ndarray
    vectors: np.ndarray
    n_external: int

    @property
    def cartesian(self) -> np.ndarray:
        """Displacements of the modes, dr/dQ = vectors / sqrt(m), (m, n, 3) in amu^-1/2."""
        return self.vectors / np.sqrt(self.masses)[:, None]

    @property
    def reduced_masses(self) -> np.ndarray:
        """Reduced masses 1 / |dr/dQ|^2, (m,) amu, as Gaussian defines them."""
        return 1.0 / (self.cartesian**2).sum(axis=(1, 2))

    @property
    def displacements(self) -> np.ndarray:
        """Displacements dr/dQ normalised to length one, (m, n, 3), as Gaussian prints them."""
        return self.cartesian * np.sqrt(self.reduced_masses)[:, None, None]

    @property
    def is_linear(self) -> bool:
        """Whether the molecule is linear, so that it has five external motions."""
        return self.n_external == 5

    def along(self, derivatives: np.ndarray) -> np.ndarray:
        """Turn derivatives to Cartesian coordinates (..., 3n) into those to the modes (..., m)."""
        cartesian = self.cartesian.reshape(len(self.wavenumbers), 3 * len(self.masses))
        return derivatives @ cartesian.T


def normal_modes(
    structure: Structure, hessian: np.ndarray, masses: np.ndarray | None = None
) -> NormalModes:
    """Compute the vibrations of a molecule from its Hessian.

    Parameters
    ----------
    structure : the geometry at which the Hessian was computed.
    hessian : (3n, 3n) eV/angstrom^2; its symmetric part is used.
    masses : (n,) amu; standard atomic weights where None.

    Raises
    ------
    InputError
        Shapes that do not match, values that are not finite, or masses that are not positive.
    """
    masses = check_masses(structure, masses)
    weighted = _mass_weighted(structure, hessian, masses)
    external, internal = _split(structure.positions, masses)
    eigenvalues, coefficients = np.linalg.eigh(internal @ weighted @ internal.T)
    vectors = coefficients.T @ internal
    largest = np.abs(vectors).argmax(axis=1)[:, None]
    vectors = vectors * np.sign(np.take_along_axis(vectors, largest, axis=1))
    return NormalModes(
        structure,
        masses,
        _wavenumbers(eigenvalues),
        vectors.reshape(len(eigenvalues), len(structure), 3),
        len(external),
    )


def external_wavenumbers(
    structure: Structure, hessian: np.ndarray, masses: np.ndarray | None = None
) -> np.ndarray:
    """Compute what the Hessian says of the translations and rotations, (6, 5 or 3,) in 1/cm.

    They are zero at a stationary point of an exact surface, and otherwise a measure of the
    remaining gradient and of numerical error. Parameters and errors are those of
    :func:`normal_modes`.
    """
    masses = check_masses(structure, masses)
    weighted = _mass_weighted(structure, hessian, masses)
    external, _ = _split(structure.positions, masses)
    return _wavenumbers(np.linalg.eigvalsh(external @ weighted @ external.T))


def check_masses(structure: Structure, masses: np.ndarray | None) -> np.ndarray:
    """Return the masses as given or, where None, the standard atomic weights; (n,) amu.

    Raises
    ------
    InputError
        Another number of masses than atoms, or masses that are not positive.
    """
    masses = structure.masses if masses is None else np.asarray(masses, dtype=np.float64)
    if masses.shape != (len(structure),) or not (masses > 0).all():
        raise InputError(
            message(
                f"masses of {structure.name}",
                f"{masses.shape} values, {masses.tolist()}",
                f"{len(structure)} positive masses in amu",
                "Give one mass for each atom.",
            )
        )
    return masses


def _mass_weighted(structure: Structure, hessian: np.ndarray, masses: np.ndarray) -> np.ndarray:
    """Divide the symmetric part of the Hessian by the roots of the masses; check it first."""
    hessian = np.asarray(hessian, dtype=np.float64)
    size = 3 * len(structure)
    if hessian.shape != (size, size) or not np.isfinite(hessian).all():
        raise InputError(
            message(
                f"Hessian of {structure.name}",
                f"{hessian.shape}, finite: {bool(np.isfinite(hessian).all())}",
                f"({size}, {size}) finite values in eV/angstrom^2",
                "Compute it again at this geometry.",
            )
        )
    weights = np.repeat(masses, 3) ** -0.5
    return 0.5 * (hessian + hessian.T) * weights[:, None] * weights


def _wavenumbers(eigenvalues: np.ndarray) -> np.ndarray:
    """Wavenumbers in 1/cm of eigenvalues in eV/(angstrom^2 amu), negative where imaginary."""
    return units.WAVENUMBER * np.sign(eigenvalues) * np.sqrt(np.abs(eigenvalues))


def _split(positions: np.ndarray, masses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Make orthonormal bases of external and internal motions, (k, 3n) and (3n - k, 3n)."""
    centred = positions - masses @ positions / masses.sum()
    roots = np.sqrt(masses)[None, :, None]
    axes = np.eye(3)[:, None, :]
    translations = roots * axes
    rotations = roots * np.cross(axes, centred[None])
    _, sizes, rotations = np.linalg.svd(rotations.reshape(3, -1), full_matrices=False)
    kept = sizes > LINEAR * sizes.max() if sizes.max() > 1e-8 else np.zeros(3, dtype=bool)
    translations = translations.reshape(3, -1) / np.sqrt(masses.sum())
    external = np.concatenate([translations, rotations[kept]])
    complete = np.linalg.svd(external, full_matrices=True)[2]
    return external, complete[len(external) :]
