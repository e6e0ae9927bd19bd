"""Results in the order of the tasks, from other processes."""

import os
import time

import pytest

from specml.errors import SpecMLError
from specml.parallel import ordered


def slow_first(number: int) -> tuple[int, int]:
    time.sleep(0.3 if number == 0 else 0.0)
    return number, os.getpid()


def die(number: int) -> int:
    os._exit(number)


def test_order():
    results = list(ordered(slow_first, range(9), 2, "nothing"))
    assert [number for number, _ in results] == list(range(9))
    assert os.getpid() not in {process for _, process in results}


def test_a_dead_worker_is_said():
    with pytest.raises(SpecMLError, match=r"Kept: all rows\..* fewer --cpus to go on"):
        list(ordered(die, [1], 1, "all rows", "--cpus"))
