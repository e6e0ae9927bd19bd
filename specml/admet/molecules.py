"""What is scored for an entry of a table: the neutral parent, or a reason why there is none.

Called by scoring (:mod:`specml.admet.scoring`), training and evaluation.

A salt is reduced to its parent by a list of counterions and solvents (``counterions.csv``, compared
without stereochemistry after neutralisation); charges are removed where moving protons can do so.
"""

import csv
import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from rdkit import Chem, rdBase
from rdkit.Chem import rdMolDescriptors
from rdkit.Chem.MolStandardize import rdMolStandardize

from specml.admet.screen import atoms

LONGEST_TEXT = 5_000  # characters of a SMILES; beyond, parsing alone takes seconds
MOST_ATOMS = 200  # heavy atoms; the largest molecule among the measurements has 185
ELEMENTS = frozenset(("H", "B", "C", "N", "O", "F", "Si", "P", "S", "Cl", "Se", "Br", "I"))
DRAWN_WITH_A_BOND = ("[Li]", "[Na]", "[K]", "[Cs]")  # metals that make ions


class Status(StrEnum):
    """What became of an entry; every one but those in ``SCORED`` has no values."""

    OK = "ok"
    SALT = "salt"
    MIXTURE = "mixture"
    DUPLICATE = "duplicate"
    EMPTY = "empty"
    INVALID = "invalid"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"
    FAILED = "failed"


SCORED = frozenset((Status.OK, Status.SALT, Status.MIXTURE, Status.DUPLICATE))


@dataclass(frozen=True, eq=False)
class CleanedEntry:
    """What an entry has become by cleaning.

    Parameters
    ----------
    mol : the parent, also of entries that are unsupported or too large; None if nothing was read.
    status : what became of the entry.
    reason : why it is so, in words; empty if there is nothing to say.
    """

    mol: Chem.Mol | None
    status: Status
    reason: str = ""

    @property
    def scored(self) -> bool:
        """Whether the entry gets values."""
        return self.status in SCORED


def clean(entry: object) -> CleanedEntry:
    """Read SMILES or an RDKit molecule; whatever is wrong with it is said, never raised.

    >>> clean("CC(=O)[O-].[Na+]").reason
    'removed sodium'
    >>> clean("C1CC").status
    <Status.INVALID: 'invalid'>
    """
    with rdBase.BlockLogs():
        try:
            return _clean(written(entry))
        # A row never stops a table, and RDKit raises errors of many kinds.
        except Exception as error:  # noqa: BLE001
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            return CleanedEntry(None, Status.INVALID, f"RDKit: {first}")


def written(entry: object) -> str:
    """Write an entry as text; empty for a missing one."""
    if isinstance(entry, Chem.Mol):
        return Chem.MolToSmiles(entry)
    return "" if _is_missing(entry) else str(entry).strip()


def _is_missing(entry: object) -> bool:
    """Whether it is None, NaN (which differs from itself) or pandas.NA (which says neither)."""
    try:
        return entry is None or bool(entry != entry)  # noqa: PLR0124
    except TypeError:
        return True


def plain(mol: Chem.Mol) -> Chem.Mol:
    """Remove isotopes and hydrogens written as atoms: models were trained on next to none.

    >>> Chem.MolToSmiles(plain(Chem.MolFromSmiles("[2H]C([2H])([2H])O")))
    'CO'
    """
    marked = [atom for atom in atoms(mol) if atom.GetIsotope() or atom.GetAtomicNum() == 1]
    if not marked:
        return mol
    copy = Chem.Mol(mol)
    for atom in marked:
        copy.GetAtomWithIdx(atom.GetIdx()).SetIsotope(0)
    return Chem.RemoveAllHs(copy)


def _clean(text: str) -> CleanedEntry:
    if not text:
        return CleanedEntry(None, Status.EMPTY, "no structure")
    if len(text) > LONGEST_TEXT:
        reason = f"{len(text)} characters of SMILES; at most {LONGEST_TEXT} are read"
        return CleanedEntry(None, Status.TOO_LARGE, reason)
    complaint = _not_smiles(text)
    mol = None if complaint else Chem.MolFromSmiles(text)
    if mol is None:
        return CleanedEntry(None, Status.INVALID, complaint or _problem(text))
    if mol.GetNumAtoms() == 0:
        return CleanedEntry(None, Status.EMPTY, "no structure")
    if ":" in text:  # numbers of atoms in a reaction
        for atom in atoms(mol):
            atom.SetAtomMapNum(0)
    parent, status, note = _reduced(mol, text)
    refusal = _refusal(parent, parent is not mol)
    if refusal:
        return CleanedEntry(parent, *refusal)
    return CleanedEntry(parent, status, note)


def _reduced(mol: Chem.Mol, text: str) -> tuple[Chem.Mol, Status, str]:
    """The parent in its neutral form, and what was done to get there."""
    status = Status.OK
    notes: list[str] = []
    bonded = any(metal in text for metal in DRAWN_WITH_A_BOND)
    if bonded:
        mol = rdMolStandardize.MetalDisconnector().Disconnect(mol)
    if bonded or "." in text:
        mol, status, note = _parent(mol)
        notes.extend(filter(None, [note]))
    if "+" in text or "-" in text:  # charges are written with them, and a few bonds
        neutral = _neutral(mol)
        if _total_charges(neutral) != _total_charges(mol):
            notes.append("scored in its neutral form")
        mol = neutral
    return mol, status, "; ".join(notes)


def _not_smiles(text: str) -> str:
    """Name what also stands in columns of structures, and RDKit half accepts or leaves unclear."""
    if text.startswith("InChI="):
        return "an InChI, not SMILES"
    if text.split(maxsplit=1)[0].replace("->", "").count(">") == 2:
        return "a reaction, not a molecule"
    rest = text.split(maxsplit=1)[1:]
    if rest and not rest[0].startswith("|"):  # CXSMILES keeps its extensions between bars
        return "text after the SMILES"
    return ""


def _problem(text: str) -> str:
    """Why RDKit refuses: chemistry, or syntax."""
    mol: Chem.Mol | None = Chem.MolFromSmiles(text, sanitize=False)
    if mol is None:
        return "not SMILES: syntax error"
    problems = Chem.DetectChemistryProblems(mol)
    return " ".join(problems[0].Message().split()) if problems else "RDKit cannot read it"


def _parent(mol: Chem.Mol) -> tuple[Chem.Mol, Status, str]:
    """The component that is no counterion or solvent; of several, the largest.

    If all are, as in sodium acetate, the largest with carbon is the parent.
    """
    parts = [_neutral(part) for part in Chem.GetMolFrags(mol, asMols=True)]
    if len(parts) == 1:
        return mol, Status.OK, ""
    names = [_counterions().get(_flat(part)) for part in parts]
    candidates = [part for part, name in zip(parts, names, strict=True) if name is None]
    parent = max(candidates or parts, key=_size)
    kept = _flat(parent)
    others = {_flat(part) for part in candidates} - {kept}
    if others:
        left = ", ".join(sorted(others))
        note = f"the largest of {len(others) + 1} components was scored, without {left}"
        return parent, Status.MIXTURE, note
    removed = Counter(
        name for part, name in zip(parts, names, strict=True) if name and _flat(part) != kept
    )
    listed = ", ".join(name for name in removed if name)
    note = f"removed {listed}" if removed else f"one of {len(parts)} equal components was scored"
    return parent, Status.SALT, note


def _size(mol: Chem.Mol) -> tuple[bool, int, str]:
    """What components are sorted by: organic or not, then atoms; the text settles ties."""
    organic = any(atom.GetAtomicNum() == 6 for atom in mol.GetAtoms())
    return organic, mol.GetNumHeavyAtoms(), Chem.MolToSmiles(mol)


def _flat(mol: Chem.Mol) -> str:
    return Chem.MolToSmiles(mol, isomericSmiles=False)


@cache
def _counterions() -> dict[str, str]:
    table = files("specml.admet").joinpath("counterions.csv").read_text().splitlines()
    rows = csv.DictReader(table)
    return {_flat(_neutral(Chem.MolFromSmiles(row["smiles"]))): row["name"] for row in rows}


@cache
def _uncharger() -> rdMolStandardize.Uncharger:
    return rdMolStandardize.Uncharger()


def _neutral(mol: Chem.Mol) -> Chem.Mol:
    return _uncharger().uncharge(mol)


def _total_charges(mol: Chem.Mol) -> int:
    return sum(abs(atom.GetFormalCharge()) for atom in mol.GetAtoms())


def _refusal(mol: Chem.Mol, reduced: bool) -> tuple[Status, str] | None:
    """Why a structure that was read gets no values."""
    # What is left of an organometallic compound may be no molecule.
    if reduced and Chem.MolFromSmiles(Chem.MolToSmiles(mol)) is None:
        return Status.UNSUPPORTED, "no molecule without its metal"
    symbols = set(re.findall(r"[A-Z][a-z]?|\*", rdMolDescriptors.CalcMolFormula(mol)))
    if "*" in symbols:
        return Status.UNSUPPORTED, "an open position (R group or any atom)"
    if "C" not in symbols:
        return Status.UNSUPPORTED, "no carbon"
    if symbols - ELEMENTS:
        return Status.UNSUPPORTED, f"element {', '.join(sorted(symbols - ELEMENTS))}"
    if mol.GetNumHeavyAtoms() > MOST_ATOMS:
        reason = f"{mol.GetNumHeavyAtoms()} heavy atoms; at most {MOST_ATOMS} are scored"
        return Status.TOO_LARGE, reason
    return None
