"""The file of a page: one, whole, closed to the outside, and safe with any text in it."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.spatial.transform import Rotation

from specml.report.html import SCRIPTS, STYLES, asset, render
from specml.report.page import front_view
from tests.unit.report.pages import named, shifts

HOSTILE = '</script><b>x</b><!-- {{data}} & "quoted" \u2028 -->'


class Parts(HTMLParser):
    """Start tags with their attributes, and what stands in scripts and in the title."""

    def __init__(self, data: bytes):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.scripts: list[str] = []
        self.title = ""
        self.feed(data.decode())
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] == "script" and self.cdata_elem == "script":
            self.scripts[-1] += data
        if self.tags and self.tags[-1][0] == "title" and not self.title:
            self.title = data


def content(parts: Parts) -> dict:
    kinds = [attributes.get("type") for tag, attributes in parts.tags if tag == "script"]
    return json.loads(parts.scripts[kinds.index("application/json")])


def test_the_page_holds_what_it_was_given():
    told = content(Parts(render(shifts())))
    assert told["title"] == "water"
    assert told["spectra"][0]["lines"][1] == {"x": 7.0, "height": 1.0, "row": 1}
    assert told["table"]["rows"][1]["atoms"] == [1, 2]
    assert told["molecules"][0]["bonds"] == [[0, 1, 1.0], [0, 2, 1.0]]


@pytest.mark.parametrize("name", [HOSTILE, "{{scripts}}", r"\u003c\1", "<!--<script>"])
def test_a_name_cannot_leave_its_place(name):
    plain, parts = Parts(render(shifts())), Parts(render(named(name)))
    assert [tag for tag, _ in parts.tags] == [tag for tag, _ in plain.tags]
    assert parts.scripts[1:] == plain.scripts[1:]
    told = content(parts)
    assert (told["title"], told["warnings"]) == (name, [name])
    assert parts.title == f"{name}: Spectrum"


def test_nothing_is_loaded():
    parts = Parts(render(shifts()))
    sources = [a[key] for _, a in parts.tags for key in ("src", "href", "srcset") if key in a]
    assert sources == ["data:,"]
    assert not re.search(r"@import|url\(", "".join(map(asset, STYLES)))


def test_the_policy_names_every_script_and_nothing_else():
    parts = Parts(render(shifts()))
    (policy,) = [a["content"] for _, a in parts.tags if "content-security-policy" in
                 a.get("http-equiv", "").lower()]  # fmt: skip
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()
               for s in parts.scripts[1:]]  # fmt: skip
    assert len(digests) == len(SCRIPTS)
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == [f"'sha256-{digest}'" for digest in digests]


@given(arrays.arrays(float, (5, 3), elements=st.floats(-5.0, 5.0)))
def test_the_front_view_is_a_rotation_with_the_longest_axis_across(positions):
    turned = Rotation.from_quat(front_view(positions)).apply(positions)
    distances = [np.linalg.norm(p[:, None] - p, axis=-1) for p in (positions, turned)]
    np.testing.assert_allclose(*distances, atol=1e-9)
    spread = turned.var(axis=0)
    assert spread[0] >= spread[1] - 1e-9
    assert spread[1] >= spread[2] - 1e-9
