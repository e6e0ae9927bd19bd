"""Make PySCF's linear algebra use this processor's instructions.

PySCF's wheels carry OpenBLAS 0.3.3 of 2018, which does not know processors made since and then
takes its plainest kernels: 10 GFlop/s instead of 38 on one core of a Sapphire Rapids. OpenBLAS
reads the name of a kernel set from the environment when it is loaded, so the name must stand
there before PySCF is imported. numpy's own, newer OpenBLAS obeys the same name and loses nothing
by it.
"""

import os
from pathlib import Path

VARIABLE = "OPENBLAS_CORETYPE"
# Instructions a processor must have, and the kernels that use them; the best first.
KERNELS = ((frozenset({"avx512f"}), "SKYLAKEX"), (frozenset({"avx2", "fma"}), "HASWELL"))


def choose_kernels(cpuinfo: Path = Path("/proc/cpuinfo")) -> None:
    """Name the kernels in the environment, unless the user has or the processor is unknown."""
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
