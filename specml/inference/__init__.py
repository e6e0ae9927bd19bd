"""Trained models put to work: loading, relaxing, expanding, judging, and an ASE calculator.

The workflows, the API and Python users call it.
"""

from specml.inference.predictor import Predictor, load

__all__ = ["Predictor", "load"]
