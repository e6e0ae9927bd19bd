"""What is scored for an entry of a table: the neutral parent, or a reason why there is none.

A salt is reduced to its parent (:mod:`specml.admet.components`); charges are removed where moving
protons can do so; of several notations of a molecule one is taken (:mod:`specml.admet.notation`).

This is the one preparation of structures: :func:`clean` says what ``specml admet predict`` scores,
:func:`plain` what of it is described by numbers, and :func:`learned` joins both for the rows that
a model is trained on and evaluated with.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from rdkit import Chem, rdBase
from rdkit.Chem import rdMolDescriptors
from rdkit.Chem.MolStandardize import rdMolStandardize

from specml.admet.components import neutral, parent
from specml.admet.notation import carbocation, usual_tautomer, without_separated_charges
from specml.admet.screen import atoms

LONGEST_TEXT = 5_000  # characters of a SMILES; beyond, parsing alone takes seconds
MOST_ATOMS = 200  # heavy atoms; the largest molecule among the measurements has 185
ELEMENTS = frozenset(("H", "B", "C", "N", "O", "F", "Si", "P", "S", "Cl", "Se", "Br", "I"))
# Metals that make ions, drawn with a bond to oxygen, nitrogen or a halogen.
DRAWN_WITH_A_BOND = ("[Li]", "[Na]", "[K]", "[Rb]", "[Cs]", "[Mg]", "[Ca]", "[Sr]", "[Ba]")
IONIC = frozenset((3, 11, 19, 37, 55, 12, 20, 38, 56))  # their atomic numbers
OPEN = "a radical or carbene: unpaired electrons at atom"
# What tables write where there is nothing; none of it is SMILES.
NOTHING = frozenset(
    {"", "-", "--", "?", ".", "na", "n/a", "n.a.", "#n/a", "<na>", "nan", "none", "null", "nil"}
    | {"nd", "n.d.", "missing", "unknown"}
)
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"  # marks that spreadsheets and web pages leave
BRACKETS = re.compile(r"(\[[^\[\]]+\])+")
BONDS = frozenset(
    Chem.BondType.names[name] for name in ("SINGLE", "DOUBLE", "TRIPLE", "AROMATIC", "DATIVE")
)


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
    if isinstance(entry, bytes):
        entry = entry.decode(errors="replace")
    text = "" if _is_missing(entry) else str(entry).strip()
    return text.strip(INVISIBLE) if text and not text.isascii() else text


def _is_missing(entry: object) -> bool:
    """Whether it is None, NaN (which differs from itself) or pandas.NA (which says neither)."""
    try:
        return entry is None or bool(entry != entry)  # noqa: PLR0124
    except (TypeError, ValueError):  # an array is neither missing nor a structure
        return not hasattr(entry, "__len__")


def plain(mol: Chem.Mol) -> Chem.Mol:
    """Remove what predictions do not see: isotopes, hydrogens written as atoms, stereochemistry.

    >>> Chem.MolToSmiles(plain(Chem.MolFromSmiles("[2H]C([2H])([2H])O")))
    'CO'
    """
    marked, handed = [], False
    for atom in atoms(mol):
        if atom.GetIsotope() or atom.GetAtomicNum() == 1:
            marked.append(atom.GetIdx())
        handed = handed or atom.GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED
    if not handed:
        bonds = (mol.GetBondWithIdx(k) for k in range(mol.GetNumBonds()))
        handed = any(bond.GetStereo() > Chem.BondStereo.STEREOANY for bond in bonds)
    if marked:
        copy = Chem.Mol(mol)
        for index in marked:
            copy.GetAtomWithIdx(index).SetIsotope(0)
        mol = Chem.RemoveAllHs(copy)
    return _flattened(mol) if handed else mol


def _flattened(mol: Chem.Mol) -> Chem.Mol:
    """The same without stereochemistry, which the count of possible stereocentres would show."""
    copy = Chem.Mol(mol)
    Chem.RemoveStereochemistry(copy)
    Chem.AssignStereochemistry(copy, cleanIt=True, force=True, flagPossibleStereoCenters=True)
    return copy


def learned(text: str) -> Chem.Mol | None:
    """What a model is trained on and evaluated with for an entry of a table of measurements.

    That is what ``specml admet predict`` describes by numbers. Of an entry that it refuses to
    score, a benchmark asks a value all the same: that is the structure as it is written.

    Returns
    -------
    None for what cannot be read at all.
    """
    cleaned = clean(text)
    if cleaned.scored and cleaned.mol is not None:
        return plain(cleaned.mol)
    with rdBase.BlockLogs():
        mol: Chem.Mol | None = Chem.MolFromSmiles(text)
    return plain(mol) if mol is not None and mol.GetNumAtoms() else None


def _clean(text: str) -> CleanedEntry:
    if text.lower() in NOTHING:
        return CleanedEntry(None, Status.EMPTY, "no structure")
    if len(text) > LONGEST_TEXT:
        reason = f"{len(text)} characters of SMILES; at most {LONGEST_TEXT} are read"
        return CleanedEntry(None, Status.TOO_LARGE, reason)
    if text.startswith("InChI="):
        return _of_inchi(text)
    complaint = _not_smiles(text)
    mol = None if complaint else Chem.MolFromSmiles(text)
    if mol is None:
        return CleanedEntry(None, Status.INVALID, complaint or _problem(text))
    if mol.GetNumAtoms() == 0:
        return CleanedEntry(None, Status.EMPTY, "no structure")
    if ":" in text:  # numbers of atoms in a reaction
        mol = _unnumbered(mol)
    return _decided(mol, text)


def _of_inchi(text: str) -> CleanedEntry:
    """Read an InChI, whose charges and components its text does not show as SMILES do."""
    mol = Chem.MolFromInchi(text)
    if mol is None or mol.GetNumAtoms() == 0:
        return CleanedEntry(None, Status.INVALID, "not a complete InChI")
    return _decided(mol, Chem.MolToSmiles(mol))


def _unnumbered(mol: Chem.Mol) -> Chem.Mol:
    """Remove the numbers of atoms, and what the reader took for stereocentres because of them."""
    numbered = False
    for atom in atoms(mol):
        if atom.GetAtomMapNum():
            numbered = True
            atom.SetAtomMapNum(0)
    if numbered:
        Chem.AssignStereochemistry(mol, cleanIt=True, force=True, flagPossibleStereoCenters=True)
    return mol


def _decided(mol: Chem.Mol, text: str) -> CleanedEntry:
    """The parent of a structure that could be read, or why it is not scored."""
    if "+" in text:
        mol = without_separated_charges(mol)
        place = carbocation(mol)
        if place is not None:
            symbol = mol.GetAtomWithIdx(place - 1).GetSymbol()
            return CleanedEntry(mol, Status.UNSUPPORTED, f"a cation of {symbol} (atom {place})")
    reduced, status, note = _reduced(mol, text)
    refusal = _refusal(reduced, text, reduced is not mol)
    if refusal and refusal[1].startswith(OPEN) and BRACKETS.fullmatch(text) and "][" in text:
        return CleanedEntry(None, Status.INVALID, "SELFIES, not SMILES")
    if refusal:
        return CleanedEntry(reduced, *refusal)
    usual = usual_tautomer(reduced)
    if usual is not reduced:
        note = "; ".join(filter(None, (note, "scored as its usual tautomer")))
    return CleanedEntry(usual, status, note)


def _reduced(mol: Chem.Mol, text: str) -> tuple[Chem.Mol, Status, str]:
    """The parent in its neutral form, and what was done to get there."""
    status = Status.OK
    notes: list[str] = []
    bonded = any(metal in text for metal in DRAWN_WITH_A_BOND) and _is_ionic(mol)
    if bonded:
        mol = rdMolStandardize.MetalDisconnector().Disconnect(mol)
    if bonded or "." in text:
        kept = parent(mol)
        mol, notes = kept.mol, [kept.note] if kept.note else []
        if kept.note:
            status = Status.MIXTURE if kept.is_mixture else Status.SALT
    if "+" in text or "-" in text:  # charges are written with them, and a few bonds
        uncharged = neutral(mol)
        if _total_charges(uncharged) != _total_charges(mol):
            notes.append("scored in its neutral form")
        mol = uncharged
    return mol, status, "; ".join(notes)


def _is_ionic(mol: Chem.Mol) -> bool:
    """Whether no alkaline metal has a bond to carbon, as in an organometallic reagent."""
    return not any(
        other.GetAtomicNum() == 6
        for atom in atoms(mol)
        if atom.GetAtomicNum() in IONIC
        for other in atom.GetNeighbors()
    )


def _not_smiles(text: str) -> str:
    """Name what also stands in columns of structures, and RDKit half accepts or leaves unclear."""
    if BRACKETS.fullmatch(text) and re.search(r"\[([=#]?(Ring|Branch|Expl)|[=#/\\])", text):
        return "SELFIES, not SMILES"
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


def _total_charges(mol: Chem.Mol) -> int:
    return sum(abs(atom.GetFormalCharge()) for atom in atoms(mol))


def _refusal(mol: Chem.Mol, text: str, reduced: bool) -> tuple[Status, str] | None:
    """Why a structure that was read gets no values."""
    # What is left of an organometallic compound may be no molecule.
    if reduced and Chem.MolFromSmiles(Chem.MolToSmiles(mol)) is None:
        return Status.UNSUPPORTED, "no molecule without its metal"
    symbols = set(re.findall(r"[A-Z][a-z]?|\*", rdMolDescriptors.CalcMolFormula(mol)))
    unsupported = _unsupported(symbols) or _unusual(mol, text)
    if unsupported:
        return Status.UNSUPPORTED, unsupported
    if mol.GetNumHeavyAtoms() > MOST_ATOMS:
        reason = f"{mol.GetNumHeavyAtoms()} heavy atoms; at most {MOST_ATOMS} are scored"
        return Status.TOO_LARGE, reason
    return None


def _unsupported(symbols: set[str]) -> str:
    """What is wrong with the elements; empty if nothing is."""
    if "*" in symbols:
        return "an open position (R group or any atom)"
    if "C" not in symbols:
        return "no carbon"
    others = ", ".join(sorted(symbols - ELEMENTS))
    return f"element {others}" if others else ""


def _unusual(mol: Chem.Mol, text: str) -> str:
    """What is no closed shell with bonds that have an order; empty if nothing is.

    Only atoms in brackets lack hydrogens, and few marks make other bonds: the text says where to
    look.
    """
    for atom in atoms(mol) if "[" in text or "^" in text else ():
        if atom.GetNumRadicalElectrons():
            return f"{OPEN} {atom.GetIdx() + 1} ({atom.GetSymbol()})"
    if set("~$:") & set(text) and any(bond.GetBondType() not in BONDS for bond in mol.GetBonds()):
        return "a bond that is not single, double, triple or aromatic"
    return ""
