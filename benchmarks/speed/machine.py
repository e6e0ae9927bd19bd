"""The machine a figure was measured on, and its clock: for the json of every script here."""

import platform
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch


def processor() -> str:
    """What the processor calls itself."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def device_name(device: str) -> str:
    """The GPU's name, or the processor's."""
    return torch.cuda.get_device_name(device) if is_gpu(device) else processor()


def is_gpu(device: str | torch.device) -> bool:
    return torch.device(device).type == "cuda"


def wait_for(device: str | torch.device) -> None:
    """Until a GPU has done what it was asked for; a CPU has."""
    if is_gpu(device):
        torch.cuda.synchronize(device)


def seconds(step: Callable[[], object], turns: int, device: str | torch.device) -> list[float]:
    """Wall time of each of ``turns`` calls."""
    found = []
    for _ in range(turns):
        wait_for(device)
        began = time.perf_counter()
        step()
        wait_for(device)
        found.append(time.perf_counter() - began)
    return found


def quartiles(times: list[float]) -> dict[str, object]:
    """Median and quartiles of times, as they stand in the json."""
    low, middle, high = np.percentile(times, (25, 50, 75)).tolist()
    return {"seconds": middle, "seconds_quartiles": [low, high]}
