"""The predicted density matrix alone, for codes without a hook; ``specml.pyscf`` offers it."""

import warnings
from pathlib import Path

import numpy as np
from pyscf import gto

from specml.errors import InputError, message
from specml.hamiltonian import predictor
from specml.hamiltonian.guess import GuessWarning, given_model, line_of_the_user
from specml.hamiltonian.molecule import Molecule
from specml.hamiltonian.predictor import HamiltonianPredictor
from specml.hamiltonian.projection import occupied, predict
from specml.hamiltonian.solutions import several
from specml.hamiltonian.support import check


def density(
    mol: gto.Mole, model: str | Path | HamiltonianPredictor | None = None, device: str = "cpu"
) -> np.ndarray:
    """The predicted one-electron density matrix D of a closed shell, (nao, nao) in electrons.

    D = 2 C C^T with the occupied orbitals C of the predicted matrix, so that tr(D S) is the number
    of electrons. Rows and columns are the functions of ``mol`` in PySCF's order
    (``mol.ao_labels()``); half of D is the density of either spin.

        >>> from pyscf import gto
        >>> from specml.pyscf import density
        >>> mol = gto.M(atom="H 0 0 0; F 0 0 0.92", basis="def2-svp", verbose=0)
        >>> density(mol).shape
        (19, 19)

    Parameters
    ----------
    mol : PySCF's molecule, in any basis of spherical functions.
    model, device : as :func:`specml.hamiltonian.guess.guess`.

    Raises
    ------
    InputError
        A molecule that the models are not for, or one whose integrals would take too much memory;
        the message says which.
    WeightsError
        A model card that cannot be used, or no such device.
    """
    if not isinstance(mol, gto.Mole):
        got = f"an object of class {type(mol).__name__}"
        raise InputError(message("specml.pyscf.density", got, "a molecule of PySCF", "Use gto.M."))
    loaded = given_model(model, device) or predictor.load(device=device)
    molecule = Molecule.of(mol)
    check(molecule, loaded.elements, InputError, "Use a default initial guess of PySCF.")
    source = molecule.nuclei_in(loaded.basis)
    orbitals, gap = occupied(molecule, predict(loaded, source, molecule).matrix)
    if reason := several(source, molecule, orbitals, gap, two_spins=False):
        expected = "a molecule near its minimum, with one solution"
        text = message("specml.pyscf.density", reason, expected, "Compare with other starts.")
        warnings.warn(text, GuessWarning, stacklevel=line_of_the_user())
    return 2.0 * orbitals @ orbitals.T
