"""The errors of S3 Access Grants (ErrorResponses, "List of Amazon S3 Access Grants error codes")."""

from __future__ import annotations

from mocks3.errors import DenialRow, RefusalRow, Row

INSTANCE_EXISTS = Row("AccessGrantsInstanceAlreadyExists", 409, "Access Grants Instance already exists")
NO_INSTANCE = Row("AccessGrantsInstanceNotExistsError", 404, "Access Grants Instance does not exist")
INSTANCE_NOT_EMPTY = Row(
    "AccessGrantsInstanceNotEmptyError",
    400,
    "Please clean up locations before deleting the access grants instance",
)
NO_RESOURCE_POLICY = Row(
    "AccessGrantsInstanceResourcePolicyNotExists",
    404,
    "Access Grants Instance Resource Policy does not exist",
)
INVALID_RESOURCE_POLICY = Row("InvalidResourcePolicy", 400, "The specified Resource Policy is invalid")
LOCATION_EXISTS = Row(
    "AccessGrantsLocationAlreadyExistsError", 409, "The specified access grants location already exists"
)
NO_LOCATION = Row(
    "NoSuchAccessGrantsLocationError", 404, "The specified access grants location does not exist"
)
INVALID_LOCATION = Row("InvalidAccessGrantsLocation", 400, "The specified Access Grants Location is invalid")
LOCATION_NOT_EMPTY = Row(
    "AccessGrantsLocationNotEmptyError",
    400,
    "Please clean up access grants before deleting access grants location",
)
INVALID_ROLE = Row("InvalidIamRole", 400, "The specified IAM Role is invalid")
GRANT_EXISTS = Row("AccessGrantAlreadyExists", 409, "The specified access grant already exists")
NO_GRANT = Row("NoSuchAccessGrantError", 404, "The specified access grant does not exist")
INVALID_GRANT = Row("InvalidAccessGrant", 400, "The specified Access Grant is invalid")
NOT_GRANTED = RefusalRow(
    "AccessDenied", 403, "You do not have {permission} permissions to the requested S3 Prefix: {target}"
)
MAY_NOT_ASSUME = DenialRow(
    "StsNotAuthorizedError",
    403,
    "User: access-grants.s3.amazonaws.com is not authorized to perform: {action} on resource: {role}",
)
STS_VALIDATION = Row("StsValidationError", 400, "{message}")
