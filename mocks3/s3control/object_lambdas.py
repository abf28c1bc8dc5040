"""Object Lambda access points: CreateAccessPointForObjectLambda, and the other operations of these access points.

The function of a configuration is a Python function that ``account.create_function`` declares.

Source: their pages in the API Reference; user guide, "Creating Object Lambda Access Points". Sentences that the pages
do not have are inferred.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.access.access_points.request_checks import NO_SUCH_ACCESS_POINT
from mocks3.access.bucket_policies.public import is_public
from mocks3.access.bucket_policies.stored_principals import current_text
from mocks3.access.bucket_policies.validation import check_access_point_policy
from mocks3.errors import INVALID_REQUEST, NotSupported
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCESS_POINT, ACCOUNT, Need
from mocks3.rules import access_points as rules
from mocks3.rules.policy_documents import stored_text
from mocks3.rules.public_access_blocks import block_members
from mocks3.s3control.access_point_policies import require_not_public
from mocks3.s3control.access_points import ALREADY_OWNED
from mocks3.s3control.lookup import NO_ACCESS_POINT_POLICY, account_of, control_call
from mocks3.s3control.paging import paginate
from mocks3.storage import OBJECT_LAMBDA_ALIAS_SUFFIX, ObjectLambda, PublicAccessBlock

if TYPE_CHECKING:
    from typing import Any

    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

ACTIONS = frozenset({"GetObject"})
"""The operations that functions can transform here."""

FEATURES = frozenset({"GetObject-Range", "GetObject-PartNumber"})

_FUNCTION = re.compile(
    r"arn:[\w-]+:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(?::(?:\$LATEST|[\w-]+))?", re.ASCII
)


@operation(Need("s3:CreateAccessPointForObjectLambda", ACCESS_POINT), service="s3control")
def create_access_point_for_object_lambda(call: Authorized, params: Params) -> Params:
    """Create an Object Lambda access point for an access point of the same account and Region.

    Raises ``InvalidRequest``, ``AccessPointAlreadyOwnedByYou``; :class:`NotSupported` for functions that answer other
    operations than GetObject.
    """
    name, place = params["Name"], control_call(call)
    if not rules.is_valid_name(name):
        raise INVALID_REQUEST(message="The specified access point name is not valid.")
    point = ObjectLambda(
        name,
        place.account,
        place.region,
        function=None,
        alias=rules.alias(name, place.region, place.account, OBJECT_LAMBDA_ALIAS_SUFFIX),
        created=clock.now().replace(microsecond=0),
        **_configured(call, params["Configuration"]),
    )
    if call.store.object_lambda(point.arn) is not None:
        raise ALREADY_OWNED(AccessPointName=name)
    call.store.put_object_lambda(point)
    return {"ObjectLambdaAccessPointArn": point.arn, "Alias": _alias(point)}


@operation(Need("s3:GetAccessPointForObjectLambda", ACCESS_POINT), service="s3control")
def get_access_point_for_object_lambda(call: Authorized, params: Params) -> Params:
    """Return an Object Lambda access point. Its Block Public Access settings are always on.

    Raises ``NoSuchAccessPoint``.
    """
    point = _point(call, params)
    return {
        "Name": point.name,
        "PublicAccessBlockConfiguration": block_members(PublicAccessBlock()),
        "CreationDate": point.created,
        "Alias": _alias(point),
    }


@operation(Need("s3:ListAccessPointsForObjectLambda", ACCOUNT), service="s3control")
def list_access_points_for_object_lambda(call: Authorized, params: Params) -> Params:
    """List the account's Object Lambda access points of the Region, by name.

    Raises ``InvalidRequest`` for a ``MaxResults`` or ``NextToken`` that is not valid.
    """
    prefix = control_call(call).arn("accesspoint/", "s3-object-lambda")
    found = [each for each in call.store.object_lambdas() if each.arn.startswith(prefix)]
    return paginate(
        params,
        "ObjectLambdaAccessPointList",
        found,
        lambda each: str(each.name),
        lambda each: {
            "Name": each.name,
            "ObjectLambdaAccessPointArn": each.arn,
            "Alias": _alias(each),
        },
    )


@operation(Need("s3:DeleteAccessPointForObjectLambda", ACCESS_POINT), service="s3control")
def delete_access_point_for_object_lambda(call: Authorized, params: Params) -> Params:
    """Delete an Object Lambda access point. Its supporting access point stays. Raises ``NoSuchAccessPoint``."""
    call.store.delete_object_lambda(_point(call, params))
    return {}


@operation(Need("s3:GetAccessPointConfigurationForObjectLambda", ACCESS_POINT), service="s3control")
def get_access_point_configuration_for_object_lambda(call: Authorized, params: Params) -> Params:
    """Return the supporting access point and the function. Raises ``NoSuchAccessPoint``."""
    point = _point(call, params)
    function = {
        "FunctionArn": point.function_arn,
        **({"FunctionPayload": point.payload} if point.payload else {}),
    }
    return {
        "Configuration": {
            "SupportingAccessPoint": point.supporting,
            "CloudWatchMetricsEnabled": point.metrics,
            "AllowedFeatures": sorted(point.features),
            "TransformationConfigurations": [
                {"Actions": sorted(point.actions), "ContentTransformation": {"AwsLambda": function}}
            ],
        }
    }


@operation(Need("s3:PutAccessPointConfigurationForObjectLambda", ACCESS_POINT), service="s3control")
def put_access_point_configuration_for_object_lambda(call: Authorized, params: Params) -> Params:
    """Replace the configuration. Raises ``NoSuchAccessPoint``, ``InvalidRequest``."""
    point = _point(call, params)
    changes = _configured(call, params["Configuration"])
    function = point.function if changes["function_arn"] == point.function_arn else None
    call.store.put_object_lambda(dataclasses.replace(point, function=function, **changes))
    return {}


@operation(Need("s3:PutAccessPointPolicyForObjectLambda", ACCESS_POINT), service="s3control")
def put_access_point_policy_for_object_lambda(call: Authorized, params: Params) -> Params:
    """Replace the policy, whose actions begin with ``s3-object-lambda:``.

    Raises ``NoSuchAccessPoint``, ``MalformedPolicy``; ``AccessDenied`` for a public policy (B-20).
    """
    point, text = _point(call, params), stored_text(params["Policy"])
    principals = check_access_point_policy(call.world.iam, point.arn, text)
    require_not_public(call, point, text)
    call.store.put_object_lambda(dataclasses.replace(point, policy=text, principals=principals))
    return {}


@operation(Need("s3:GetAccessPointPolicyForObjectLambda", ACCESS_POINT), service="s3control")
def get_access_point_policy_for_object_lambda(call: Authorized, params: Params) -> Params:
    """Return the policy as it was put. Raises ``NoSuchAccessPoint``, ``NoSuchAccessPointPolicy``."""
    return {"Policy": _policy(call, _point(call, params))}


@operation(Need("s3:GetAccessPointPolicyStatusForObjectLambda", ACCESS_POINT), service="s3control")
def get_access_point_policy_status_for_object_lambda(call: Authorized, params: Params) -> Params:
    """Return whether the policy is public (B-48). Raises ``NoSuchAccessPoint``, ``NoSuchAccessPointPolicy``."""
    public = is_public(_policy(call, _point(call, params)), of_access_point=True)
    return {"PolicyStatus": {"IsPublic": public}}


@operation(Need("s3:DeleteAccessPointPolicyForObjectLambda", ACCESS_POINT), service="s3control")
def delete_access_point_policy_for_object_lambda(call: Authorized, params: Params) -> Params:
    """Delete the policy. It is no error if there is none. Raises ``NoSuchAccessPoint``."""
    call.store.put_object_lambda(dataclasses.replace(_point(call, params), policy=None, principals={}))
    return {}


def _point(call: Authorized, params: Params) -> ObjectLambda:
    point = call.store.object_lambda(
        control_call(call).arn(f"accesspoint/{params['Name']}", "s3-object-lambda")
    )
    if point is None:
        raise NO_SUCH_ACCESS_POINT(AccessPointName=params["Name"])
    return point


def _policy(call: Authorized, point: ObjectLambda) -> str:
    text = current_text(point.policy, point.principals, call.world.iam)
    if text is None:
        raise NO_ACCESS_POINT_POLICY(AccessPointName=point.name)
    return text


def _alias(point: ObjectLambda) -> dict[str, str]:
    return {"Value": point.alias, "Status": "READY"}


def _configured(call: Authorized, configuration: Params) -> dict[str, Any]:
    """Return the fields of the record that a configuration sets. Raises ``InvalidRequest``."""
    supporting = call.store.access_point(configuration["SupportingAccessPoint"])
    place = control_call(call)
    if supporting is None or (supporting.account, supporting.region) != (account_of(call), place.region):
        raise INVALID_REQUEST(message="The specified supporting access point is not valid.")
    transformations = configuration["TransformationConfigurations"]
    if len(transformations) != 1:
        raise INVALID_REQUEST(message="An Object Lambda access point has one transformation for each action.")
    actions = frozenset(transformations[0]["Actions"])
    features = frozenset(configuration.get("AllowedFeatures") or ())
    unsupported = sorted(actions - ACTIONS) + sorted(features - FEATURES)
    if unsupported:
        raise NotSupported(
            f"mocks3 does not support {unsupported[0]} of Object Lambda access points; nothing was changed"
        )
    function = transformations[0]["ContentTransformation"].get("AwsLambda", {})
    if not actions or not _FUNCTION.fullmatch(function.get("FunctionArn", "")):
        raise INVALID_REQUEST(message="The specified Lambda function ARN is not valid.")
    return {
        "supporting": supporting.arn,
        "function_arn": function["FunctionArn"],
        "actions": actions,
        "features": features,
        "payload": function.get("FunctionPayload", ""),
        "metrics": configuration.get("CloudWatchMetricsEnabled", False),
    }
