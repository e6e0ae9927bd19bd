"""The JSON document of ``specml admet evaluate``, written and read.

    {"model": name, "tasks": {endpoint: {"metric", "value", "n", "n_failed", "n_known",
                                         "calibration"}}}

JSON has no NaN: the metric of a table of one class is null.
"""

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from specml.errors import InputError, first_line, message
from specml.workflows.admet_evaluation import ModelEvaluation, TaskEvaluation

HEADER = f"{'task':32} {'metric':9} {'value':>7} {'n':>6} failed"


def line(name: str, task: TaskEvaluation) -> str:
    """One endpoint below :data:`HEADER`."""
    return f"{name:32} {task.metric:9} {task.value:7.3f} {task.n:6} {task.n_failed:6}"


def to_dict(evaluation: ModelEvaluation) -> dict[str, Any]:
    """What the JSON holds."""
    tasks = {name: _without_nan(asdict(task)) for name, task in evaluation.tasks.items()}
    return {"model": evaluation.model, "tasks": tasks}


def _without_nan(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: None if isinstance(value, float) and math.isnan(value) else value
        for key, value in values.items()
    }


def table(evaluation: ModelEvaluation) -> dict[str, list]:
    """Key -> one value an endpoint."""
    rows = [{"task": name, **asdict(task)} for name, task in evaluation.tasks.items()]
    keys = ("task", *TaskEvaluation.__dataclass_fields__)
    return {key: [row[key] for row in rows] for key in keys}


def contents(evaluation: ModelEvaluation) -> bytes:
    """The bytes of the file."""
    return (json.dumps(to_dict(evaluation), indent=2) + "\n").encode()


def read(path: Path) -> ModelEvaluation:
    """The evaluation in a file.

    Raises
    ------
    InputError
        A file that cannot be read, or is no evaluation.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        tasks = {
            name: TaskEvaluation(**task | {"value": _number(task["value"])})
            for name, task in document["tasks"].items()
        }
        return ModelEvaluation(document["model"], tasks)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        expected, fix = "an evaluation of a model", "Make one with `specml admet evaluate`."
        raise InputError(message(str(path), first_line(error), expected, fix)) from error


def _number(value: float | None) -> float:
    return math.nan if value is None else value
