"""From a case to its decisions: the permissions that a call needs, each decided."""

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
    from mocks3.cli.case import DescribedCall
    from mocks3.model.operation import Operation


def decide(case: DescribedCall) -> list[Decision]:
    """Every permission that the case asks for, decided in the order in which S3 asks.

    Raises ``FileFault``, and :class:`Mocks3Error` for what cannot be asked.
    """
    aws = MockAWS()
    principal = create_principal(aws, case)
    create_bucket(aws, case, principal)
    context = case.call.get("Context") or {}
    return [aws.explain(principal, action, resource, context) for action, resource in _questions(case)]


def _questions(case: DescribedCall) -> list[tuple[str, str]]:
    if "Action" in case.call:
        action = case.call["Action"]
        return [(action, _resource(case, _is_on_objects(action)))]
    operation = _operation(case.call["Operation"])
    parsed, target = _parsed(case, operation.name)
    asked = []
    for need in operation.needs:
        if need.mode not in (REQUIRED, PER_KEY) or need.on not in (ACCOUNT, BUCKET, NEW_BUCKET, OBJECT):
            continue
        if need.when is None or need.when.holds(parsed, target):
            on_object = need.on is OBJECT
            asked.append((need.action, "*" if need.on is ACCOUNT else _resource(case, on_object)))
    if not asked:
        raise Mocks3Error(f"{operation.name} is decided by more than files say; name an --action")
    return asked


def _operation(name: str) -> Operation:
    known = {each: operation for (service, each), operation in registered().items() if service == "s3"}
    if name not in known:
        raise Mocks3Error(f"there is no operation {name!r}{suggestion(name, known)}")
    return known[name]


def _parsed(case: DescribedCall, operation: str) -> tuple[Parsed, Target]:
    """The call as the rows of operations ask about it: its members, and what it names."""
    call = case.call
    members: dict[str, Any] = {name: call[name] for name in ("Bucket", "Key", "VersionId") if name in call}
    params = call.get("Params") or {}
    _check_params(operation, params)
    members |= params
    request = WireRequest("GET", "https", "s3.amazonaws.com", "/", "", {})
    address = Address("path", members.get("Bucket"), members.get("Key"), None, "s3.amazonaws.com")
    target = Target(members.get("Bucket") or "", None, members.get("Key"), members.get("VersionId"))
    return Parsed(request, "s3", operation, address, members, None), target


def _check_params(operation: str, params: dict[str, Any]) -> None:
    """Raise Mocks3Error if botocore would not send the members. Required ones may be missing."""
    shape = models.service_model("s3").operation_model(operation).input_shape
    known = shape.members if shape is not None else {}
    for name, value in params.items():
        if name not in known:
            raise Mocks3Error(f"{operation} has no parameter {name!r}{suggestion(name, known)}")
        report = ParamValidator().validate(value, known[name])
        if report.has_errors():
            raise Mocks3Error(f"Params/{name} is no {name} of {operation}: {report.generate_report()}")


def _is_on_objects(action: str) -> bool | None:
    """Whether an action is about objects; None for one that bucket policies cannot name."""
    from mocks3.access.vocabulary import OBJECT as ON_OBJECT
    from mocks3.access.vocabulary import vocabulary

    known = {each.name: each.on for each in vocabulary().actions}
    if action.lower() in known:
        return known[action.lower()] == ON_OBJECT
    if action.lower() in _service_calls():
        return None
    every = [name for name in known if name.startswith("s3:")]
    if ":" not in action:
        raise Mocks3Error(f"an action is written like s3:GetObject, not {action!r}")
    raise Mocks3Error(f"S3 has no action {action!r}{suggestion(action.lower(), every)}")


def _service_calls() -> frozenset[str]:
    needs = (need for operation in registered().values() for need in operation.needs)
    return frozenset(need.action.lower() for need in needs if need.on in (ACCOUNT, NEW_BUCKET))


def _resource(case: DescribedCall, on_objects: bool | None) -> str:
    bucket, key = case.call.get("Bucket"), case.call.get("Key")
    if bucket is None:
        if on_objects is None:
            return "*"
        raise Mocks3Error("say which bucket: --bucket NAME")
    if on_objects and key is None:
        raise Mocks3Error("say which object: --key KEY")
    return f"arn:aws:s3:::{bucket}/{key}" if on_objects else f"arn:aws:s3:::{bucket}"
