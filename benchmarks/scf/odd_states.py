"""Sixty odd inputs for ``stress.py``: states, stretched bonds, conversions, logs, rare settings."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from pyscf import dft, gto, scf

FORMAMIDE = (
    "C -.0105 .4170 0; O 1.1843 .2464 0; N -.9478 -.5604 0;"
    "H -.4513 1.4353 0; H -.6540 -1.5255 0; H -1.9283 -.3447 0"
)
WATER = "O 0 0 0.12; H 0.1 0.77 -0.46; H 0 -0.74 -0.48"
Row = tuple[str, Any, dict[str, Any], Callable, Callable]


def keep(field: Any) -> Any:
    return field


def kohn_sham(two_spins: bool = False, xc: str = "b3lyp") -> Callable[[gto.Mole], Any]:
    def make(mol: gto.Mole) -> Any:
        field = (dft.UKS if two_spins else dft.RKS)(mol, xc=xc)
        field.grids.level = 0
        return field

    return make


def electrons() -> Iterator[Row]:
    """Electrons and rules of occupation, set before the guess and after it."""
    for atom in (WATER, FORMAMIDE):
        half = gto.M(atom=atom, verbose=0).nelec[0]
        for up, down in ((half + 1, half - 1), (half, half - 1), (half, half)):
            set_them = lambda field, n=(up, down): field.set(nelec=n)  # noqa: E731
            yield (
                f"nelec {up} {down} before",
                atom,
                {},
                lambda mol, f=set_them: f(scf.UHF(mol)),
                keep,
            )
            yield f"nelec {up} {down} after", atom, {}, scf.UHF, set_them
    yield "nelec UKS", WATER, {}, kohn_sham(True, "pbe"), lambda field: field.set(nelec=(6, 4))
    yield "nelec inside a solver", WATER, {}, lambda mol: scf.UHF(mol).set(nelec=(6, 4)), lambda f: f.newton()  # noqa: E501  # fmt: skip
    yield "nelec of an RHF", WATER, {}, lambda mol: scf.RHF(mol).set(nelec=(6, 4)), keep
    yield "nelectron of the molecule", WATER, {}, lambda mol: scf.RHF(fewer(mol)), keep
    yield "two fewer by charge", WATER, {"charge": 2}, scf.UHF, keep
    yield "multiplicity 3", WATER, {"spin": 2}, scf.UHF, keep
    yield "float_occ", WATER, {}, scf.UHF, scf.addons.float_occ
    yield "dynamic_occ", WATER, {}, scf.RHF, scf.addons.dynamic_occ
    yield "frac_occ UHF", WATER, {}, scf.UHF, scf.addons.frac_occ
    yield "get_occ by hand", WATER, {}, scf.RHF, lowest_by_hand
    yield "smearing 0.1", FORMAMIDE, {}, scf.RHF, lambda field: field.smearing(sigma=0.1)
    yield "smearing 0.02 UHF", WATER, {}, scf.UHF, lambda field: field.smearing(sigma=0.02)
    yield (
        "smearing, fixed spin",
        WATER,
        {},
        scf.UHF,
        lambda f: f.smearing(sigma=0.02, fix_spin=True),
    )
    yield "smearing, gauss", WATER, {}, scf.RHF, lambda f: f.smearing(sigma=0.01, method="gauss")
    yield "smearing, mu0", WATER, {}, scf.RHF, lambda f: f.smearing(sigma=0.01, mu0=0.0)


def fewer(mol: gto.Mole) -> gto.Mole:
    mol.nelectron -= 2
    return mol


def lowest_by_hand(field: Any) -> Any:
    count = field.mol.nelectron // 2
    field.get_occ = lambda energies, *_: np.where(np.arange(len(energies)) < count, 2.0, 0.0)
    return field


def bonds() -> Iterator[Row]:
    """Multiple bonds pulled apart or twisted."""
    svp = {"basis": "def2-svp"}
    for atoms, lengths in {"C O": (1.6, 1.8, 2.0, 2.3), "N N": (1.6, 2.2), "C S": (2.2,),
                           "O O": (1.0, 1.5), "S O": (2.2,)}.items():  # fmt: skip
        a, b = atoms.split()
        for length in lengths:
            atom = f"{a} 0 0 0; {b} 0 0 {length}"
            yield f"{atoms} {length} UKS", atom, svp, kohn_sham(True), keep
            yield f"{atoms} {length}", atom, svp, scf.RHF, keep
    for angle in (30, 60, 80):
        c, s = 0.92 * np.cos(np.deg2rad(angle)), 0.92 * np.sin(np.deg2rad(angle))
        atom = f"C 0 0 .67; C 0 0 -.67; H 0 .92 1.24; H 0 -.92 1.24; H {s} {c} -1.24; H {-s} {-c} -1.24"  # noqa: E501
        yield f"ethylene twisted by {angle}, UKS", atom, {}, kohn_sham(True), keep
    yield "HCN with CN of 1.9", "H 0 0 -1.07; C 0 0 0; N 0 0 1.9", svp, kohn_sham(True), keep


def conversions() -> Iterator[Row]:
    """PySCF's own, of a field with the guess."""
    level = lambda field: field.set(grids=dft.Grids(field.mol).set(level=0))  # noqa: E731
    yield "RHF to_uks", WATER, {}, scf.RHF, lambda field: level(field.to_uks("pbe"))
    yield "UHF to_rks", WATER, {}, scf.UHF, lambda field: level(field.to_rks("pbe"))
    yield "RHF to_ghf", WATER, {}, scf.RHF, lambda field: field.to_ghf()
    yield "RKS to_hf", WATER, {}, kohn_sham(), lambda field: field.to_hf()
    yield "view", WATER, {}, scf.RHF, lambda field: field.view(scf.hf.RHF)
    yield "fit and undo", WATER, {}, scf.RHF, lambda field: field.density_fit().undo_df()
    yield "fast_newton", WATER, {}, scf.RHF, scf.fast_newton
    yield "X2C afterwards", WATER, {}, scf.RHF, lambda field: field.x2c()
    yield "PCM afterwards", WATER, {}, scf.RHF, lambda field: field.PCM()
    yield "Hubbard U", WATER, {}, lambda mol: dft.RKSpU(mol, xc="pbe", U_idx=["O 2p"], U_val=[3.0]), keep  # noqa: E501  # fmt: skip
