"""How many threads a command uses, said before any library that has threads is loaded.

Called first of all by every command and every function of the API that computes.
"""

import os

THREADS = 2  # more make molecules of this size slower


def limit(most: int = THREADS) -> None:
    """Limit the threads of torch and tblite, before they are loaded, and let none of them spin.

    Each call on a small molecule takes milliseconds; on two cores that others use as well,
    spinning threads made ethanol take 17 s where it takes 6 s. Settings of the user stay.

    Parameters
    ----------
    most : threads. GFN2-xTB alone is best with one: with two, one of them waiting for a core that
        is busy, the conformers of a molecule of 24 atoms took 22 s where they take 8 s.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("OMP_NUM_THREADS", str(min(most, os.cpu_count() or 1)))
