"""Label a list of drug-like molecules in a random order, in parallel, resumable.

The order is fixed by a seed, so that whatever has been labelled is a fair sample of the list. The
file holds how far down the order the run has come (``seen``); ``specml admet label`` goes on from
there. While it works, what is finished lies in shards beside the file (``specml.io.shards``). The
end of a run, whatever ends it, appends them to the file up to the first gap; what lies beyond a
gap waits in its shard for a later run.
"""

import hashlib
import random
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from operator import itemgetter
from pathlib import Path

from rdkit import Chem, rdBase

from specml.errors import InputError, message
from specml.io import atom_labels
from specml.io.atom_labels import AtomLabels, Row
from specml.io.shards import RunProgress, Shards
from specml.parallel import unordered
from specml.reference.fukui import SETTINGS, fukui_labels

LARGEST = 40  # heavy atoms
ORDER_SEED = 6
SHARD_S = 60.0  # seconds; a run of days has thousands of shards

Task = tuple[int, str, frozenset[str]]  # place in the order, SMILES, exclusions
Looked = tuple[int, Row | None]  # place in the order, and its labels unless it is left out


def label_list(
    smiles: Sequence[str],
    out: Path,
    excluded: frozenset[str],
    processes: int,
    limit: int | None = None,
) -> Generator[RunProgress, None, None]:
    """Go on down the list; yields after each molecule.

    Parameters
    ----------
    smiles : the whole list, in the order of its file.
    excluded : first blocks of InChIKeys that are left out.
    limit : stop after this many molecules; the next call goes on.

    Raises
    ------
    InputError
        If the file was made from another list, with other exclusions or by another method; at the
        end, if another run has written it meanwhile.
    """
    order = list(range(len(smiles)))
    random.Random(ORDER_SEED).shuffle(order)
    labels = _Labels(out, provenance(smiles, excluded))
    begun = labels.append()
    waiting = labels.waiting()
    left = [place for place in range(begun, len(order)) if place not in waiting]
    tasks = [(place, smiles[order[place]], excluded) for place in left[:limit]]
    return _go_on(labels, begun, tasks, processes)


def _go_on(
    labels: "_Labels", begun: int, tasks: list[Task], processes: int
) -> Generator[RunProgress, None, None]:
    done = failed = 0
    looked = unordered(_label_one, tasks, processes, str(labels.out))
    try:
        with closing(labels.shards.keep(looked)) as kept:
            for each in kept:
                left_out = each is None or each[1] is None
                done, failed = done + (not left_out), failed + left_out
                yield RunProgress(done, failed, len(tasks))
    finally:  # a run that is stopped keeps what it has
        labels.append(begun)


@dataclass(frozen=True)
class _Labels:
    """The file of a run and its shards.

    Parameters
    ----------
    out : the file.
    made : what every run that writes it shares.
    """

    out: Path
    made: dict[str, str | int]

    @property
    def shards(self) -> Shards[Looked]:
        """What runs have finished and not yet put into the file."""
        return Shards(self.out, self._write, SHARD_S)

    def append(self, begun: int | None = None) -> int:
        """Put behind the labels of the file what the shards have of the places that follow.

        Parameters
        ----------
        begun : how far the file was when this run began. Two runs would undo each other's work.

        Returns
        -------
        How far down the order the file now is.

        Raises
        ------
        InputError
            The file is of other labels, or is not what it was when this run began.
        """
        seen = self._seen()
        if begun is not None and seen != begun:
            got, fix = "another run that writes it too", "Run one at a time; this one has stopped."
            raise InputError(message(str(self.out), got, "a file of one run", fix))
        waiting = self.waiting()
        end = seen
        while end in waiting:
            end += 1
        if end > seen:
            labels = atom_labels.read(self.out) if self.out.exists() else AtomLabels.empty()
            rows = (waiting.pop(place) for place in range(seen, end))
            longer = labels.extended([row for row in rows if row is not None])
            longer.attributes.update({**self.made, "seen": end})
            atom_labels.write(self.out, longer)
        if all(place < end for place in waiting):
            self.shards.remove()
        return end

    def waiting(self) -> dict[int, Row | None]:
        """What the shards have, by place in the order; None for what is left out."""
        rows: dict[int, Row | None] = {}
        for path in self.shards.paths():
            part = atom_labels.read(path)
            self._check(path, part.attributes)
            places, left_out = (_places(part.attributes[key]) for key in ("places", "left_out"))
            rows.update(zip(places, part.rows(), strict=True))
            rows.update(dict.fromkeys(left_out))
        return rows

    def _write(self, path: Path, looked: list[Looked]) -> None:
        rows = {place: row for place, row in sorted(looked, key=itemgetter(0)) if row is not None}
        part = AtomLabels.empty().extended(list(rows.values()))
        left_out = [place for place, row in looked if row is None]
        own = {"places": _ranges(rows), "left_out": _ranges(left_out)}
        part.attributes.update({**self.made, **own})
        atom_labels.write(path, part)

    def _seen(self) -> int:
        """How far down the order the file is: 0 where there is none."""
        if not self.out.exists():
            return 0
        attributes = atom_labels.attributes(self.out)
        self._check(self.out, attributes)
        return int(attributes["seen"])

    def _check(self, path: Path, attributes: dict[str, str | int]) -> None:
        changed = [key for key, value in self.made.items() if attributes.get(key) != value]
        if changed:
            wanted = ", ".join(f"{key} {self.made[key]}" for key in changed)
            raise InputError(
                message(
                    str(path),
                    f"labels made with another {' and '.join(changed)}",
                    f"those of this call ({wanted})",
                    "Choose another --output.",
                )
            )


def _ranges(places: Iterable[int]) -> str:
    """Places in ascending order, as an attribute has room for many of them.

    >>> _ranges([7, 2, 3, 4])
    '2-4 7-7'
    """
    spans: list[list[int]] = []
    for place in sorted(places):
        if spans and place == spans[-1][1] + 1:
            spans[-1][1] = place
        else:
            spans.append([place, place])
    return " ".join(f"{first}-{last}" for first, last in spans)


def _places(text: str | int) -> list[int]:
    """The places that a text of :func:`_ranges` stands for."""
    spans = (span.split("-") for span in str(text).split())
    return [place for first, last in spans for place in range(int(first), int(last) + 1)]


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


def _label_one(task: Task) -> Looked:
    """Place in the order; canonical SMILES and labels, or None for what is left out."""
    place, smiles, excluded = task
    try:
        with rdBase.BlockLogs():
            molecule = Chem.MolFromSmiles(smiles)
            if molecule is None or not 1 <= molecule.GetNumHeavyAtoms() <= LARGEST:
                return place, None
            if Chem.MolToInchiKey(molecule)[:14] in excluded:
                return place, None
        canonical = Chem.MolToSmiles(molecule)
        return place, (canonical, fukui_labels(canonical))
    except Exception:  # noqa: BLE001 (RDKit and tblite raise a dozen types; the run goes on)
        return place, None
