"""The catalogue of S3's errors, and the exceptions of mocks3.

    raise NO_SUCH_KEY(Key=key)

Each row has AWS's code, HTTP status and message. The comment above a group of rows has their source (``R-`` ids are
recorded responses of the real service). Keyword arguments in CamelCase become further elements of ``<Error>``, in the
order given. Keyword arguments in lower case fill the placeholders of the message.

    Mocks3Error             mocks3 is used wrongly, or does not support something; never a response of S3
    ├── NotSupported        an operation or option that mocks3 does not support; the message names it
    └── RealAWSCallBlocked  a call that would have left the process
    S3Error                 an error of S3; only used inside the pipeline, which turns it into a response

The errors with which S3 refuses a call are in ``errors.refusals``. They say why (``errors.raising``).
"""

from __future__ import annotations

from mocks3.errors.raising import By as By
from mocks3.errors.raising import DenialRow as DenialRow
from mocks3.errors.raising import RefusalRow as RefusalRow
from mocks3.errors.raising import Row as Row
from mocks3.errors.raising import S3Error as S3Error
from mocks3.errors.raising import Why as Why


class Mocks3Error(Exception):
    """The base class of all errors that mocks3 raises about itself. botocore does not retry them."""


class NotSupported(Mocks3Error):
    """mocks3 does not support this operation or option. The message names it."""


class RealAWSCallBlocked(Mocks3Error):
    """A call to the real AWS was blocked while a mock was active.

    ``url`` is its URL; ``service`` and ``operation`` are None if only the URL is known.
    """

    def __init__(
        self, message: str, *, url: str = "", service: str | None = None, operation: str | None = None
    ) -> None:
        super().__init__(message)
        self.url = url
        self.service = service
        self.operation = operation


# The bucket, key, version or upload does not exist..
NO_SUCH_BUCKET = Row("NoSuchBucket", 404, "The specified bucket does not exist")
NO_SUCH_KEY = Row("NoSuchKey", 404, "The specified key does not exist.")
NO_SUCH_VERSION = Row("NoSuchVersion", 404, "The specified version does not exist.")
NO_SUCH_UPLOAD = Row(
    "NoSuchUpload",
    404,
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or "
    "completed.",
)
NO_SUCH_BUCKET_POLICY = Row("NoSuchBucketPolicy", 404, "The bucket policy does not exist")
OPERATION_ABORTED = Row(  # ErrorResponses
    "OperationAborted",
    409,
    "A conflicting conditional operation is currently in progress against this resource. Please try again.",
)
METHOD_NOT_ALLOWED = Row(
    "MethodNotAllowed", 405, "The specified method is not allowed against this resource."
)

# Bodies, and the digests and lengths that requests declare for them..
MALFORMED_XML = Row(
    "MalformedXML",
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
)
INVALID_DIGEST = Row("InvalidDigest", 400, "The Content-MD5 you specified was invalid.")
BAD_CONTENT_MD5 = Row("BadDigest", 400, "The Content-MD5 you specified did not match what we received.")
BAD_CHECKSUM = Row("BadDigest", 400, "The {algorithm} you specified did not match the calculated checksum.")
INVALID_CHECKSUM_HEADER = Row(
    "InvalidRequest", 400, "Value for x-amz-checksum-{algorithm} header is invalid."
)
# S3's answers, quoted in versity/versitygw #1104, #1657, #1593 (also apache/hadoop #6467) and #1598.
UNKNOWN_CHECKSUM_HEADER = Row(
    "InvalidRequest", 400, "The algorithm type you specified in x-amz-checksum- header is invalid."
)
CHECKSUM_HEADER_AND_TRAILER = Row("InvalidRequest", 400, "Expecting a single x-amz-checksum- header")
NO_CHECKSUM_FOR_ALGORITHM = Row(
    "InvalidRequest",
    400,
    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were "
    "found.",
)
INVALID_ALGORITHM_HEADER = Row(
    "InvalidRequest", 400, "Value for x-amz-sdk-checksum-algorithm header is invalid."
)
# Inferred: the message is the one of other servers (versity/versitygw #1632); S3's own was never recorded.
UNSUPPORTED_TRAILER = Row(
    "InvalidRequest", 400, "The value specified in the x-amz-trailer header is not supported"
)
# S3's answer, quoted in versity/versitygw #1684, with the numbers of bytes.
INCOMPLETE_BODY = Row(
    "IncompleteBody",
    400,
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
)
NOT_IMPLEMENTED_HEADER = Row(
    "NotImplemented", 501, "A header you provided implies functionality that is not implemented"
)
PRECONDITION_FAILED = Row(
    "PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold"
)

# Codes with many messages: the place that raises the error gives the message.
INVALID_ARGUMENT = Row("InvalidArgument", 400, "{message}")
INVALID_REQUEST = Row("InvalidRequest", 400, "{message}")

# Headers that signed requests need, and the bucket's Region and owner..
MISSING_PAYLOAD_HASH = Row(
    "InvalidRequest", 400, "Missing required header for this request: x-amz-content-sha256"
)
INVALID_PAYLOAD_HASH = Row(
    "InvalidArgument",
    400,
    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, "
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 "
    "value.",
)
# S3's answers, quoted in versity/versitygw #1601 and #1554.
NO_UPLOAD_TO_STREAM = Row("InvalidRequest", 400, "The value of x-amz-content-sha256 header is invalid.")
ANONYMOUS_SIGNED_CHUNKS = Row(
    "InvalidRequest",
    400,
    "Anonymous requests don't support this x-amz-content-sha256 value. Please use UNSIGNED-PAYLOAD or "
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER.",
)
PERMANENT_REDIRECT = Row(
    "PermanentRedirect",
    301,
    "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future "
    "requests to this endpoint.",
)
INVALID_BUCKET_OWNER = Row(
    "InvalidBucketOwnerAWSAccountID",
    400,
    "The value of the expected bucket owner parameter must be an AWS Account ID... [{value}]",
)

# Faults of the HTTP message. ErrorResponses; MethodNotAllowed, partNumber and conflicting subresources are recorded.
# Reported by users of S3, for messages that are not valid HTTP, such as an invalid host.
MALFORMED_REQUEST = Row("BadRequest", 400, "An error occurred when parsing the HTTP request.")
INVALID_URI = Row("InvalidURI", 400, "Couldn't parse the specified URI.")
CONFLICTING_QUERY = Row("InvalidArgument", 400, "Conflicting query string parameters: {names}")
PART_NUMBER_WITHOUT_UPLOAD = Row(
    "InvalidArgument", 400, "This operation does not accept partNumber without uploadId"
)
NOT_AN_INTEGER = Row("InvalidArgument", 400, "Provided {name} not an integer or within integer range")
MALFORMED_ACL = Row("MalformedACLError", 400, MALFORMED_XML.message)
MISSING_REQUEST_BODY = Row("MissingRequestBodyError", 400, "Request Body is empty")
MISSING_DIGEST = Row(
    "InvalidRequest", 400, "Missing required header for this request: Content-MD5 OR x-amz-checksum-*"
)
# "List of SELECT Object Content Error Codes".
EMPTY_REQUEST_BODY = Row("EmptyRequestBody", 400, "The request body cannot be empty.")
MISSING_CONTENT_LENGTH = Row("MissingContentLength", 411, "You must provide the Content-Length HTTP header.")
TERMINATED_BODY = Row("IncompleteBody", 400, "The request body terminated unexpectedly")
MALFORMED_TRAILER = Row(
    "MalformedTrailerError",
    400,
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
)
CONTENT_SHA256_MISMATCH = Row(
    "XAmzContentSHA256Mismatch",
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
)
MISSING_SECURITY_HEADER = Row("MissingSecurityHeader", 400, "Your request was missing a required header")

# Browser uploads., F-111; ErrorResponses ("List of error codes").
UNKNOWN_OVERRIDE = Row(  # versity/versitygw #2075 quotes S3
    "InvalidArgument",
    400,
    "{name} is not in the set of overridable response headers. Please refer to the S3 API documentation for a complete "
    "list of overridable response headers.",
)
UNSIGNED_FRAMING = Row(  # versity/versitygw #2400 quotes S3
    "InvalidArgument",
    400,
    "aws-chunked encoding is not supported when x-amz-content-sha256 UNSIGNED-PAYLOAD is supplied",
)
MISSING_FORM_FIELD = Row(
    "InvalidArgument",
    400,
    "Bucket POST must contain a field named '{field}'.  If it is specified, please check the order of the fields.",
)
MALFORMED_POST = Row(
    "MalformedPOSTRequest", 400, "The body of your POST request is not well-formed multipart/form-data."
)
# Reported by users of S3 (itinance/react-native-fs #992); the error list has IncorrectNumberOfFilesInPostRequest.
INCORRECT_NUMBER_OF_FILES = Row("InvalidArgument", 400, "POST requires exactly one file upload per request.")
FORM_TOO_LARGE = Row(
    "MaxPostPreDataLengthExceeded", 400, "Your POST request fields preceding the upload file were too large."
)
INVALID_FORM_POLICY = Row("InvalidPolicyDocument", 400, "Invalid Policy: {reason}")

# The query protocol (sts, iam): "Common errors" of both API References.
VALIDATION_ERROR = Row("ValidationError", 400, "{reason}")
MISSING_ACTION = Row("MissingAction", 400, "The request is missing an action or a required parameter.")

# Buckets: create, list, delete..
INVALID_BUCKET_NAME = Row("InvalidBucketName", 400, "The specified bucket is not valid.")
BUCKET_ALREADY_EXISTS = Row(
    "BucketAlreadyExists",
    409,
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please "
    "select a different name and try again.",
)
BUCKET_ALREADY_OWNED = Row(
    "BucketAlreadyOwnedByYou",
    409,
    "Your previous request to create the named bucket succeeded and you already own it.",
)
ILLEGAL_LOCATION = Row(
    "IllegalLocationConstraintException",
    400,
    "The {constraint} location constraint is incompatible for the region specific endpoint this request was sent to.",
)
INVALID_LOCATION = Row("InvalidLocationConstraint", 400, "The specified location-constraint is not valid")
BUCKET_NOT_EMPTY = Row("BucketNotEmpty", 409, "The bucket you tried to delete is not empty")
BUCKET_HAS_VERSIONS = Row(
    "BucketNotEmpty",
    409,
    "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
)
ACL_WITH_BUCKET_OWNER_ENFORCED = Row(
    "InvalidBucketAclWithObjectOwnership",
    400,
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
)
ACL_WITH_PUBLIC_ACCESS_BLOCK = Row(
    "InvalidBucketAclWithBlockPublicAccessError",
    400,
    "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
)
# Answers to what is not a complete request (ErrorResponses).
REQUEST_TIMEOUT = Row(
    "RequestTimeout",
    400,
    "Your socket connection to the server was not read from or written to within the timeout period.",
)
REQUEST_HEADER_TOO_LARGE = Row(
    "RequestHeaderSectionTooLarge", 400, "Your request header section exceeds the maximum allowed size."
)
SLOW_DOWN = Row("SlowDown", 503, "Please reduce your request rate.")
SERVICE_UNAVAILABLE = Row("ServiceUnavailable", 503, "Service is unable to handle request.")
INTERNAL_ERROR = Row("InternalError", 500, "We encountered an internal error. Please try again.")
INVALID_TAG = Row("InvalidTag", 400, "{message}")
BAD_REQUEST = Row("BadRequest", 400, "{message}")

# Access control lists..
ACL_NOT_SUPPORTED = Row("AccessControlListNotSupported", 400, "The bucket does not allow ACLs")
UNEXPECTED_CONTENT = Row("UnexpectedContent", 400, "This request does not support content")

# Bucket policies. V-30 to V-49: one code, many messages.
MALFORMED_POLICY = Row("MalformedPolicy", 400, "{message}")

# Objects.; KeyTooLongError, MetadataTooLarge, EntityTooLarge: ErrorResponses, limits of the user guide.
# Reported by users of S3, for forms.
EMPTY_KEY = Row("InvalidArgument", 400, "User key must have a length greater than 0.")
KEY_TOO_LONG = Row("KeyTooLongError", 400, "Your key is too long")
METADATA_TOO_LARGE = Row(
    "MetadataTooLarge", 400, "Your metadata headers exceed the maximum allowed metadata size"
)
ENTITY_TOO_LARGE = Row("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size")
INVALID_STORAGE_CLASS = Row("InvalidStorageClass", 400, "The storage class you specified is not valid")
INVALID_REDIRECT = Row(
    "InvalidRedirectLocation",
    400,
    "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
)
NOT_MODIFIED = Row("NotModified", 304, "Not Modified")
INVALID_RANGE = Row("InvalidRange", 416, "The requested range is not satisfiable")
INVALID_PART_NUMBER = Row("InvalidPartNumber", 416, "The requested partnumber is not satisfiable")
# Reported by users of RestoreObject; codes and statuses: API_RestoreObject.
RESTORE_IN_PROGRESS = Row("RestoreAlreadyInProgress", 409, "Object restore is already in progress")
NO_OBJECT_LOCK = Row(
    "NoSuchObjectLockConfiguration", 404, "The specified object does not have a ObjectLock configuration"
)
# API_PutObjectAnnotation and the other annotation pages describe the codes in these words.
NO_SUCH_ANNOTATION = Row("NoSuchAnnotation", 404, "The specified annotation does not exist on this object.")
INVALID_ANNOTATION_NAME = Row("InvalidAnnotationName", 400, "The annotation name you provided is invalid.")
ANNOTATION_NAME_TOO_LONG = Row("AnnotationNameTooLong", 400, "The annotation name exceeds 512 bytes.")
ANNOTATION_LIMIT_EXCEEDED = Row(
    "AnnotationLimitExceeded",
    400,
    "The request would exceed the maximum number of annotations allowed per object.",
)
INVALID_ANNOTATION_PREFIX = Row("InvalidPrefix", 400, "The annotation prefix you provided is invalid.")
UNSUPPORTED_MEDIA_TYPE = Row(
    "UnsupportedMediaType", 415, "The annotation payload is not valid UTF-8 encoded text."
)
COPY_RANGE_INVALID = Row(
    "InvalidArgument",
    400,
    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based "
    "offsets of the first and last bytes to copy",
)
COPY_OF_MARKER = Row(
    "InvalidRequest",
    400,
    "The source of a copy request may not specifically refer to a delete marker by version id.",
)
UNSUPPORTED_CHECKSUM = Row(
    "InvalidRequest",
    400,
    "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, "
    "CRC64NVME, SHA1, SHA256]",
)
INVALID_PART = Row(
    "InvalidPart",
    400,
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified "
    "entity tag may not match the part's entity tag.",
)
INVALID_PART_ORDER = Row(
    "InvalidPartOrder",
    400,
    "The list of parts was not in ascending order. Parts must be ordered by part number.",
)
ENTITY_TOO_SMALL = Row("EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size")
BAD_PART_CHECKSUM = Row(
    "BadDigest", 400, "The {algorithm} you specified for part {number} did not match what we received."
)
CONDITIONAL_CONFLICT = Row(
    "ConditionalRequestConflict",
    409,
    "The conditional request cannot succeed due to a conflicting operation against this resource.",
)
INVALID_ENCRYPTION_ALGORITHM = Row(
    "InvalidEncryptionAlgorithmError",
    400,
    "The Encryption request you specified is not valid. Supported value: AES256.",
)
ENCRYPTED_WITH_CUSTOMER_KEY = Row(
    "InvalidRequest",
    400,
    "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to "
    "retrieve the object.",
)
# Reported by users of SDKs that did not send the header.
KMS_NEEDS_HEADER = Row(
    "InvalidArgument",
    400,
    "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
)

# Versioning and other states of a bucket. R-16.
NO_VERSIONING_STATUS = Row(
    "IllegalVersioningConfigurationException", 400, "The Versioning element must be specified"
)
INVALID_BUCKET_STATE = Row("InvalidBucketState", 409, "{message}")
OWNERSHIP_CONTROLS_NOT_FOUND = Row(
    "OwnershipControlsNotFoundError", 404, "The bucket ownership controls were not found"
)
NO_PUBLIC_ACCESS_BLOCK = Row(
    "NoSuchPublicAccessBlockConfiguration", 404, "The public access block configuration was not found"
)

# Configurations of buckets. R-14; limits: API_Put…Configuration.
NO_SUCH_CORS = Row("NoSuchCORSConfiguration", 404, "The CORS configuration does not exist")
NO_SUCH_LIFECYCLE = Row("NoSuchLifecycleConfiguration", 404, "The lifecycle configuration does not exist")
NO_SUCH_REPLICATION = Row(
    "ReplicationConfigurationNotFoundError", 404, "The replication configuration was not found"
)
NO_SUCH_TAG_SET = Row("NoSuchTagSet", 404, "The TagSet does not exist")
NO_SUCH_WEBSITE = Row(
    "NoSuchWebsiteConfiguration", 404, "The specified bucket does not have a website configuration"
)
NO_OBJECT_LOCK_CONFIGURATION = Row(
    "ObjectLockConfigurationNotFoundError", 404, "Object Lock configuration does not exist for this bucket"
)
# The code is known from tools that handle it; the message is inferred.
NO_SUCH_METADATA = Row(
    "MetadataConfigurationNotFound", 404, "The metadata configuration for this bucket does not exist"
)
NO_SUCH_CONFIGURATION = Row("NoSuchConfiguration", 404, "The specified configuration does not exist.")
TOO_MANY_CONFIGURATIONS = Row(
    "TooManyConfigurations",
    400,
    "You are attempting to create a new configuration but have already reached the 1,000-configuration limit.",
)
ID_MISMATCH = Row("IdMismatch", 400, "Document ID does not match the specified configuration ID.")
INVALID_DESTINATION = Row("InvalidS3DestinationBucket", 400, "Invalid bucket ARN.")
INVALID_TARGET_FOR_LOGGING = Row("InvalidTargetBucketForLogging", 400, "{message}")

# Cross-origin requests. R-90.
CORS_ORIGIN_NEEDED = Row("BadRequest", 400, "Insufficient information. Origin request header needed.")
CORS_INVALID_METHOD = Row("BadRequest", 400, "Invalid Access-Control-Request-Method: {method}")

# The website endpoint.; the first is reported by users.
INCORRECT_ENDPOINT = Row(
    "IncorrectEndpoint",
    400,
    "The specified bucket exists in another region. Please direct requests to the specified endpoint.",
)
FOUND = Row("Found", 302, "Resource Found")
