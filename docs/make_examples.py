"""Makes every output that the documentation shows, by running what it says was run.

    python docs/make_examples.py              # all: about two minutes of one core
    python docs/make_examples.py docs/tasks/molecule.md docs/tutorials/5_admet.ipynb

In a page, the lines between ``<!-- run: COMMAND -->`` and ``<!-- / -->`` are the command and
what it prints, of which ``<!-- run 12: COMMAND -->`` keeps twelve lines. The commands of a page
run in order in one empty folder, which holds the files of ``examples/``. A picture
``output/NAME.png`` of the page is taken from there. Notebooks are run and keep what their cells
show. Nothing is typed by hand.
"""

import base64
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from run_notebooks import smaller

ROOT = Path(__file__).resolve().parents[1]
RUN = re.compile(r"(<!-- run(?: (\d+))?: (.+?) -->\n).*?(<!-- / -->)", re.DOTALL)
PICTURE = re.compile(r"\]\(([./\w]*output/([\w.]+\.png))\)")
COLUMNS = "100"
PROGRAM = 'import sys; from specml.cli.app import main; sys.argv[0] = "specml"; main()'


def pages() -> list[Path]:
    """Pages with commands, and the notebooks."""
    written = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    notebooks = sorted((ROOT / "docs" / "tutorials").glob("*.ipynb"))
    return [path for path in written if RUN.search(path.read_text(encoding="utf-8"))] + notebooks


def make(page: Path) -> None:
    """Run the commands of a page and write what they print into it."""
    if page.suffix == ".ipynb":
        script = ROOT / "docs" / "run_notebooks.py"
        subprocess.run([sys.executable, script, page, "--write"], check=True, env=environment())
        return
    text = page.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for example in (ROOT / "examples").iterdir():
            if example.is_file():
                shutil.copy(example, folder)
        text = RUN.sub(lambda block: printed(block, folder), text)
        page.write_text(text, encoding="utf-8")
        for target, picture in PICTURE.findall(text):
            (found,) = folder.rglob(picture)
            data = smaller(base64.b64encode(found.read_bytes()).decode())
            (page.parent / target).write_bytes(base64.b64decode(data))


def printed(block: re.Match[str], folder: Path) -> str:
    opening, kept, command, closing = block.groups()
    done = subprocess.run(
        ["bash", "-c", f"specml() {{ {sys.executable} -c '{PROGRAM}' \"$@\"; }}; {command}"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{command}: {done.stderr}")
    lines = [line.rstrip() for line in done.stdout.strip("\n").splitlines()]
    if kept and len(lines) > int(kept):
        lines = [*lines[: int(kept)], "..."]
    shown = "\n".join([f"$ {command}", *lines])
    return f"{opening}```console\n{shown}\n```\n{closing}"


def environment() -> dict[str, str]:
    """Colours off and a fixed width; the package of this checkout."""
    return os.environ | {"COLUMNS": COLUMNS, "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}


def main() -> None:
    for page in [Path(name).resolve() for name in sys.argv[1:]] or pages():
        start = time.perf_counter()
        make(page)
        print(f"{page.relative_to(ROOT)}: {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
