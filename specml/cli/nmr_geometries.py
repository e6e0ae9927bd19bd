"""Geometries of many molecules, relaxed with GFN2-xTB, in several processes where that pays."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specml.cli import conformers
from specml.cli.conformers import Geometries
from specml.errors import SpecMLError
from specml.parallel import unordered
from specml.reference.surface import FMAX, FMAX_ENERGIES, Surface
from specml.structure import Structure

PAYS = 8  # relaxations; a process takes a second or two to start
MOST_PROCESSES = 8


@dataclass(frozen=True)
class Task:
    """One molecule to relax; ``option`` and ``optimize`` as in :mod:`specml.cli.conformers`."""

    index: int
    structure: Structure
    option: int | None
    optimize: bool


def search(task: Task) -> tuple[int, Geometries | str]:
    """Its geometries, or what went wrong."""
    one = conformers.wanted(task.structure, task.option, task.optimize) == 1
    surface = Surface(FMAX if one else FMAX_ENERGIES)
    try:
        (found,) = conformers.geometries(
            surface, [task.structure], [None], task.option, task.optimize
        )
    except SpecMLError as error:
        return task.index, str(error)
    return task.index, found


def stream(
    structures: Sequence[Structure], option: int | None, optimize: bool
) -> Iterator[Geometries | str]:
    """Geometries of each molecule in the order given, or what went wrong, as they are ready."""
    tasks = [Task(k, s, option, optimize) for k, s in enumerate(structures)]
    work = sum(conformers.wanted(s, option, optimize) for s in structures) if optimize else 0
    processes = min(os.cpu_count() or 1, len(tasks), MOST_PROCESSES) if work >= PAYS else 1
    if processes == 1:
        yield from (search(task)[1] for task in tasks)
        return
    waiting: dict[int, Geometries | str] = {}
    following = 0
    for index, found in unordered(search, tasks, processes, "the files written so far"):
        waiting[index] = found
        while following in waiting:
            yield waiting.pop(following)
            following += 1
