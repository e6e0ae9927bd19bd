"""Kohn-Sham matrices in a basis of atomic orbitals, predicted from geometry."""
