"""``specml cite`` prints what documents.citation writes."""

import pytest

from specml.documents import citation


@pytest.mark.parametrize(
    ("option", "text"),
    [((), citation.text), (("--bibtex",), citation.bibtex), (("--cff",), citation.cff)],
)
def test_each_form(run, option, text):
    assert run("cite", *option).stdout == text()


def test_one_form_at_a_time(run):
    result = run("cite", "--bibtex", "--cff")
    assert result.exit_code == 2
    assert "one of --bibtex and --cff" in result.stderr
