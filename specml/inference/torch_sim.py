"""The model for TorchSim (``pip install 'specml[torch-sim]'``): its integrators and optimisers.

    import torch_sim as ts
    from specml.inference.torch_sim import TorchSimModel

    model = TorchSimModel()
    ts.integrate(atoms, model, integrator=ts.Integrator.nvt_langevin, n_steps=1000,
                 temperature=300, timestep=0.0005)

Isolated molecules only: cells are ignored and periodic boundaries refused. SpecML's own dynamics
(``specml.md``) does not use it: see docs/trajectories.md for the measured reason.
"""

from typing import Any

import torch
from torch_sim.models.interface import ModelInterface

from specml.errors import InputError, message
from specml.inference.predictor import Predictor, load
from specml.md.evaluation import SystemLayout
from specml.md.network import NetworkForceField
from specml.structure import Structure


class TorchSimModel(ModelInterface):  # type: ignore[misc]
    """Energy (n_systems,) eV, forces (n_atoms, 3) eV/angstrom, dipole (n_systems, 3) e*angstrom.

    Parameters
    ----------
    predictor : a model that is the network alone; ``specml`` if omitted.
    dtype : precision of the tensors that TorchSim keeps and of the network.
    """

    def __init__(self, predictor: Predictor | None = None, dtype: torch.dtype = torch.float64):
        super().__init__()
        self.predictor = predictor or load("specml")
        self._device = next(self.predictor.model.parameters()).device
        self._dtype = dtype
        self._compute_stress = False
        self._compute_forces = True
        self._memory_scales_with = "n_atoms"
        self._key: bytes = b""
        self._field: NetworkForceField | None = None

    def forward(self, state: Any, **kwargs: object) -> dict[str, torch.Tensor]:
        """What TorchSim calls; the neighbour table is kept while the molecules are the same.

        Raises
        ------
        InputError
            Periodic boundaries.
        """
        del kwargs
        pbc = torch.as_tensor(state.pbc)
        if bool(pbc.any()):
            raise InputError(
                message("state.pbc", pbc.tolist(), "isolated molecules", "Set pbc to False.")
            )
        field = self._field_of(state)
        evaluation = field(state.positions.double()[None], observe=True)
        if evaluation.dipole is None:
            raise TypeError("a network without dipole")
        return {
            "energy": evaluation.energy[0].to(self._dtype),
            "forces": evaluation.forces[0].to(self._dtype),
            "dipole": evaluation.dipole[0].to(self._dtype),
        }

    def _field_of(self, state: Any) -> NetworkForceField:
        numbers, system = state.atomic_numbers, state.system_idx
        key = numbers.cpu().numpy().tobytes() + system.cpu().numpy().tobytes()
        if self._field is None or key != self._key:
            sizes = torch.bincount(system).tolist()
            pieces = zip(
                numbers.cpu().split(sizes), state.positions.detach().cpu().split(sizes), strict=True
            )
            structures = [
                Structure(z.numpy(), x.double().numpy(), name=f"system {i}")
                for i, (z, x) in enumerate(pieces)
            ]
            layout = SystemLayout(tuple(structures), 1)
            self._field = self.predictor.force_field(layout, dtype=self._dtype)
            self._key = key
        return self._field
