"""The one table of tolerances; each says what limits it.

Import as ``from tests.tolerances import WAVENUMBER``.
"""

import torch

# Against the printed results of other programs (tests/oracles): their last printed digit, and the
# CODATA table each of them uses (relative differences of 1e-8 to 1e-6).
WAVENUMBER = 1e-3  # 1/cm
IR_INTENSITY = 1e-3  # km/mol
RAMAN_ACTIVITY = 1e-3  # angstrom^4/amu
DEPOLARIZATION = 1e-3

# A network's output under a symmetry operation, absolute, for outputs of order one: round-off
# grown by a few layers.
ROUND_OFF = {torch.float32: 2e-4, torch.float64: 1e-9}

# Analytic derivatives against central differences in double precision with a step of 1e-4:
# truncation h^2/6 f''' and cancellation eps/h, relative to the largest element.
FINITE_DIFFERENCE = 1e-6

# Identities of the projected Hessian (translations, rotations, normalisation of modes), relative.
IDENTITY = 1e-9

# Against PySCF's own integration and gradient from one density matrix, atomic units: it leaves
# out what is below 1e-11, and so does the package, which keeps 5e-9 more on fine grids.
PYSCF_ENERGY = 1e-8
PYSCF_GRADIENT = 1e-8

# Density and Fock matrices of self-consistent fields whose orbital gradient is below 1e-5.
CONVERGED_MATRIX = 5e-6
