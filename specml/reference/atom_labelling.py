"""Label a list of drug-like molecules in a random order, in parallel, resumable.

The order is fixed by a seed, so that whatever has been labelled is a fair sample of the list. The
file holds how far the run has come (``seen``); a second call goes on from there.
"""

import hashlib
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from rdkit import Chem, rdBase

from specml.errors import InputError, message
from specml.io import atom_labels
from specml.io.atom_labels import AtomLabels
from specml.parallel import unordered
from specml.reference.fukui import SETTINGS, fukui_labels

LARGEST = 40  # heavy atoms
ORDER_SEED = 6
SAVE_EVERY = 60.0  # s: what a kill can lose; a write of 100,000 molecules takes seconds

Task = tuple[int, str, frozenset[str]]
Row = tuple[str, dict[str, np.ndarray]]


@dataclass(frozen=True)
class Progress:
    """How far a run is: for a progress bar."""

    done: int
    failed: int
    total: int


def label_list(
    smiles: Sequence[str],
    out: Path,
    excluded: frozenset[str],
    processes: int,
    limit: int | None = None,
) -> Iterator[Progress]:
    """Go on down the list; yields after each molecule.

    Parameters
    ----------
    smiles : the whole list, in the order of its file.
    excluded : first blocks of InChIKeys that are left out.
    limit : stop after this many molecules; the next call goes on.

    Raises
    ------
    InputError
        If the file was made from another list, with other exclusions or by another method.
    """
    order = list(range(len(smiles)))
    random.Random(ORDER_SEED).shuffle(order)
    labels = _begun(out, provenance(smiles, excluded))
    first = int(labels.attributes["seen"])
    rest = order[first:] if limit is None else order[first : first + limit]
    return _go_on(labels, [(i, smiles[i], excluded) for i in rest], out, processes)


def _go_on(labels: AtomLabels, tasks: list[Task], out: Path, processes: int) -> Iterator[Progress]:
    """What is labelled early waits for those before it: the file holds no gaps."""
    places = {index: place for place, (index, _, _) in enumerate(tasks)}
    early: dict[int, Row | None] = {}
    rows: list[Row | None] = []
    written = failed = 0
    saved = time.monotonic()
    try:
        for index, row in unordered(_label_one, tasks, processes, str(out)):
            early[places[index]] = row
            while len(rows) in early:
                rows.append(early.pop(len(rows)))
            failed += row is None
            if time.monotonic() - saved > SAVE_EVERY:
                labels = _write(out, labels, rows[written:])
                written, saved = len(rows), time.monotonic()
            yield Progress(len(rows) + len(early) - failed, failed, len(tasks))
    finally:  # a run that is stopped keeps what it has
        _write(out, labels, rows[written:])


def _write(out: Path, labels: AtomLabels, rows: list[Row | None]) -> AtomLabels:
    """What is on disk must be what this run began with: two runs would undo each other's work."""
    if out.exists() and atom_labels.seen(out) != labels.attributes["seen"]:
        got, fix = "another run that writes it too", "Run one at a time; this one has stopped."
        raise InputError(message(str(out), got, "a file of one run", fix))
    longer = labels.extended([row for row in rows if row is not None])
    longer.attributes["seen"] = int(labels.attributes["seen"]) + len(rows)
    atom_labels.write(out, longer)
    return longer


def provenance(smiles: Sequence[str], excluded: Iterable[str]) -> dict[str, str | int]:
    """What two runs must share to write into one file: method, list and exclusions."""
    return {
        **SETTINGS,
        "tblite": version("tblite"),
        "list": _digest(smiles),
        "excluded": _digest(sorted(excluded)),
        "order_seed": ORDER_SEED,
    }


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _begun(out: Path, made: dict[str, str | int]) -> AtomLabels:
    """The labels so far; an empty set where there is no file."""
    if not out.exists():
        labels = AtomLabels.empty()
        labels.attributes.update({**made, "seen": 0})
        return labels
    labels = atom_labels.read(out)
    changed = [key for key, value in made.items() if labels.attributes.get(key) != value]
    if changed:
        raise InputError(
            message(
                str(out),
                f"labels made with another {' and '.join(changed)}",
                f"those of this call ({', '.join(f'{key} {made[key]}' for key in changed)})",
                "Choose another --output.",
            )
        )
    return labels


def _label_one(task: Task) -> tuple[int, Row | None]:
    """Place in the list; canonical SMILES and labels, or None for what is left out."""
    index, smiles, excluded = task
    try:
        with rdBase.BlockLogs():
            molecule = Chem.MolFromSmiles(smiles)
            if molecule is None or not 1 <= molecule.GetNumHeavyAtoms() <= LARGEST:
                return index, None
            if Chem.MolToInchiKey(molecule)[:14] in excluded:
                return index, None
        canonical = Chem.MolToSmiles(molecule)
        return index, (canonical, fukui_labels(canonical))
    except Exception:  # noqa: BLE001 (RDKit and tblite raise a dozen types; the run goes on)
        return index, None
