"""Rewrite one Python file: its imports of moto, and the fixtures that start moto's server.

wrapper ─► servers ─► imports ─► containers
           (a pass each; a pass looks at the file as the pass before left it)
"""

from __future__ import annotations

import libcst as cst
from libcst.metadata import MetadataWrapper

from mocks3.migration import containers, imports, servers
from mocks3.migration.notes import Migrated, Note


def migrate(content: bytes) -> Migrated:
    """Return the file after all passes. Notes have the lines of the file as it was."""
    original = cst.parse_module(content)
    notes: set[Note] = set()
    uses = imports.Uses()
    wrapper = MetadataWrapper(original, unsafe_skip_copy=True)
    wrapper.visit(uses)
    for finder in (servers.Leftovers(uses), containers.Finder()):
        wrapper.visit(finder)
        notes |= finder.notes
    module = wrapper.module
    for rewriter in (servers.ServerRewriter, imports.ImportRewriter):
        wrapper = MetadataWrapper(module)
        module = wrapper.visit(rewriter())
    return Migrated(module.bytes, sorted(notes | uses.notes))
