"""Absorption, distribution, metabolism, excretion and toxicity of molecules, with uncertainty.

``specml.admet.score`` is the way in; it is loaded at first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specml.admet.python_api import score

__all__ = ["score"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'specml.admet' has no attribute {name!r}")
    value = getattr(import_module("specml.admet.python_api"), name)
    globals()[name] = value
    return value
