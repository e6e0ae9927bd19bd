"""Splits by scaffold, by the rule of Therapeutics Data Commons, so that counts agree with theirs.

Molecules of one Bemis-Murcko scaffold (without chirality; all acyclic molecules share the empty
one) stay together. With target sizes int(f n) of a fraction f of n rows:

1. a group is big if it exceeds half the validation or half the test size, else small;
2. the big groups are shuffled, then the small ones, by ``random.Random(seed)``; big ones go first;
3. a group goes to train if it fits there as a whole, else to validation if it fits there or no
   test part is asked for, else to test.

With a test fraction of zero the validation part takes all that does not fit into train, and may
exceed its size.
"""

from collections.abc import Sequence
from random import Random

import numpy as np
from rdkit import Chem
from rdkit.Chem.Scaffolds import MurckoScaffold

from specml.errors import InputError, message


def scaffold(mol: Chem.Mol) -> str:
    """The Bemis-Murcko scaffold: SMILES of the rings and of the chains between them.

    >>> scaffold(Chem.MolFromSmiles("CCc1ccccc1"))
    'c1ccccc1'
    """
    return MurckoScaffold.MurckoScaffoldSmiles(mol=mol, includeChirality=False)


def scaffolds(smiles: Sequence[str]) -> list[str]:
    """The scaffolds of a list of SMILES.

    Raises
    ------
    InputError
        A SMILES that RDKit cannot read.
    """
    keys = []
    for row, text in enumerate(smiles):
        mol: Chem.Mol | None = Chem.MolFromSmiles(text)
        if mol is None:
            fix = "Correct or remove the row."
            raise InputError(message(f"molecule {row + 1}", repr(text), "a valid SMILES", fix))
        keys.append(scaffold(mol))
    return keys


def scaffold_split(
    keys: Sequence[str], fractions: tuple[float, float, float], seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Split rows into train, validation and test.

    Parameters
    ----------
    keys : scaffold of each row.
    fractions : the shares of the rows that go to train, validation and test.

    >>> [part.tolist() for part in scaffold_split(["a", "a", "b", "c"], (0.5, 0.5, 0.0), 0)]
    [[0, 1], [3, 2], []]
    """
    n = len(keys)
    sizes = int(n * fractions[0]), int(n * fractions[1])
    half = min(sizes[1], n - sum(sizes)) / 2
    groups: dict[str, list[int]] = {}
    for row, key in enumerate(keys):
        groups.setdefault(key, []).append(row)
    big = [rows for rows in groups.values() if len(rows) > half]
    small = [rows for rows in groups.values() if len(rows) <= half]
    random = Random(seed)
    random.shuffle(big)
    random.shuffle(small)
    parts: tuple[list[int], list[int], list[int]] = ([], [], [])
    for rows in big + small:
        if len(parts[0]) + len(rows) <= sizes[0]:
            parts[0].extend(rows)
        elif fractions[2] == 0 or len(parts[1]) + len(rows) <= sizes[1]:
            parts[1].extend(rows)
        else:
            parts[2].extend(rows)
    train, valid, test = (np.array(part, dtype=int) for part in parts)
    return train, valid, test


def scaffold_folds(keys: Sequence[str], n_folds: int, seed: int) -> np.ndarray:
    """Fold (0 to ``n_folds`` - 1) of each row; groups stay together, folds have similar sizes.

    Groups in random order, the largest first, each into the smallest fold so far. A group larger
    than a fold is divided at random, so that every fold trains on about the same number of rows.
    """
    random = np.random.default_rng(seed)
    limit = max(len(keys) // n_folds, 1)
    groups: dict[str, list[int]] = {}
    for row, key in enumerate(keys):
        groups.setdefault(key, []).append(row)
    pieces: list[np.ndarray] = []
    for rows in groups.values():
        shuffled = random.permutation(rows)
        pieces.extend(np.array_split(shuffled, -(-len(rows) // limit)))
    order = random.permutation(len(pieces))
    order = order[np.argsort([-len(pieces[i]) for i in order], kind="stable")]
    fold = np.empty(len(keys), dtype=int)
    filled = np.zeros(n_folds)
    for i in order:
        smallest = int(filled.argmin())
        fold[pieces[i]] = smallest
        filled[smallest] += len(pieces[i])
    return fold
