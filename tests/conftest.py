"""What every test may ask for."""

import os

# Before torch is loaded: more threads than cores make small problems slower, not faster.
os.environ.setdefault("OMP_NUM_THREADS", "2")
# Waiting threads that spin make a busy machine ten times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

from pathlib import Path

import numpy as np
import pytest
import torch

from specml.structure import Structure

ROOT = Path(__file__).parents[1]


@pytest.fixture(params=[torch.float32, torch.float64], ids=["float32", "float64"])
def dtype(request: pytest.FixtureRequest) -> torch.dtype:
    return request.param


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20260101)


@pytest.fixture
def water() -> Structure:
    """The experimental equilibrium geometry (O-H 0.9572 angstrom, 104.52 degrees)."""
    half = np.radians(104.52 / 2)
    x, z = 0.9572 * np.sin(half), 0.9572 * np.cos(half)
    return Structure([8, 1, 1], [[0.0, 0.0, 0.0], [x, 0.0, z], [-x, 0.0, z]], name="water")


@pytest.fixture
def formaldehyde() -> Structure:
    """C=O 1.205, C-H 1.111 angstrom, H-C-H 116.1 degrees: planar, with a double bond."""
    half = np.radians(116.1 / 2)
    y, z = 1.111 * np.sin(half), 1.111 * np.cos(half)
    positions = [[0.0, 0.0, 0.0], [0.0, 0.0, 1.205], [0.0, y, -z], [0.0, -y, -z]]
    return Structure([6, 8, 1, 1], positions, name="formaldehyde")
