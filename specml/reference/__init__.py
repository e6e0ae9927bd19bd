"""What quantum-chemistry programs say: the labels a model learns from."""

from specml.reference.linear_algebra import choose_kernels

choose_kernels()  # before any file of this folder imports PySCF
