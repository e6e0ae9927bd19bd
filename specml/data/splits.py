"""Which molecules a model may see: a fixed list in the repository, read here.

``training.run`` and ``workflows.training`` read it.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from specml.errors import InputError, message
from specml.io.molecule_list import rows_of


def read_splits(path: Path) -> dict[str, str]:
    """Read which split each SMILES belongs to: train, validation or test.

    The file is a csv with the columns smiles and split.

    Raises
    ------
    InputError
        The file cannot be read or lacks those columns.
    """
    return dict(cells for _, cells in rows_of(path, ("smiles", "split")))


def split_of_rows(splits: dict[str, str], smiles: Sequence[str], rows: np.ndarray) -> np.ndarray:
    """Look up the split of each row of a dataset, (n,).

    Parameters
    ----------
    splits : SMILES -> split.
    smiles : SMILES of the molecules of a dataset.
    rows : (n,) index of the molecule of each geometry.

    Raises
    ------
    InputError
        A molecule that the list does not have: it could be anything.
    """
    used = np.unique(rows)
    missing = [smiles[i] for i in used if smiles[i] not in splits]
    if missing:
        raise InputError(
            message(
                "split",
                f"{len(missing)} molecules that are not in the list, first {missing[0]}",
                "a split for every molecule",
                "Add them to the list with `train`, `validation` or `test`.",
            )
        )
    return np.array([splits.get(s, "") for s in smiles])[rows]
