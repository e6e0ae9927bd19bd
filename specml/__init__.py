"""SpecML: infrared and Raman spectra of molecules from an equivariant neural network.

>>> import specml
>>> specml.Structure([1, 1], [[0.0, 0.0, 0.0], [0.0, 0.0, 0.74]]).formula
'H2'

Names are loaded at first use, so that ``import specml`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specml import admet
    from specml.api.comparison import compare
    from specml.api.electrons import electrons, scf
    from specml.api.nmr import nmr
    from specml.api.vibrations import dynamics, infrared, raman
    from specml.inference import load
    from specml.structure import Structure

__version__ = "0.1.0"
__all__ = [
    "Structure",
    "__version__",
    "admet",
    "compare",
    "dynamics",
    "electrons",
    "infrared",
    "load",
    "nmr",
    "raman",
    "scf",
]

_HOMES = {
    "Structure": "specml.structure",
    "admet": "specml.admet",
    "compare": "specml.api.comparison",
    "dynamics": "specml.api.vibrations",
    "electrons": "specml.api.electrons",
    "infrared": "specml.api.vibrations",
    "load": "specml.inference",
    "nmr": "specml.api.nmr",
    "raman": "specml.api.vibrations",
    "scf": "specml.api.electrons",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'specml' has no attribute {name!r}")
    module = import_module(_HOMES[name])
    value = module if name == "admet" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
