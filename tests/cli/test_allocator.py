"""What a process frees, it gets again without the kernel's help."""

import platform
import subprocess
import sys

import pytest

# Eight arrays of 8 MB made and freed 20 times: 40,960 pages of 4 KB if every one is new.
PROGRAM = """
import resource, sys
import numpy as np
from specml.workflows.memory import keep_freed_memory
if sys.argv[1] == "kept":
    keep_freed_memory()
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
before = faults()
for _ in range(20):
    [np.ones(1 << 20) for _ in range(8)]
print((faults() - before) * resource.getpagesize() >> 20)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="a setting of glibc")
def test_freed_memory_is_used_again():
    cleared = {}
    for mode in ("kept", "default"):
        command = [sys.executable, "-c", PROGRAM, mode]
        cleared[mode] = int(subprocess.run(command, capture_output=True, check=True).stdout)
    # MB; 64 once, and not 20 times (of which glibc saves some by itself).
    assert cleared["kept"] < 130 < cleared["default"]
