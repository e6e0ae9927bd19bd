"""SpecML: infrared and Raman spectra of molecules from an equivariant neural network.

>>> import specml
>>> specml.Structure([1, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 0.74]]).formula
'H2'

Names are loaded at first use, so that ``import specml`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specml.inference import load
    from specml.structure import Structure

__version__ = "0.1.0"
__all__ = ["Structure", "__version__", "load"]

_HOMES = {"load": "specml.inference", "Structure": "specml.structure"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'specml' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
