"""Trained models put to work: loading, relaxing, expanding, judging, and an ASE calculator."""

from specml.inference.predictor import Predictor, load

__all__ = ["Predictor", "load"]
