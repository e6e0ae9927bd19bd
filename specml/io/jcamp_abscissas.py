"""Where the points of a JCAMP-DX table ``(X++(Y..Y))`` stand, from all that the file says of it.

Called by :mod:`specml.io.jcamp_reader`. FIRSTX, LASTX, NPOINTS and DELTAX say it, and so does the
abscissa at the beginning of each line. Any of the records may be missing where the rest gives it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from specml.errors import InputError, message
from specml.io.jcamp_block import DAMAGED, JcampBlock

# Spacings by which a line may begin beside its place. NIST's own files are off by one.
SLACK = 1.5
# Spacings by which LASTX may miss the last point of a table whose NPOINTS is wrong or missing.
END = 0.4


@dataclass(frozen=True)
class WrittenLine:
    """The beginning of one line of ordinates.

    Parameters
    ----------
    number : of the line in the file, from 1.
    x : its abscissa, with the factor applied.
    unit : what one unit of the last printed digit of x is worth.
    start : index of its first point.
    """

    number: int
    x: float
    unit: float
    start: int


def axis(
    block: JcampBlock, lines: Sequence[WrittenLine], count: int, notes: list[str]
) -> np.ndarray:
    """The abscissas of ``count`` points, (count,), in the order of the lines.

    Parameters
    ----------
    notes : what the file has wrong or leaves out is added to it.

    Raises
    ------
    InputError
        Too little to place the points, or statements that contradict each other.
    """
    stated = round(block.number("NPOINTS", count))
    if stated < 2 or count < 2:
        got = stated if stated < 2 else count
        raise block.error("NPOINTS", f"{got} points", "at least two")
    first = block.number("FIRSTX", lines[0].x)
    step = _step(block, lines)
    last = _last(block, first, step, count)
    missing = [label for label in ("FIRSTX", "LASTX", "NPOINTS") if label not in block.records]
    if missing:
        notes.append(f"no {', '.join(missing)}, read from the lines")
    if stated != count or "NPOINTS" not in block.records:
        _check_end(block, lines, count, stated, first, step)
    if stated != count:
        notes.append(f"{count} points, though ##NPOINTS={stated}")
    _check_lines(block, lines, first, (last - first) / (count - 1))
    return np.linspace(first, last, count)


def _step(block: JcampBlock, lines: Sequence[WrittenLine]) -> float | None:
    """The spacing by the first and last line, else by DELTAX, else None; with its sign."""
    first, last = lines[0], lines[-1]
    if last.start > first.start:
        return (last.x - first.x) / (last.start - first.start)
    if "DELTAX" not in block.records:
        return None
    size = block.number("DELTAX")
    ends = [block.number(name, np.inf) for name in ("FIRSTX", "LASTX")]
    downwards = np.isfinite(ends).all() and ends[0] > ends[1]  # some write it without the sign
    return -abs(size) if downwards else size


def _last(block: JcampBlock, first: float, step: float | None, count: int) -> float:
    if "LASTX" in block.records or step is None:
        return block.number("LASTX")
    return first + step * (count - 1)


def _check_end(
    block: JcampBlock,
    lines: Sequence[WrittenLine],
    count: int,
    stated: int,
    first: float,
    step: float | None,
) -> None:
    """Refuse a number of points that the abscissas do not confirm."""
    if step is None or "LASTX" not in block.records:
        if stated != count:
            raise block.error("NPOINTS", f"{count} points", f"##NPOINTS={stated}")
        return
    expected, last = first + step * (count - 1), block.number("LASTX")
    if abs(expected - last) > END * abs(step) + 0.5 * lines[-1].unit:
        if stated != count:
            raise block.error("NPOINTS", f"{count} points", f"##NPOINTS={stated}")
        got = f"{count} points, the last of them at {expected:g}"
        raise block.error("LASTX", got, f"##LASTX={last:g} there")


def _check_lines(
    block: JcampBlock, lines: Sequence[WrittenLine], first: float, step: float
) -> None:
    """Refuse a line that begins elsewhere than where the points before it end."""
    place, start = first, 0
    for line in lines:
        expected = place + (line.start - start) * step
        if abs(line.x - expected) > SLACK * abs(step) + line.unit:
            raise InputError(
                message(
                    f"{block.path}:{line.number}",
                    f"a line that begins at {line.x:g}",
                    f"{expected:g} after the points before it (X check)",
                    DAMAGED,
                )
            )
        place, start = line.x, line.start
