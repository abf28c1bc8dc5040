"""The table of condition keys of requests to S3, and the keys that mocks3 cannot compute, with the reason."""

from __future__ import annotations

from collections.abc import Mapping

from mocks3.access.context import (
    express,
    moment,
    network,
    organization,
    parameters,
    principal,
    resource,
    tags,
    writes,
)
from mocks3.access.context.request_info import ConditionKey, TagConditionKey

_FAMILIES = (principal, organization, moment, network, parameters, writes, tags, resource, express)

ROWS: Mapping[str, ConditionKey] = {row.key.lower(): row for family in _FAMILIES for row in family.ROWS}
"""The rows by key in lower case, because condition keys are not case-sensitive (C-45)."""

TAG_ROWS: Mapping[str, TagConditionKey] = {
    row.key.lower().removesuffix("<key>"): row
    for row in (*principal.TAG_ROWS, *tags.TAG_ROWS, *resource.TAG_ROWS, *express.TAG_ROWS)
}
"""The keys that end in the key of a tag, by the text before it, such as ``s3:existingobjecttag/``."""

OBJECT_LAMBDA = "s3-object-lambda:"
OBJECT_LAMBDA_KEYS = frozenset(
    OBJECT_LAMBDA + name for name in ("authtype", "signatureage", "tlsversion", "versionid")
)
"""The condition keys of S3 Object Lambda. They have the values of the ``s3:`` keys of the same name.

Source: Service Authorization Reference; user guide, "Using context keys with Object Lambda Access Points".
"""

MULTIVALUED = frozenset(key for key, row in ROWS.items() if row.multivalued)
"""Keys that always have a list of values, so that they cannot be policy variables (C-67)."""

_SET_BY_SERVICE = "the service that issued the credentials sets it: use request_context(keys={...})"
_DIRECTORY_ACCESS_POINT = "access points of directory buckets are not supported"
_CONTROL = "only for calls to S3 Control, which have it, or for S3's own calls"

UNDERIVED: Mapping[str, str] = {
    "aws:CalledViaAWSMCP": _SET_BY_SERVICE,
    "aws:ChatbotSourceArn": _SET_BY_SERVICE,
    "aws:Ec2InstanceSourcePrivateIPv4": _SET_BY_SERVICE,
    "aws:Ec2InstanceSourceVpc": _SET_BY_SERVICE,
    "aws:IsMcpServiceAction": "has no meaning for S3",
    "aws:SignInSessionArn": _SET_BY_SERVICE,
    "aws:ViaAWSMCPService": _SET_BY_SERVICE,
    "aws:ViaCustomerDomain": _SET_BY_SERVICE,
    "codebuild:BuildArn": _SET_BY_SERVICE,
    "codebuild:ProjectArn": _SET_BY_SERVICE,
    "ec2:RoleDelivery": _SET_BY_SERVICE,
    "ec2:SourceInstanceArn": _SET_BY_SERVICE,
    "glue:CredentialIssuingService": _SET_BY_SERVICE,
    "glue:RoleAssumedBy": _SET_BY_SERVICE,
    "identitystore:UserId": _SET_BY_SERVICE,
    "lambda:SourceFunctionArn": _SET_BY_SERVICE,
    "ssm:SourceInstanceArn": _SET_BY_SERVICE,
    "s3:AccessGrantScope": _CONTROL,
    "s3:AccessGrantsLocationScope": _CONTROL,
    "s3:deliverySourceArn": _CONTROL,
    "s3:destinationRegion": "of AWS Fault Injection Service alone",
    "s3:ExistingJobOperation": _CONTROL,
    "s3:ExistingJobPriority": _CONTROL,
    "s3:isReplicationPauseRequest": "of AWS Fault Injection Service alone",
    "s3:JobSuspendedCause": _CONTROL,
    "s3:logType": _CONTROL,
    "s3:RequestJobOperation": _CONTROL,
    "s3:RequestJobPriority": _CONTROL,
    "s3:resourceArnBeingAuthorized": _CONTROL,
    "s3express:AccessPointNetworkOrigin": _DIRECTORY_ACCESS_POINT,
    "s3express:AccessPointTag/<key>": _DIRECTORY_ACCESS_POINT,
    "s3express:AllAccessRestrictedToLocalZoneGroup": "a network border group of Local Zones: use "
    "request_context(keys={...})",
    "s3express:DataAccessPointAccount": _DIRECTORY_ACCESS_POINT,
    "s3express:DataAccessPointArn": _DIRECTORY_ACCESS_POINT,
    "s3express:Permissions": _DIRECTORY_ACCESS_POINT,
}
