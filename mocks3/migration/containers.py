"""Find what LocalStack and MinIO need in tests, and show the fixture that replaces it.

Containers are found by their packages (testcontainers, pytest-localstack) and by the addresses of their ports.
"""

from __future__ import annotations

import re

import libcst as cst
import libcst.matchers as m
from libcst.helpers import get_full_name_for_node
from libcst.metadata import PositionProvider, QualifiedNameProvider

from mocks3.migration.imports import imported, module_of, text_of
from mocks3.migration.notes import Note

PACKAGES = {
    "testcontainers.localstack": "LocalStack",
    "testcontainers.minio": "MinIO",
    "pytest_localstack": "LocalStack",
    "localstack_utils": "LocalStack",
}
ADDRESS = re.compile(
    r"(https?://)?(localhost|127\.0\.0\.1|0\.0\.0\.0|localstack|minio|[\w.]*localstack\.cloud):(4566|9000)\b"
)
PRODUCTS = {"4566": "LocalStack", "9000": "MinIO"}

CLIENT = "@pytest.fixture\ndef {name}(s3):\n    return s3"
RESOURCE = '@pytest.fixture\ndef {name}(aws):\n    return boto3.resource("s3")'
SERVER = "@pytest.fixture\ndef {name}(s3_server):\n    return s3_server.url"
CONTAINER = "replace the fixture; a program outside the test's process gets s3_server.environment()"


def product_of(dotted: str) -> str | None:
    """Return the product to which a package belongs, or None."""
    return next(
        (product for name, product in PACKAGES.items() if dotted == name or dotted.startswith(f"{name}.")),
        None,
    )


class Finder(cst.CSTVisitor):
    """Note each fixture that uses a container, and each other place."""

    METADATA_DEPENDENCIES = (PositionProvider, QualifiedNameProvider)

    def __init__(self) -> None:
        super().__init__()
        self.notes: set[Note] = set()
        self._functions: list[cst.FunctionDef] = []
        self._found: list[str] = []

    def _note(self, node: cst.CSTNode, what: str, why: str, instead: str = "") -> None:
        self.notes.add(Note(self.get_metadata(PositionProvider, node).start.line, what, why, instead))

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        if not self._functions:
            self._found = []
        self._functions.append(node)

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self._functions.pop()
        if self._functions or not self._found:
            return
        name, product = original_node.name.value, self._found[0]
        if any(_is_fixture(each) for each in original_node.decorators):
            form = replacement(original_node)
            self._note(
                original_node.name, f"the fixture {name} uses {product}", CONTAINER, form.format(name=name)
            )
        else:
            why = "call boto3 without endpoint_url, and request the fixture aws; other programs use s3_server.url"
            self._note(original_node.name, f"{name} uses {product}", why)

    def _use(self, node: cst.CSTNode, product: str, what: str) -> None:
        if self._functions:
            self._found.append(product)
        else:
            why = "it is not needed: the fixture aws answers every endpoint_url; other programs use s3_server.url"
            self._note(node, what, why)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        product = product_of(module_of(node))
        if product is not None:
            self._use(node, product, f"an import of {module_of(node)} ({product})")
        return False

    def visit_Import(self, node: cst.Import) -> bool:
        for alias in node.names:
            dotted = get_full_name_for_node(alias.name) or ""
            product = product_of(dotted)
            if product is not None:
                self._use(node, product, f"an import of {dotted} ({product})")
        return False

    def visit_Call(self, node: cst.Call) -> None:
        dotted = imported(self, node.func)
        product = None if dotted is None else product_of(dotted)
        if product is not None:
            self._use(node, product, f"a container of {product}")

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        found = ADDRESS.match(text_of(node) or "")
        if found:
            product = PRODUCTS[found[3]]
            self._use(node, product, f"the address {found[0]} ({product})")

    def visit_FormattedStringText(self, node: cst.FormattedStringText) -> None:
        if re.search(r":4566\b", node.value):
            self._use(node, "LocalStack", "the port 4566 (LocalStack)")

    def visit_Integer(self, node: cst.Integer) -> None:
        if node.value == "4566":
            self._use(node, "LocalStack", "the port 4566 (LocalStack)")


def _is_fixture(decorator: cst.Decorator) -> bool:
    called = decorator.decorator.func if isinstance(decorator.decorator, cst.Call) else decorator.decorator
    return (get_full_name_for_node(called) or "").split(".")[-1] == "fixture"


def replacement(fixture: cst.FunctionDef) -> str:
    """Return the form of the fixture that replaces one: a client, a resource, or the URL of the server."""
    for node in m.findall(fixture, m.Yield() | m.Return()):
        called = m.findall(node, m.Call(func=m.Attribute(attr=m.Name("client") | m.Name("resource"))))
        for each in called:
            method = cst.ensure_type(cst.ensure_type(each, cst.Call).func, cst.Attribute).attr.value
            return CLIENT if method == "client" else RESOURCE
        given = node.value if isinstance(node, cst.Return | cst.Yield) else None
        if isinstance(given, cst.Name):
            made = _assigned(fixture, given.value)
            if made is not None:
                return made
    return SERVER


def _assigned(fixture: cst.FunctionDef, name: str) -> str | None:
    """Return the form for a variable that a client or a resource was assigned to."""
    for node in m.findall(fixture, m.Assign(targets=[m.AssignTarget(m.Name(name))])):
        value = cst.ensure_type(node, cst.Assign).value
        for method, form in (("client", CLIENT), ("resource", RESOURCE)):
            if m.matches(value, m.Call(func=m.Attribute(attr=m.Name(method)))):
                return form
    return None
