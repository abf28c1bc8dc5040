"""The configuration of Sphinx: ``tox run -e docs`` builds the pages into ``docs/_build``."""

from __future__ import annotations

from mocks3 import __version__

project = "mocks3"
author = "the mocks3 developers"
copyright = "the mocks3 developers; Apache-2.0"  # noqa: A001  # Sphinx's name
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"mocks3 {release}"

myst_heading_anchors = 4
nitpicky = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
default_role = "code"
