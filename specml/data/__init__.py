"""Molecules, geometries, batches and splits: what models are trained on and networks are fed."""
