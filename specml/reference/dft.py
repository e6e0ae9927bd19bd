"""Scheme ``b3lyp-svp``: Kohn-Sham labels from PySCF.

Called by ``specml label`` (:mod:`specml.reference.labelling`).

Energy, forces and charges: B3LYP/def2-SVP with density fitting; restricted for closed shells,
unrestricted where the multiplicity is not 1. Elements beyond Kr have the effective
core potentials that belong to the def2 bases. Dipole and static
polarizability: B3LYP/def2-SVPD on the same geometry, because def2-SVP without diffuse functions
gives water 5.2 a0^3 where def2-SVPD gives 9.6 (experiment: 9.8). The polarizability of def2-SVP
itself costs a tenth of that; it is too small by nearly the same amount at every geometry, and so
teaches how the polarizability changes.

The grid is smaller than PySCF's default. Against it the forces of N-methylacetamide move by
0.16 meV/angstrom (mean) and 0.78 (largest component), at half the points.

PySCF works in hartree and bohr; every number leaves this file in eV and angstrom, converted
with PySCF's own table so that geometry and energy agree to the last digit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyscf import dft, gto, lib
from pyscf.data import nist
from pyscf.scf import cphf

from specml.errors import ReferenceFailure, message
from specml.reference.gradient import gradient
from specml.reference.two_grids import converge
from specml.structure import Structure

BOHR = nist.BOHR
HARTREE = nist.HARTREE2EV
XC = "b3lyp"
BASIS = "def2-svp"
RESPONSE_BASIS = "def2-svpd"
ECP = "def2-svp"  # one set of effective core potentials for all def2 bases
# (radial, angular) points: H and He, Li-Ne, heavier. With (50, 302) the forces of phosphonic acids
# were off by 1.4 meV/angstrom in the mean and 8 at phosphorus; now by 0.2 and 1.
GRID = ((30, 194), (40, 302), (60, 590))
# Polar bonds of B and F ask for more: forces of HBF2 were off by 3.8 and 14, now by 0.5 and 2.
GRID_OF = {5: (50, 590), 9: (50, 590)}
RESPONSE_GRID_LEVEL = 1
ALL_ELECTRON = 36  # Kr; beyond it def2 bases go with effective core potentials
HEAVIEST = 86  # Rn
CONV_TOL = 1e-9
CONV_TOL_GRADIENT = 1e-5  # hartree; PySCF's 3e-5 leaves 0.3 meV/angstrom in the forces
# Of the coupled-perturbed equations: the polarizability moves by 1e-5 angstrom^3 at most.
RESPONSE_TOL = 1e-3
SETTINGS = {
    "xc": XC,
    "basis": BASIS,
    "response_basis": RESPONSE_BASIS,
    "grid": f"{GRID}, by atomic number {GRID_OF}",
    "response_grid": f"PySCF level {RESPONSE_GRID_LEVEL}",
    "conv_tol_hartree": CONV_TOL,
    "density_fitting": "PySCF default auxiliary basis",
}


@dataclass(frozen=True)
class Converged:
    """A finished Kohn-Sham calculation and the structure it belongs to."""

    structure: Structure
    field: dft.rks.RKS | dft.uks.UKS

    @property
    def density(self) -> np.ndarray:
        """(nao, nao): of both spins together."""
        density = np.asarray(self.field.make_rdm1())
        return density if density.ndim == 2 else density.sum(axis=0)

    @property
    def spin_density(self) -> np.ndarray:
        """(nao, nao): alpha minus beta; zero for a closed shell."""
        density = np.asarray(self.field.make_rdm1())
        return density[0] - density[1] if density.ndim == 3 else np.zeros_like(density)


def molecule(structure: Structure, basis: str = BASIS) -> gto.Mole:
    """The PySCF molecule of a structure.

    Raises
    ------
    ReferenceFailure
        Elements beyond Rn.
    """
    if structure.numbers.max() > HEAVIEST:
        heavy = sorted({s for s, z in _elements(structure) if z > HEAVIEST})
        raise ReferenceFailure(
            message(
                structure.name,
                f"the element {', '.join(heavy)}",
                "elements up to Rn, for which there are def2 bases",
                "Leave this molecule out.",
            )
        )
    return gto.M(
        atom=list(zip(structure.symbols, structure.positions, strict=True)),
        basis=basis,
        ecp={s: ECP for s, z in _elements(structure) if z > ALL_ELECTRON},
        charge=structure.charge,
        spin=structure.multiplicity - 1,
        verbose=0,
    )


def kohn_sham(
    structure: Structure,
    basis: str = BASIS,
    electric_field: np.ndarray | None = None,
    start: Converged | None = None,
    density: np.ndarray | None = None,
) -> Converged:
    """Converge the self-consistent field of B3LYP for a structure.

    Parameters
    ----------
    electric_field : (3,) in atomic units, or None.
    start : a run of the same basis nearby, whose density is the first guess.
    density : a first guess of other origin, a matrix or one a spin.

    Raises
    ------
    ReferenceFailure
        If the self-consistent field does not converge.
    """
    mol = molecule(structure, basis)
    kind = dft.UKS if mol.spin else dft.RKS
    mean_field = kind(mol, xc=XC).density_fit()
    mean_field.chkfile = None  # nobody reads it
    mean_field.conv_tol, mean_field.conv_tol_grad = CONV_TOL, CONV_TOL_GRADIENT
    if electric_field is not None:
        hcore = mean_field.get_hcore() + np.einsum(
            "x,xij->ij", electric_field, mol.intor_symmetric("int1e_r", comp=3)
        )
        mean_field.get_hcore = lambda *_: hcore
    coarse, fine = dft.Grids(mol), dft.Grids(mol)
    coarse.level = 0
    if basis != RESPONSE_BASIS:
        fine.atom_grid = {s: _grid(z) for s, z in _elements(structure)}
    else:  # dipoles and polarizabilities ask less of a grid than forces do
        fine.level = RESPONSE_GRID_LEVEL
    if start is not None:
        density = start.field.make_rdm1()
    if not converge(mean_field, coarse.build(), fine.build(), density):
        mean_field = mean_field.newton()
        mean_field.kernel()
    if not mean_field.converged:
        raise ReferenceFailure(
            message(
                structure.name,
                f"an SCF that stopped after {mean_field.cycles} cycles",
                f"convergence to {CONV_TOL} hartree",
                "Check the geometry.",
            )
        )
    return Converged(structure, mean_field)


def _elements(structure: Structure) -> set[tuple[str, int]]:
    return set(zip(structure.symbols, structure.numbers.tolist(), strict=True))


def _grid(number: int) -> tuple[int, int]:
    return GRID_OF.get(number, GRID[0 if number <= 2 else 1 if number <= 10 else 2])


def energy(run: Converged) -> float:
    """Total energy in eV."""
    return float(run.field.e_tot) * HARTREE


def forces(run: Converged) -> np.ndarray:
    """Forces on the nuclei, (n_atoms, 3) in eV/angstrom."""
    return -gradient(run.field) * HARTREE / BOHR


def dipole(run: Converged) -> np.ndarray:
    """(3,) in e*angstrom, about the centre of mass (it matters for charged structures only)."""
    structure = run.structure
    masses = structure.masses
    origin = masses @ structure.positions / masses.sum() / BOHR
    mol = run.field.mol
    with mol.with_common_orig(origin):
        integrals = mol.intor_symmetric("int1e_r", comp=3)
    electrons = np.einsum("xij,ji->x", integrals, run.density)
    nuclei = mol.atom_charges() @ (mol.atom_coords() - origin)
    return (nuclei - electrons) * BOHR


def mulliken_charges(run: Converged) -> np.ndarray:
    """(n_atoms,) in e: Z_A - sum over mu on A of (D S)_mu,mu."""
    populations = np.einsum("ij,ji->i", run.density, run.field.get_ovlp())
    return run.field.mol.atom_charges() - _by_atom(run, populations)


def loewdin_charges(run: Converged) -> np.ndarray:
    """(n_atoms,) in e: Z_A - sum over mu on A of (S^1/2 D S^1/2)_mu,mu."""
    return run.field.mol.atom_charges() - _by_atom(run, _loewdin(run, run.density))


def spin_populations(run: Converged) -> np.ndarray:
    """(n_atoms,) in e: Loewdin's of alpha minus beta; they add up to the unpaired electrons."""
    return _by_atom(run, _loewdin(run, run.spin_density))


def _loewdin(run: Converged, density: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(run.field.get_ovlp())
    root = (vectors * np.sqrt(values)) @ vectors.T
    return np.einsum("ij,jk,ki->i", root, density, root)


def _by_atom(run: Converged, populations: np.ndarray) -> np.ndarray:
    mol = run.field.mol
    owner = [label[0] for label in mol.ao_labels(fmt=None)]
    return np.bincount(owner, populations, minlength=mol.natm)


def polarizability(run: Converged) -> np.ndarray:
    """Static dipole polarizability, (3, 3) in angstrom^3, from coupled-perturbed Kohn-Sham.

    alpha_xy = -4 sum_ai (a|x|i) U^y_ai, where the first-order response U to the field along y
    solves (e_a - e_i) U_ai + v_ai[U] = -(a|y|i) with the induced potential

    v_ai[U] = 4 (ai|bj) U_bj - c_x [(ab|ij) + (aj|ib)] U_bj + 4 (ai|f_xc|bj) U_bj.

    The two-electron integrals are density fitted in the molecular-orbital basis: five times
    faster here than PySCF's general ``gen_response``, and equal to it.

    Raises
    ------
    ReferenceFailure
        For open shells.
    """
    if run.structure.multiplicity > 1:
        raise ReferenceFailure(
            message(
                run.structure.name,
                f"the polarizability of multiplicity {run.structure.multiplicity}",
                "a closed shell",
                "Use the scheme b3lyp-svp.",
            )
        )
    field = run.field
    occupied = field.mo_coeff[:, field.mo_occ > 0]
    virtual = field.mo_coeff[:, field.mo_occ == 0]
    integrals = field.mol.intor_symmetric("int1e_r", comp=3)
    perturbation = np.einsum("pa,xpq,qi->xai", virtual, integrals, occupied, optimize=True)
    shape = perturbation.shape[1:]
    # In single precision, which is a hundred times better than the tolerance and twice as fast.
    fitted = lib.unpack_tril(np.concatenate(list(field.with_df.loop()))).astype(np.float32)
    o, v = occupied.astype(np.float32), virtual.astype(np.float32)
    half = fitted @ o
    oo, vo, vv = o.T @ half, v.T @ half, v.T @ fitted @ v
    exchange = field._numint.hybrid_coeff(XC)
    kernel_potential = _kernel_potential(field)

    def potential(flat: np.ndarray) -> np.ndarray:
        response = flat.reshape(-1, *shape)
        density = np.einsum("pa,xai,qi->xpq", virtual, response, occupied, optimize=True)
        induced = kernel_potential(2.0 * (density + density.transpose(0, 2, 1)))
        out = np.einsum("pa,xpq,qi->xai", virtual, induced, occupied, optimize=True)
        for x, u in enumerate(response.astype(np.float32)):
            out[x] += 4.0 * np.tensordot(np.tensordot(vo, u, 2), vo, (0, 0))
            out[x] -= exchange * np.tensordot(vv @ u, oo, ((0, 2), (0, 2)))
            out[x] -= exchange * np.tensordot(vo, vo.transpose(0, 2, 1) @ u, ((0, 2), (0, 2)))
        return out.reshape(len(out), -1)

    response = cphf.solve(
        potential, field.mo_energy, field.mo_occ, perturbation, max_cycle=40, tol=RESPONSE_TOL
    )[0].reshape(3, *shape)
    alpha = -4.0 * np.einsum("xai,yai->xy", perturbation, response)
    return (alpha + alpha.T) / 2.0 * BOHR**3


def _kernel_potential(field: dft.rks.RKS) -> Callable[[np.ndarray], np.ndarray]:
    """Density matrices (x, nao, nao) -> matrices of the exchange-correlation kernel.

    On PySCF's coarsest grid: alpha moves by 0.004 of 9 angstrom^3.
    """
    grids = dft.Grids(field.mol)
    grids.level = 0
    grids.build()
    numint = field._numint
    cache = numint.cache_xc_kernel(field.mol, grids, XC, field.mo_coeff, field.mo_occ, 0)
    return lambda dms: numint.nr_rks_fxc(field.mol, grids, XC, None, dms, 0, 1, *cache)


def label(
    structure: Structure, polarizability_svp: bool = False, response: bool = False
) -> dict[str, Any]:
    """All labels of one geometry.

    Parameters
    ----------
    polarizability_svp : also that of def2-SVP.
    response : also the dipole and the polarizability of def2-SVPD.

    Raises
    ------
    ReferenceFailure
        If an SCF does not converge, or for elements beyond Rn.
    """
    lib.num_threads(1)
    run = kohn_sham(structure)
    labels = of_run(run)
    if polarizability_svp:
        labels["polarizability_svp"] = polarizability(run)
    if response:
        diffuse = kohn_sham(structure, RESPONSE_BASIS)
        labels |= {"dipole": dipole(diffuse), "polarizability": polarizability(diffuse)}
    return labels


def of_run(run: Converged) -> dict[str, Any]:
    """The labels of def2-SVP that cost nothing more."""
    labels: dict[str, Any] = {
        "energy": energy(run),
        "forces": forces(run),
        "dipole_svp": dipole(run),
        "mulliken_charges": mulliken_charges(run),
        "loewdin_charges": loewdin_charges(run),
    }
    if run.structure.multiplicity > 1:
        labels["spin_populations"] = spin_populations(run)
    return labels
