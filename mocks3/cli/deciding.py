"""Decide a described call: every permission that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.validate import ParamValidator

from mocks3.cli.world import create_bucket, create_principal
from mocks3.errors import Mocks3Error
from mocks3.handles.cli_output import suggestion
from mocks3.handles.mock_aws import MockAWS
from mocks3.model.messages import WireRequest
from mocks3.model.parsed import Address, Parsed
from mocks3.model.permissions import ACCOUNT, BUCKET, NEW_BUCKET, OBJECT, PER_KEY, REQUIRED
from mocks3.model.target import Target
from mocks3.operations import registered
from mocks3.wire import models

if TYPE_CHECKING:
    from mocks3.access import Decision
    from mocks3.cli.described_call import DescribedCall
    from mocks3.model.operation import Operation


def decide(described: DescribedCall) -> list[Decision]:
    """Return the decision on each permission that the call needs, in the order in which S3 checks them.

    Raises:
        FileError: A file cannot be used.
        Mocks3Error: The call cannot be decided.
    """
    aws = MockAWS()
    principal = create_principal(aws, described)
    create_bucket(aws, described, principal)
    context = described.call.get("Context") or {}
    return [aws.explain(principal, action, resource, context) for action, resource in _questions(described)]


def _questions(described: DescribedCall) -> list[tuple[str, str]]:
    if "Action" in described.call:
        action = described.call["Action"]
        return [(action, _resource(described, _is_on_objects(action)))]
    operation = _operation(described.call["Operation"])
    parsed, target = _parsed(described, operation.name)
    asked = []
    for need in operation.needs:
        if need.mode not in (REQUIRED, PER_KEY) or need.on not in (ACCOUNT, BUCKET, NEW_BUCKET, OBJECT):
            continue
        if need.when is None or need.when.applies(parsed, target):
            on_object = need.on is OBJECT
            asked.append((need.action, "*" if need.on is ACCOUNT else _resource(described, on_object)))
    if not asked:
        raise Mocks3Error(
            f"files are not enough to decide {operation.name}; use --action instead of --operation"
        )
    return asked


def _operation(name: str) -> Operation:
    known = {each: operation for (service, each), operation in registered().items() if service == "s3"}
    if name not in known:
        raise Mocks3Error(f"there is no operation {name!r}{suggestion(name, known)}")
    return known[name]


def _parsed(described: DescribedCall, operation: str) -> tuple[Parsed, Target]:
    """Return the call as the conditions of permissions read it: its parameters and its target."""
    call = described.call
    members: dict[str, Any] = {name: call[name] for name in ("Bucket", "Key", "VersionId") if name in call}
    params = call.get("Params") or {}
    _check_params(operation, params)
    members |= params
    request = WireRequest("GET", "https", "s3.amazonaws.com", "/", "", {})
    address = Address("path", members.get("Bucket"), members.get("Key"), None, "s3.amazonaws.com")
    target = Target(members.get("Bucket") or "", None, members.get("Key"), members.get("VersionId"))
    return Parsed(request, "s3", operation, address, members, None), target


def _check_params(operation: str, params: dict[str, object]) -> None:
    """Raise Mocks3Error if botocore would not send the parameters. Required ones may be missing."""
    shape = models.service_model("s3").operation_model(operation).input_shape
    known = shape.members if shape is not None else {}
    for name, value in params.items():
        if name not in known:
            raise Mocks3Error(f"{operation} has no parameter {name!r}{suggestion(name, known)}")
        report = ParamValidator().validate(value, known[name])
        if report.has_errors():
            raise Mocks3Error(f"Params/{name} is not valid for {operation}: {report.generate_report()}")


def _is_on_objects(action: str) -> bool | None:
    """Whether an action applies to objects. None for an action that bucket policies cannot name."""
    from mocks3.access.vocabulary import OBJECT as ON_OBJECT
    from mocks3.access.vocabulary import vocabulary

    known = {each.name: each.on for each in vocabulary().actions}
    if action.lower() in known:
        return known[action.lower()] == ON_OBJECT
    if action.lower() in _service_calls():
        return None
    every = [name for name in known if name.startswith("s3:")]
    if ":" not in action:
        raise Mocks3Error(f"an action must be an IAM action like s3:GetObject, not {action!r}")
    raise Mocks3Error(f"S3 has no action {action!r}{suggestion(action.lower(), every)}")


def _service_calls() -> frozenset[str]:
    needs = (need for operation in registered().values() for need in operation.needs)
    return frozenset(need.action.lower() for need in needs if need.on in (ACCOUNT, NEW_BUCKET))


def _resource(described: DescribedCall, on_objects: bool | None) -> str:
    bucket, key = described.call.get("Bucket"), described.call.get("Key")
    if bucket is None:
        if on_objects is None:
            return "*"
        raise Mocks3Error("the bucket is missing: add --bucket NAME")
    if on_objects and key is None:
        raise Mocks3Error("the key is missing: add --key KEY")
    return f"arn:aws:s3:::{bucket}/{key}" if on_objects else f"arn:aws:s3:::{bucket}"
