"""Layers without chemistry."""
