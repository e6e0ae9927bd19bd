"""The model as an ASE calculator: energy, forces, dipole and polarizability.

For Python users of ASE; no command needs it.
"""

from collections.abc import Sequence

import numpy as np
from ase import Atoms
from ase.calculators.calculator import Calculator, all_changes

from specml.errors import InputError, message
from specml.inference.predictor import Predictor, load
from specml.structure import Structure


class SpecMLCalculator(Calculator):
    """``atoms.calc = SpecMLCalculator()``; dipole in e*angstrom, polarizability in angstrom^3.

    Parameters
    ----------
    predictor : a loaded model; the default model if omitted.
    charge : total charge of the molecule.
    """

    def __init__(self, predictor: Predictor | None = None, charge: int = 0):
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
            Periodic boundaries.
        """
        super().calculate(atoms, properties, system_changes)
        # self.atoms is set by the line above.
        molecule: Atoms = self.atoms  # type: ignore[assignment]
        if molecule.pbc.any():
            raise InputError(
                message(
                    "atoms.pbc",
                    molecule.pbc.tolist(),
                    "an isolated molecule",
                    "Set atoms.pbc = False if it is one.",
                )
            )
        structure = Structure.from_ase(molecule, charge=self.charge)
        if set(properties) <= {"energy", "forces"}:
            energies, forces = self.predictor.energies_forces([structure])
            self.results = {"energy": float(energies[0]), "forces": np.asarray(forces[0])}
        else:
            self.results = dict(self.predictor.predict([structure])[0])
