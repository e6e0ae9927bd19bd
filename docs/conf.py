"""Sphinx settings of the documentation: ``sphinx-build -W docs build/site``.

Sphinx reads the docstrings as they are, roles included; MyST lets the pages stay Markdown, which
the repository shows as well. Nothing is fetched: neither by the build nor by the pages.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "docs" / "extensions")]

import specml  # noqa: E402

project = "SpecML"
author = "The SpecML developers"
project_copyright = author
release = version = specml.__version__

extensions = [
    "sphinx.ext.autodoc",
    "docstrings",  # before napoleon: both read docstrings, in this order
    "sphinx.ext.napoleon",
    "myst_parser",
    "notebooks",
    "modules",
    "commands",
]
root_doc = "index"
exclude_patterns = ["extensions", "output"]
nitpicky = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
add_module_names = False
python_display_short_literal_types = True
myst_enable_extensions = ["attrs_block", "colon_fence", "deflist"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]  # tables of keys begin below a title of the second level

html_theme = "furo"
html_title = f"SpecML {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
pygments_style = "friendly"
pygments_dark_style = "native"
