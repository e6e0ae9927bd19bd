"""Every quantity SpecML predicts or learns, one row each.

``io.datasets`` reads and writes every quantity as its row says, instead of asking for names.
"""

from dataclasses import dataclass
from math import prod

import numpy as np


@dataclass(frozen=True)
class Property:
    """A physical quantity.

    Parameters
    ----------
    name : key in datasets, model outputs and files.
    unit : unit as printed.
    shape : shape of one value, without the atom axis.
    irreps : e3nn notation of one value, for what rotates with the molecule.
    per_atom : whether there is one value for every atom, or one for the structure.
    dtype : type in which it is stored. Total energies need double precision: 1 meV of 10 keV.
    step : what a file may round it to, a power of two, where size matters.
    ragged : whether it is one vector for the structure, of a length of its own (a packed matrix).
    """

    name: str
    unit: str
    shape: tuple[int, ...] = ()
    irreps: str = "1x0e"
    per_atom: bool = False
    dtype: type = np.float32
    step: float = 2.0**-14
    ragged: bool = False

    @property
    def size(self) -> int:
        """How many numbers one value has."""
        return prod(self.shape)


_ROWS = (
    Property("energy", "eV", dtype=np.float64, step=2.0**-20),
    Property("forces", "eV/angstrom", (3,), "1x1o", per_atom=True, step=2.0**-15),
    Property("dipole", "e*angstrom", (3,), "1x1o"),
    Property("polarizability", "angstrom^3", (3, 3), "1x0e+1x2e"),
    Property("dipole_svp", "e*angstrom", (3,), "1x1o"),
    Property("polarizability_svp", "angstrom^3", (3, 3), "1x0e+1x2e"),
    Property("charges", "e", per_atom=True),
    Property("mulliken_charges", "e", per_atom=True),
    Property("loewdin_charges", "e", per_atom=True),
    Property("spin_populations", "e", per_atom=True),
    Property("energy_tzvpd", "eV", dtype=np.float64, step=2.0**-20),
    Property("forces_tzvpd", "eV/angstrom", (3,), "1x1o", per_atom=True, step=2.0**-15),
    Property("dipole_tzvpd", "e*angstrom", (3,), "1x1o"),
    Property("fock", "hartree", ragged=True),
)
PROPERTIES: dict[str, Property] = {row.name: row for row in _ROWS}
