"""What quantum-chemistry programs say: the labels a model learns from."""
