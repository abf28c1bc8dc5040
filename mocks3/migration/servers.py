"""Fixtures that start ``ThreadedMotoServer`` use the fixture ``s3_server``; other uses of a server are noted.

    @pytest.fixture                                  @pytest.fixture
    def moto_server():                               def moto_server(s3_server):
        server = ThreadedMotoServer(port=0)              return s3_server.url
        server.start()
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
        server.stop()

Only a fixture of the scope ``function`` that does nothing else is rewritten: ``s3_server`` serves the AWS of one test.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m
from libcst.metadata import PositionProvider, QualifiedNameProvider

from mocks3.migration import names
from mocks3.migration.imports import Uses, imported, text_of
from mocks3.migration.notes import Note

SERVER = "ThreadedMotoServer"
URL = "s3_server.url"
COMMAND = re.compile(r"moto_server\b")
SAME_FIXTURE = "@pytest.fixture\ndef {name}(s3_server):\n    return s3_server.url"


def _is_server(visitor: cst.MetadataDependent, node: cst.CSTNode) -> bool:
    dotted = imported(visitor, node.func) if isinstance(node, cst.Call) else None
    return dotted is not None and dotted.endswith(f".{SERVER}")


def _decorator(visitor: cst.MetadataDependent, node: cst.FunctionDef) -> cst.Decorator | None:
    """Return the decorator ``pytest.fixture`` of a function, or None."""
    for decorator in node.decorators:
        called = decorator.decorator
        if imported(visitor, called.func if isinstance(called, cst.Call) else called) == "pytest.fixture":
            return decorator
    return None


def scope_of(decorator: cst.Decorator) -> str:
    """Return the scope of a fixture."""
    called = decorator.decorator
    for arg in called.args if isinstance(called, cst.Call) else ():
        if arg.keyword is not None and arg.keyword.value == "scope":
            return text_of(arg.value) or "dynamic"
    return "function"


def _is_only_a_server(visitor: cst.MetadataDependent, node: cst.FunctionDef) -> bool:
    """Return whether a fixture starts a server, yields its URL, stops the server, and does nothing else."""
    if node.params.params or not isinstance(node.body, cst.IndentedBlock):
        return False
    lines = list(node.body.body)
    if node.get_docstring() is not None:
        lines = lines[1:]
    server = ""
    done: list[str] = []
    for line in lines:
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
            return False
        (small,) = line.body
        if m.matches(small, m.Assign(targets=[m.AssignTarget(m.Name())], value=m.Call())) and _is_server(
            visitor, cst.ensure_type(small, cst.Assign).value
        ):
            server = cst.ensure_type(cst.ensure_type(small, cst.Assign).targets[0].target, cst.Name).value
            done.append("made")
        elif m.matches(small, m.Expr(_call(server, "start"))):
            done.append("started")
        elif m.matches(small, m.Assign(value=_call(server, "get_host_and_port"))):
            done.append("asked")
        elif m.matches(small, m.Expr(m.Yield(m.FormattedString() | m.SimpleString()))):
            done.append("yielded")
        elif m.matches(small, m.Expr(_call(server, "stop"))):
            done.append("stopped")
        else:
            return False
    return [each for each in done if each != "asked"] == ["made", "started", "yielded", "stopped"]


def _call(name: str, method: str) -> m.Call:
    return m.Call(func=m.Attribute(value=m.Name(name), attr=m.Name(method)), args=[])


class ServerRewriter(cst.CSTTransformer):
    """Rewrite the fixtures, and remove the import of the server if nothing uses it any more."""

    METADATA_DEPENDENCIES = (PositionProvider, QualifiedNameProvider)

    def __init__(self) -> None:
        super().__init__()
        self._uses = 0
        self._rewritten = 0
        self._members: set[cst.CSTNode] = set()

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self._members.add(node.attr)

    def visit_Name(self, node: cst.Name) -> None:
        self._uses += node.value == SERVER and node not in self._members

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.BaseStatement:
        """Rewrite a fixture that only serves moto."""
        decorator = _decorator(self, original_node)
        if decorator is None or scope_of(decorator) != "function":
            return updated_node
        if not _is_only_a_server(self, original_node):
            return updated_node
        self._rewritten += bool(m.findall(original_node, m.Call(func=m.Name(SERVER))))
        block = cst.ensure_type(updated_node.body, cst.IndentedBlock)
        docstring: Sequence[cst.BaseStatement] = (
            block.body[:1] if updated_node.get_docstring() is not None else ()
        )
        body = [*docstring, cst.parse_statement(f"return {URL}")]
        parameters = updated_node.params.with_changes(params=[cst.Param(cst.Name("s3_server"))])
        return updated_node.with_changes(
            params=parameters,
            body=block.with_changes(body=body),
            returns=_not_a_generator(updated_node.returns),
        )

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        if not self._rewritten or self._uses != self._rewritten + 1:  # the one more is the import
            return updated_node
        return updated_node.with_changes(body=_without_import(updated_node.body))


def _not_a_generator(returns: cst.Annotation | None) -> cst.Annotation | None:
    """Return the annotation of a fixture that returns: ``str`` for ``Iterator[str]``."""
    if returns is None:
        return None
    quoted = re.fullmatch(r"[\w.]+\[(\w+)\W.*", text_of(returns.annotation) or "")
    if quoted:
        return returns.with_changes(annotation=cst.Name(quoted[1]))
    if not isinstance(returns.annotation, cst.Subscript):
        return returns
    inner = returns.annotation.slice[0].slice
    return returns.with_changes(annotation=inner.value) if isinstance(inner, cst.Index) else returns


def _without_import(body: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
    """Return the statements without the import of the server."""
    kept: list[cst.BaseStatement] = []
    for line in body:
        if isinstance(line, cst.SimpleStatementLine) and m.matches(
            line, m.SimpleStatementLine(body=[m.ImportFrom(names=[m.ZeroOrMore(m.ImportAlias())])])
        ):
            node = cst.ensure_type(line.body[0], cst.ImportFrom)
            aliases = list(node.names) if not isinstance(node.names, cst.ImportStar) else []
            others = [each for each in aliases if each.evaluated_name != SERVER]
            if not others:
                continue
            if len(others) != len(aliases):
                others[-1] = others[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
                line = line.with_changes(body=[node.with_changes(names=others)])
        kept.append(line)
    return kept


class Leftovers(cst.CSTVisitor):
    """Note the uses of a server, of moto's settings and of moto's insides that stay as they are."""

    METADATA_DEPENDENCIES = (PositionProvider, QualifiedNameProvider)

    def __init__(self, uses: Uses) -> None:
        super().__init__()
        self.notes = uses.notes
        self._fixture: list[tuple[cst.FunctionDef, cst.Decorator | None]] = []

    def _note(self, node: cst.CSTNode, what: str, why: str, instead: str = "") -> None:
        self.notes.add(Note(self.get_metadata(PositionProvider, node).start.line, what, why, instead))

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._fixture.append((node, _decorator(self, node)))

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self._fixture.pop()

    def visit_Call(self, node: cst.Call) -> None:
        if _is_server(self, node):
            self._server(node)
        last = node.func.attr.value if isinstance(node.func, cst.Attribute) else ""
        named = node.func.value if isinstance(node.func, cst.Name) else last
        text = text_of(node.args[0].value) if node.args else None
        if named in ("patch", "object", "setattr", "dict") and text is not None and names.is_of_moto(text):
            self._note(
                node, f'a patch of "{text}"', "it changes the inside of moto, which mocks3 does not use"
            )
        for arg in node.args:
            keyword = arg.keyword.value if arg.keyword else ""
            if last == "start" and keyword == "reset" and m.matches(arg.value, m.Name("False")):
                why = "mocks3 begins each mock with an empty S3: use aws.snapshot() and aws.restore()"
                self._note(node, "start(reset=False)", why)

    def _server(self, node: cst.Call) -> None:
        if not self._fixture or self._fixture[-1][1] is None:
            return
        function, decorator = self._fixture[-1]
        scope = scope_of(decorator) if decorator is not None else "function"
        if scope == "function" and _is_only_a_server(self, function):
            return
        why = (
            f"its scope is {scope}, and s3_server serves the AWS of one test. It works as it is. If no test needs what "
            "another one stored:"
            if scope != "function"
            else "it does more than to start a server. It works as it is. If the rest is not needed:"
        )
        instead = SAME_FIXTURE.format(name=function.name.value)
        self._note(function.name, f"the fixture {function.name.value}", why, instead)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        text = text_of(node)
        if text is not None and text in names.VARIABLES:
            self._note(node, f"the variable {text}", names.VARIABLES[text])
        elif text is not None and COMMAND.match(text):
            name = self._fixture[-1][0].name.value if self._fixture else "moto_server"
            why = "a program that starts moto's server: the fixture s3_server serves the AWS of the test"
            self._note(node, "moto_server", why, SAME_FIXTURE.format(name=name))

    def visit_DictElement(self, node: cst.DictElement) -> None:
        if text_of(node.key) in ("mock_credentials", "reset_boto3_session") and m.matches(
            node.value, m.Name("False")
        ):
            why = "mocks3 sets its own credentials and hides boto3's default session while a mock is open: remove it"
            self._note(node, f'"{text_of(node.key)}": False', why)
