"""Molecules, geometries, batches and splits."""
