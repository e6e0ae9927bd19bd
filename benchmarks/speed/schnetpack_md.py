"""SchNetPack 2.1.1's molecular dynamics, one step a call, with a network it shares with SpecML.

As its own documentation sets a run up: ``System``, ``UniformInit``, ``NeighborListMD`` with a shell
of 2 angstrom over ASE's neighbour list, ``SchNetPackCalculator``, ``VelocityVerlet``, single
precision, no hooks. The one change: the calculator gets the network instead of a file.
"""

from collections.abc import Callable
from pathlib import Path

import torch
from schnetpack_twin import twin  # first: it mends an import that SchNetPack needs

from specml.md.evaluation import SystemLayout
from specml.models.ladder import LadderModel

SHELL = 2.0  # angstrom


def schnetpack_stepper(
    model: LadderModel, layout: SystemLayout, timestep: float, device: str
) -> Callable[[], None]:
    """One velocity Verlet step of all systems a call."""
    from schnetpack import properties
    from schnetpack.md import System, UniformInit
    from schnetpack.md.calculators import SchNetPackCalculator
    from schnetpack.md.integrators import VelocityVerlet
    from schnetpack.md.neighborlist_md import NeighborListMD
    from schnetpack.transform import ASENeighborList

    network = twin(model)

    class Calculator(SchNetPackCalculator):
        def _prepare_model(self, _: str | Path) -> torch.nn.Module:
            network.do_postprocessing = False
            return network

    system = System()
    system.load_molecules([s.to_ase() for s in layout.systems], 1, position_unit_input="Angstrom")
    UniformInit(300.0, remove_center_of_mass=True).initialize_system(system)
    neighbors = NeighborListMD(model.cutoff, SHELL, ASENeighborList)
    calculator = Calculator(
        "", properties.forces, "eV", "Angstrom", neighbors, energy_key=properties.energy
    )
    integrator = VelocityVerlet(timestep)
    system, calculator, integrator = (
        part.to(device).to(torch.float32) for part in (system, calculator, integrator)
    )
    calculator.calculate(system)

    def step() -> None:
        integrator.half_step(system)
        integrator.main_step(system)
        calculator.calculate(system)
        integrator.half_step(system)

    return step
