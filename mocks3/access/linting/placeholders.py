"""Checks of placeholders: texts that someone had to replace by real values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mocks3.policy import LintWarning, PrincipalElement
from mocks3.policy.linting import CheckedStatement

CODES: Final = {"placeholder": "the text was not replaced by a real value, so it matches nothing"}

_NOUNS: Final = (
    "ACCOUNT|ALIAS|ARN|AWS|BUCKET|COMPANY|DISTRIBUTION|DOMAIN|FOLDER|GROUP|ID|IP|KEY|NAME|ORG|ORGANIZATION|PREFIX|"
    "REGION|ROLE|SECRET|USER|USERNAME|VALUE|VPC|VPCE|VPCENDPOINT"
)
_MOST_WORDS: Final = 6
"""The most words of one placeholder. Without a limit, a search takes a time that is quadratic, or even exponential."""

_WRITTEN: Final = re.compile(
    r"<[^<>/*]+>"  # <your-bucket>
    r"|\{\{[^{}]*\}\}"  # {{ bucket }}
    r"|%[A-Z][A-Z0-9_]+%"
    r"|(?<![A-Za-z0-9])(?:"
    r"(?:REPLACE|CHANGE|INSERT|FILL|ENTER)[-_ ]?(?:ME|THIS|WITH|IN|HERE|YOUR)(?:[-_][A-Z0-9_-]*)?"
    rf"|(?:YOUR|MY)[-_]?(?:(?:{_NOUNS})[-_]?){{1,{_MOST_WORDS}}}"
    rf"|(?:(?:AWS|ACCOUNT|BUCKET|DISTRIBUTION|ORG|REGION|ROLE|USER|VPC|VPCE)[-_]){{1,{_MOST_WORDS}}}(?:ARN|ID|NAME|NUMBER)"
    r"|(?:DOC-)?EXAMPLE-BUCKET\d*"
    r"|ID_NUMBER|TODO|FIXME"
    r")(?![A-Za-z0-9])"
    rf"|(?i:(?<![a-z0-9])your[-_](?:[a-z0-9]+[-_]){{0,{_MOST_WORDS}}}"
    r"(?:account|bucket|id|name|org|region|role|user)(?![a-z0-9]))"
    r"|(?<![A-Za-z0-9])[xX]{6,}(?![A-Za-z0-9])"
)
_LOWER_CASE: Final = ("<", "{{", "your", "xxxxxx")
"""Each placeholder without capital letters contains one of these."""


def placeholders(subject: CheckedStatement) -> Iterator[LintWarning]:
    """Warn of placeholders in principals, resources and condition values."""
    statement = subject.statement
    for kind, texts in _principals(statement.principal) if statement.principal else ():
        for index, found in _in(texts):
            element = f"{statement.spelling('Principal')}/{kind}"
            yield _warning(subject, subject.item(element, index), found)
    for index, found in _in(statement.resources or ()):
        yield _warning(subject, subject.item(statement.spelling("Resource"), index), found)
    for condition in statement.conditions:
        for index, found in _in(condition.values):
            yield _warning(subject, subject.value(condition, index), found)


def _in(texts: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Yield the placeholders in texts, with the position of each text."""
    for index, text in enumerate(texts):
        if text.islower() and not any(each in text for each in _LOWER_CASE):
            continue  # nearly all texts, and the search is slow
        found = _WRITTEN.search(text)
        if found is not None:
            yield index, found[0]


def _principals(element: PrincipalElement) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "AWS", element.aws
    yield "CanonicalUser", element.canonical
    yield "Service", element.service
    yield "Federated", element.federated


def _warning(subject: CheckedStatement, pointer: str, found: str) -> LintWarning:
    return subject.warn("placeholder", pointer, f"{found!r} was not replaced by a real value")
