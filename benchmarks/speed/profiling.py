"""What a step of dynamics spends its time on, and a sentence on what limits it; used by gpu.py."""

from collections.abc import Callable

import torch
from speed.machine import is_gpu, seconds
from speed.replicas import Replicas
from torch.autograd import DeviceType
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

from specml.inference.model_file import read_networks
from specml.md.evaluation import SystemLayout
from specml.structure import Structure

PRODUCTS = ("gemm", "gemv", "cutlass", "xmma", "::mm", "::addmm", "::bmm", "::baddbmm", "splitk")
PROFILED = 5  # steps
BUSY, ARITHMETIC = 0.7, 0.5  # shares above which the device, and its arithmetic, are the limit


def kernels(step: Callable[[], None], device: str, step_seconds: float) -> dict[str, object]:
    """Kernels of a step (operators on a CPU), the share of time they run, and the longest ones."""
    activities = [ProfilerActivity.CPU] + [ProfilerActivity.CUDA] * is_gpu(device)
    with profile(activities=activities) as record:
        seconds(step, PROFILED, device)
    wanted = DeviceType.CUDA if is_gpu(device) else DeviceType.CPU
    times = {
        row.key: (_own_time(row, device), row.count)
        for row in record.key_averages()
        if row.device_type == wanted
    }
    total = sum(spent for spent, _ in times.values())
    products = sum(t for name, (t, _) in times.items() if any(p in name for p in PRODUCTS))
    longest = sorted(times, key=lambda name: -times[name][0])[:6]
    return {
        "kernels_per_step": round(sum(count for _, count in times.values()) / PROFILED),
        "busy_share": total / PROFILED / step_seconds,
        "matrix_products_share": products / total if total else 0.0,
        "longest_kernels": {name[:90]: times[name][0] / total for name in longest if total},
    }


def _own_time(row: object, device: str) -> float:
    """Seconds of a row of the profile."""
    name = "self_device_time_total" if is_gpu(device) else "self_cpu_time_total"
    return 1e-6 * float(getattr(row, name))


def operations(structure: Structure) -> float | None:
    """Floating-point operations of the matrix products of a step of one replica."""
    (model,), _ = read_networks("specml")
    moving = Replicas(model, SystemLayout((structure,), 2), "cpu")
    with FlopCounterMode(display=False) as counter:
        moving.step()
    return counter.get_total_flops() / 2


def peaks(device: str, quick: bool) -> dict[str, float]:
    """What the device reaches: single-precision products, and copies within its memory."""
    size = 512 if quick or not is_gpu(device) else 8192
    a = torch.rand(size, size, device=device)
    b = torch.empty_like(a)
    seconds(lambda: torch.mm(a, a, out=b), 2, device)
    product = min(seconds(lambda: torch.mm(a, a, out=b), 5, device))
    seconds(lambda: b.copy_(a), 2, device)
    copy = min(seconds(lambda: b.copy_(a), 5, device))
    return {
        "flops": 2.0 * size**3 / product,
        "bytes_per_second": 2.0 * a.numel() * a.element_size() / copy,
        "launch_seconds": _launch(device),
    }


def _launch(device: str) -> float:
    """Time to launch a kernel that does nothing to speak of."""
    x = torch.zeros(1, device=device)

    def thousand() -> None:
        for _ in range(1000):
            x.add_(1.0)

    thousand()
    return min(seconds(thousand, 3, device)) / 1000.0


def limit(row: dict, flops: float | None, peaks: dict[str, float], device: str) -> str:
    """A sentence on what keeps a batch from being faster."""
    busy, products = row["busy_share"], row["matrix_products_share"]
    if not is_gpu(device):
        return f"the processor: {100.0 * products:.0f} % of its time in matrix products"
    if busy < BUSY:
        return (
            f"launching: {row['kernels_per_step']} kernels a step, of which the device works "
            f"{100.0 * min(busy, 1.0):.0f} % of the time; a launch alone takes "
            f"{1e6 * peaks['launch_seconds']:.1f} µs"
        )
    share = 0.0 if flops is None else flops * row["replica_steps_per_second"] / peaks["flops"]
    arithmetic = (
        f"matrix products take {100.0 * products:.0f} % of the kernels' time and reach "
        f"{100.0 * share:.0f} % of the device's arithmetic over a step"
    )
    if share > ARITHMETIC:
        return f"arithmetic: {arithmetic}"
    return f"memory traffic of what is between the products: {arithmetic}"
