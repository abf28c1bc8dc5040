"""Imports of moto become imports of ``mocks3.compat.moto``.

    from moto import mock_aws            from mocks3.compat.moto import mock_aws
    from moto.server import Threaded...  from mocks3.compat.moto import Threaded...
    import moto                          from mocks3.compat import moto
    moto.core.DEFAULT_ACCOUNT_ID         moto.DEFAULT_ACCOUNT_ID
    pytest.importorskip("moto")          pytest.importorskip("mocks3.compat.moto")

A name that has no counterpart stays in an import of moto of its own. ``import moto`` is changed only if every use of
it in the file has a counterpart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst
from libcst.helpers import get_full_name_for_node
from libcst.metadata import PositionProvider, QualifiedNameProvider, QualifiedNameSource

from mocks3.migration import names
from mocks3.migration.notes import Note

Statement = cst.SimpleStatementLine | cst.FlattenSentinel[cst.SimpleStatementLine] | cst.RemovalSentinel


def imported(visitor: cst.MetadataDependent, node: cst.CSTNode) -> str | None:
    """Return the dotted name of what a node means, if it was imported."""
    found = visitor.get_metadata(QualifiedNameProvider, node, set())
    return next((each.name for each in found if each.source is QualifiedNameSource.IMPORT), None)


def module_of(node: cst.ImportFrom) -> str:
    """Return the dotted name of the module; empty for a relative import."""
    if node.relative or node.module is None:
        return ""
    return get_full_name_for_node(node.module) or ""


def text_of(node: cst.BaseExpression | None) -> str | None:
    """Return the value of a string without a prefix, or None."""
    value = node.evaluated_value if isinstance(node, cst.SimpleString) else None
    return value if isinstance(value, str) else None


class Uses(cst.CSTVisitor):
    """Find the uses of moto that have no counterpart.

    ``notes`` lists them; ``ready`` is whether all uses by ``import moto`` have a counterpart.
    """

    METADATA_DEPENDENCIES = (PositionProvider, QualifiedNameProvider)

    def __init__(self) -> None:
        super().__init__()
        self.notes: set[Note] = set()
        self.ready = True
        self._inner: set[cst.CSTNode] = set()
        self._imports: list[cst.Import] = []

    def _line(self, node: cst.CSTNode) -> int:
        return self.get_metadata(PositionProvider, node).start.line

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        module = module_of(node)
        if names.is_of_moto(module):
            aliases = [] if isinstance(node.names, cst.ImportStar) else node.names
            if isinstance(node.names, cst.ImportStar):
                why = "name what is imported, then run mocks3 migrate again"
                self.notes.add(Note(self._line(node), f"from {module} import *", why))
            for alias in aliases:
                name = str(alias.evaluated_name)
                if not names.has_counterpart(name):
                    why = names.reason([*module.split("."), name])
                    self.notes.add(Note(self._line(alias), f"from {module} import {name}", why))
        return False

    def visit_Import(self, node: cst.Import) -> bool:
        if any(names.is_of_moto(get_full_name_for_node(alias.name) or "") for alias in node.names):
            self._imports.append(node)
        return False

    def leave_Module(self, original_node: cst.Module) -> None:
        for node in () if self.ready else self._imports:
            why = "not changed, because other lines of the file use what has no counterpart"
            self.notes.add(Note(self._line(node), "import moto", why))

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self._inner.add(node.value)
        self._check(node)

    def visit_Name(self, node: cst.Name) -> None:
        self._check(node)

    def _check(self, node: cst.Attribute | cst.Name) -> None:
        if node in self._inner:
            return
        dotted = imported(self, node)
        if dotted is None or not names.is_of_moto(dotted) or names.counterpart(dotted):
            return
        if isinstance(node, cst.Attribute) or dotted == "moto":
            written = get_full_name_for_node(node)
            self.ready = False
            self.notes.add(Note(self._line(node), f"{written}", names.reason(dotted.split("."))))


class ImportRewriter(cst.CSTTransformer):
    """Rewrite the imports, and what is used through ``import moto``."""

    METADATA_DEPENDENCIES = (PositionProvider, QualifiedNameProvider)

    def __init__(self) -> None:
        super().__init__()
        self._ready = True
        self._added: set[str] = set()

    def visit_Module(self, node: cst.Module) -> None:
        uses = Uses()
        uses.metadata = self.metadata
        node.visit(uses)
        self._ready = uses.ready

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Shorten ``moto.core.DEFAULT_ACCOUNT_ID`` to the module and its name."""
        dotted = imported(self, original_node)
        if not self._ready or dotted is None or not names.is_of_moto(dotted):
            return updated_node
        if names.counterpart(dotted) != original_node.attr.value or not isinstance(
            updated_node.value, cst.Attribute
        ):
            return updated_node
        first = updated_node.value
        while isinstance(first.value, cst.Attribute):
            first = first.value
        return updated_node.with_changes(value=first.value)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        """Rewrite ``pytest.importorskip("moto")``."""
        if imported(self, original_node.func) != "pytest.importorskip" or not updated_node.args:
            return updated_node
        asked = text_of(updated_node.args[0].value)
        if asked is None or not names.is_of_moto(asked):
            return updated_node
        kept = [
            each
            for each in updated_node.args[1:]
            if each.keyword is None or each.keyword.value != "minversion"
        ]
        quote = (
            updated_node.args[0].value.quote
            if isinstance(updated_node.args[0].value, cst.SimpleString)
            else '"'
        )
        first = updated_node.args[0].with_changes(
            value=cst.SimpleString(f"{quote}{names.COMPAT}{quote}"),
            comma=updated_node.args[0].comma if kept else cst.MaybeSentinel.DEFAULT,
        )
        return updated_node.with_changes(args=[first, *kept])

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> Statement:
        if len(updated_node.body) != 1:
            return updated_node
        (only,) = updated_node.body
        if isinstance(only, cst.ImportFrom) and names.is_of_moto(module_of(only)):
            return self._from(updated_node, only)
        if isinstance(only, cst.Import) and self._ready:
            return self._whole(updated_node, only)
        return updated_node

    def _from(self, line: cst.SimpleStatementLine, node: cst.ImportFrom) -> Statement:
        if isinstance(node.names, cst.ImportStar):
            return line
        known = [each for each in node.names if names.has_counterpart(str(each.evaluated_name))]
        unknown = [each for each in node.names if each not in known]
        if not known:
            return line
        compat = cst.parse_expression(names.COMPAT)
        if not unknown:
            return line.with_changes(body=[node.with_changes(module=compat)])
        ours = node.with_changes(module=compat, names=_separated(known))
        theirs = node.with_changes(names=_separated(unknown))
        return cst.FlattenSentinel([line.with_changes(body=[ours]), cst.SimpleStatementLine(body=[theirs])])

    def _whole(self, line: cst.SimpleStatementLine, node: cst.Import) -> Statement:
        moto = [each for each in node.names if names.is_of_moto(get_full_name_for_node(each.name) or "")]
        others = [each for each in node.names if each not in moto]
        if not moto:
            return line
        lines = (
            [cst.SimpleStatementLine(body=[node.with_changes(names=_separated(others))])] if others else []
        )
        for alias in moto:
            code = f"from mocks3.compat import moto{f' as {alias.evaluated_alias}' if alias.asname else ''}"
            if code not in self._added or _has_comment(line):
                self._added.add(code)
                lines.append(cst.parse_statement(code))  # type: ignore[arg-type]
        if not lines:
            return cst.RemoveFromParent()
        lines[0] = lines[0].with_changes(leading_lines=line.leading_lines)
        lines[-1] = lines[-1].with_changes(trailing_whitespace=line.trailing_whitespace)
        return cst.FlattenSentinel(lines)


def _has_comment(line: cst.SimpleStatementLine) -> bool:
    return line.trailing_whitespace.comment is not None or any(each.comment for each in line.leading_lines)


def _separated(aliases: Iterable[cst.ImportAlias]) -> Sequence[cst.ImportAlias]:
    """Return the names with commas between them."""
    return [each.with_changes(comma=cst.MaybeSentinel.DEFAULT) for each in aliases]
