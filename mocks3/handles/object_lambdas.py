"""Handles of Object Lambda access points: a Python function transforms the objects of an access point.

    def upper(event):
        context = event["getObjectContext"]
        body = requests.get(context["inputS3Url"]).content.upper()
        boto3.client("s3").write_get_object_response(
            RequestRoute=context["outputRoute"], RequestToken=context["outputToken"], Body=body
        )

    point = ops.create_object_lambda_access_point("upper", supporting, upper, role=role)
    s3.get_object(Bucket=point.arn, Key="k")

Rule: a handle stores an ARN only; its state is looked up on every use.
"""

from __future__ import annotations

import dataclasses
import inspect
import os
import re
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from mocks3 import clock
from mocks3.errors import Mocks3Error
from mocks3.handles.access_points import PointHandle, check_name
from mocks3.handles.principals import Role
from mocks3.lib.locking import holding
from mocks3.lib.partitions import partition_of
from mocks3.rules import access_points as rules
from mocks3.rules.policy_documents import Document
from mocks3.storage import OBJECT_LAMBDA_ALIAS_SUFFIX, ObjectLambda
from mocks3.storage.control import FunctionRecord

if TYPE_CHECKING:
    from mocks3.handles.access_points import AccessPointHandle
    from mocks3.handles.aws_state import AwsState
    from mocks3.handles.principals import Principal

Handler = Callable[..., object]
ACTIONS = ("GetObject",)
"""The operations that functions can transform here. AWS also supports HeadObject, ListObjects and ListObjectsV2."""
FEATURES = ("GetObject-Range", "GetObject-PartNumber")

_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


@dataclasses.dataclass(frozen=True, slots=True)
class LambdaContext:
    """The second argument of a Lambda function, with a part of Lambda's attributes."""

    function_name: str
    invoked_function_arn: str
    aws_request_id: str


class ObjectLambdaHandle(PointHandle):
    """An Object Lambda access point. Create it with ``account.create_object_lambda_access_point(...)``."""

    @property
    def record(self) -> ObjectLambda:
        """The stored state of the Object Lambda access point.

        Raises:
            Mocks3Error: The Object Lambda access point was deleted.
        """
        record = self._aws.store.object_lambda(self.arn)
        if record is None:
            raise Mocks3Error(f"the Object Lambda access point {self.arn} was deleted")
        return record

    @property
    def function_arn(self) -> str:
        """The ARN of its function, on which callers need ``lambda:InvokeFunction``."""
        return self.record.function_arn

    @property
    def alias(self) -> str:
        """The alias, which can be used in place of a bucket name: ``NAME-…--ol-s3``."""
        return self.record.alias

    @holding("_aws.lock")
    def delete(self) -> None:
        """Delete the Object Lambda access point. The supporting access point stays."""
        self._aws.store.delete_object_lambda(self.record)

    def _put(self, **changes: Any) -> None:
        self._aws.store.put_object_lambda(dataclasses.replace(self.record, **changes))


def make_object_lambda(
    aws: AwsState,
    account: str,
    name: str,
    supporting: AccessPointHandle,
    function: Handler,
    *,
    role: Role | Principal | None,
    actions: Iterable[str],
    features: Iterable[str],
    payload: str,
    function_arn: str | None,
    policy: Document | None,
) -> ObjectLambdaHandle:
    """Create an Object Lambda access point. Raise Mocks3Error for an invalid argument.

    See ``Account.create_object_lambda_access_point``.
    """
    check_name(name)
    _check_owners(account, supporting, role)
    region = supporting.record.region
    function_name = getattr(function, "__name__", type(function).__name__).strip("<>")
    arn = function_arn or f"arn:aws:lambda:{region}:{account}:function:{function_name}"
    record = ObjectLambda(
        name,
        account,
        region,
        supporting.arn,
        rules.alias(name, region, account, OBJECT_LAMBDA_ALIAS_SUFFIX),
        _runner(aws, function, arn, role),
        arn,
        _known("actions", actions, ACTIONS),
        _known("features", features, FEATURES),
        payload,
        created=clock.now(),
    )
    if aws.store.object_lambda(record.arn) is not None:
        raise Mocks3Error(f"{record.arn} already exists (AccessPointAlreadyOwnedByYou)")
    aws.store.put_object_lambda(record)
    handle = ObjectLambdaHandle(aws, record.arn)
    with ExitStack() as undo:
        undo.callback(handle.delete)
        if policy is not None:
            handle.put_policy(policy)
        undo.pop_all()
    return handle


def make_function(
    aws: AwsState, account: str, name: str, function: Handler, *, role: Role | Principal | None, region: str
) -> str:
    """Declare the Lambda function of an ARN. See ``Account.create_function``. Return the ARN."""
    if not re.fullmatch(r"[\w-]{1,64}", name, re.ASCII):
        raise Mocks3Error(
            f"the name of a function has 1 to 64 letters, digits, - and _; {name!r} is not valid"
        )
    _check_role(role)
    arn = f"arn:{partition_of(region)}:lambda:{region}:{account}:function:{name}"
    aws.store.control.put(FunctionRecord(account, arn, _runner(aws, function, arn, role)))
    return arn


def _check_owners(account: str, supporting: AccessPointHandle, role: Role | Principal | None) -> None:
    if supporting.record.account != account:
        raise Mocks3Error(
            f"{supporting.arn} belongs to another account; an Object Lambda access point and its supporting access "
            "point must belong to the same account"
        )
    _check_role(role)


def _check_role(role: Role | Principal | None) -> None:
    if role is not None and role.arn is None:
        raise Mocks3Error("role= must be a principal with credentials; the anonymous caller has none")


def _known(what: str, given: Iterable[str], known: tuple[str, ...]) -> frozenset[str]:
    found = frozenset(given)
    if not found <= set(known):
        unknown = ", ".join(sorted(found - set(known)))
        raise Mocks3Error(
            f"mocks3 supports only these {what} of an Object Lambda access point: {', '.join(known)}; not {unknown}"
        )
    return found


def _runner(aws: AwsState, function: Handler, arn: str, role: Role | Principal | None) -> Handler:
    """Return the function as S3 calls it: with one or two arguments, and its role's credentials in the environment."""
    taken = [
        each
        for each in inspect.signature(function).parameters.values()
        if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
    ]

    def run(event: dict[str, Any]) -> object:
        arguments: list[Any] = [event]
        if len(taken) > 1:
            arguments.append(LambdaContext(arn.rpartition(":")[2], arn, str(uuid.uuid4())))
        with _environment(aws, role):
            return function(*arguments)

    return run


@contextmanager
def _environment(aws: AwsState, role: Role | Principal | None) -> Iterator[None]:
    """Put the role's credentials into the environment, as Lambda does. Existing sessions do not use them.

    Source: Lambda developer guide, "Using Lambda environment variables".
    """
    if role is None:
        yield
        return
    key = (role.assume() if isinstance(role, Role) else role).access_key
    assert key is not None, "checked when the access point was created"
    before = {name: os.environ.get(name) for name in _CREDENTIALS}
    boto3 = sys.modules.get("boto3")
    session = getattr(boto3, "DEFAULT_SESSION", None)
    _set(dict(zip(_CREDENTIALS, (key.id, key.secret, key.token), strict=True)))
    if boto3 is not None:
        boto3.DEFAULT_SESSION = None  # type: ignore[attr-defined]
    try:
        yield
    finally:
        _set(before)
        if boto3 is not None:
            boto3.DEFAULT_SESSION = session  # type: ignore[attr-defined]


def _set(variables: dict[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
