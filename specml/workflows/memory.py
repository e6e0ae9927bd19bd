"""Let tensors reuse the memory of those before them.

Called by :mod:`specml.workflows.dynamics` before a run.

glibc hands a block of more than 128 KB back to the kernel as soon as it is freed, and the kernel
clears every page again for the next tensor of that size: a tenth of the processor time of a
trajectory (64 replicas of ethanol). Kept, the memory of a process peaks where it would have.
"""

import ctypes

# mallopt(3): parameter, bytes. Blocks up to 32 MB (the largest threshold that glibc takes) come
# from the heap, which grows by 64 MB and gives back what lies free above 1 GB.
SETTINGS = ((-3, 32 << 20), (-2, 64 << 20), (-1, 1 << 30))


def keep_freed_memory() -> None:
    """Set the C library of this process so; nothing where it is not glibc."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):  # not Linux, or another C library
        return
    for setting in SETTINGS:
        mallopt(*setting)
