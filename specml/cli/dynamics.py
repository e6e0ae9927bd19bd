"""Molecules in, trajectories out: what ``specml md`` and ``--method md`` share.

Molecules go through the dynamics together, as many as ``ATOMS`` allow with all their replicas and
beads. Each group keeps its parts in ``<first molecule>.<method>.parts`` beside the results; the
same command takes a stopped run up again.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

import specml
from specml.cli.tasks import resumable
from specml.errors import InputError, message
from specml.structure import Structure
from specml.workflows.memory import keep_freed_memory

if TYPE_CHECKING:
    from specml.inference.predictor import Predictor
    from specml.io.trajectory import Trajectory
    from specml.md.protocol import Protocol
    from specml.md.simulation import Progress as Report

MODEL = "specml"  # dynamics needs the network alone
ATOMS = 4000  # of one batch: more does not run faster on a CPU
REPLICAS = {"md": 16, "trpmd": 4}
BEADS = {"md": 1, "trpmd": 32}  # 32 hold 4000 1/cm at 300 K


@dataclass(frozen=True)
class Settings:
    """The options of a run; lengths in ps, the step in fs, None where the method decides."""

    method: str = "md"
    length: float = 10.0
    equilibration: float = 2.0
    timestep: float = 0.5
    replicas: int | None = None
    beads: int | None = None
    seed: int = 0
    resolution: float = 10.0
    window: str = "hann"
    compiled: bool = False

    def protocol(self, temperature: float, polarizability: bool) -> "Protocol":
        """The run; raises InputError for a method without beads that is given some."""
        from specml.md.protocol import Protocol, record_every

        if self.method == "md" and self.beads not in (None, 1):
            raise InputError(
                message(
                    "--beads",
                    f"{self.beads} with classical dynamics",
                    "one bead, or a ring polymer",
                    "Use --method trpmd.",
                )
            )
        return Protocol(
            temperature=temperature,
            timestep=self.timestep,
            equilibration=self.equilibration,
            length=self.length,
            replicas=self.replicas or REPLICAS[self.method],
            beads=self.beads or BEADS[self.method],
            every=record_every(self.timestep),
            polarizability=polarizability,
            seed=self.seed,
        )


def run(
    predictor: "Predictor",
    structures: Sequence[Structure],
    protocol: "Protocol",
    folder: Path,
    force: bool,
    quiet: bool,
    compiled: bool = False,
) -> Iterator[tuple[Structure, "Trajectory"]]:
    """Trajectories of the molecules, each as soon as its group is done.

    The parts of a group are dropped when the caller comes back for the next one, having written
    what it makes of these.

    Raises
    ------
    DynamicsError
        A replica blew up.
    """
    from specml.md.checkpoint import Parts
    from specml.md.evaluation import Layout
    from specml.md.results import trajectory
    from specml.md.simulation import Simulation

    keep_freed_memory()
    facts: dict[str, object] = {"model": predictor.name, "specml_version": specml.__version__}
    for group in _groups(structures, protocol.replicas * protocol.beads):
        layout = Layout(tuple(group), protocol.replicas)
        settings = _settings(protocol, group, predictor, compiled)
        parts = Parts(folder / f"{group[0].name}.{protocol.method}.parts", settings)
        if force and not parts.fit():
            parts.drop()
        parts.check()
        field = predictor.force_field(
            layout, protocol.beads, protocol.polarizability, compiled=compiled
        )
        simulation = Simulation(layout, protocol, field, parts, field.device)
        title = group[0].name if len(group) == 1 else f"{len(group)} molecules"
        with resumable(str(parts.folder)):
            _watch(title, simulation.run(), quiet)
        for index, structure in enumerate(group):
            yield structure, trajectory(parts, layout, protocol, index, facts)
        parts.drop()


def _settings(
    protocol: "Protocol", group: Sequence[Structure], predictor: "Predictor", compiled: bool
) -> dict[str, object]:
    """Whatever the numbers of a run depend on."""
    return {
        "protocol": protocol.__dict__,
        "molecules": [
            [s.name, s.numbers.tolist(), s.positions.round(4).tolist(), s.charge] for s in group
        ],
        "model": [predictor.name, predictor.card.get("version")],
        "specml": specml.__version__,
        **({"compiled": True} if compiled else {}),  # other roundings, so another trajectory
    }


def _groups(structures: Sequence[Structure], copies: int) -> Iterator[list[Structure]]:
    group: list[Structure] = []
    for structure in structures:
        if group and copies * (sum(map(len, group)) + len(structure)) > ATOMS:
            yield group
            group = []
        group.append(structure)
    yield group


def _watch(title: str, reports: Iterable["Report"], quiet: bool) -> None:
    """A progress bar with the speed and the time left."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        disable=quiet,
    )
    with bar:
        task = bar.add_task(title, total=None, speed="")
        for report in reports:
            bar.update(
                task,
                description=f"{title}, {report.phase}",
                completed=report.done,
                total=report.total,
                speed=f"{report.speed:.3g} ns/day a replica",
            )


def relaxed(predictor: "Predictor", structures: Sequence[Structure]) -> list[Structure]:
    """Minima to start from; bonds of the watch and the Eckart frame refer to them."""
    return [
        replace(end.structure, name=start.name)
        for start, end in zip(structures, predictor.relax(structures), strict=True)
    ]
