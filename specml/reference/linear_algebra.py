"""Make the linear algebra of PySCF and tblite as fast as this processor allows.

PySCF's wheels carry OpenBLAS 0.3.3 of 2018, which does not know processors made since and then
takes its plainest kernels: 10 GFlop/s instead of 38 on one core of a Sapphire Rapids. OpenBLAS
reads the name of a kernel set from the environment when it is loaded, so the name must stand
there before PySCF is imported: ``specml.reference`` calls :func:`choose_kernels` first of all.
numpy's own, newer OpenBLAS obeys the same name and loses nothing by it.

tblite's wheel links the plain routines of netlib. A library that is loaded with its symbols global
is found before the one that a later library was linked to: ``specml.reference.xtb`` calls
:func:`lend_openblas` before it imports tblite. GFN2-xTB of a drug-like molecule then takes half the
time, with the same charges to 1e-12 e.
"""

import ctypes
import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path

VARIABLE = "OPENBLAS_CORETYPE"
# Instructions a processor must have, and the kernels that use them; the best first.
KERNELS = ((frozenset({"avx512f"}), "SKYLAKEX"), (frozenset({"avx2", "fma"}), "HASWELL"))


def choose_kernels(cpuinfo: Path = Path("/proc/cpuinfo")) -> None:
    """Name the kernels in the environment, unless the user has or the processor is unknown.

    Parameters
    ----------
    cpuinfo : the file in which Linux lists what the processor can do.
    """
    if VARIABLE in os.environ:
        return
    flags = _flags(cpuinfo)
    for needed, name in KERNELS:
        if needed <= flags:
            os.environ[VARIABLE] = name
            return


def _flags(cpuinfo: Path) -> set[str]:
    """Instruction sets of the first processor; empty where the system does not list them."""
    try:
        lines = cpuinfo.read_text().splitlines()
    except OSError:
        return set()
    return next((set(line.split()) for line in lines if line.startswith("flags")), set())


@cache
def lend_openblas() -> bool:
    """Load PySCF's OpenBLAS for tblite, which is imported after; whether there is one to lend.

    Where PySCF brings no OpenBLAS of its own nothing happens. One thread from then on: the
    matrices of a molecule are too small for more.
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
