"""Orbitals and densities on a grid, as Gaussian cube files; ``documents`` collects the bytes.

A grid of 0.25 bohr is fine for all but the cores: of formamide its points sum to 23.6 of 24
electrons, and their dipole moment is 3.1 for 3.8 D. With a window w around every heavy nucleus,
w rho is therefore summed on a grid eight times as fine and handed to the eight neighbours of each
of its points in linear shares, which keep the charge and its centre; (1 - w) rho is smooth and
taken at the points themselves. Orbitals are taken at the points.
"""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyscf import gto
from pyscf.tools import cubegen

from specml.errors import InputError, message
from specml.hamiltonian.observables import Orbitals

DENSITY = "density"  # the cube that is no orbital
BLOCK = 20_000  # points evaluated at once: with 500 functions 80 MB
MOST = 50_000_000  # points of a cube, 650 MB of text
INSIDE, OUTSIDE = 0.8, 3.0  # spacings from a nucleus: w is 1 up to the first, 0 from the second on
FINER = 8  # points along a spacing, for w rho


@dataclass(frozen=True)
class CubeGrid:
    """The grid of a cube file.

    Parameters
    ----------
    spacing : largest distance of neighbouring points along an axis, bohr.
    margin : between the outermost nuclei and the edge, bohr.
    """

    spacing: float = 0.25
    margin: float = 5.0


def cube(orbitals: Orbitals, name: str, grid: CubeGrid | None = None) -> bytes:
    """An orbital or the density on a grid, Gaussian cube, atomic units.

    Parameters
    ----------
    name : ``density`` (:data:`DENSITY`), or an orbital as :func:`orbital_index` takes it.
    grid : that of the command's defaults if None.

    Raises
    ------
    InputError
        A grid of more than :data:`MOST` points, or an orbital that is not there.
    """
    chosen = grid or CubeGrid()
    mol = orbitals.molecule.mol
    check_size(mol.atom_coords(), chosen)
    box = cubegen.Cube(mol, resolution=chosen.spacing, margin=chosen.margin)
    points = box.get_coords()
    if name == DENSITY:
        occupied = orbitals.coefficients[:, : orbitals.n_occupied]
        values = _density(mol, occupied, points)
        _sum_cores(mol, occupied, box, points, values)
    else:
        column = orbital_index(orbitals.n_occupied, len(orbitals.energies), name)
        values = _amplitudes(mol, orbitals.coefficients[:, [column]], points)[:, 0]
    field = values.reshape(box.nx, box.ny, box.nz)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "field.cube"
        box.write(field, str(path), comment=f"{name} in atomic units, SpecML")
        return path.read_bytes()


def check_size(positions: np.ndarray, grid: CubeGrid) -> None:
    """Refuse a grid of too many points around nuclei at positions (n, 3) in bohr.

    Raises
    ------
    InputError
        More than :data:`MOST` of them.
    """
    edges = np.ptp(positions, axis=0) + 2.0 * grid.margin
    count = float(np.prod(np.ceil(edges / grid.spacing)))
    if not count <= MOST or min(edges / grid.spacing) < 2.0:
        raise InputError(
            message(
                "cube",
                f"{count:.3g} points ({grid.spacing:g} bohr apart, margin {grid.margin:g} bohr)",
                f"at most {MOST:.0e} points, and two along every axis",
                "Change --cube-spacing-bohr or --cube-margin-bohr.",
            )
        )


def _amplitudes(mol: gto.Mole, coefficients: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Orbitals (nao, n) at points (m, 3) in bohr, (m, n)."""
    parts = np.split(points, range(BLOCK, len(points), BLOCK))
    return np.concatenate([mol.eval_gto("GTOval", part) @ coefficients for part in parts])


def _density(mol: gto.Mole, occupied: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The density of doubly occupied orbitals (nao, n) at points (m, 3), (m,)."""
    parts = np.split(points, range(BLOCK, len(points), BLOCK))
    squares = [(((mol.eval_gto("GTOval", part) @ occupied) ** 2).sum(axis=1)) for part in parts]
    return 2.0 * np.concatenate(squares)


def _sum_cores(
    mol: gto.Mole, occupied: np.ndarray, box: cubegen.Cube, points: np.ndarray, values: np.ndarray
) -> None:
    """Replace w rho of the module in values (m,) at the points by what a finer grid has of it."""
    shape = np.array([box.nx, box.ny, box.nz])
    steps = np.diag(box.box) / (shape - 1)
    nuclei = mol.atom_coords()[mol.atom_charges() > 1]
    radius = OUTSIDE * steps.max()
    reach = np.ceil(radius / steps).astype(int)
    left = np.ones(len(values))  # 1 - w; windows of several nuclei share what they have in common
    for nucleus in nuclei:
        near = np.flatnonzero(np.abs(points - nucleus).max(axis=1) < radius)
        left[near] *= 1.0 - _window(points[near], nucleus, steps.max())
    values *= left
    offsets = [(np.arange(-n * FINER, (n + 1) * FINER) + 0.5) / FINER for n in reach]
    mesh = np.stack(np.meshgrid(*offsets, indexing="ij"), axis=-1).reshape(-1, 3)
    for number, nucleus in enumerate(nuclei):
        middle = np.round((nucleus - box.boxorig) / steps)
        cells = middle + mesh
        fine = box.boxorig + cells * steps
        weight = _window(fine, nucleus, steps.max())
        kept = weight > 0.0
        cells, fine, weight = cells[kept], fine[kept], weight[kept]
        for other in nuclei[:number]:
            weight = weight * (1.0 - _window(fine, other, steps.max()))
        amounts = weight * _density(mol, occupied, fine) / FINER**3
        _share_out(cells, amounts, shape, values)


def _window(points: np.ndarray, nucleus: np.ndarray, step: float) -> np.ndarray:
    """w at points (m, 3): 1 near the nucleus, 0 far from it, smooth between, (m,)."""
    distances = np.linalg.norm(points - nucleus, axis=1) / step
    x = np.clip((distances - INSIDE) / (OUTSIDE - INSIDE), 0.0, 1.0)
    return 1.0 - x**3 * (10.0 - 15.0 * x + 6.0 * x**2)


def _share_out(
    cells: np.ndarray, amounts: np.ndarray, shape: np.ndarray, values: np.ndarray
) -> None:
    """Add amounts (m,) at places (m, 3), counted in steps, to the eight points around each."""
    low = np.floor(cells).astype(int)
    part = cells - low
    for corner in np.ndindex(2, 2, 2):
        share = np.prod(np.where(corner, part, 1.0 - part), axis=1)
        at = low + corner
        inside = ((at >= 0) & (at < shape)).all(axis=1)
        index = np.ravel_multi_index(at[inside].T, shape)
        values += np.bincount(index, (share * amounts)[inside], minlength=len(values))


def orbital_index(occupied: int, count: int, name: str) -> int:
    """The column of ``homo``, ``lumo``, ``homo-1``, ``lumo+2`` or an orbital counted from 1.

    Parameters
    ----------
    occupied, count : orbitals that are filled, and all of them.

    Raises
    ------
    InputError
        None of these, or an orbital that is not there.
    """
    index = -1
    if match := re.fullmatch(r"homo(-\d+)?|lumo(\+\d+)?|(\d+)", name, re.ASCII):
        below, above, number = match.groups()
        frontier = occupied - name.startswith("homo")
        index = int(number) - 1 if number else frontier + int(below or above or 0)
    if not 0 <= index < count:
        raise InputError(
            message(
                "--cube",
                f"{name!r}",
                f"density, homo, lumo, homo-1, lumo+1 or a number from 1 to {count}",
                "Name orbitals that the molecule has, with commas between them.",
            )
        )
    return index
