"""Absorption, distribution, metabolism, excretion and toxicity of molecules, with uncertainty."""
