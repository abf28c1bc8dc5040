"""Translate a bucket's properties to the parameters of the boto3 operations that set them.

Rule 1: names and types come from botocore's model of S3. ``RENAMED`` has the members whose names differ, and a function
each the properties whose structure differs.
Rule 2: a member that the operation does not have is an error that names it.

Sources: the page of AWS::S3::Bucket in the CloudFormation template reference, and the pages of its property types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.wire.models import operation_model

if TYPE_CHECKING:
    from botocore.model import Shape


class Unfit(Exception):
    """A value does not fit the operation. ``str()`` says why."""


Value = Any

RENAMED: Mapping[tuple[str, str], str] = {
    ("CORSConfiguration", "CorsRules"): "CORSRules",
    ("CORSRule", "Id"): "ID",
    ("CORSRule", "ExposedHeaders"): "ExposeHeaders",
    ("CORSRule", "MaxAge"): "MaxAgeSeconds",
    ("AccelerateConfiguration", "AccelerationStatus"): "Status",
    ("LifecycleRule", "Id"): "ID",
    ("Transition", "TransitionInDays"): "Days",
    ("Transition", "TransitionDate"): "Date",
    ("NoncurrentVersionTransition", "TransitionInDays"): "NoncurrentDays",
    ("LoggingEnabled", "DestinationBucketName"): "TargetBucket",
    ("LoggingEnabled", "LogFilePrefix"): "TargetPrefix",
    ("RoutingRule", "RedirectRule"): "Redirect",
    ("RoutingRule", "RoutingRuleCondition"): "Condition",
    ("ServerSideEncryptionRule", "ServerSideEncryptionByDefault"): "ApplyServerSideEncryptionByDefault",
    ("LambdaFunctionConfiguration", "Function"): "LambdaFunctionArn",
    ("LambdaFunctionConfiguration", "Event"): "Events",
    ("QueueConfiguration", "Queue"): "QueueArn",
    ("QueueConfiguration", "Event"): "Events",
    ("TopicConfiguration", "Topic"): "TopicArn",
    ("TopicConfiguration", "Event"): "Events",
    ("NotificationConfiguration", "LambdaConfigurations"): "LambdaFunctionConfigurations",
    ("NotificationConfigurationFilter", "S3Key"): "Key",
    ("S3KeyFilter", "Rules"): "FilterRules",
    ("ReplicationRule", "Id"): "ID",
    ("ReplicationRuleFilter", "TagFilter"): "Tag",
    ("ReplicationRuleAndOperator", "TagFilters"): "Tags",
}
"""botocore's structure, CloudFormation's member, and botocore's member."""


class Setting(NamedTuple):
    """The operation that sets a property, its parameter, and what changes the property's structure first."""

    operation: str
    parameter: str
    change: Callable[[Any, str], Any] = lambda value, _: value


def parameters(property_: str, value: Value, bucket: str) -> dict[str, Any]:
    """Return the parameters of the operation that sets a property of a bucket.

    Raises:
        Unfit: The value does not fit the operation.
    """
    setting = SETTINGS[property_]
    model = operation_model("s3", setting.operation)
    assert model.input_shape is not None
    try:
        changed = setting.change(value, bucket)
    except (TypeError, ValueError, AttributeError, KeyError):
        raise Unfit("its structure is not the one that CloudFormation documents") from None
    extra = changed.pop(_TOP) if isinstance(changed, dict) and _TOP in changed else {}
    shape = model.input_shape.members[setting.parameter]
    return {setting.parameter: converted(shape, changed), **extra}


def converted(shape: Shape, value: Value) -> Any:
    """Return a value with the names and types of a shape of botocore.

    Raises:
        Unfit: The value has a member that the shape does not have, or another type.
    """
    kind = shape.type_name
    if kind == "structure":
        return _structure(shape, value)
    if kind == "list":
        items = value if isinstance(value, list) else [value]
        return [converted(shape.member, each) for each in items]
    if isinstance(value, dict | list) or value is None:
        raise Unfit(f"{shape.name} must not be {'a list' if isinstance(value, list) else 'a mapping'}")
    if kind == "boolean":
        if str(value).lower() not in ("true", "false"):
            raise Unfit(f"{shape.name} must be true or false, not {value!r}")
        return str(value).lower() == "true"
    if kind in ("integer", "long"):
        try:
            return int(value)
        except ValueError:
            raise Unfit(f"{shape.name} must be a whole number, not {value!r}") from None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _structure(shape: Any, value: Value) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unfit(f"{shape.name} must be a mapping")
    found = {}
    for key, inner in value.items():
        name = RENAMED.get((shape.name, key), key)
        if name not in shape.members:
            raise Unfit(f"{shape.name} has no member {key!r}")
        found[name] = converted(shape.members[name], inner)
    return found


_TOP = ""
"""The key of parameters of the operation next to the one that has the property."""


def _lifecycle(value: Value, _: str) -> Value:
    changed = {**value, "Rules": [_lifecycle_rule(dict(each)) for each in value["Rules"]]}
    size = changed.pop("TransitionDefaultMinimumObjectSize", None)
    return changed if size is None else {**changed, _TOP: {"TransitionDefaultMinimumObjectSize": size}}


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    filters = {
        name: rule.pop(name)
        for name in ("Prefix", "ObjectSizeGreaterThan", "ObjectSizeLessThan")
        if name in rule
    }
    tags = rule.pop("TagFilters", [])
    if len(filters) + len(tags) > 1:
        rule["Filter"] = {"And": {**filters, **({"Tags": tags} if tags else {})}}
    else:
        rule["Filter"] = {"Tag": tags[0]} if tags else filters or {"Prefix": ""}
    expiration = {
        name: rule.pop(key)
        for name, key in (
            ("Days", "ExpirationInDays"),
            ("Date", "ExpirationDate"),
            ("ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker"),
        )
        if key in rule
    }
    if expiration:
        rule["Expiration"] = expiration
    if "NoncurrentVersionExpirationInDays" in rule:
        rule["NoncurrentVersionExpiration"] = {
            "NoncurrentDays": rule.pop("NoncurrentVersionExpirationInDays")
        }
    for many in ("Transitions", "NoncurrentVersionTransitions"):
        one = rule.pop(many.removesuffix("s"), None)
        if one is not None:
            rule[many] = [*rule.get(many, []), one]
    return rule


def _website(value: Value, _: str) -> Value:
    changed = dict(value)
    for name, inner in (("IndexDocument", "Suffix"), ("ErrorDocument", "Key")):
        if name in changed:
            changed[name] = {inner: changed[name]}
    return changed


def _notification(value: Value, _: str) -> Value:
    changed = dict(value)
    bridge = changed.pop("EventBridgeConfiguration", None)
    if bridge is not None and str(bridge.get("EventBridgeEnabled", True)).lower() == "true":
        changed["EventBridgeConfiguration"] = {}
    return changed


def _encryption(value: Value, _: str) -> Value:
    return {"Rules": value["ServerSideEncryptionConfiguration"]}


def _logging(value: Value, bucket: str) -> Value:
    return {"LoggingEnabled": {"DestinationBucketName": bucket, "LogFilePrefix": "", **value}}


def _tagging(value: Value, _: str) -> Value:
    return {"TagSet": value}


def _status(value: Value, _: str) -> Value:
    return {"Status": value}


SETTINGS: Mapping[str, Setting] = {
    "AbacStatus": Setting("PutBucketAbac", "AbacStatus", _status),
    "AccelerateConfiguration": Setting("PutBucketAccelerateConfiguration", "AccelerateConfiguration"),
    "BucketEncryption": Setting("PutBucketEncryption", "ServerSideEncryptionConfiguration", _encryption),
    "CorsConfiguration": Setting("PutBucketCors", "CORSConfiguration"),
    "LifecycleConfiguration": Setting(
        "PutBucketLifecycleConfiguration", "LifecycleConfiguration", _lifecycle
    ),
    "LoggingConfiguration": Setting("PutBucketLogging", "BucketLoggingStatus", _logging),
    "NotificationConfiguration": Setting(
        "PutBucketNotificationConfiguration", "NotificationConfiguration", _notification
    ),
    "ObjectLockConfiguration": Setting("PutObjectLockConfiguration", "ObjectLockConfiguration"),
    "ReplicationConfiguration": Setting("PutBucketReplication", "ReplicationConfiguration"),
    "Tags": Setting("PutBucketTagging", "Tagging", _tagging),
    "VersioningConfiguration": Setting("PutBucketVersioning", "VersioningConfiguration"),
    "WebsiteConfiguration": Setting("PutBucketWebsite", "WebsiteConfiguration", _website),
}
"""The settings of a bucket by the property of AWS::S3::Bucket."""
