"""Correct likely mistakes in one condition of an Allow statement. The condition stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mocks3.access.explain.remedies.element_corrections import Correction

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.policy import Check

_EXTENDED = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:resourceaccount",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceowner",
        "aws:userid",
        "aws:username",
        "kms:calleraccount",
        "s3:resourceaccount",
    }
)
"""Keys whose values name a caller or an account: the missing value is added to the list."""

_POSITIVE = frozenset({"StringEquals", "StringLike", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike"})


def conditions(part: Decision, check: Check, statement: dict[str, Any]) -> Iterator[Correction]:
    """Yield the statement with one condition corrected."""
    key, seen = check.key or "", check.seen
    base = check.written.removesuffix("IfExists").rpartition(":")[2]
    if seen is None or len(seen) != 1 or base not in _POSITIVE:
        return
    value = seen[0]
    for fix in (_prefix_with_bucket, _role_id, _wildcard):
        found = fix(part, check, value)
        if found is not None:
            operator, values, reason = found
            yield Correction(_with(statement, check, operator, values), reason)
            return
    if key.lower() in _EXTENDED:
        values = [*check.wanted, value]
        yield Correction(
            _with(statement, check, check.written, values), f"its {key} does not have the value {value}"
        )


def _prefix_with_bucket(part: Decision, check: Check, value: str) -> tuple[str, list[str], str] | None:
    """Correct ``s3:prefix`` values that begin with the bucket's name or with a slash: keys begin with neither."""
    target = part.question.target
    if (check.key or "").lower() != "s3:prefix" or target is None:
        return None
    starts = (f"{target.name}/", f"/{target.name}/", f"arn:aws:s3:::{target.name}/", "/")
    values = [_without_start(each, starts) for each in check.wanted]
    if values == list(check.wanted):
        return None
    wrong = next(old for old, new in zip(check.wanted, values, strict=True) if old != new)
    what = (
        "a slash"
        if wrong.startswith("/") and not wrong.startswith(f"/{target.name}/")
        else "the bucket's name"
    )
    return (
        check.written,
        values,
        f"its s3:prefix {wrong} begins with {what}, but a prefix is the beginning of a key",
    )


def _without_start(text: str, starts: tuple[str, ...]) -> str:
    return next((text[len(start) :] for start in starts if text.startswith(start)), text)


def _role_id(part: Decision, check: Check, value: str) -> tuple[str, list[str], str] | None:
    """Correct ``aws:userid`` of a role: its sessions have ``ID:SESSION`` (IAM user guide, "Unique identifiers")."""
    if (check.key or "").lower() != "aws:userid":
        return None
    role, colon, _ = value.partition(":")
    if not colon or role not in check.wanted:
        return None
    values = [f"{each}:*" if each == role else each for each in check.wanted]
    return _like(check.written), values, f"the aws:userid of a session is {role}:SESSION; write {role}:*"


def _wildcard(part: Decision, check: Check, value: str) -> tuple[str, list[str], str] | None:
    """Correct a wildcard in an operator that compares texts literally (C-48)."""
    like = _like(check.written)
    if like == check.written or not any("*" in each or "?" in each for each in check.wanted):
        return None
    return like, list(check.wanted), f"{check.written} has no wildcards; use {like}"


def _like(operator: str) -> str:
    return operator.replace("StringEquals", "StringLike").replace("StringLikeIgnoreCase", "StringLike")


def _with(statement: dict[str, Any], check: Check, operator: str, values: list[str]) -> dict[str, Any]:
    """Return the statement with other values, and perhaps another operator, in one condition."""
    block = {name: dict(keys) for name, keys in statement["Condition"].items()}
    keys = block[check.written]
    key = next(each for each in keys if each == check.key)
    del keys[key]
    if not keys:
        del block[check.written]
    block.setdefault(operator, {})[key] = values[0] if len(values) == 1 else values
    return {**statement, "Condition": block}
