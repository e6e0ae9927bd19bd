"""An order of molecules in which every prefix teaches much for its price.

``datasets/make/larger_basis_molecules.py`` chose with it what to label in a larger basis.

An environment is a heavy atom with its charge, its hydrogens and what it is bound to. The next
molecule is the one that gains most for its cost,

    gain = favour * sum over its environments of w / (1 + seen),    cost = heavy atoms ^ 2,

so that every environment comes once, then twice, and common ones are not repeated for ever.
"""

import heapq
from collections import Counter
from collections.abc import Sequence

from rdkit import Chem

COST_POWER = 2.0
SMALLEST_COST = 2.0  # heavy atoms: below, a label costs about the same
# Where a small basis errs most: multiple bonds of two elements, charges, hydrogen on N and O.
DIFFICULT = 2.0
ORDERS = {
    Chem.BondType.SINGLE: "-",
    Chem.BondType.DOUBLE: "=",
    Chem.BondType.TRIPLE: "#",
    Chem.BondType.AROMATIC: ":",
}
WITH_HYDROGEN = (7, 8, 15, 16)  # elements


def environments(smiles: str) -> dict[str, float]:
    """List the environments of a molecule and the weight w of each.

    >>> environments("C=O")
    {'CH2+0=O': 2.0, 'OH0+0=C': 2.0}
    """
    molecule = Chem.MolFromSmiles(smiles)
    return {
        _environment(atom): DIFFICULT if _is_difficult(atom) else 1.0
        for atom in molecule.GetAtoms()
    }


def _is_difficult(atom: Chem.Atom) -> bool:
    """Tell whether a small basis errs much at an atom."""
    acidic = atom.GetAtomicNum() in WITH_HYDROGEN and atom.GetTotalNumHs() > 0
    polar = any(
        bond.GetBondType() in (Chem.BondType.DOUBLE, Chem.BondType.TRIPLE)
        and (atom.GetAtomicNum(), bond.GetOtherAtom(atom).GetAtomicNum()) != (6, 6)
        for bond in atom.GetBonds()
    )
    return bool(acidic or polar or atom.GetFormalCharge())


def _environment(atom: Chem.Atom) -> str:
    """Write an atom with its hydrogens, charge and bonds as a text."""
    bonds = sorted(
        ORDERS.get(bond.GetBondType(), "~") + bond.GetOtherAtom(atom).GetSymbol()
        for bond in atom.GetBonds()
    )
    own = f"{atom.GetSymbol()}H{atom.GetTotalNumHs()}{atom.GetFormalCharge():+d}"
    return own + "".join(bonds)


def covering_order(smiles: Sequence[str], favour: Sequence[float], wanted: int) -> list[int]:
    """Choose the ``wanted`` first molecules by gain over cost, and return their indices in order.

    Parameters
    ----------
    smiles : the molecules to choose from.
    favour : a factor on the gain of each molecule.
    wanted : how many to choose.

    >>> covering_order(["CCCCCC", "C=O", "CO", "CCO"], [1.0] * 4, wanted=2)
    [1, 2]
    """
    own = [environments(line) for line in smiles]
    costs = [_cost(line) for line in smiles]
    seen: Counter[str] = Counter()

    def worth(index: int) -> float:
        gain = sum(w / (1.0 + seen[name]) for name, w in own[index].items())
        return favour[index] * gain / costs[index]

    # A gain only falls: what is still first after it has been computed again is first of all.
    heap = [(-worth(index), index) for index in range(len(smiles))]
    heapq.heapify(heap)
    chosen: list[int] = []
    while heap and len(chosen) < wanted:
        _, index = heapq.heappop(heap)
        now = -worth(index)
        if heap and now > heap[0][0]:
            heapq.heappush(heap, (now, index))
            continue
        chosen.append(index)
        seen.update(own[index].keys())
    return chosen


def _cost(smiles: str) -> float:
    """What a label of the molecule costs, in arbitrary units."""
    heavy = Chem.MolFromSmiles(smiles).GetNumHeavyAtoms()
    return float(max(heavy, SMALLEST_COST)) ** COST_POWER
