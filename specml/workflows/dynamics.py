"""Molecular dynamics of many replicas: ``specml md``, and the first half of ``--method md``.

Molecules go through the dynamics together, as many as ``ATOMS`` allow with all their replicas and
beads. Each group keeps its parts in ``<first molecule>.<method>.parts``, in the folder of the
results; the same call takes a stopped run up again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import specml
from specml.errors import InputError, SpecMLError, message
from specml.structure import Structure
from specml.workflows import limits
from specml.workflows.failure import Failure
from specml.workflows.memory import keep_freed_memory

if TYPE_CHECKING:
    from specml.inference.predictor import Predictor
    from specml.io.trajectory import Trajectory
    from specml.md.protocol import DynamicsProtocol
    from specml.md.simulation import DynamicsProgress

MODEL = "specml"  # dynamics needs the network alone
ATOMS = 4000  # of one batch: more does not run faster on a CPU
REPLICAS = {"md": 16, "trpmd": 4}
BEADS = {"md": 1, "trpmd": 32}  # 32 hold 4000 1/cm at 300 K
DRIFT = 0.1  # meV/(atom ps): more is worth a word

# Runs the reports of a group of molecules to their end: title, reports, folder of what is kept.
Watch = Callable[[str, Iterable["DynamicsProgress"], Path], None]


@dataclass(frozen=True)
class DynamicsSettings:
    """What a trajectory depends on besides molecule and model.

    Parameters
    ----------
    method : ``md``, classical, or ``trpmd``, thermostatted ring polymers.
    temperature_k : temperature of the thermostat.
    length_ps, equilibration_ps : length of production and of equilibration of each replica.
    timestep_fs : time step of velocity Verlet.
    replicas, beads : numbers of both; None where the method decides.
    seed : seed of all random numbers.
    polarizability : whether it is recorded too, which Raman spectra need.
    compiled : whether the network is compiled first.
    optimize : whether the run starts from the minimum, else from the geometry given.

    Raises
    ------
    InputError
        A value out of range, or beads for a method that has none.
    """

    method: str = "md"
    temperature_k: float = 298.15
    length_ps: float = 10.0
    equilibration_ps: float = 2.0
    timestep_fs: float = 0.5
    replicas: int | None = None
    beads: int | None = None
    seed: int = 0
    polarizability: bool = False
    compiled: bool = False
    optimize: bool = True

    def __post_init__(self) -> None:
        limits.require("method", limits.one_of(*REPLICAS), self.method)
        limits.require("temperature_k", limits.temperature, self.temperature_k)
        for name in ("length_ps", "equilibration_ps", "timestep_fs"):
            limits.require(name, limits.positive, getattr(self, name))
        if self.method == "md" and self.beads not in (None, 1):
            raise InputError(
                message(
                    "--beads",
                    f"{self.beads} with classical dynamics",
                    "one bead, or a ring polymer",
                    "Use --method trpmd.",
                )
            )

    @property
    def protocol(self) -> "DynamicsProtocol":
        """What the simulation reads."""
        from specml.md.protocol import DynamicsProtocol, record_every

        return DynamicsProtocol(
            temperature=self.temperature_k,
            timestep=self.timestep_fs,
            equilibration=self.equilibration_ps,
            length=self.length_ps,
            replicas=self.replicas or REPLICAS[self.method],
            beads=self.beads or BEADS[self.method],
            every=record_every(self.timestep_fs),
            polarizability=self.polarizability,
            seed=self.seed,
        )


@dataclass(frozen=True)
class MolecularDynamics:
    """The trajectory of one molecule.

    Parameters
    ----------
    settings, card : what was asked for, and the card of the model.
    structure : where it began.
    trajectory : all its replicas.
    """

    settings: DynamicsSettings
    card: Mapping
    structure: Structure
    trajectory: "Trajectory"

    @property
    def warnings(self) -> list[str]:
        """Sentences about what a reader of the trajectory should know."""
        drift = self.trajectory.attributes.get("energy_drift_mev_atom_ps")
        if isinstance(drift, float) and drift > DRIFT:
            advice = "take a shorter --timestep-fs"
            return [f"the total energy drifts by {drift:.2f} meV/(atom ps); {advice}"]
        return []


def summary(trajectory: "Trajectory") -> str:
    """``16 replicas x 10 ps, a frame every 2 fs, drift 0.012 meV/(atom ps)``."""
    length, interval = trajectory.length, trajectory.interval
    text = f"{trajectory.n_replicas} replicas x {length:g} ps, a frame every {interval:g} fs"
    drift = trajectory.attributes.get("energy_drift_mev_atom_ps")
    return text if drift is None else f"{text}, drift {drift:.3f} meV/(atom ps)"


def unwatched(_title: str, reports: Iterable["DynamicsProgress"], _kept: Path) -> None:
    """Run to the end and show nothing."""
    for _ in reports:
        pass


def run(
    structures: Sequence[Structure],
    settings: DynamicsSettings,
    predictor: "Predictor",
    folder: Path,
    force: bool = False,
    watch: Watch = unwatched,
) -> Iterator[MolecularDynamics | Failure]:
    """Trajectories of the molecules in their order, each as soon as its group is done.

    The parts of a group are dropped when the caller comes back for the next one, having written
    what it makes of these.

    Parameters
    ----------
    folder : where parts are kept until a group is finished.
    force : drop parts of another run that stand in the way.
    watch : see :data:`Watch`.

    Raises
    ------
    InputError
        A model that is no network alone, or parts of another run.
    """
    predictor.check_dynamics(settings.polarizability)
    keep_freed_memory()
    for group in _groups(structures, settings, predictor):
        if isinstance(group, Failure):
            yield group
            continue
        starts = relaxed(predictor, group) if settings.optimize else group
        yield from _simulated(starts, settings, predictor, folder, force, watch)


def relaxed(predictor: "Predictor", structures: Sequence[Structure]) -> list[Structure]:
    """Minima to start from; bonds of the watch and the Eckart frame refer to them."""
    return [
        replace(end.structure, name=start.name)
        for start, end in zip(structures, predictor.relax(structures), strict=True)
    ]


def _groups(
    structures: Sequence[Structure], settings: DynamicsSettings, predictor: "Predictor"
) -> Iterator[list[Structure] | Failure]:
    """Neighbours that fit into one batch; a molecule that the model does not know is a failure."""
    protocol = settings.protocol
    copies = protocol.replicas * protocol.beads
    group: list[Structure] = []
    for structure in structures:
        failure = _unknown(predictor, structure)
        full = copies * (sum(map(len, group)) + len(structure)) > ATOMS
        if group and (failure or full):
            yield group
            group = []
        if failure:
            yield failure
        else:
            group.append(structure)
    if group:
        yield group


def _unknown(predictor: "Predictor", structure: Structure) -> Failure | None:
    """The failure of a molecule whose elements or spin the model does not know."""
    try:
        predictor.check_elements([structure])
    except SpecMLError as error:
        return Failure(structure.name, error)
    return None


def _simulated(
    group: Sequence[Structure],
    settings: DynamicsSettings,
    predictor: "Predictor",
    folder: Path,
    force: bool,
    watch: Watch,
) -> Iterator[MolecularDynamics]:
    """The trajectories of a group, whose replicas move together."""
    from specml.md.checkpoint import RunParts
    from specml.md.evaluation import SystemLayout
    from specml.md.results import trajectory
    from specml.md.simulation import Simulation

    protocol = settings.protocol
    layout = SystemLayout(tuple(group), protocol.replicas)
    identity = _identity(protocol, group, predictor, settings.compiled)
    parts = RunParts(folder / f"{group[0].name}.{protocol.method}.parts", identity)
    if force and not parts.fit():
        parts.drop()
    parts.check()
    field = predictor.force_field(
        layout, protocol.beads, protocol.polarizability, compiled=settings.compiled
    )
    simulation = Simulation(layout, protocol, field, parts, field.device)
    title = group[0].name if len(group) == 1 else f"{len(group)} molecules"
    watch(title, simulation.run(), parts.folder)
    facts: dict[str, object] = {"model": predictor.name, "specml_version": specml.__version__}
    for index, structure in enumerate(group):
        recorded = trajectory(parts, layout, protocol, index, facts)
        yield MolecularDynamics(settings, predictor.card, structure, recorded)
    parts.drop()


def _identity(
    protocol: "DynamicsProtocol", group: Sequence[Structure], predictor: "Predictor", compiled: bool
) -> dict[str, object]:
    """Whatever the numbers of a run depend on."""
    return {
        "protocol": asdict(protocol),
        "molecules": [
            [s.name, s.numbers.tolist(), s.positions.round(4).tolist(), s.charge] for s in group
        ],
        "model": [predictor.name, predictor.card.get("version")],
        "specml": specml.__version__,
        **({"compiled": True} if compiled else {}),  # other roundings, so another trajectory
    }
