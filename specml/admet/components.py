"""Which component of a salt, solvate or mixture is scored.

Called by :mod:`specml.admet.molecules`. Counterions and solvents are those of ``counterions.csv``,
compared without stereochemistry, after neutralisation, as the usual tautomer: whether they are
written as ions or not makes no difference.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rdkit import Chem
from rdkit.Chem.MolStandardize import rdMolStandardize

from specml.admet.notation import usual_tautomer

SMALL_MOLECULE = 8  # heavy atoms; a listed drug comes before what is not listed and no larger


@dataclass(frozen=True, eq=False)
class Parent:
    """The component that is scored.

    Parameters
    ----------
    note : what was left out; empty of a single component.
    is_mixture : whether something of it is no known counterion or solvent.
    """

    mol: Chem.Mol
    note: str = ""
    is_mixture: bool = False


@dataclass(frozen=True)
class Counterion:
    """A counterion or solvent of the list; ``active`` if it is also given as a drug."""

    name: str
    active: bool


def parent(mol: Chem.Mol) -> Parent:
    """The component that is no counterion or solvent; of several, the largest.

    Of listed ones only, a substance that is a drug too (``active`` in the list: piperazine,
    procaine, salicylic acid) comes before others, then the largest with carbon, as in sodium
    acetate. Such a substance also comes before what is not listed, but as small as a solvent.
    """
    parts = [neutral(part) for part in Chem.GetMolFrags(mol, asMols=True)]
    if len(parts) == 1:
        return Parent(mol)
    known = [_counterions().get(_flat(usual_tautomer(part))) for part in parts]
    ranked = zip(parts, known, strict=True)
    largest, of_largest = max(ranked, key=lambda one: (_likely(*one), *_size(one[0])))
    kept = _flat(largest)
    listed = Counter(
        entry.name
        for part, entry in zip(parts, known, strict=True)
        if entry is not None and _flat(part) != kept
    )
    unlisted = (part for part, entry in zip(parts, known, strict=True) if entry is None)
    others = {_flat(part) for part in unlisted} - {kept}
    if others:
        left = ", ".join(sorted(others))
        note = f"the largest of {len(others) + 1} components was scored, without {left}"
        if of_largest is not None:
            note = f"{of_largest.name} was scored, without {left}"
        return Parent(largest, note, is_mixture=True)
    note = f"removed {', '.join(listed)}" if listed else ""
    return Parent(largest, note or f"one of {len(parts)} equal components was scored")


def _likely(mol: Chem.Mol, entry: "Counterion | None") -> int:
    """How likely a component is what the others belong to, -1 to 3."""
    if entry is not None:
        return 2 if entry.active else 0
    if mol.GetNumAtoms() == 1 and mol.GetAtomWithIdx(0).GetAtomicNum() != 6:
        return -1
    return 1 if mol.GetNumHeavyAtoms() <= SMALL_MOLECULE else 3


def _size(mol: Chem.Mol) -> tuple[bool, int, str]:
    """What components are sorted by: organic or not, then atoms; the text settles ties."""
    organic = any(atom.GetAtomicNum() == 6 for atom in mol.GetAtoms())
    return organic, mol.GetNumHeavyAtoms(), Chem.MolToSmiles(mol)


def _flat(mol: Chem.Mol) -> str:
    """SMILES without stereochemistry and isotopes, so that heavy water is water."""
    text = Chem.MolToSmiles(mol, isomericSmiles=False)
    bare = Chem.MolFromSmiles(text) if "[H]" in text else None
    return text if bare is None else Chem.MolToSmiles(bare, isomericSmiles=False)


@cache
def _counterions() -> dict[str, Counterion]:
    table = files("specml.admet").joinpath("counterions.csv").read_text().splitlines()
    return {
        _flat(usual_tautomer(neutral(Chem.MolFromSmiles(row["smiles"])))): Counterion(
            row["name"], row["active"] == "yes"
        )
        for row in csv.DictReader(table)
    }


@cache
def _uncharger() -> rdMolStandardize.Uncharger:
    return rdMolStandardize.Uncharger()


def neutral(mol: Chem.Mol) -> Chem.Mol:
    """Remove charges where moving protons can do so."""
    return _uncharger().uncharge(mol)
