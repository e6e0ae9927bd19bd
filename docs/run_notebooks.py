"""Runs the code cells of notebooks, all in one process: for the test and ``make_examples.py``.

    python docs/run_notebooks.py docs/tutorials/*.ipynb            # stops at the first exception
    python docs/run_notebooks.py docs/tutorials/*.ipynb --write    # and stores what cells show

Half a minute of one core for the five tutorials. A cell runs in the folder of its notebook and may
write into the folder that ``SCRATCH`` names. No Jupyter is needed.
"""

import argparse
import ast
import base64
import contextlib
import io
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

WIDTH, COLOURS = 900, 32  # of stored figures: they go into the history of the repository


def run(path: Path, write: bool) -> float:
    """Run a notebook; seconds."""
    start = time.perf_counter()
    notebook = json.loads(path.read_text(encoding="utf-8"))
    names: dict[str, Any] = {"__name__": "__main__"}
    counter = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            counter += 1
            outputs = outputs_of("".join(cell["source"]), names, f"{path.name}[{counter}]")
            cell |= {"execution_count": counter, "outputs": outputs}
            for output in outputs:
                if "execution_count" in output:
                    output["execution_count"] = counter
    if write:
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return time.perf_counter() - start


def outputs_of(source: str, names: dict[str, Any], where: str) -> list[dict[str, Any]]:
    """What a cell prints, and the value of its last line."""
    tree = ast.parse(source, where)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, where, "exec"), names)
        if isinstance(last, ast.Expr) and not source.rstrip().endswith(";"):
            value = eval(compile(ast.Expression(last.value), where, "eval"), names)
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        text = printed.getvalue().splitlines(keepends=True)
        outputs.append({"output_type": "stream", "name": "stdout", "text": text})
    if value is not None:
        data = shown(value)
        outputs.append(
            {"output_type": "execute_result", "execution_count": 0, "metadata": {}, "data": data}
        )
    return outputs


def shown(value: Any) -> dict[str, Any]:
    """A value as a notebook shows it: HTML where it has that, else text."""
    html = value._repr_html_() if hasattr(value, "_repr_html_") else None
    if html is None and hasattr(value, "savefig"):
        buffer = io.BytesIO()
        value.savefig(buffer, format="png", dpi=150)
        html = f'<img src="data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}">'
    plain = {"text/plain": repr(value).splitlines(keepends=True)}
    if html is None:
        return plain
    html = re.sub(r"<style.*?</style>\s*", "", html, flags=re.DOTALL)
    html = re.sub(r"base64,([A-Za-z0-9+/=]+)", lambda m: "base64," + smaller(m[1]), html)
    return {"text/html": html.splitlines(keepends=True), "text/plain": [type(value).__name__]}


def smaller(picture: str) -> str:
    """A PNG in fewer pixels and colours."""
    from PIL import Image

    image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")
    if image.width > WIDTH:
        image = image.resize((WIDTH, image.height * WIDTH // image.width), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.quantize(COLOURS).save(buffer, "png", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true", help="store what the cells show")
    arguments = parser.parse_args()
    os.environ.setdefault("MPLBACKEND", "Agg")
    for path in [path.resolve() for path in arguments.notebooks]:
        with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(path.parent):
            os.environ["SCRATCH"] = scratch
            seconds = run(path, arguments.write)
        print(f"{path.name}: {seconds:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
