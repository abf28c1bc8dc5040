"""Errors that S3 sends for directory buckets only. All other errors of S3 are in ``errors``.

Evidence: "modelled" means that the text is the error's description in botocore's model of S3; "reported" means that
users of the real service quote it; "inferred" means that the API reference gives a status without code or message,
and the message was written for mocks3.
"""

from __future__ import annotations

from mocks3.errors import Row

# Reported: the Regional endpoint treats a PUT of a configuration that directory buckets do not have as CreateBucket.
NOT_A_CONFIGURATION = Row(
    "InvalidArgument", 400, "{element} is not valid, expected CreateBucketConfiguration"
)

# Listing. The first is reported; the second is inferred: the same for delimiters.
PREFIX_WITHOUT_DELIMITER = Row(
    "InvalidRequest",
    400,
    "This bucket does not support a prefix that does not end in a delimiter. Specify a prefix path ending with a "
    "delimiter and try again.",
)
OTHER_DELIMITER = Row(
    "InvalidRequest",
    400,
    "This bucket does not support a delimiter other than '/'. Specify '/' as the delimiter and try again.",
)

# Appends: modelled; the InvalidRequests are listed on PutObject's page.
INVALID_WRITE_OFFSET = Row(
    "InvalidWriteOffset",
    400,
    "The write offset value that you specified does not match the current object size.",
)
TOO_MANY_PARTS = Row(
    "TooManyParts",
    400,
    "You have attempted to add more parts than the maximum of 10000 that are allowed for this object. You can use "
    "the CopyObject operation to copy this object to another and then add more data to the newly copied object.",
)
ENCRYPTION_MISMATCH = Row(
    "EncryptionTypeMismatch",
    400,
    "The existing object was created with a different encryption type. Subsequent write requests must include the "
    "appropriate encryption parameters in the request or while creating the session.",
)
EMPTY_APPEND = Row("InvalidRequest", 400, "Request body cannot be empty when 'write offset' is specified.")
METADATA_WITH_APPEND = Row(
    "InvalidRequest",
    400,
    "Cannot specify both a write offset value and user-defined object metadata for existing objects.",
)
CHECKSUM_MISMATCH = Row(
    "InvalidRequest",
    400,
    "Checksum Type mismatch occurred, expected checksum Type: {expected}, actual checksum Type: {actual}.",
)

# RenameObject: modelled; the InvalidRequest is inferred.
OTHER_PARAMETERS = Row(
    "IdempotencyParameterMismatch",
    400,
    "Parameters on this idempotent request are inconsistent with parameters used in previous request(s).",
)
RENAMED_TO_ITSELF = Row(
    "InvalidRequest", 400, "The source and the destination of a rename request must be different objects."
)

# Multipart uploads: "part numbers must be consecutive and begin with 1, otherwise HTTP 400" (user guide). Inferred.
PARTS_NOT_CONSECUTIVE = Row(
    "InvalidPartOrder", 400, "Part numbers must be consecutive and begin with 1 in a directory bucket."
)

# Creating buckets (API_CreateBucketConfiguration, LocationInfo, BucketInfo), default encryption and lifecycle
# (API_PutBucketEncryption, API_PutBucketLifecycleConfiguration), sessions. Inferred.
INCOMPLETE_CONFIGURATION = Row(
    "InvalidRequest", 400, "A directory bucket needs {member} in CreateBucketConfiguration: {wanted}."
)
ENCRYPTION_NOT_SUPPORTED = Row("InvalidRequest", 400, "{message}")
LIFECYCLE_NOT_SUPPORTED = Row("InvalidRequest", 400, "{message}")
