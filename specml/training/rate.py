"""How the learning rate of a run goes: up a line, then down a cosine."""

import math


def warm_cosine(step: int, steps: int, warmup: int) -> float:
    """Factor on the peak of the learning rate: one after ``warmup`` steps, zero after ``steps``.

    >>> [round(warm_cosine(step, 10, 2), 2) for step in (0, 1, 6, 10)]
    [0.5, 1.0, 0.5, 0.0]
    """
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    return 0.5 * (1.0 + math.cos(math.pi * min(progress, 1.0)))
