"""Lend tblite PySCF's OpenBLAS: tblite's wheel links the plain routines of netlib.

A library that is loaded with its symbols global is found before the one that a later library was
linked to. GFN2-xTB of a drug-like molecule then takes half the time, with the same charges to
1e-12 e. Where PySCF brings no OpenBLAS of its own nothing happens.
"""

import ctypes
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from specml.reference.openblas import choose_kernels


@cache
def lend_openblas() -> bool:
    """To be called before tblite is imported; whether there was one to lend.

    One thread from then on: the matrices of a molecule are too small for more.
    """
    spec = find_spec("pyscf")
    if spec is None or spec.origin is None:
        return False
    folder = Path(spec.origin).parent / "lib"
    libraries = sorted(folder.glob("libopenblas*.so"))
    if not libraries:
        return False
    choose_kernels()
    try:
        # Their own search path does not cover their neighbours; what is loaded is not searched for.
        for neighbour in (*folder.glob("libquadmath*"), *folder.glob("libgfortran*")):
            ctypes.CDLL(str(neighbour))
        library = ctypes.CDLL(str(libraries[0]), mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    library.openblas_set_num_threads(1)
    return True
