"""Parse an expression: sqlglot's tree of the SELECT list and of WHERE, and the path of the FROM clause.

Rule 1: sqlglot parses SQL in a dialect for S3 Select. It knows only the functions that have keywords as arguments, and
text between backticks is an Ion literal. Rule 2: a path of the FROM clause is not SQL. It is removed from the tokens
before sqlglot parses them. Rule 3: the modules that use sqlglot are imported only when the first expression is parsed.

Source: user guide, SQL reference for S3 Select, "SELECT command".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import sqlglot
from sqlglot import Dialect, TokenType, exp
from sqlglot.errors import ParseError, TokenError

from mocks3.errors import S3Error
from mocks3.select import reserved
from mocks3.select.faults import (
    EXPRESSION_TOO_LONG,
    INVALID_KEY_PATH,
    LEXER_INVALID_CHAR,
    MULTIPLE_DATA_SOURCES,
    NEGATIVE_LIMIT,
    PARSE_EMPTY_SELECT,
    PARSE_EXPECTED_NUMBER,
    PARSE_INVALID_PATH_COMPONENT,
    PARSE_MALFORMED_JOIN,
    PARSE_SELECT_MISSING_FROM,
    PARSE_UNEXPECTED_OPERATOR,
    PARSE_UNEXPECTED_TOKEN,
    UNSUPPORTED_OPERATION,
    UNSUPPORTED_STRUCTURE,
)
from mocks3.select.sources import Name
from mocks3.select.values import parse_integer

if TYPE_CHECKING:
    from sqlglot import Token

Node = Any
"""A node of sqlglot's tree."""

LONGEST = 256 * 1024
"""The most bytes of an expression (user guide, "Requirements and limits")."""


class S3Select(Dialect):
    """The SQL dialect of S3 Select."""

    class Tokenizer(sqlglot.Tokenizer):
        """Text is in single quotes, names are in double quotes, Ion is in backticks."""

        QUOTES: ClassVar[list[str | tuple[str, str]]] = ["'"]
        IDENTIFIERS: ClassVar[list[str | tuple[str, str]]] = ['"']
        RAW_STRINGS: ClassVar[list[str | tuple[str, str]]] = ["`"]

    class Parser(sqlglot.Parser):
        """Functions are names with arguments. The exceptions have keywords as arguments."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            name: parser
            for name, parser in sqlglot.Parser.FUNCTION_PARSERS.items()
            if name in ("CAST", "EXTRACT", "SUBSTRING", "TRIM")
        }
        NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}


_DIALECT = S3Select()

_INFIX = frozenset({
    TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE, TokenType.EQ, TokenType.NEQ, TokenType.SLASH,
    TokenType.MOD, TokenType.DPIPE,
})  # fmt: skip
_BEFORE_TERMS = _INFIX | {
    TokenType.SELECT, TokenType.COMMA, TokenType.L_PAREN, TokenType.WHERE, TokenType.AND, TokenType.OR, TokenType.NOT,
    TokenType.PLUS, TokenType.DASH,
}  # fmt: skip
"""The tokens after which a term must follow, operators included."""


class PathWildcard(NamedTuple):
    """``[*]``, or ``.*`` if ``members`` is true."""

    members: bool


PathStep = Name | int | PathWildcard


@dataclass(frozen=True, slots=True)
class SelectStatement:
    """A parsed expression. ``alias`` is the name of a record. ``explicit`` is true if the expression sets the alias."""

    text: str
    items: list[Node]
    path: list[PathStep]
    alias: str
    explicit: bool
    where: Node | None
    limit: int | None


def place(text: str, start: int) -> str:
    """Return a position as errors show it."""
    return f"line {text.count(chr(10), 0, start) + 1}, column {start - text.rfind(chr(10), 0, start)}"


def parse(text: str) -> SelectStatement:
    """Parse an expression. Raises the errors of expressions (``Parse…``, ``Lexer…``, ``Unsupported…``)."""
    if len(text.encode()) > LONGEST:
        raise EXPRESSION_TOO_LONG()
    try:
        tokens = _DIALECT.tokenize(text)
    except TokenError:
        raise LEXER_INVALID_CHAR() from None
    _reject_lenient_syntax(text, tokens)
    start = _from(text, tokens)
    reserved.check(tokens, lambda token: place(text, token.start))
    source = _FromClause(text, tokens, start + 1)
    tree = _tree(text, [*tokens[: start + 1], source.table, *tokens[source.end :]])
    clauses = {name for name, clause in tree.args.items() if clause}
    if clauses - {"expressions", "from", "from_", "where", "limit"}:
        raise UNSUPPORTED_STRUCTURE()
    where = tree.args.get("where")
    alias, explicit = source.alias
    return SelectStatement(
        text,
        tree.expressions,
        source.path,
        alias,
        explicit,
        where and where.this,
        _limit(tree.args.get("limit")),
    )


def _reject_lenient_syntax(text: str, tokens: Sequence[Token]) -> None:
    """Reject syntax that sqlglot accepts and S3 Select does not: text as a name, ``::`` for CAST, an extra comma.

    An operator in place of a term is rejected here because S3's error contains the position, which sqlglot would lose.
    """
    for token, follower in pairwise(tokens):
        if token.token_type in _BEFORE_TERMS and follower.token_type in _INFIX:
            raise PARSE_UNEXPECTED_OPERATOR(place=_place_of(text, follower))
        if token.token_type is TokenType.DOT and follower.token_type is TokenType.STRING:
            raise _path_error(text, follower)
        if token.token_type is TokenType.DCOLON:
            raise _unexpected_token(text, token)
        if token.token_type is TokenType.COMMA and follower.token_type in (TokenType.FROM, TokenType.R_PAREN):
            raise _unexpected_token(text, follower)


def _from(text: str, tokens: Sequence[Token]) -> int:
    """Return the position of the first FROM outside of parentheses."""
    if not tokens or tokens[0].token_type is not TokenType.SELECT:
        raise _unexpected_token(text, tokens[0] if tokens else None)
    depth = 0
    for position, token in enumerate(tokens):
        depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
        if token.token_type is TokenType.FROM and depth == 0:
            if position == 1:
                raise PARSE_EMPTY_SELECT()
            return position
    raise PARSE_SELECT_MISSING_FROM()


class _FromClause:
    """The FROM clause: its table, its path, its alias and its end."""

    def __init__(self, text: str, tokens: Sequence[Token], start: int) -> None:
        self._text, self._tokens, self.end = text, tokens, start
        self.table = self._take()
        if self.table is None or self.table.text.lower() != "s3object":
            raise INVALID_KEY_PATH()
        self.path = self._path()
        self.alias = self._alias()
        follower = self._peek()
        if follower is TokenType.COMMA:
            raise MULTIPLE_DATA_SOURCES()
        if follower in (TokenType.JOIN, TokenType.LEFT, TokenType.INNER, TokenType.CROSS, TokenType.FULL):
            raise PARSE_MALFORMED_JOIN()
        if follower in (TokenType.VAR, TokenType.IDENTIFIER, TokenType.ALIAS):
            raise _unexpected_token(self._text, self._take())

    def _peek(self) -> TokenType | None:
        return self._tokens[self.end].token_type if self.end < len(self._tokens) else None

    def _take(self) -> Any:
        self.end += 1
        return self._tokens[self.end - 1] if self.end <= len(self._tokens) else None

    def _path(self) -> list[PathStep]:
        steps: list[PathStep] = []
        while self._peek() in (TokenType.DOT, TokenType.L_BRACKET):
            steps.append(self._member() if self._take().token_type is TokenType.DOT else self._item())
        return steps

    def _member(self) -> PathStep:
        token = self._take()
        if token is not None and token.token_type is TokenType.STAR:
            return PathWildcard(members=True)
        if token is None or not _is_word(token):
            raise _path_error(self._text, token)
        return Name(token.text, token.token_type is TokenType.IDENTIFIER, place(self._text, token.start))

    def _item(self) -> PathStep:
        token, closing = self._take(), self._take()
        if closing is None or closing.token_type is not TokenType.R_BRACKET:
            raise _path_error(self._text, token)
        if token.token_type is TokenType.STAR:
            return PathWildcard(members=False)
        if token.token_type is TokenType.NUMBER and token.text.isdecimal():
            return parse_integer(token.text)
        if token.token_type is TokenType.STRING:
            return Name(token.text, True, place(self._text, token.start))
        raise _path_error(self._text, token)

    def _alias(self) -> tuple[str, bool]:
        """Return the alias. By default it is the last name of the path, or ``_1`` (documented for ``S3Object[*]``)."""
        if self._peek() is TokenType.ALIAS:
            self._take()
        elif self._peek() not in (TokenType.VAR, TokenType.IDENTIFIER):
            if not self.path:
                return "S3Object", False
            last = self.path[-1]
            return (last.text if isinstance(last, Name) else "_1"), False
        token = self._take()
        if token is None or not _is_word(token):
            raise _unexpected_token(self._text, token)
        return token.text, True


def _is_word(token: Token) -> bool:
    return token.token_type is TokenType.IDENTIFIER or token.text.isidentifier()


def _tree(text: str, tokens: list[Token]) -> Node:
    try:
        trees = [tree for tree in _DIALECT.parser().parse(tokens, text) if tree is not None]
    except ParseError as error:
        raise _parse_error(text, tokens, error) from None
    if len(trees) != 1 or not isinstance(trees[0], exp.Select):
        raise UNSUPPORTED_STRUCTURE()
    return trees[0]


def _parse_error(text: str, tokens: list[Token], error: ParseError) -> S3Error:
    """Return S3's error for text that sqlglot cannot parse. It contains the token at which sqlglot stopped."""
    found = error.errors[0] if error.errors else {}
    stopped = (token for token in tokens if (token.line, token.col) == (found.get("line"), found.get("col")))
    token = next(stopped, None)
    return PARSE_UNEXPECTED_TOKEN(token=_shown(token), place=_place_of(text, token))


def _unexpected_token(text: str, token: Token | None) -> S3Error:
    if token is not None and token.text.upper() in ("INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "WITH"):
        return UNSUPPORTED_OPERATION()
    return PARSE_UNEXPECTED_TOKEN(token=_shown(token), place=_place_of(text, token))


def _path_error(text: str, token: Token | None) -> S3Error:
    return PARSE_INVALID_PATH_COMPONENT(token=_shown(token).partition(":")[0], place=_place_of(text, token))


def _shown(token: Token | None) -> str:
    if token is None:
        return "EOF"
    named = {
        TokenType.STRING: "LITERAL",
        TokenType.NUMBER: "LITERAL",
        TokenType.IDENTIFIER: "QUOTED_IDENTIFIER",
    }
    return f"{named.get(token.token_type, 'IDENTIFIER' if _is_word(token) else 'OPERATOR')}:{token.text}"


def _place_of(text: str, token: Token | None) -> str:
    return place(text, len(text) if token is None else token.start)


def _limit(node: Node | None) -> int | None:
    if node is None:
        return None
    number = node.expression
    if isinstance(number, exp.Neg):
        raise NEGATIVE_LIMIT()
    if not isinstance(number, exp.Literal) or number.is_string or not number.name.isdecimal():
        raise PARSE_EXPECTED_NUMBER()
    return parse_integer(number.name)
