"""The model as an ASE calculator: energy, forces, dipole and polarizability.

For Python users of ASE; no command needs it.
"""

from collections.abc import Sequence

import numpy as np
from ase import Atoms
from ase.calculators.calculator import Calculator, all_changes

from specml.inference.predictor import Predictor, load
from specml.io import ase_atoms


class SpecMLCalculator(Calculator):
    """``atoms.calc = SpecMLCalculator()``; dipole in e*angstrom, polarizability in angstrom^3.

    Parameters
    ----------
    predictor : a loaded model; the default model if omitted.
    charge : total charge in e; what the atoms state (``info``, initial charges) if omitted.
    """

    def __init__(self, predictor: Predictor | None = None, charge: int | None = None):
        super().__init__()
        self.predictor = predictor or load()
        self.implemented_properties = ["energy", "forces", "dipole"]
        if self.predictor.has_polarizability:
            self.implemented_properties.append("polarizability")
        self.charge = charge

    def calculate(
        self,
        atoms: Atoms | None = None,
        properties: Sequence[str] = ("energy",),
        system_changes: Sequence[str] = tuple(all_changes),
    ) -> None:
        """ASE's hook: fill ``self.results``.

        Raises
        ------
        InputError
            Periodic boundaries, unpaired electrons, or two charges.
        """
        super().calculate(atoms, properties, system_changes)
        # self.atoms is set by the line above.
        structure = ase_atoms.structure(self.atoms, self.charge)  # type: ignore[arg-type]
        if set(properties) <= {"energy", "forces"}:
            energies, forces = self.predictor.energies_forces([structure])
            self.results = {"energy": float(energies[0]), "forces": np.asarray(forces[0])}
        else:
            self.results = dict(self.predictor.predict([structure])[0])
