"""Independent pieces of work in several processes, one thread each.

Sampling, labelling, conformer searches and ADMET files share their molecules out with it.
"""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from specml.errors import SpecMLError, message

Task = TypeVar("Task")
Value = TypeVar("Value")


def unordered(
    work: Callable[[Task], Value], tasks: Iterable[Task], processes: int, kept: str
) -> Iterator[Value]:
    """Yield ``work(task)`` of every task as soon as it is done; two tasks a process wait in memory.

    Parameters
    ----------
    work : a function of a module, so that another process finds it.
    tasks : what it is called with.
    processes : number of processes.
    kept : what is safe on disk, for the message.

    Raises
    ------
    SpecMLError
        The system killed a process.
    """
    queue = iter(tasks)
    pending: set[Future[Value]] = set()
    with _pool(processes, kept, "--processes") as pool:
        while True:
            pending |= {
                pool.submit(work, task) for task in islice(queue, 2 * processes - len(pending))
            }
            if not pending:
                break
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()


def ordered(
    work: Callable[[Task], Value],
    tasks: Iterable[Task],
    processes: int,
    kept: str,
    option: str = "--processes",
) -> Iterator[Value]:
    """Do the same as :func:`unordered` in the order of the tasks; a slow one holds the others back.

    Parameters
    ----------
    work, tasks, processes, kept : as in :func:`unordered`.
    option : option of the command line that sets the number of processes, for the message.
    """
    queue = iter(tasks)
    pending: deque[Future[Value]] = deque()
    with _pool(processes, kept, option) as pool:
        while True:
            for task in islice(queue, 2 * processes - len(pending)):
                pending.append(pool.submit(work, task))
            if not pending:
                break
            yield pending.popleft().result()


@contextmanager
def _pool(processes: int, kept: str, option: str) -> Iterator[ProcessPoolExecutor]:
    """Start processes, and end them whatever happens."""
    before = multiprocessing.active_children()
    # "spawn": forked children inherit torch and OpenMP state that deadlocks.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, context, _prepare)
    try:
        yield pool
    except BrokenProcessPool as error:
        raise SpecMLError(
            message(
                "worker process",
                "killed by the system (usually because memory ran out)",
                f"all {processes} to live",
                f"Kept: {kept}. Run the same command with fewer {option} to go on.",
            )
        ) from error
    finally:
        # After Ctrl-C nobody wants the rest; at the normal end the processes are idle.
        for child in multiprocessing.active_children():
            if child not in before:
                child.terminate()
        pool.shutdown(cancel_futures=True)


def _prepare() -> None:
    """Set a new process to one thread, deaf to Ctrl-C, and ending with its parent."""
    # This module imports no numpy, so its threads are not chosen yet.
    os.environ["OMP_NUM_THREADS"] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process with its parent.

    A parent that is killed outright cannot end its children, which would wait for ever.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
