"""The model as an ASE calculator: energy, forces, dipole and polarizability."""

from typing import ClassVar

import numpy as np
from ase.calculators.calculator import Calculator, all_changes

from specml.inference.predictor import Predictor, load
from specml.structure import Structure


class SpecMLCalculator(Calculator):
    """``atoms.calc = SpecMLCalculator()``; dipole in e*angstrom, polarizability in angstrom^3.

    Parameters
    ----------
    predictor : a loaded model; the default model if omitted.
    charge : total charge of the molecule.
    """

    implemented_properties: ClassVar[list[str]] = ["energy", "forces", "dipole", "polarizability"]

    def __init__(self, predictor: Predictor | None = None, charge: int = 0):
        super().__init__()
        self.predictor = predictor or load()
        self.charge = charge

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        """ASE's hook: fill ``self.results``."""
        super().calculate(atoms, properties, system_changes)
        structure = Structure.from_ase(self.atoms, charge=self.charge)
        if set(properties) <= {"energy", "forces"}:
            energies, forces = self.predictor.energies_forces([structure])
            self.results = {"energy": float(energies[0]), "forces": np.asarray(forces[0])}
        else:
            self.results = dict(self.predictor.predict([structure])[0])
