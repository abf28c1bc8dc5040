"""The errors with which S3 refuses a call, by policies or by a rule. All other errors are in ``errors``.

The error of a rule is raised with the reason, a ``Why``; a denial by policies gets its decision from
``access.refusing``. The ids in the comments are those of ``docs/rules``.
"""

from __future__ import annotations

from mocks3.errors.raising import DenialRow, RefusalRow

# Denials by policies. The package access writes their messages (docs/rules/access-denied.md).
DENIED_BY_POLICIES = DenialRow("AccessDenied", 403, "{message}")

# Denials without details. X-43.
ACCESS_DENIED = RefusalRow("AccessDenied", 403, "Access Denied")

# Calls that S3 never accepts unsigned..
UNSIGNED_CALL = RefusalRow("AccessDenied", 403, "{message}")

# Roles that do not exist get the message of roles that the caller may not assume. P-5.
ROLE_DENIED = RefusalRow("AccessDenied", 403, "{message}")
ROOT_MAY_NOT_ASSUME = RefusalRow("AccessDenied", 403, "Roles may not be assumed by root accounts.")

# F-13.
MFA_REQUIRED = RefusalRow("AccessDenied", 403, "Mfa Authentication must be used for this request")
# As users of AssumeRole and GetSessionToken report them (aws/aws-cli #6325). P-19.
MFA_NOT_VALID = RefusalRow(
    "AccessDenied",
    403,
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and "
    "associated with this user.",
)
MFA_INCOMPLETE = RefusalRow(
    "AccessDenied",
    403,
    "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
)

# How a request is signed..
INVALID_ACCESS_KEY_ID = RefusalRow(
    "InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records."
)
SIGNATURE_DOES_NOT_MATCH = RefusalRow(
    "SignatureDoesNotMatch",
    403,
    "The request signature we calculated does not match the signature you provided. Check your key and signing "
    "method.",
)
REQUEST_TIME_TOO_SKEWED = RefusalRow(
    "RequestTimeTooSkewed", 403, "The difference between the request time and the current time is too large."
)
EXPIRED_TOKEN = RefusalRow("ExpiredToken", 400, "The provided token has expired.")
INVALID_TOKEN = RefusalRow("InvalidToken", 400, "The provided token is malformed or otherwise invalid.")
AUTHORIZATION_HEADER_MALFORMED = RefusalRow(
    "AuthorizationHeaderMalformed", 400, "The authorization header is malformed; {reason}"
)
MISSING_DATE = RefusalRow(
    "AccessDenied", 403, "AWS authentication requires a valid Date or x-amz-date header"
)
UNSIGNED_HEADERS = RefusalRow(
    "AccessDenied", 403, "There were headers present in the request which were not signed"
)
AUTHORIZATION_QUERY_ERROR = RefusalRow("AuthorizationQueryParametersError", 400, "{message}")
REQUEST_EXPIRED = RefusalRow("AccessDenied", 403, "Request has expired")
REQUEST_NOT_YET_VALID = RefusalRow("AccessDenied", 403, "Request is not valid yet")
INCOMPLETE_QUERY_SIGNATURE = RefusalRow(
    "AccessDenied",
    403,
    "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
)
INVALID_EXPIRY = RefusalRow("AccessDenied", 403, "Invalid date (should be seconds since epoch): {text}")
SIGNATURE_V4_NEEDED = RefusalRow(
    "InvalidRequest",
    400,
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
)
SEVERAL_MECHANISMS = RefusalRow(
    "InvalidArgument",
    400,
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or "
    "the Authorization header should be specified",
)
UNSUPPORTED_AUTHORIZATION = RefusalRow("InvalidArgument", 400, "Unsupported Authorization Type")
MALFORMED_V2_HEADER = RefusalRow(
    "InvalidArgument", 400, "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature"
)

# Chunks of a body. ErrorResponses.
INVALID_CHUNK_SIZE = RefusalRow(
    "InvalidChunkSizeError", 403, "Only the last chunk is allowed to have a size less than 8192 bytes"
)

# Browser uploads. F-111.
FORM_POLICY_DENIES = RefusalRow("AccessDenied", 403, "Invalid according to Policy: {reason}")

# Access control lists and bucket policies. B-20, B-21.
PUBLIC_ACCESS_BLOCKED = RefusalRow(
    "AccessDenied",
    403,
    'User: {user} is not authorized to perform: {action} on resource: "{arn}" because public {what} are prevented '
    "by the {setting} setting in S3 Block Public Access.",
)

# Archived objects. API_GetObject; the second and third are reported by users of RestoreObject and of CopyObject.
INVALID_OBJECT_STATE = RefusalRow(
    "InvalidObjectState", 403, "The operation is not valid for the object's storage class"
)
NOT_RESTORABLE = RefusalRow(
    "InvalidObjectState", 403, "Restore is not allowed for the object's current storage class"
)
ARCHIVED_SOURCE = RefusalRow(
    "InvalidObjectState", 403, "Operation is not valid for the source object's storage class"
)

# Object Lock. X-46; the second is the sentence of API_UpdateObjectEncryption.
OBJECT_LOCKED = RefusalRow("AccessDenied", 403, "Access Denied because object protected by object lock.")

LOCKED_ENCRYPTION = RefusalRow(
    "AccessDenied",
    403,
    "The encryption type for the specified object can’t be updated because that object is protected by S3 Object Lock. "
    "If the object has a governance-mode retention period or a legal hold, you must first remove the Object Lock "
    "status on the object before you issue your UpdateObjectEncryption request. You can't use the "
    "UpdateObjectEncryption operation with objects that have an Object Lock compliance mode retention period applied "
    "to them.",
)

# Encryption. The first is the sentence of API_UpdateObjectEncryption.. KMS's own errors are in
# storage/kms/faults.py.
FOREIGN_KEY = RefusalRow(
    "AccessDenied",
    403,
    "The AWS KMS key in the request must be owned by the same account as the bucket. Modify the request to specify a "
    "KMS key from the same account, and then try again.",
)
WRONG_CUSTOMER_KEY = RefusalRow(
    "AccessDenied",
    403,
    "Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.",
)
CUSTOMER_KEYS_BLOCKED = RefusalRow(
    "AccessDenied",
    403,
    'User: {user} is not authorized to perform: s3:PutObject on resource: "{arn}" because this bucket has blocked '
    "upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a "
    "different server-side encryption type",
)
CIPHERTEXT_OF_MISSING_KEY = RefusalRow(
    "AccessDenied",
    403,
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not "
    "allowed to access.",
)
KMS_DENIED = RefusalRow("AccessDenied", 403, "{message}")
KMS_NEEDS_SIGNATURE = RefusalRow(
    "InvalidArgument",
    400,
    "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.",
)

# Configurations of buckets. R-19.
CROSS_LOCATION_LOGGING = RefusalRow(
    "CrossLocationLoggingProhibitted", 403, "Cross S3 location logging not allowed. "
)

# Cross-origin requests. R-90.
CORS_BUCKET_NOT_FOUND = RefusalRow("AccessForbidden", 403, "CORSResponse: Bucket not found")
CORS_NOT_ENABLED = RefusalRow("AccessForbidden", 403, "CORSResponse: CORS is not enabled for this bucket.")
CORS_NOT_ALLOWED = RefusalRow(
    "AccessForbidden",
    403,
    "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method "
    "/ Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS "
    "spec.",
)

# Tokens of identity providers. API_AssumeRoleWithWebIdentity and API_AssumeRoleWithSAML, "Errors"; the sentences as the
# IAM user guide has them ("Troubleshoot SAML federation with IAM") and as users report them
# (aws-actions/configure-aws-credentials #280 and #721, mozilla-iam/mozilla-aws-cli #127). P-21, P-22.
INVALID_IDENTITY_TOKEN = RefusalRow("InvalidIdentityToken", 400, "{message}")
EXPIRED_IDENTITY_TOKEN = RefusalRow("ExpiredTokenException", 400, "{message}")
