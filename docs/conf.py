"""Sphinx: everything from this checkout, nothing from the net."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import generate  # noqa: E402
import shots  # noqa: E402

import mixopt  # noqa: E402

project = "mixopt"
author = "the mixopt authors"
copyright = "the mixopt authors"
version = release = mixopt.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "formulas",
    "numpydoc",
    "sphinx_copybutton",
]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "**/tests", "guide/mixopt-carbon"]
suppress_warnings: list[str] = []
nitpicky = False

myst_enable_extensions = ["dollarmath", "amsmath", "deflist", "colon_fence"]
myst_heading_anchors = 3
copybutton_prompt_text = r"\$ |>>> |\.\.\. "
copybutton_prompt_is_regexp = True
copybutton_only_copy_prompt_lines = True

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autosummary_generate = False  # numpydoc loads autosummary, which wants .rst pages
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

html_theme = "furo"
html_title = f"mixopt {release}"
html_show_sourcelink = False
html_math_renderer = "mathml"
html_static_path = ["static"]
html_css_files = ["formulas.css"]
templates_path: list[str] = []

generate.write(HERE / "_generated")
shots.write(HERE / "_generated" / "shots")
