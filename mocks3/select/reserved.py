"""Reserved keywords. As the name of a column, an attribute or an alias they need double quotes.

Rule: the position of a keyword matters: ``count`` before a parenthesis is a function, ``year`` in DATE_ADD is a part of
a date, ``decimal`` after AS in a CAST is a type. In any other position of a name, the keyword is rejected.

Source: user guide, SQL reference for S3 Select, "Reserved keywords"; "SELECT command", "Using reserved keywords as
user-defined terms". Users report that S3 calls such a token, and ORDER BY, KEYWORD:UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlglot import TokenType

from mocks3.errors import S3Error
from mocks3.select.faults import (
    PARSE_EXPECTED_ALIAS,
    PARSE_EXPECTED_CALL_PAREN,
    PARSE_EXPECTED_CAST_PAREN,
    PARSE_INVALID_PATH_COMPONENT,
    PARSE_UNEXPECTED_KEYWORD,
    PARSE_UNEXPECTED_TOKEN,
)

if TYPE_CHECKING:
    from sqlglot import Token

_GRAMMAR = frozenset(
    """
    all and as asc between by case create cross delete desc distinct drop else end escape except exists false from
    full group having in inner insert intersect is join left like limit missing natural not null on or order outer right
    select then true union update values when where with
    """.split()  # noqa: SIM905 - a list of words
)
"""The keywords of statements, also of those that S3 Select does not have. The parser checks their positions."""

KEYWORDS = _GRAMMAR.union(
    """
    absolute action add allocate alter any are assertion at authorization avg bag begin bit bit_length blob bool boolean
    both cascade cascaded cast catalog char char_length character character_length check clob close coalesce collate
    collation column commit connect connection constraint constraints continue convert corresponding count current
    current_date current_time current_timestamp current_user cursor date day deallocate dec decimal declare default
    deferrable deferred describe descriptor diagnostics disconnect domain double exception exec execute external extract
    fetch first float for foreign found get global go goto grant hour identity immediate indicator initially input
    insensitive int integer interval into isolation key language last leading level list local lower match max min
    minute module month names national nchar next no nullif numeric octet_length of only open option output overlaps pad
    partial pivot position precision prepare preserve primary prior privileges procedure public read real references
    relative restrict revoke rollback rows schema scroll second section session session_user set sexp size smallint some
    space sql sqlcode sqlerror sqlstate string struct substring sum symbol system_user table temporary time timestamp
    timezone_hour timezone_minute to trailing transaction translate translation trim tuple unique unknown unpivot upper
    usage user using value varchar varying view whenever work write year zone
    """.split()  # noqa: SIM905 - a list of words
)
"""The user guide's list without ``end-exec``, which is not one token."""

_CALLED = frozenset(
    """
    avg char_length character_length coalesce count extract lower max min nullif substring sum trim upper
    """.split()  # noqa: SIM905 - a list of words
)
"""The keywords that are names of functions. They are valid only in a call."""

_ARGUMENTS = {"trim": frozenset({"both", "leading", "trailing"}), "substring": frozenset({"for"})}
"""The keywords in the arguments of functions."""

_TYPE = "type"
_KIND = "KEYWORD"
_UNKNOWN = f"{_KIND}:UNKNOWN"
_QUOTED = (TokenType.IDENTIFIER, TokenType.STRING, TokenType.RAW_STRING)
_ENDS = (*_QUOTED, TokenType.VAR, TokenType.NUMBER, TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.STAR)
"""Tokens that a term may end with."""


def check(tokens: Sequence[Token], place: Any) -> None:
    """Raise an error for the first keyword that is used as a name. ``place`` returns the position of a token.

    Raises ``ParseInvalidPathComponent``, ``ParseExpectedIdentForAlias``, ``ParseUnExpectedKeyword``,
    ``ParseUnexpectedToken``, ``ParseExpectedLeftParen…``.
    """
    within: list[str] = []
    for position, token in enumerate(tokens):
        before = tokens[position - 1] if position else None
        if token.token_type is TokenType.L_PAREN:
            within.append("" if before is None else before.text.lower())
        elif token.token_type is TokenType.R_PAREN:
            del within[-1:]
        elif token.token_type is TokenType.ALIAS and within and within[-1] == "cast":
            within[-1] = _TYPE
        elif token.token_type is TokenType.ORDER_BY:
            raise PARSE_UNEXPECTED_TOKEN(token=_UNKNOWN, place=place(token))
        elif _is_keyword(token) and not _is_allowed(tokens, position, within[-1] if within else ""):
            raise _refusal(before, token.text.lower(), place(token))


def _is_keyword(token: Token) -> bool:
    return token.token_type not in _QUOTED and token.text.lower() in KEYWORDS


def _is_allowed(tokens: Sequence[Token], position: int, function: str) -> bool:
    """Return whether the keyword has its reserved meaning here. ``function`` is the function of the parentheses."""
    word = tokens[position].text.lower()
    before = [token.token_type for token in tokens[max(position - 2, 0) : position]]
    if before[-1:] == [TokenType.DOT] or (before[-1:] == [TokenType.ALIAS] and function != _TYPE):
        return False
    if word in _GRAMMAR or function == _TYPE or word in _ARGUMENTS.get(function, ()):
        return True
    if position + 1 < len(tokens) and tokens[position + 1].token_type is TokenType.L_PAREN:
        return True
    if before[-1:] == [TokenType.IS] or before == [TokenType.IS, TokenType.NOT]:
        return True
    return before[-1:] == [TokenType.L_PAREN] and function in ("date_add", "date_diff", "extract")


def _refusal(before: Any, word: str, place: str) -> S3Error:
    """Return the error for a keyword. It depends on the token before it, and on the keyword."""
    kind = None if before is None else before.token_type
    if kind is TokenType.DOT:
        return PARSE_INVALID_PATH_COMPONENT(token=_KIND, place=place)
    if kind is TokenType.ALIAS:
        return PARSE_EXPECTED_ALIAS()
    if kind in _ENDS:
        return PARSE_UNEXPECTED_TOKEN(token=_UNKNOWN, place=place)
    if word == "cast":
        return PARSE_EXPECTED_CAST_PAREN()
    return PARSE_EXPECTED_CALL_PAREN() if word in _CALLED else PARSE_UNEXPECTED_KEYWORD()
