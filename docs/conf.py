"""The configuration of Sphinx: ``tox run -e docs`` builds the pages into ``docs/_build``.

The pages work without a network: they load no font, script or picture from elsewhere, and the search is part of them.
"""

from __future__ import annotations

import runpy
from pathlib import Path

from mocks3 import __version__

HERE = Path(__file__).parent

project = "mocks3"
author = "the developers of mocks3"
copyright = "the developers of mocks3. Licence: Apache-2.0"  # Sphinx's name
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"mocks3 {release}"
html_show_sphinx = False

myst_heading_anchors = 4
# A rule is a heading of the third level, also directly under the title.
suppress_warnings = ["myst.header"]
nitpicky = False
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"

# A page that cannot be reached without a login, or a host that exists in examples only.
linkcheck_ignore = [r"https?://.*\.example\.(com|org)", r"https?://localhost", r"https?://.*amazonaws\.com/"]

for part in ("reference", "pictures"):
    made = runpy.run_path(str(HERE / part / "generate.py"))
    made["main" if part == "reference" else "draw"]()
