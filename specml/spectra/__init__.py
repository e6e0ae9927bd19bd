"""Spectra as values, and how they follow from the properties of a molecule; called by workflows."""
