"""Correct likely mistakes in the elements Principal, Action and Resource of an Allow statement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.access.vocabulary import OBJECT, is_action, vocabulary
from mocks3.model.operation import REGISTER
from mocks3.policy.suggestion import lasting_arn

if TYPE_CHECKING:
    from mocks3.access.decision import Decision
    from mocks3.policy import Check


class Correction(NamedTuple):
    """A corrected statement, and what was wrong."""

    statement: dict[str, Any]
    reason: str


Fix = Callable[[str], "tuple[str, str] | None"]
"""Takes one text of an element. Returns the right text and what was wrong; None if it is not a likely mistake."""

_UNIQUE_ID = re.compile(r"A(?:IDA|ROA)[A-Z0-9]+", re.ASCII)
_SESSION = re.compile(r"arn:[a-z-]+:sts::(\d{12}):assumed-role/([^/]+)/.+", re.ASCII)
_ALIKE = 0.85
"""How similar a misspelled action must be to the right one: 1 is the same text."""


def principals(part: Decision, check: Check, statement: dict[str, Any]) -> Iterator[Correction]:
    """Yield the statement with the caller in place of a principal that probably means the caller."""
    element = statement.get("Principal")
    arn = lasting_arn(part.question.caller.principal)
    if not isinstance(element, dict) or "AWS" not in element or arn is None:
        return
    found = _replaced(element["AWS"], lambda text: _principal(text, arn))
    if found is not None:
        value, reason = found
        yield Correction({**statement, "Principal": {**element, "AWS": value}}, reason)


def _principal(text: str, arn: str) -> tuple[str, str] | None:
    if _UNIQUE_ID.fullmatch(text):
        return arn, (
            f"it names {text}, the id of a user or role that no longer exists; a new one with the same name has "
            "another id"
        )
    session = _SESSION.fullmatch(text)
    account = arn.split(":")[4]
    if session and (session[1], session[2]) == (account, arn.rpartition("/")[2]) and ":role/" in arn:
        return arn, "it names one session of the role; name the role"
    if _without_partition(text) == _without_partition(arn):
        return arn, f"{text} is in another partition"
    if _without_partition(text) in (f"iam::{account}:root", account):
        own = arn.split(":")[1]
        return (f"arn:{own}:iam::{account}:root", f"{text} is in another partition")
    return None


def _without_partition(arn: str) -> str:
    return arn.split(":", 2)[2] if arn.startswith("arn:") else arn


def actions(part: Decision, check: Check, statement: dict[str, Any]) -> Iterator[Correction]:
    """Yield the statement with the right action in place of an operation's name, or of a misspelled action.

    The names of operations come first: most of them are also similar to other actions.
    """
    if "Action" not in statement:
        return
    for fix in (_operation_name, _misspelled):
        found = _replaced(statement["Action"], lambda text, fix=fix: fix(text, part.action))  # type: ignore[misc]
        if found is not None:
            value, reason = found
            yield Correction({**statement, "Action": value}, reason)
            return


def _operation_name(text: str, action: str) -> tuple[str, str] | None:
    service, _, name = text.partition(":")
    needed = {
        need.action.lower()
        for (_, operation), row in REGISTER.items()
        if operation.lower() == name.lower()
        for need in row.needs
    }
    if action.lower() not in needed or is_known(text) or service.lower() != action.partition(":")[0]:
        return None
    return action, f"{name} is an operation, and no action is called {text}; it needs {action}"


def _misspelled(text: str, action: str) -> tuple[str, str] | None:
    if is_known(text) or "*" in text or "?" in text:
        return None
    alike = SequenceMatcher(None, text.lower(), action.lower()).ratio() >= _ALIKE
    return (action, f"no action is called {text}") if alike else None


def is_known(text: str) -> bool:
    """Return whether S3 has an action, in any case. Actions of other services count as known."""
    service, _, name = text.partition(":")
    if service.lower() != "s3":
        return text.lower() in {need.action.lower() for row in REGISTER.values() for need in row.needs}
    return bool(vocabulary().matching(text)) or is_action(f"s3:{name}")


def resources(part: Decision, check: Check, statement: dict[str, Any]) -> Iterator[Correction]:
    """Yield the statement with the right ARN in place of an ARN of another form."""
    if "Resource" not in statement:
        return
    resource = part.resource
    kinds = _kinds(statement.get("Action"))
    found = _replaced(
        statement["Resource"],
        lambda text: _resource(text, resource, part.action),
        keep=len(kinds) != 1,
    )
    if found is not None:
        value, reason = found
        yield Correction({**statement, "Resource": value}, reason)


def _kinds(actions: Any) -> set[str]:
    """Return the kinds of resources that the actions of a statement act on."""
    named = [actions] if isinstance(actions, str) else actions or ()
    return {action.on for pattern in named for action in vocabulary().matching(pattern)}


def _resource(text: str, resource: str, action: str) -> tuple[str, str] | None:
    """Return the right ARN for one Resource; None if it is not a likely mistake."""
    if "${" in text:
        return None
    _, _, rest = resource.partition(":s3:::")
    if text.partition(":s3:::")[2] == rest and rest and text != resource:
        return resource, f"{text} is in another partition"
    bucket, _, key = resource.partition("/")
    if _on_objects(action) and key:
        if text in (bucket, f"{bucket}/"):
            return f"{bucket}/*", f"{action} acts on objects, and {text} is the bucket"
        if not text.endswith("*") and key and resource.startswith(text.rstrip("/") + "/"):
            return f"{text.rstrip('/')}/*", f"{text} is one object, and not the objects under that prefix"
    elif not key and text.startswith(f"{bucket}/"):
        return bucket, f"{action} acts on the bucket, and {text} is in the bucket"
    return None


def _on_objects(action: str) -> bool:
    return any(each.on == OBJECT for each in vocabulary().matching(action)) or ":GetObject" in action


def _replaced(value: Any, fix: Fix, *, keep: bool = False) -> tuple[Any, str] | None:
    """Return the value of an element with one text replaced, and what was wrong. ``keep`` keeps the old text too."""
    texts = [value] if isinstance(value, str) else list(value)
    for number, text in enumerate(texts):
        found = fix(text)
        if found is not None:
            right, reason = found
            changed = [*texts[: number + keep], right, *texts[number + 1 :]]
            changed = list(dict.fromkeys(changed))
            return (changed[0] if len(changed) == 1 else changed), reason
    return None
