"""The predicted initial guess, where PySCF users look for it.

``mf = guess(dft.RKS(mol, xc="b3lyp"))``, then ``mf.kernel()`` as always: docs/scf.md.
"""

from specml.hamiltonian.attempt import GuessOutcome
from specml.hamiltonian.guess import GuessWarning, guess

__all__ = ["GuessOutcome", "GuessWarning", "guess"]
