"""Kernel names by processor, and that they stand in the environment before PySCF is loaded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from specml.reference.linear_algebra import VARIABLE, choose_kernels


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("fpu avx avx2 fma avx512f", "SKYLAKEX"),
        ("fpu avx avx2 fma", "HASWELL"),
        ("fpu avx avx2", None),
        ("fpu sse2", None),
    ],
)
def test_kernels_follow_the_processor(flags, expected, tmp_path, monkeypatch):
    # Set first, so that monkeypatch takes away at the end what the call leaves.
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.delenv(VARIABLE)
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"processor\t: 0\nflags\t\t: {flags}\nbugs\t: none\n")
    choose_kernels(cpuinfo)
    assert os.environ.get(VARIABLE) == expected


def test_the_users_choice_and_other_systems_stay(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "ZEN")
    choose_kernels(Path("/proc/cpuinfo"))
    assert os.environ[VARIABLE] == "ZEN"
    monkeypatch.delenv(VARIABLE)
    choose_kernels(tmp_path / "absent")
    assert VARIABLE not in os.environ


def test_named_before_pyscf_is_loaded():
    code = (
        "import specml.reference, sys, os; assert 'pyscf' not in sys.modules; "
        f"print(os.environ.get({VARIABLE!r}))"
    )
    environment = {k: v for k, v in os.environ.items() if k != VARIABLE}
    out = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    choice = out.stdout.strip()
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    assert (choice == "SKYLAKEX") == (" avx512f " in flags)
