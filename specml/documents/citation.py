"""How SpecML and the works behind it are cited: text, BibTeX and CITATION.cff, all from one source.

``specml cite`` prints them; the file CITATION.cff of the repository is the last of them.
"""

import json
from collections.abc import Iterator

import specml
from specml.report.works import WORKS, Work

TITLE = (
    "SpecML: infrared, Raman and NMR spectra, Kohn-Sham matrices and ADMET profiles of molecules "
    "from neural networks"
)
AUTHOR = "The SpecML developers"
LICENSE = "MIT"
KEYWORDS = (
    "infrared spectroscopy",
    "Raman spectroscopy",
    "NMR spectroscopy",
    "ADMET",
    "equivariant neural network",
)
ASK = (
    "If you use SpecML, please cite it, and the works behind what a run used: the page of --html "
    "lists them, `specml cite` prints all."
)


def text() -> str:
    """Lines to read: SpecML, then the works behind it with what each is for."""
    lines = [f"{AUTHOR}, {TITLE}, version {specml.__version__}.", "", ASK, ""]
    for work in WORKS.values():
        purpose = work.purpose.replace("this page", "the page of --html")
        lines.append(f"{purpose}: {work.text} https://doi.org/{work.doi}")
    return "\n".join(lines) + "\n"


def bibtex() -> str:
    """Entries of BibTeX, SpecML first."""
    entries = [
        _entry(
            "software",
            "specml",
            {"author": f"{{{AUTHOR}}}", "title": _braced(TITLE), "version": specml.__version__},
        )
    ]
    for key, work in WORKS.items():
        others = " and others" if work.authors.endswith("et al.") else ""
        fields = {
            "author": " and ".join(f"{family}, {given}" for family, given in work.names) + others,
            "title": _braced(work.title),
        }
        if work.place:
            volume, page = work.place.split(", ")
            fields |= {"journal": work.where, "volume": volume, "pages": page}
        else:
            fields["booktitle"] = work.where
        fields |= {"year": f"{work.year}", "doi": work.doi}
        entries.append(_entry("article" if work.place else "inproceedings", key, fields))
    return "\n".join(entries)


def _entry(kind: str, key: str, fields: dict[str, str]) -> str:
    rows = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@{kind}{{{key},\n{rows}\n}}\n"


def _braced(title: str) -> str:
    """Words with capitals inside kept as they are, which BibTeX would lower."""
    return " ".join(
        f"{{{word}}}" if any(c.isupper() for c in word[1:]) else word for word in title.split()
    )


def cff() -> str:
    """A file in the Citation File Format 1.2.0."""
    lines = [
        "# Written by `specml cite --cff`.",
        "cff-version: 1.2.0",
        f"message: {_quoted(ASK)}",
        "type: software",
        f"title: {_quoted(TITLE)}",
        f"version: {specml.__version__}",
        f"license: {LICENSE}",
        "authors:",
        f"  - name: {_quoted(AUTHOR)}",
        "keywords:",
        *(f"  - {word}" for word in KEYWORDS),
        "references:",
        *(line for work in WORKS.values() for line in _reference(work)),
    ]
    return "\n".join(lines) + "\n"


def _reference(work: Work) -> Iterator[str]:
    yield f"  - type: {'article' if work.place else 'conference-paper'}"
    yield f"    title: {_quoted(work.title)}"
    yield "    authors:"
    for family, given in work.names:
        yield f"      - family-names: {_quoted(family)}"
        yield f"        given-names: {_quoted(given)}"
    if work.place:
        volume, page = work.place.split(", ")
        yield f"    journal: {_quoted(work.where)}"
        yield f"    volume: {_quoted(volume)}"
        yield f"    start: {_quoted(page)}"
    else:
        yield f"    collection-title: {_quoted(work.where)}"
    yield f"    year: {work.year}"
    yield f"    doi: {work.doi}"


def _quoted(value: str) -> str:
    """A string of YAML, which takes those of JSON."""
    return json.dumps(value, ensure_ascii=False)
