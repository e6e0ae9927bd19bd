"""Where chunks are scored: here, in processes of this machine, or on a Dask cluster.

Called by ``specml admet predict``.

Each scheduler takes a function and tasks and gives results in the order of the tasks. Only a few
tasks wait at a time, so memory does not grow with their number.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from specml.errors import InputError, SpecMLError, message
from specml.parallel import ordered
from specml.workflows.admet_job import Scheduler

if TYPE_CHECKING:
    from distributed import Client

WAITING = 3  # tasks for each thread of a cluster, so that none is idle while results travel
DEATHS = 3  # of workers that a task may see before it is held to be the cause


@contextmanager
def scheduler_maker(address: str | None, workers: int) -> Iterator[Callable[[str], Scheduler]]:
    """A function that makes the scheduler of a table, given what is kept if its work breaks off.

    Parameters
    ----------
    address : where a Dask cluster is, see :func:`cluster`; this machine without it.
    workers : processes, where they are started here.
    """
    if address is None:
        yield lambda kept: here_or_processes(workers, kept)
        return
    with cluster(address, workers) as client:
        yield lambda _kept: on_cluster(client)


def here_or_processes(workers: int, kept: str) -> Scheduler:
    """Score in this process if one chunk is all there is, else in so many others.

    A process takes seconds to start, in which this one scores hundreds of molecules.

    Parameters
    ----------
    kept : what is safe on disk if a process dies, for the message.
    """

    def schedule(work: Any, tasks: Iterable) -> Iterator:
        rest = iter(tasks)
        first = list(islice(rest, 2))
        every = chain(first, rest)
        if workers == 1 or len(first) < 2:
            yield from map(work, every)
        else:
            yield from ordered(work, every, workers, kept, "--workers")

    return schedule


def on_cluster(client: "Client") -> Scheduler:
    """Score on the workers of a Dask cluster; what a worker that dies has not finished is repeated.

    A chunk travels inside its task: data that is scattered beforehand is lost with its worker.
    The scheduler raises a SpecMLError for a chunk over which workers die again and again.
    """

    def schedule(work: Any, tasks: Iterable) -> Iterator:
        from distributed import KilledWorker

        queue = iter(tasks)
        pending: deque = deque()
        try:
            while True:
                # Workers come and go, so there may be more waiting than there is room for.
                room = WAITING * max(sum(client.nthreads().values()), 1)
                for task in islice(queue, max(room - len(pending), 0)):
                    pending.append(client.submit(work, task, pure=False))
                if not pending:
                    return
                yield pending.popleft().result()
        except KilledWorker as error:
            raise SpecMLError(
                message(
                    "Dask",
                    f"{DEATHS + 1} workers that died over one chunk",
                    "workers that live",
                    "Give them more memory or a smaller --chunk-size, then run it again to go on.",
                )
            ) from error
        finally:
            client.cancel(list(pending))

    return schedule


@contextmanager
def cluster(address: str, workers: int) -> Iterator["Client"]:
    """Connect to a running scheduler, or for ``local`` to a new cluster of this machine.

    Raises
    ------
    InputError
        Dask is not installed, or nobody answers at the address.
    """
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise InputError(
            message("--scheduler", "no Dask", "the extra", "Run: pip install 'specml[dask]'.")
        ) from error
    dask.config.set({"distributed.scheduler.allowed-failures": DEATHS})
    if address == "local":
        with (
            LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as local,
            Client(local) as client,
        ):
            yield client
        return
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(
            message(
                "--scheduler",
                f"no answer from {address!r}",
                "local, or the address of a scheduler such as tcp://host:8786",
                "Start one with: dask scheduler.",
            )
        ) from error
    with client:
        yield client
