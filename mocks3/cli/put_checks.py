"""The errors with which PutBucketPolicy refuses a policy, each at the element that causes it.

S3 reports only the first error. Here an element that S3 refuses is replaced by a valid one, and the check continues.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from mocks3.access.bucket_policies.validation import check_bucket_policy, check_size
from mocks3.errors import S3Error
from mocks3.handles.mock_aws import MockAWS
from mocks3.load.named_principals import NamedPrincipals
from mocks3.policy import Policy
from mocks3.policy.reading import escaped

_ELEMENTS = ("Principal", "Action", "Resource", "Condition")
_SOME_BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket"
_BUCKET_ARN = re.compile(r"arn:aws[a-z-]*:s3:::[^/*?$]+(?=/|$)", re.ASCII)

Check = Callable[[dict[str, Any]], S3Error | None]


class Item(NamedTuple):
    """One item of an element: the names of the members and the position in the list that lead to it, and its value."""

    steps: tuple[str | int, ...]
    value: Any

    @property
    def pointer(self) -> str:
        return "".join(f"/{escaped(str(step))}" for step in self.steps)


def refusals(policy: Policy) -> Iterator[tuple[str, S3Error]]:
    """Yield the errors of S3, each with the JSON pointer of its place."""
    bucket = _bucket_arn(policy)
    if bucket is None:
        return
    whole = policy.document
    try:
        check_size(whole)
    except S3Error as too_large:
        yield "", too_large
        return
    aws = MockAWS()

    def check(statement: dict[str, Any]) -> S3Error | None:
        try:
            check_bucket_policy(aws.iam, bucket, json.dumps({**whole, "Statement": [statement]}))
        except S3Error as error:
            return error
        return None

    written = whole["Statement"]
    NamedPrincipals(aws, aws.settings.account).create(whole)
    for statement in policy.statements:
        value = written[statement.position] if isinstance(written, list) else written
        for pointer, error in _of_statement(value, bucket, check):
            yield f"{statement.pointer}{pointer}", error


def _of_statement(statement: dict[str, Any], bucket: str, check: Check) -> Iterator[tuple[str, S3Error]]:
    valid = {"Principal": "*", "Action": "s3:*", "Resource": [bucket, f"{bucket}/*"], "Condition": {}}
    for _ in _ELEMENTS:
        error = check(statement)
        if error is None:
            return
        element = _element(error.message)
        name = next((each for each in (element, f"Not{element}") if each in statement), None)
        if element is None or name is None:
            yield "", error
            return
        yield f"/{name}{_item(statement, name, error, check)}", error
        statement = {each: value for each, value in statement.items() if each != name}
        statement[element] = valid[element]


def _element(message: str) -> str | None:
    """Return the element that an error message of S3 is about: the first one that it names."""
    words = message.lower()
    named = [(words.index(each.lower()), each) for each in _ELEMENTS if each.lower() in words]
    return min(named)[1] if named else None


def _item(statement: dict[str, Any], name: str, error: S3Error, check: Check) -> str:
    """Return the pointer of the first item that alone causes the error, empty if it is none or the only one."""

    def fails(items: list[Item]) -> bool:
        found = check({**statement, name: _element_of(items)})
        return found is not None and found.message == error.message

    items = list(_parts(statement[name]))
    while len(items) > 1:
        half = len(items) // 2
        items = items[:half] if fails(items[:half]) else items[half:]
    return items[0].pointer if items and fails(items) else ""


def _parts(element: Any, *steps: str | int) -> Iterator[Item]:
    """Yield the items of a list, of the members of a Principal, or the keys of the operators of a Condition."""
    inner: Iterable[tuple[str | int, Any]] = ()
    if isinstance(element, list):
        inner = enumerate(element)
    elif isinstance(element, dict):
        inner = element.items()
    for step, value in inner:
        is_item = isinstance(step, int) or len(steps) == 1 or not isinstance(value, (list, dict))
        if is_item:
            yield Item((*steps, step), value)
        else:
            yield from _parts(value, *steps, step)


def _element_of(parts: list[Item]) -> Any:
    """Return an element with only some of its items."""
    whole: Any = [] if isinstance(parts[0].steps[0], int) else {}
    for part in parts:
        inner = whole
        if len(part.steps) == 2:
            inner = whole.setdefault(part.steps[0], [] if isinstance(part.steps[1], int) else {})
        if isinstance(inner, list):
            inner.append(part.value)
        else:
            inner[part.steps[-1]] = part.value
    return whole


def _bucket_arn(policy: Policy) -> str | None:
    """Return the ARN of the bucket that the policy is for: the first one that it names without wildcards.

    A policy for S3 with only resources that are no ARNs is refused for every bucket, so any bucket will do. Return None
    for a policy that can be one of another service.
    """
    resources = [each for statement in policy.statements for each in statement.resources or ()]
    for resource in resources:
        bucket = _BUCKET_ARN.match(resource)
        if bucket is not None:
            return bucket[0]
    actions = [each for statement in policy.statements for each in statement.actions]
    is_for_s3 = all(each.startswith("s3:") for each in actions) and "*" not in resources
    return _SOME_BUCKET if is_for_s3 and not any(each.startswith("arn:") for each in resources) else None
