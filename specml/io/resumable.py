"""A long run over numbered tasks whose answers become one data set; a second call resumes it.

``specml sample`` and ``specml label`` are such runs. Finished tasks are in shards
(``specml.io.shards``), those that failed in ``<out>.failed.tsv``, a line each: its name, then the
reason. A second call does what neither of them holds; when nothing is left the shards become
``<out>``.
"""

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np

from specml.errors import InputError, OutputError, message
from specml.io import datasets, outputs
from specml.io.datasets import Dataset
from specml.io.shards import RunProgress, Shards

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class ResumableRun(Generic[Answer]):
    """Everything that a run keeps on disk.

    Parameters
    ----------
    out : the data set that it ends in.
    names : fields that name each task in the list of failures, one tuple a task. A failure whose
        name no task has does not count: its task has been changed since.
    gather : answers with the numbers of their tasks -> the data set of a shard.
    held : the data set of a shard -> numbers of its tasks, or None if it is of another run.
    done : what the run does to a task, for messages: "sampled".
    other : what may differ where a shard is of another run, for the message.
    """

    out: Path
    names: list[tuple[str, ...]]
    gather: Callable[[list[tuple[int, Answer]]], Dataset]
    held: Callable[[Dataset], set[int] | None]
    done: str
    other: str

    @property
    def shards(self) -> Shards[tuple[int, Answer]]:
        """The finished tasks on disk, as parts of the data set."""
        return Shards(self.out, lambda path, rows: datasets.write(path, self.gather(rows)))

    @property
    def failures(self) -> Path:
        """The list of tasks that failed, ``<out>.failed.tsv``."""
        return self.out.with_name(self.out.name + ".failed.tsv")

    def prepare(self, given: Path, force: bool) -> None:
        """Make room for the output before anything is computed.

        An output that is to be replaced takes its shards and failures with it; with ``force``
        shards of another run go too.

        Parameters
        ----------
        given : the file that the tasks were read from.

        Raises
        ------
        OutputError
            The output is that file, exists and ``force`` is not given, or cannot be written.
        """
        if self.out.exists() and self.out.samefile(given):
            fix = "Choose another --output."
            raise OutputError(message(str(self.out), "the input itself", "another file", fix))
        outputs.check([self.out], force, "--output")
        if self.out.exists():
            self.out.unlink()
            self._forget()
        elif force and self._held() is None:
            self._forget()

    def steps(
        self,
        compute: Callable[[list[int]], Iterable[tuple[int, Answer | str]]],
        limit: int | None = None,
    ) -> Generator[RunProgress, None, None]:
        """Do what is left; yields after each task.

        Parameters
        ----------
        compute : numbers of tasks -> number and answer of each, in any order; a text is the
            reason why there is none.
        limit : stop after this many tasks; the next call goes on.

        Raises
        ------
        InputError
            The shards are of another run; or, at the end, every task has failed.
        """
        held = self._held()
        if held is None:
            raise InputError(
                message(
                    str(self.shards.folder),
                    f"parts of another run ({self.other})",
                    "parts of this one",
                    "Choose another --output, or drop them with --force.",
                )
            )
        return self._rest(held, compute, limit)

    def _rest(
        self,
        held: set[int],
        compute: Callable[[list[int]], Iterable[tuple[int, Answer | str]]],
        limit: int | None,
    ) -> Generator[RunProgress, None, None]:
        self.shards.folder.mkdir(parents=True, exist_ok=True)
        finished = held | self._failed()
        left = [task for task in range(len(self.names)) if task not in finished]
        chosen = left[:limit]
        done = failed = 0
        with closing(self.shards.keep(map(self._answered, compute(chosen)))) as kept:
            for answered in kept:
                done, failed = done + (answered is not None), failed + (answered is None)
                yield RunProgress(done, failed, len(chosen))
        if len(chosen) == len(left):
            self._merge()

    def _answered(self, result: tuple[int, Answer | str]) -> tuple[int, Answer] | None:
        """The result of a task; None after its failure has been put on the list."""
        task, answer = result
        if not isinstance(answer, str):
            return task, answer
        with self.failures.open("a", encoding="utf-8") as file:
            file.write("\t".join((*self.names[task], " ".join(answer.split()))) + "\n")
        return None

    def _held(self) -> set[int] | None:
        """The tasks in shards; None if a shard is of another run."""
        tasks: set[int] = set()
        for path in self.shards.paths():
            own = self.held(datasets.read(path))
            if own is None:
                return None
            tasks |= own
        return tasks

    def _failed(self) -> set[int]:
        """Tasks that failed before; lines of other tasks leave the list."""
        if not self.failures.exists():
            return set()
        numbers = {name: task for task, name in enumerate(self.names)}
        kept: dict[int, str] = {}
        for line in self.failures.read_text(encoding="utf-8").splitlines():
            task = numbers.get(tuple(line.split("\t")[:-1]))
            if task is not None:
                kept[task] = line + "\n"
        self.failures.write_text("".join(kept.values()), encoding="utf-8")
        return set(kept)

    def _merge(self) -> None:
        """The shards become the output, ordered by molecule and geometry."""
        parts = [datasets.read(path) for path in self.shards.paths()]
        if parts:
            joined = datasets.concatenate(parts)
            order = np.lexsort((joined.geometry, joined.molecule))
            datasets.write(self.out, joined.select(order))
        self.shards.remove()
        if not parts:
            raise InputError(
                message(
                    str(self.out),
                    f"{len(self.names)} failed, none {self.done}",
                    f"at least one that can be {self.done}",
                    f"The reasons are in {self.failures}; remove that file to try again.",
                )
            )

    def _forget(self) -> None:
        self.failures.unlink(missing_ok=True)
        self.shards.remove()


def field(text: str) -> str:
    """A text as a field of the list of failures: on one line, without tabs."""
    return " ".join(text.split())
