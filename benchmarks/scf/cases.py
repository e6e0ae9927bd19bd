"""Odd inputs for ``scf_stress.py``: a name, a molecule and a mean field each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import odd_states
from pyscf import dft, gto, qmmm, scf
from rdkit import Chem
from rdkit.Chem import AllChem

WATER = "O 0 0 0.1174; H 0 0.7572 -0.4696; H 0 -0.7572 -0.4696"
AMMONIA = "N 0 0 0.12; H 0 0.94 -0.27; H 0.81 -0.47 -0.27; H -0.81 -0.47 -0.27"


HEXAGON = [(np.cos(k * np.pi / 3.0), np.sin(k * np.pi / 3.0)) for k in range(6)]


@dataclass(frozen=True)
class Case:
    """Everything to make a fresh mean field again and again."""

    name: str
    atom: Any
    settings: dict[str, Any]
    field: Callable[[gto.Mole], Any]
    after: Callable[[Any], Any] = odd_states.keep  # the guess, or what takes its place

    def make(self) -> Any:
        """A fresh mean field of a fresh molecule."""
        return self.field(gto.M(atom=self.atom, verbose=0, **self.settings))


def odd() -> Iterator[Case]:
    """The cases of ``odd_states``."""
    for family in (odd_states.electrons, odd_states.bonds, odd_states.conversions):
        for number, (label, atom, options, field, after) in enumerate(family()):
            name = f"{family.__name__} {number}: {label}"
            yield Case(name, atom, {"basis": "6-31g", **options}, field, after)


def rks(xc: str = "b3lyp") -> Callable[[gto.Mole], Any]:
    return lambda mol: coarse(dft.RKS(mol, xc=xc))


def coarse(field: Any) -> Any:
    """On the smallest grid, which both runs have."""
    field.grids.level = 0
    return field


def cases() -> Iterator[Case]:
    """All of them, names unique."""
    yield from odd()
    for family in (
        stretched, ions, radicals, elements, atoms, ghosts, settings, bases, methods, solvers,
        squeezed, clouds, fragments, odd_bonds, large,
    ):  # fmt: skip
        for number, (label, atom, options, field) in enumerate(family()):
            yield Case(
                f"{family.__name__} {number}: {label}", atom, {"basis": "6-31g", **options}, field
            )


def stretched() -> Iterator:
    pairs = {"H H": 0.74, "H F": 0.92, "N N": 1.10, "F F": 1.41, "C O": 1.13, "H Cl": 1.27}
    for pair, length in pairs.items():
        for factor in (0.6, 0.8, 1.3, 1.7, 2.2, 3.0, 5.0):
            a, b = pair.split()
            atom = f"{a} 0 0 0; {b} 0 0 {factor * length}"
            yield f"{pair} x {factor}", atom, {}, scf.RHF
            if factor in (1.3, 2.2):
                yield f"{pair} x {factor} B3LYP", atom, {"basis": "def2-svp"}, rks()
            if factor in (1.7, 3.0):
                yield f"{pair} x {factor} UHF", atom, {}, scf.UHF


def ions() -> Iterator:
    found = {
        "OH-": ("O 0 0 0; H 0 0 0.97", -1), "CN-": ("C 0 0 0; N 0 0 1.17", -1),
        "NO+": ("N 0 0 0; O 0 0 1.06", 1), "HeH+": ("He 0 0 0; H 0 0 0.77", 1),
        "H3O+": ("O 0 0 0; H 0.93 0 0.3; H -0.46 0.8 0.3; H -0.46 -0.8 0.3", 1),
        "F-": ("F 0 0 0", -1), "Li+": ("Li 0 0 0", 1), "O2-": ("O 0 0 0", -2),
    }  # fmt: skip
    for name, (atom, charge) in found.items():
        yield name, atom, {"charge": charge}, scf.RHF
        yield f"{name} B3LYP", atom, {"charge": charge, "basis": "def2-svp"}, rks()


def radicals() -> Iterator:
    found = {
        "OH": ("O 0 0 0; H 0 0 0.97", 1), "NO": ("N 0 0 0; O 0 0 1.15", 1),
        "O2": ("O 0 0 0; O 0 0 1.21", 2), "CH2": ("C 0 0 0; H 0.98 0 0.4; H -0.98 0 0.4", 2),
        "CN": ("C 0 0 0; N 0 0 1.17", 1), "H2+": ("H 0 0 0; H 0 0 1.06", 1),
    }  # fmt: skip
    for name, (atom, spin) in found.items():
        options = {"spin": spin, "charge": int(name.endswith("+"))}
        for method in (scf.UHF, scf.ROHF, lambda mol: coarse(dft.UKS(mol, xc="b3lyp"))):
            yield f"{name} {getattr(method, '__name__', 'UKS')}", atom, options, method


def elements() -> Iterator:
    counts = {"Li": 1, "Be": 2, "B": 3, "Na": 1, "Mg": 2, "Al": 3, "Si": 4, "P": 3, "K": 1, "Ca": 2,
              "Ga": 3, "Ge": 4, "As": 3, "Se": 2, "Br": 1}  # fmt: skip
    corners = np.array([[1, 1, 1], [-1, -1, 1], [-1, 1, -1], [1, -1, -1]]) / np.sqrt(3.0)
    for symbol, count in counts.items():
        atom = [(symbol, np.zeros(3)), *(("H", 1.6 * corners[k]) for k in range(count))]
        yield symbol, atom, {"basis": "sto-3g"}, scf.RHF
    iodide = "H 0 0 0; I 0 0 1.61"
    yield "I with a core potential", iodide, {"basis": "def2-svp", "ecp": "def2-svp"}, scf.RHF
    yield "I, all electrons", iodide, {"basis": "sto-3g"}, scf.RHF
    core = {"basis": "ccecp-ccpvdz", "ecp": "ccecp"}
    yield "a core potential on a known element", WATER, core, scf.RHF


def atoms() -> Iterator:
    for symbol, spin in (("He", 0), ("Be", 0), ("Ne", 0), ("Mg", 0), ("Ar", 0), ("H", 1)):
        yield symbol, f"{symbol} 0 0 0", {"spin": spin}, scf.UHF if spin else scf.RHF
    for symbol, spin in (("O", 0), ("C", 0), ("O", 2), ("N", 3), ("S", 0)):
        yield f"{symbol} spin {spin}", f"{symbol} 0 0 0", {"spin": spin}, scf.UHF


def ghosts() -> Iterator:
    for ghost in ("ghost-O 0 0 3", "X-H 0 0 2", "ghost-N 2 0 0; ghost-H 2 0 1"):
        yield ghost, f"{WATER}; {ghost}", {}, scf.RHF
        yield f"{ghost} B3LYP", f"{WATER}; {ghost}", {"basis": "def2-svp"}, rks()
    yield "ghosts of an unknown element", f"{WATER}; ghost-Na 0 0 3", {}, scf.RHF
    yield "on top of a nucleus", f"{WATER}; ghost-H 0 0 0.1175", {"basis": "sto-3g"}, scf.RHF


def settings() -> Iterator:
    for group in (True, "C2v", "Cs"):
        yield f"symmetry {group}", WATER, {"symmetry": group}, scf.RHF
    yield "symmetry, linear", "N 0 0 0; N 0 0 1.1", {"symmetry": True}, scf.RHF
    yield "symmetry UKS", WATER, {"symmetry": True}, lambda mol: coarse(dft.UKS(mol, xc="pbe"))
    for basis in ("6-31g*", "cc-pvdz", "def2-svp"):
        yield f"Cartesian {basis}", WATER, {"basis": basis, "cart": True}, scf.RHF
    bohr = "O 0 0 0.2219; H 0 1.4309 -0.8874; H 0 -1.4309 -0.8874"
    yield "bohr", bohr, {"unit": "Bohr"}, scf.RHF
    yield "angstrom by number", WATER, {"unit": 0.529177}, scf.RHF
    yield "angstrom taken for bohr", WATER, {"unit": "Bohr"}, scf.RHF
    yield "z-matrix", "O; H 1 0.96; H 1 0.96 2 104.5", {}, scf.RHF
    yield "atomic numbers", [[8, (0, 0, 0.1174)], [1, (0, 0.76, -0.47)], [1, (0, -0.76, -0.47)]], {}, scf.RHF  # noqa: E501  # fmt: skip
    yield "labels", "O7 0 0 0.12; H1 0 0.76 -0.47; H:2 0 -0.76 -0.47", {}, scf.RHF
    yield "far from the origin", "O 900 0 0.12; H 900 0.76 -0.47; H 900 -0.76 -0.47", {}, scf.RHF
    yield "hydrogen first", "H 0 0.76 -0.47; O 0 0 0.12; H 0 -0.76 -0.47", {}, scf.RHF
    yield "finite nuclei", WATER, {"nucmod": "G"}, scf.RHF
    yield "little memory", WATER, {"max_memory": 1, "basis": "def2-svp"}, scf.RHF


def bases() -> Iterator:
    names = ("sto-3g", "minao", "3-21g", "6-31g*", "6-31++g**", "6-311++g**", "cc-pvdz", "cc-pvtz",
             "aug-cc-pvdz", "def2-svp", "def2svp", "def2-svpd", "def2-tzvp", "pcseg-1", "dzp",
             "pc-1", "sto-6g")  # fmt: skip
    for name in names:
        yield name, WATER, {"basis": name}, scf.RHF
    for name in ("def2-svp", "def2-tzvp", "6-311g**", "aug-cc-pvdz"):
        yield f"{name} B3LYP", AMMONIA, {"basis": name}, rks()
    yield "one for each element", WATER, {"basis": {"O": "cc-pvtz", "H": "sto-3g"}}, scf.RHF
    even = {"O": gto.expand_etbs([(0, 10, 0.1, 2.5), (1, 6, 0.1, 2.8)]), "H": "6-31g"}
    yield "even-tempered", WATER, {"basis": even}, scf.RHF
    dense = {"O": gto.expand_etbs([(0, 24, 0.05, 1.5), (1, 12, 0.05, 1.6)]), "H": "cc-pvdz"}
    yield "nearly linearly dependent", WATER, {"basis": dense}, scf.RHF


def methods() -> Iterator:
    for xc in (
        "lda,vwn",
        "pbe",
        "blyp",
        "tpss",
        "pbe0",
        "wb97x",
        "camb3lyp",
        "m062x",
        "hf",
        "lc_wpbe",
    ):
        yield xc, WATER, {}, rks(xc)
    for xc in ("pbe", "b3lyp", "wb97x"):
        yield f"U {xc}", AMMONIA, {}, lambda mol, xc=xc: coarse(dft.UKS(mol, xc=xc))
    yield "ROKS", WATER, {}, lambda mol: coarse(dft.ROKS(mol, xc="pbe"))
    yield "ROHF", WATER, {}, scf.ROHF
    yield "GHF", WATER, {}, scf.GHF
    yield "GKS", WATER, {}, lambda mol: coarse(dft.GKS(mol, xc="lda,vwn"))
    yield "DHF", "H 0 0 0; H 0 0 0.74", {}, scf.DHF
    yield "X2C", WATER, {}, lambda mol: scf.RHF(mol).x2c()
    yield "density fitting", WATER, {}, lambda mol: scf.RHF(mol).density_fit()
    yield "fitted J only", WATER, {}, lambda mol: scf.RHF(mol).density_fit(only_dfj=True)
    yield "COSX", WATER, {}, lambda mol: scf.sgx_fit(scf.RHF(mol)) if hasattr(scf, "sgx_fit") else scf.RHF(mol)  # noqa: E501  # fmt: skip
    yield "PCM", WATER, {}, lambda mol: scf.RHF(mol).PCM()
    yield "ddCOSMO", WATER, {}, lambda mol: scf.RHF(mol).DDCOSMO()
    yield "QM/MM", WATER, {}, lambda mol: qmmm.mm_charge(scf.RHF(mol), [[0, 0, 4.0]], [0.5])
    yield "in a field", WATER, {}, in_a_field
    yield "UHF mixed", AMMONIA, {}, lambda mol: scf.UHF(mol).set(init_guess_breaksym="mix")


def in_a_field(mol: gto.Mole) -> Any:
    field = scf.RHF(mol)
    hcore = field.get_hcore() + 0.02 * mol.intor("int1e_r")[2]
    field.get_hcore = lambda *_: hcore
    return field


def solvers() -> Iterator:
    yield "newton", WATER, {}, lambda mol: scf.RHF(mol).newton()
    yield "newton UHF", WATER, {}, lambda mol: scf.UHF(mol).newton()
    yield "newton, fitted", WATER, {}, lambda mol: scf.RHF(mol).density_fit().newton()
    yield "newton, fitted Hessian", WATER, {}, lambda mol: scf.RHF(mol).newton().density_fit()
    yield "smearing", WATER, {}, lambda mol: scf.RHF(mol).smearing(sigma=0.01)
    yield "fractional", WATER, {}, lambda mol: scf.addons.frac_occ(scf.RHF(mol))
    yield "level shift", WATER, {}, lambda mol: scf.RHF(mol).set(level_shift=0.3)
    yield "damping", WATER, {}, lambda mol: scf.RHF(mol).set(damp=0.5, diis_start_cycle=3)
    yield "no DIIS", WATER, {}, lambda mol: scf.RHF(mol).set(diis=None)
    yield "ADIIS", WATER, {}, lambda mol: scf.RHF(mol).set(DIIS=scf.ADIIS)
    yield "EDIIS", WATER, {}, lambda mol: scf.RHF(mol).set(DIIS=scf.EDIIS)
    yield "no final check", WATER, {}, lambda mol: scf.RHF(mol).set(conv_check=False)
    yield "not direct", WATER, {}, lambda mol: scf.RHF(mol).set(direct_scf=False)
    yield "no chkfile", WATER, {}, lambda mol: scf.RHF(mol).set(chkfile=None)
    yield "pruned grid", WATER, {}, lambda mol: rks()(mol).set(small_rho_cutoff=1e-7)
    for key in ("1e", "atom", "huckel", "mod_huckel", "sap"):
        yield f"init_guess {key}", WATER, {}, lambda mol, key=key: scf.RHF(mol).set(init_guess=key)
    yield "scanner", WATER, {}, lambda mol: scf.RHF(mol).as_scanner()


def rows(atom: str) -> list:
    """Symbols and positions of a text, in the unit it has."""
    return gto.format_atom(atom, unit="Bohr")  # bohr is what PySCF does not convert


def squeezed() -> Iterator:
    for factor in (0.5, 0.65, 0.8, 1.25, 1.5, 2.0):
        atom = [(symbol, factor * np.array(position)) for symbol, position in rows(AMMONIA)]
        yield f"ammonia x {factor}", atom, {}, scf.RHF
    yield "planar", "N 0 0 0; H 0 1.0 0; H 0.866 -0.5 0; H -0.866 -0.5 0", {}, scf.RHF
    yield "linear water", "O 0 0 0; H 0 0 0.95; H 0 0 -0.95", {}, scf.RHF
    yield "a bond of 0.42", "H 0 0 0; H 0 0 0.42", {}, scf.RHF


def clouds() -> Iterator:
    """Random closed-shell heaps of atoms, at least 0.9 angstrom apart."""
    rng = np.random.default_rng(7)
    while_numbers = 0
    while while_numbers < 24:
        numbers = rng.choice([1, 1, 1, 6, 7, 8, 9, 16, 17], size=rng.integers(3, 8))
        positions = rng.normal(scale=1.4, size=(len(numbers), 3))
        distances = np.linalg.norm(positions[:, None] - positions, axis=-1)
        np.fill_diagonal(distances, 9.0)
        if numbers.sum() % 2 or distances.min() < 0.9:
            continue
        while_numbers += 1
        atom = list(zip(numbers.tolist(), positions, strict=True))
        yield f"{len(numbers)} atoms", atom, {"basis": "sto-3g"}, scf.RHF


def fragments() -> Iterator:
    for distance in (2.5, 4.0, 10.0, 50.0):
        far = "".join(f"; {s} {x} {y} {z + distance}" for s, (x, y, z) in rows(AMMONIA))
        yield f"water and ammonia at {distance}", WATER + far, {}, scf.RHF
    yield "two H2 and HF", "H 0 0 0; H 0 0 0.74; H 4 0 0; H 4 0 0.74; H 0 4 0; F 0 4 0.92", {}, scf.RHF  # noqa: E501  # fmt: skip
    yield "charge transfer", AMMONIA + "; F 0 0 3.0; F 0 0 4.41", {}, scf.RHF


def odd_bonds() -> Iterator:
    found = {
        "ozone": "O 0 0 0; O 1.09 0.67 0; O -1.09 0.67 0",
        "ozone ring": "O 0 0.83 0; O 0.72 -0.42 0; O -0.72 -0.42 0",
        "C2": "C 0 0 0; C 0 0 1.24",
        "S2 singlet": "S 0 0 0; S 0 0 1.89",
        "O2 singlet": "O 0 0 0; O 0 0 1.21",
        "methylene singlet": "C 0 0 0; H 0.86 0 0.71; H -0.86 0 0.71",
        "twisted ethylene": "C 0 0 0.67; C 0 0 -0.67; H 0.92 0 1.24; H -0.92 0 1.24; H 0 0.92 -1.24; H 0 -0.92 -1.24",  # noqa: E501
        "square cyclobutadiene": "C 0.72 0.72 0; C -0.72 0.72 0; C -0.72 -0.72 0; C 0.72 -0.72 0; H 1.48 1.48 0; H -1.48 1.48 0; H -1.48 -1.48 0; H 1.48 -1.48 0",  # noqa: E501
        "SF4 collapsed": "S 0 0 0; F 1.6 0 0.2; F -1.6 0 0.2; F 0 1.1 -1.0; F 0 -1.1 -1.0",
        "ClF3": "Cl 0 0 0; F 0 0 1.6; F 1.7 0 0; F -1.7 0 0",
        "SF6": "S 0 0 0; F 1.56 0 0; F -1.56 0 0; F 0 1.56 0; F 0 -1.56 0; F 0 0 1.56; F 0 0 -1.56",
        "H4 square": "H 0 0 0; H 1.2 0 0; H 1.2 1.2 0; H 0 1.2 0",
        "H6 ring": "; ".join(f"H {x:.6f} {y:.6f} 0" for x, y in HEXAGON),
    }  # fmt: skip
    for name, atom in found.items():
        yield name, atom, {}, scf.RHF
        yield f"{name} B3LYP", atom, {}, rks()
    smiles = "C#N N#CC#N O=C=O [C-]#[O+] C[N+](=O)[O-] N=[N+]=[N-] C1=CC=CC=C1 FC(F)(F)F O=S(=O)(O)O ClOCl C1CC1 N#[N+][O-] C=C=C=C O=C1C=CC(=O)C=C1"  # noqa: E501
    for one in smiles.split():
        yield one, embedded(one), {"basis": "sto-3g"}, scf.RHF
        if len(embedded(one)) < 7:
            yield f"{one} UHF", embedded(one), {}, scf.UHF


def embedded(smiles: str) -> list:
    mol = Chem.AddHs(Chem.MolFromSmiles(smiles))
    AllChem.EmbedMolecule(mol, randomSeed=1)
    positions = mol.GetConformer().GetPositions()
    return [(a.GetSymbol(), p) for a, p in zip(mol.GetAtoms(), positions, strict=True)]


def large() -> Iterator:
    fitted = lambda mol: scf.RHF(mol).density_fit()  # noqa: E731
    yield "C12H26", embedded("C" * 12), {"basis": "sto-3g"}, fitted
    grid = [(x, y, z) for x in range(4) for y in range(4) for z in range(4)][:34]
    atom = [
        (symbol, np.array(position) + 3.1 * np.array(corner))
        for corner in grid
        for symbol, position in rows(WATER)
    ]
    yield "34 waters", atom, {"basis": "sto-3g"}, fitted
