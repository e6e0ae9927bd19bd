"""Kohn-Sham matrices in a basis of atomic orbitals, predicted from geometry.

The workflows of ``specml hamiltonian`` and ``specml scf``, ``specml.pyscf`` and scripts call it.
"""
