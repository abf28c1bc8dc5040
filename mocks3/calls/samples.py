"""Complete a call whose parameters are not all given: an operation alone, or an action alone.

complete(ServiceCall("s3", "PutBucketPolicy", {"Bucket": "data"}))
calls_that_need("s3:GetObjectVersion", bucket="data", key="k")
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mocks3.calls.service_call import POST_OBJECT, ServiceCall
from mocks3.errors import Mocks3Error
from mocks3.handles.cli_output import suggestion
from mocks3.model.permissions import FREE, LATER, OPTIONAL, PER_KEY, REVEAL, SOURCE, Mode
from mocks3.operations import registered

if TYPE_CHECKING:
    from mocks3.model.operation import Operation
    from mocks3.model.permissions import Need

SOURCE_KEY = "source"
_USUAL = ("GetObject", "ListObjectsV2")
"""Operations that are taken first for an action that several operations need."""

_LATER = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)
_TEXTS = ("1", "11", "service.amazonaws.com", "arn:aws:s3:us-east-1:123456789012:name")
"""Texts for members that have no fixed values. The first one that fits the member's pattern and length is taken."""


def complete(call: ServiceCall, key: str | None = None) -> tuple[ServiceCall, tuple[str, ...]]:
    """Return the call with a value for each required parameter that is missing, and the names of these parameters.

    Args:
        call: The call.
        key: The key that the caller named. DeleteObjects deletes it.

    Raises:
        Mocks3Error: The bucket or the key is missing.
    """
    shape = call.model.input_shape
    missing = (
        [] if shape is None else [each for each in shape.required_members if each not in call.parameters]
    )
    for name, option in (("Bucket", "--bucket NAME"), ("Key", "--key KEY")):
        if name in missing:
            raise Mocks3Error(f"the {name.lower()} is missing: add {option}")
    found = {name: sample(call.members[name]) for name in missing}
    if "CopySource" in found:
        found["CopySource"] = {"Bucket": call.parameters["Bucket"], "Key": SOURCE_KEY}
    if call.operation == "DeleteObjects" and "Delete" in found:
        if key is None:
            raise Mocks3Error("the key is missing: add --key KEY")
        found["Delete"] = {"Objects": [{"Key": key}]}
    return call.with_parameters(**found), tuple(missing)


def sample(shape: Any) -> Any:
    """Return a value of a shape, with its required members. An operation can refuse it after permissions."""
    kind, least = shape.type_name, max(1, shape.metadata.get("min", 1))
    if kind == "structure":
        names = (
            list(shape.members)[:1] if getattr(shape, "is_tagged_union", False) else shape.required_members
        )
        return {name: sample(shape.members[name]) for name in names}
    if kind == "list":
        return [sample(shape.member)]
    if kind == "map":
        return {"name": "value"}
    if kind == "string":
        return shape.enum[0] if shape.enum else _text(shape.metadata.get("pattern", ""), least)
    values: dict[str, Any] = {"boolean": True, "timestamp": _LATER, "blob": b"x"}
    return values.get(kind, least)


def _text(pattern: str, least: int) -> str:
    if not pattern or r"\p" in pattern:
        return "1" * least
    fitting = ("1" * least, *_TEXTS)
    return next((each for each in fitting if len(each) >= least and re.search(pattern, each)), fitting[0])


def calls_that_need(action: str, bucket: str | None, key: str | None) -> Iterator[tuple[ServiceCall, Need]]:
    """Yield calls that need an action, the most usual one first, each with the need.

    Args:
        action: The IAM action, in any case.
        bucket: The bucket.
        key: The key.

    Raises:
        Mocks3Error: No operation that mocks3 supports needs the action.
    """
    found = sorted(
        (
            (_rank(operation, need, action), operation, need)
            for (service, name), operation in registered().items()
            if service == "s3" and name != POST_OBJECT
            for need in operation.needs
            if need.action.lower() == action.lower() and need.mode not in (FREE, LATER)
        ),
        key=lambda each: each[0],
    )
    if not found:
        raise _no_operation(action)
    for _, operation, need in found:
        yield _with_condition(ServiceCall("s3", operation.name), need, bucket, key), need


_ORDER: dict[Mode, int] = {PER_KEY: 1, OPTIONAL: 3, REVEAL: 3}


def _rank(operation: Operation, need: Need, action: str) -> tuple[int, ...]:
    name = action.partition(":")[2].lower()
    return (
        0 if operation.name in _USUAL or operation.name.lower() == name else 1,
        _ORDER.get(need.mode, 0) + (need.on is SOURCE),
        0 if need.when is None or "no version" in need.when.text else 1,
        0 if operation.name[:3].lower() == name[:3] else 1,
        len(operation.needs),
    )


def _with_condition(call: ServiceCall, need: Need, bucket: str | None, key: str | None) -> ServiceCall:
    """Return the call with the parameters on which the need depends."""
    parameters: dict[str, Any] = {}
    if bucket is not None and "Bucket" in call.members:
        parameters["Bucket"] = bucket
    if key is not None and "Key" in call.members:
        parameters["Key"] = key
    text = "" if need.when is None else need.when.text
    for name in re.findall(r"\w+", text.replace("no version is named", "")):
        if name in call.members and "not" not in text.partition(name)[0].split()[-1:]:
            parameters.setdefault(name, _conditional(call, name, text))
            if text.startswith("any of"):
                break
    if "a version is named" in text:
        _name_version(call, parameters, need, bucket, key)
    return call.with_parameters(**parameters)


def _conditional(call: ServiceCall, name: str, text: str) -> Any:
    value = re.search(rf"{name}(?:\.(\w+))? is given", text)
    if value is not None and value[1]:
        return {value[1]: sample(call.members[name].members[value[1]])}
    if name == "ACL":
        return "public-read"
    return "a=b" if name == "Tagging" else sample(call.members[name])


def _name_version(
    call: ServiceCall, parameters: dict[str, Any], need: Need, bucket: str | None, key: str | None
) -> None:
    if need.on is SOURCE:
        parameters["CopySource"] = {"Bucket": bucket or "", "Key": SOURCE_KEY, "VersionId": "version"}
    elif call.operation == "DeleteObjects":
        parameters["Delete"] = {"Objects": [{"Key": key or "", "VersionId": "version"}]}
    else:
        parameters["VersionId"] = "version"


def _no_operation(action: str) -> Mocks3Error:
    if not re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", action):
        return Mocks3Error(f"an action must be an IAM action like s3:GetObject, not {action!r}")
    name = action.partition(":")[2].lower()
    operation = next((each for (_, each) in registered() if each.lower() == name), None)
    if operation is not None:
        return Mocks3Error(f"S3 has no action {action!r}; it is an operation: use --operation {operation}")
    known = {need.action for operation in registered().values() for need in operation.needs}
    return Mocks3Error(f"no operation that mocks3 supports needs {action!r}{suggestion(action, known)}")
