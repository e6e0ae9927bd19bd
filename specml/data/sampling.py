"""Geometries to learn from: conformers, relaxed, then displaced along normal modes.

``workflows.sampling`` samples with it for ``specml sample``; ``conformer`` embeds every
``--smiles``.

A classical harmonic oscillator of wavenumber nu at temperature T has the normal-coordinate
variance <Q^2> = kT / omega^2 (Q in sqrt(amu) angstrom). Modes below SOFT share its variance, so
that torsions do not leave the region in which the harmonic picture makes sense.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from rdkit import Chem, rdBase

from specml.elements import COVALENT_RADII
from specml.errors import InputError, message
from specml.io.embedding import embed
from specml.reference.xtb import GFN2
from specml.relax import relax
from specml.structure import Structure
from specml.units import BOLTZMANN, WAVENUMBER

SOFT = 150.0  # 1/cm
COLDEST, HOTTEST = 50.0, 600.0  # K
FMAX = 0.02  # eV/angstrom, of minima to displace
LINEAR = 0.01  # ratio of radii of gyration; as specml.spectra.normal_modes, which stands above


def conformer(
    smiles: str,
    seed: int = 0,
    name: str | None = None,
    multiplicity: int = 1,
    complexes: bool = False,
) -> Structure:
    """Embed one conformer, :func:`specml.io.embedding.embed`.

    Parameters
    ----------
    smiles : SMILES of one molecule; its isotopes become those of the structure.
    seed : seed of the embedding.
    name : name of the structure; the SMILES where None.
    multiplicity : 2S + 1; radicals are refused unless it is 2 or more.
    complexes : whether several molecules, ``A.B``, are taken as a complex of them.

    Raises
    ------
    InputError
        SMILES that RDKit rejects or cannot embed in three dimensions, and those of what a
        :class:`Structure` does not hold: atoms of any kind, radicals, several molecules.
    """
    molecule = Chem.AddHs(_parsed(smiles, multiplicity > 1, complexes))
    isotopes = tuple(atom.GetIsotope() for atom in molecule.GetAtoms())
    for atom in molecule.GetAtoms():
        atom.SetIsotope(0)  # force fields know elements only
    positions = embed(molecule, "SMILES", smiles, seed)
    single = len(Chem.GetMolFrags(molecule)) == 1
    return Structure(
        np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()]),
        positions,
        charge=Chem.GetFormalCharge(molecule),
        multiplicity=multiplicity,
        name=name or smiles,
        smiles=smiles if single else None,
        isotopes=isotopes if any(isotopes) else (),
    )


def _parsed(smiles: str, radical: bool = False, complexes: bool = False) -> Chem.Mol:
    """Read one molecule, without its implicit hydrogens.

    Parameters
    ----------
    smiles : the text to read; an InputError says what is wrong with it.
    radical : whether unpaired electrons are accepted.
    complexes : whether several molecules are.
    """
    smiles = smiles.strip()
    if len(smiles.split()) > 1:
        fix = "Give each molecule with its own --smiles."
        raise InputError(message("SMILES", repr(smiles), "one SMILES without blanks", fix))
    with rdBase.BlockLogs():  # the error says it once
        molecule = Chem.MolFromSmiles(smiles)
    if molecule is None or molecule.GetNumAtoms() == 0:
        raise InputError(message("SMILES", repr(smiles), "a valid SMILES", "Check its syntax."))
    thing = f"SMILES {smiles}"
    fragments = len(Chem.GetMolFrags(molecule))
    if fragments > 1 and not complexes:
        raise InputError(
            message(
                thing,
                f"{fragments} separate molecules",
                "one molecule",
                "Give each with its own --smiles, or a complex as coordinates (xyz).",
            )
        )
    for atom in molecule.GetAtoms():
        if atom.GetAtomicNum() == 0:
            fix = "Write the element."
            raise InputError(message(thing, "an atom of any kind (*)", "elements", fix))
        if atom.GetNumRadicalElectrons() and not radical:
            raise InputError(
                message(
                    thing,
                    f"{atom.GetNumRadicalElectrons()} unpaired electron(s) on {atom.GetSymbol()}",
                    "a closed-shell molecule",
                    "Check for missing hydrogens; radicals need a quantum-chemistry program.",
                )
            )
    return molecule


def relax_gfn2(structure: Structure, fmax: float = FMAX, max_steps: int = 200) -> Structure:
    """Relax a structure to a local minimum of GFN2-xTB.

    Parameters
    ----------
    structure : where to start.
    fmax : largest force on an atom that counts as a minimum, eV/angstrom.
    max_steps : number of steps after which to stop anyway.
    """
    calculator = GFN2(structure)

    def evaluate(structures: list[Structure]) -> tuple[np.ndarray, list[np.ndarray]]:
        label = calculator(structures[0].positions)
        return np.array([label["energy"]]), [label["forces"]]

    return relax([structure], evaluate, fmax, max_steps)[0].structure


def topology_survived(structure: Structure, bonds: np.ndarray, factor: float = 1.35) -> bool:
    """Tell whether every bond (n_bonds, 2) is shorter than ``factor`` times its covalent sum."""
    lengths = np.linalg.norm(np.diff(structure.positions[bonds], axis=1)[:, 0], axis=1)
    limits = factor * COVALENT_RADII[structure.numbers[bonds]].sum(axis=1)
    return bool((lengths < limits).all())


def normal_mode_samples(
    structure: Structure,
    hessian: np.ndarray,
    temperatures: np.ndarray,
    generator: np.random.Generator,
) -> list[Structure]:
    """Draw one classical harmonic sample for each temperature about a relaxed geometry.

    Parameters
    ----------
    structure : the relaxed geometry.
    hessian : (3n, 3n) eV/angstrom^2.
    temperatures : K, one for each sample.
    generator : source of the random numbers.
    """
    root = np.repeat(np.sqrt(structure.masses), 3)
    internal = _internal_motions(structure)
    values, modes = np.linalg.eigh(internal @ (hessian / np.outer(root, root)) @ internal.T)
    modes = internal.T @ modes
    omega2 = np.maximum(values, (SOFT / WAVENUMBER) ** 2)
    samples = []
    for temperature in temperatures:
        q = generator.normal(size=len(values)) * np.sqrt(BOLTZMANN * temperature / omega2)
        shift = (modes @ q / root).reshape(-1, 3)
        samples.append(structure.with_positions(structure.positions + shift))
    return samples


def _internal_motions(structure: Structure) -> np.ndarray:
    """Make orthonormal mass-weighted motions without translation and rotation, (f, 3n)."""
    masses = structure.masses
    centred = structure.positions - masses @ structure.positions / masses.sum()
    roots, axes = np.sqrt(masses)[None, :, None], np.eye(3)[:, None, :]
    rotations = (roots * np.cross(axes, centred[None])).reshape(3, -1)
    _, sizes, rotations = np.linalg.svd(rotations, full_matrices=False)
    external = np.concatenate([(roots * axes).reshape(3, -1), rotations[sizes > LINEAR * sizes[0]]])
    return np.linalg.svd(external, full_matrices=True)[2][len(external) :]


def bonds_of(smiles: str) -> np.ndarray:
    """List the bonds of a SMILES, (n_bonds, 2), its atoms in the order of :func:`conformer`."""
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    return np.array(
        [(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in molecule.GetBonds()]
    ).reshape(-1, 2)


@dataclass(frozen=True)
class SamplingSurface:
    """What geometries are sampled from: how a structure is relaxed, and how its Hessian is
    computed.
    """

    relax: Callable[[Structure], Structure]
    hessian: Callable[[Structure], np.ndarray]


GFN2_SURFACE = SamplingSurface(relax_gfn2, lambda s: GFN2(s).forward_hessian(s.positions))


def sample_molecule(
    smiles: str,
    n_samples: int,
    seed: int,
    surface: SamplingSurface = GFN2_SURFACE,
    hottest: float = HOTTEST,
    multiplicity: int = 1,
) -> list[Structure]:
    """Sample a relaxed conformer, then geometries at temperatures from 50 K to ``hottest``.

    Returns an empty list if the molecule changed its bonds while it relaxed (tautomers,
    dissociation): its SMILES would not describe the labels.

    Parameters
    ----------
    smiles, multiplicity : the molecule, and 2S + 1 of its electrons.
    n_samples : number of displaced geometries to draw; those with broken bonds are dropped.
    seed : seed of all random numbers.
    surface : what relaxes the geometry and gives its Hessian.
    hottest : highest temperature, K.

    Raises
    ------
    InputError
        The SMILES is none that :func:`conformer` takes.
    """
    start = conformer(smiles, seed, multiplicity=multiplicity)
    relaxed = surface.relax(start)
    bonds = bonds_of(smiles)
    if not topology_survived(relaxed, bonds):
        return []
    generator = np.random.default_rng(seed)
    temperatures = generator.uniform(COLDEST, hottest, n_samples)
    samples = normal_mode_samples(relaxed, surface.hessian(relaxed), temperatures, generator)
    return [s for s in samples if topology_survived(s, bonds, factor=1.6)]
