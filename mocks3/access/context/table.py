"""Every condition key that a request to S3 can carry, and those that cannot be derived here, with the reason."""

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
"""By key in lower case, which is how conditions ask (C-45)."""

TAG_ROWS: Mapping[str, TagConditionKey] = {
    row.key.lower().removesuffix("<key>"): row
    for row in (*principal.TAG_ROWS, *tags.TAG_ROWS, *resource.TAG_ROWS, *express.TAG_ROWS)
}
"""The families of keys that end in a tag's, by what stands before it: ``s3:existingobjecttag/``."""

OBJECT_LAMBDA = "s3-object-lambda:"
OBJECT_LAMBDA_KEYS = frozenset(
    OBJECT_LAMBDA + name for name in ("authtype", "signatureage", "tlsversion", "versionid")
)
"""What S3 Object Lambda asks by itself, as S3 does: of the connection, the signature and the version.

Source: Service Authorization Reference; user guide, "Using context keys with Object Lambda Access Points".
"""

MULTIVALUED = frozenset(key for key, row in ROWS.items() if row.multivalued)
"""Keys that are lists whatever they hold, and so are no variables (C-67)."""

_TOLD = "the service that issued the credentials sets it: tell it with request_context(keys={...})"
_DIRECTORY_ACCESS_POINT = "access points of directory buckets are not played"
_CONTROL = "of calls to S3 Control or of S3's own, which are not played"

UNDERIVED: Mapping[str, str] = {
    "aws:AssumedRoot": "sts:AssumeRoot is not played",
    "aws:CalledViaAWSMCP": _TOLD,
    "aws:ChatbotSourceArn": _TOLD,
    "aws:Ec2InstanceSourcePrivateIPv4": _TOLD,
    "aws:Ec2InstanceSourceVpc": _TOLD,
    "aws:FederatedProvider": "sts:AssumeRoleWithWebIdentity is not played",
    "aws:IsMcpServiceAction": "has no meaning for S3",
    "aws:SignInSessionArn": _TOLD,
    "aws:ViaAWSMCPService": _TOLD,
    "aws:ViaCustomerDomain": _TOLD,
    "codebuild:BuildArn": _TOLD,
    "codebuild:ProjectArn": _TOLD,
    "ec2:RoleDelivery": _TOLD,
    "ec2:SourceInstanceArn": _TOLD,
    "glue:CredentialIssuingService": _TOLD,
    "glue:RoleAssumedBy": _TOLD,
    "identitystore:UserId": _TOLD,
    "lambda:SourceFunctionArn": _TOLD,
    "ssm:SourceInstanceArn": _TOLD,
    "s3:AccessGrantScope": _CONTROL,
    "s3:AccessGrantsInstanceArn": "S3 Access Grants are not played: tell it with request_context(keys={...})",
    "s3:AccessGrantsLocationScope": _CONTROL,
    "s3:AccessPointTag/<key>": "access points have no tags here",
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
    "s3express:AllAccessRestrictedToLocalZoneGroup": "a network border group of Local Zones: tell it with "
    "request_context(keys={...})",
    "s3express:DataAccessPointAccount": _DIRECTORY_ACCESS_POINT,
    "s3express:DataAccessPointArn": _DIRECTORY_ACCESS_POINT,
    "s3express:Permissions": _DIRECTORY_ACCESS_POINT,
}
