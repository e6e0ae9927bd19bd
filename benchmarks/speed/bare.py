"""Networks on a machine that has torch, e3nn, h5py, typer and rich, and nothing else of SpecML's.

No tblite, PySCF, RDKit or ASE. Two things a network needs would come from packages that may be
missing: its parameters (safetensors) and the shells of the auxiliary basis (PySCF). Where the
package is there it is used; otherwise this lends a stand-in for it.
"""

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import h5py
import torch

DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "I64": torch.int64,
    "I32": torch.int32,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}


def lend(inputs: Path) -> list[str]:
    """Put the stand-ins in place; the names of the packages they stand for.

    Parameters
    ----------
    inputs : what ``gpu_inputs.py`` wrote; holds the shells.
    """
    lent = []
    if _missing("safetensors"):
        lent.append("safetensors")
        _module(
            "safetensors", torch=_module("safetensors.torch", load_file=load_file, save_file=None)
        )
        _module("safetensors.numpy", load=None, save=None)
    if _missing("pyscf"):
        lent.append("pyscf")
        with h5py.File(inputs) as file:
            table = json.loads(file.attrs["shells"])
        shells = {int(z): tuple((int(l), float(q)) for l, q in rows) for z, rows in table.items()}
        _module("specml.reference.auxiliary", shells=shells.__getitem__)
    return lent


def load_file(path: Path) -> dict[str, torch.Tensor]:
    """The tensors of a safetensors file: length of the header, header in json, raw numbers."""
    raw = bytearray(Path(path).read_bytes())
    begin = 8 + int.from_bytes(raw[:8], "little")
    header = json.loads(bytes(raw[8:begin]))
    header.pop("__metadata__", None)
    found = {}
    for name, row in header.items():
        first, last = (begin + offset for offset in row["data_offsets"])
        # A copy: the offsets of a file need not be multiples of the size of a number.
        numbers = torch.frombuffer(bytearray(raw[first:last]), dtype=DTYPES[row["dtype"]])
        found[name] = numbers.view(row["shape"])
    return found


def _missing(package: str) -> bool:
    try:
        return find_spec(package) is None
    except ImportError:  # where a test forbids it
        return True


def _module(name: str, **attributes: object) -> ModuleType:
    module = sys.modules[name] = ModuleType(name)
    module.__dict__.update(attributes)
    return module
