"""A notebook as a page of Sphinx: its cells and stored outputs, as Markdown for MyST."""

import json
from collections.abc import Iterator
from typing import Any, ClassVar

from docutils import nodes
from myst_parser.parsers.sphinx_ import MystParser


class NotebookParser(MystParser):
    """Reads ``.ipynb``; nothing is executed."""

    supported: ClassVar[tuple[str, ...]] = ("notebook",)

    def parse(self, inputstring: str, document: nodes.document) -> None:
        cells = json.loads(inputstring)["cells"]
        text = "\n\n".join(part for cell in cells for part in parts_of(cell))
        super().parse(text, document)


def parts_of(cell: dict[str, Any]) -> Iterator[str]:
    """The source of a cell, and each of its outputs."""
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        yield source
        return
    yield f"```python\n{source}\n```"
    for output in cell["outputs"]:
        if output["output_type"] == "stream":
            yield f"```text\n{''.join(output['text']).rstrip()}\n```"
        elif "text/html" in output["data"]:
            html = "".join(output["data"]["text/html"])
            yield f'```{{raw}} html\n<div class="output">{html}</div>\n```'
        else:
            yield f"```text\n{''.join(output['data']['text/plain']).rstrip()}\n```"


def setup(app: Any) -> dict[str, bool]:
    """What Sphinx calls."""
    app.add_source_suffix(".ipynb", "notebook")
    app.add_source_parser(NotebookParser)
    return {"parallel_read_safe": True}
