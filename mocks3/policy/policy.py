"""A policy document, parsed and compiled once.

Compiled documents are cached by text: the same text is parsed and compiled only once.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

from .compiling import CompiledDocument
from .elements import Statement
from .errors import PolicySyntaxError
from .grammar import VERSIONS, parse_statements, parse_version
from .kinds import PolicyKind, check_kind, check_sids, check_values
from .reading import locate, read, write

if TYPE_CHECKING:
    from .linting import LintWarning, Tables


class ParsedText:
    """A parsed text. Every Policy of the same text shares it. Only this package uses it."""

    __slots__ = ("checked_kinds", "compiled", "document", "statements", "text", "version")

    def __init__(self, text: str) -> None:
        self.text: Final = text
        self.document: dict[str, Any] = read(text)
        self.statements = parse_statements(self.document)
        self.version = parse_version(self.document)
        self.compiled: Final = CompiledDocument(self.statements, variables=self.version == VERSIONS[1])
        self.checked_kinds: Final[set[PolicyKind | None]] = set()

    def exchange(self, other: ParsedText) -> Callable[[], object]:
        """Take the content of another parsed text, for mutation tests. Return a function that restores the own one.

        The text stays, because policies are compared by it.
        """
        own = (self.document, self.statements, self.version, dict(vars(self.compiled)))

        def put(content: tuple[dict[str, Any], tuple[Statement, ...], str, dict[str, Any]]) -> None:
            self.document, self.statements, self.version, compiled = content
            vars(self.compiled).clear()
            vars(self.compiled).update(compiled)

        put((other.document, other.statements, other.version, dict(vars(other.compiled))))
        return lambda: put(own)


@lru_cache(maxsize=1024)
def parsed_text(text: str) -> ParsedText:
    """Return the parsed form of a text. Raises PolicySyntaxError."""
    try:
        return ParsedText(text)
    except PolicySyntaxError as error:
        raise _placed(error, text) from None


def _placed(error: PolicySyntaxError, text: str) -> PolicySyntaxError:
    """Return the same error with line and column, if the text is JSON."""
    if error.line is not None or error.reason in ("not-json", "too-deep"):
        return error
    return PolicySyntaxError(error.reason, error.detail, error.pointer, *locate(text, error.pointer))


class Policy:
    """A policy document (V-10 to V-20). Create it with `Policy.parse`. It never changes.

    Explanations show its `name`: an ARN or a policy name. Two policies are equal if their texts and names are.
    """

    __slots__ = ("_from_text", "_source", "compiled", "name")

    def __init__(self, source: ParsedText, name: str | None, from_text: bool) -> None:
        self._source: Final = source
        self._from_text: Final = from_text
        self.name: Final = name
        self.compiled: Final = source.compiled
        """The tests of the statements. Only this package uses them."""

    @classmethod
    def parse(
        cls,
        text_or_document: str | bytes | Mapping[str, Any],
        *,
        name: str | None = None,
        kind: PolicyKind | str | None = None,
    ) -> Policy:
        """Parse a policy.

        Args:
            text_or_document: JSON text, UTF-8 bytes, or a document as Python values (copied).
            name: The name that explanations show.
            kind: The kind of the policy, to check its rules: RESOURCE requires principals, IDENTITY forbids them,
                TRUST does not require a Resource, and so on.

        Returns:
            The policy.

        Raises:
            PolicySyntaxError: The document is not a valid policy of this kind. No other exception is raised.
        """
        from_text = not isinstance(text_or_document, Mapping)
        try:
            policy = cls(parsed_text(_as_text(text_or_document)), name, from_text)
            policy.check(kind)
        except PolicySyntaxError as error:
            if from_text:
                raise
            raise PolicySyntaxError(error.reason, error.detail, error.pointer) from None
        return policy

    @classmethod
    def parse_grammar(cls, text: str, name: str | None = None) -> Policy:
        """Parse a policy without the rules of its kind, not even that it has a Resource. Raises PolicySyntaxError."""
        return cls(parsed_text(text), name, True)

    def check(self, kind: PolicyKind | str | None = None) -> None:
        """Raise PolicySyntaxError if this is not a valid policy of that kind. The result is cached."""
        if kind in self._source.checked_kinds:
            return
        kind = PolicyKind(kind) if kind is not None else None
        try:
            check_kind(self.statements, kind)
        except PolicySyntaxError as error:
            raise self._error(error) from None
        self._source.checked_kinds.add(kind)

    def check_strictly(self, kind: PolicyKind | str | None = None) -> None:
        """Raise PolicySyntaxError also for errors that services reject when they store a policy.

        These are the errors of `check`, duplicate Sids (V-20), and condition values that their operator cannot parse
        (V-18). Evaluation accepts such values, but they match nothing (C-40).
        """
        self.check(kind)
        try:
            check_sids(self.statements)
            check_values(self.statements)
        except PolicySyntaxError as error:
            raise self._error(error) from None

    @property
    def parsed(self) -> ParsedText:
        """Return what all policies of the same text share. Only this package uses it."""
        return self._source

    @property
    def text(self) -> str:
        """Return the JSON text. For a policy given as Python values it is generated."""
        return self._source.text

    @property
    def document(self) -> dict[str, Any]:
        """Return a copy of the parsed JSON."""
        return copy.deepcopy(self._source.document)

    @property
    def version(self) -> Literal["2008-10-17", "2012-10-17"]:
        return "2012-10-17" if self._source.version == VERSIONS[1] else "2008-10-17"

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Return the statements as plain values, in the order of the document."""
        return self._source.statements

    def warnings(self, tables: Tables | None = None) -> tuple[LintWarning, ...]:
        """Return warnings about likely mistakes in a valid policy: see `linting`.

        Args:
            tables: The actions, resource types and condition keys of services. Without them, only mistakes in the
                policy language are found.

        Returns:
            The warnings, in the order of the statements.
        """
        from .linting import lint

        return lint(self, tables)

    def _error(self, error: PolicySyntaxError) -> PolicySyntaxError:
        return _placed(error, self.text) if self._from_text else error

    def __reduce__(self) -> tuple[Any, ...]:
        return _read_again, (self.text, self.name, self._from_text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Policy):
            return NotImplemented
        return self.text == other.text and self.name == other.name

    def __hash__(self) -> int:
        return hash((self.text, self.name))

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        called = f"{self.name!r}: " if self.name else ""
        return f"<Policy {called}{len(self.statements)} statements, {self.version}>"


def _read_again(text: str, name: str | None, from_text: bool) -> Policy:
    """Return a policy that was pickled: only its text and its name were."""
    return Policy(parsed_text(text), name, from_text)


def _as_text(given: str | bytes | Mapping[str, object]) -> str:
    if isinstance(given, str):
        return given
    if isinstance(given, Mapping):
        return write(given)
    if not isinstance(given, (bytes, bytearray)):
        raise PolicySyntaxError("not-json", f"A policy must be text or an object, not {type(given).__name__}")
    try:
        return given.decode("utf-8")
    except ValueError as error:
        raise PolicySyntaxError("not-json", f"Not JSON text: {error}") from None
