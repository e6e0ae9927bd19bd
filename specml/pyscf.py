"""The predicted initial guess, where PySCF users look for it.

``mf = guess(dft.RKS(mol, xc="b3lyp"))``, then ``mf.kernel()`` as always; ``density(mol)`` is the
predicted density matrix by itself: docs/scf.md.
"""

from specml.hamiltonian.attempt import GuessOutcome
from specml.hamiltonian.density import density
from specml.hamiltonian.guess import GuessWarning, guess

__all__ = ["GuessOutcome", "GuessWarning", "density", "guess"]
