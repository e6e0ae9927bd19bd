"""A page as one HTML file that loads nothing.

``documents.harmonic`` and ``documents.nmr`` write the pages of ``--html`` with it.

The template, the style and the scripts are files in ``assets/``; the content is one JSON document
in the middle of the page, which the scripts read and enter as text. A policy in the page names the
SHA-256 of each script: the browser runs no other one, and opens no connection.
"""

import base64
import hashlib
import html
import json
import re
from functools import cache
from importlib.resources import files

from specml.report.page import Page

STYLES = ("vendor/uPlot.min.css", "page.css")
SCRIPTS = (
    "vendor/uPlot.iife.min.js",
    "vendor/3Dmol-min.js",
    "dom.js",
    "peaks.js",
    "spectrum.js",
    "molecule.js",
    "page.js",
)
LICENCES = ("3Dmol.LICENSE.txt", "3Dmol.bundled.LICENSE.txt", "uPlot.LICENSE.txt")


def render(page: Page) -> bytes:
    """Make the bytes of the HTML file that shows a page."""
    parts = _fixed_parts() | {
        "title": html.escape(f"{page.title}: {page.kind}"),
        "data": inert(page.data()),
    }
    # One pass: a name such as {{data}} is not replaced in its turn.
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], asset("page.html")).encode()


@cache
def _fixed_parts() -> dict[str, str]:
    """The parts of the file that are the same for every page."""
    scripts = [asset(name) for name in SCRIPTS]
    return {
        "policy": policy(scripts),
        "style": "\n".join(asset(name) for name in STYLES),
        "scripts": "\n".join(f"<script>{script}</script>" for script in scripts),
        "licences": "\n\n".join(asset(f"vendor/{name}") for name in LICENCES),
    }


def asset(name: str) -> str:
    """Read a file of ``assets/`` as text."""
    return (files("specml.report") / "assets" / name).read_text(encoding="utf-8")


def policy(scripts: list[str]) -> str:
    """Write the Content-Security-Policy that allows these scripts, inline style and pictures made
    here.

    Source: https://www.w3.org/TR/CSP3/.
    """
    digests = (base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def inert(data: object) -> str:
    r"""Write JSON that cannot end the element it stands in.

    >>> inert({"name": "</script><b>x"})
    '{"name":"\\u003c/script\\u003e\\u003cb\\u003ex"}'
    """
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return re.sub("[<>&]", lambda match: f"\\u{ord(match[0]):04x}", text)
