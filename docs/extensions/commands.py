"""The reference of the command line: ``<!-- commands -->`` becomes a section for each command."""

import inspect
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from typer.main import get_command

from specml.cli.app import app as program

MARKER = "<!-- commands -->"
STYLE = re.compile(r"\[/?(?:bold|dim|italic|green|cyan|yellow|red)\]")


def sections(name: str, command: Any, level: int) -> Iterator[str]:
    """A command and, where it is a group, those in it."""
    if level > 1:
        words = [piece for p in command.params if (piece := _argument(p))]
        yield f"{'#' * level} {name}"
        yield f"```\n{' '.join([name, '[OPTIONS]', *words])}\n```"
        yield _text(inspect.cleandoc(command.help or ""))
        rows = [_row(parameter) for parameter in command.params]
        if rows:
            yield "| | | default |\n|---|---|---|\n" + "\n".join(rows)
    for child, below in getattr(command, "commands", {}).items():
        yield from sections(f"{name} {child}", below, level + 1)


def _argument(parameter: Any) -> str:
    if parameter.param_type_name != "argument":
        return ""
    label = parameter.metavar or parameter.name.upper()
    return label if parameter.required else f"[{label}]"


def _row(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        label = f"`{_argument(parameter).strip('[]')}`"
    else:
        label = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
        default = parameter.default
        label += f": {', '.join(type(default))}" if isinstance(default, StrEnum) else ""
    default = getattr(parameter.default, "value", parameter.default)
    plain = default is None or default is False or default in ("", ()) or callable(default)
    shown = "" if plain else f"`{default}`"
    if parameter.required:
        shown = "required"
    return f"| {label} | {_text(getattr(parameter, 'help', '') or '')} | {shown} |"


def _text(help_text: str) -> str:
    """Help as Markdown: markup of the terminal removed, and what a table would take for its own."""
    return STYLE.sub("", help_text).replace("|", "\\|").replace("<", "&lt;").replace("\\[", "[")


def expand(_app: Any, _page: str, source: list[str]) -> None:
    if MARKER in source[0]:
        text = "\n\n".join(sections("specml", get_command(program), 1))
        source[0] = source[0].replace(MARKER, text)


def setup(app: Any) -> dict[str, bool]:
    """What Sphinx calls."""
    app.connect("source-read", expand)
    return {"parallel_read_safe": True}
