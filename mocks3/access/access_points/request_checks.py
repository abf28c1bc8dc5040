"""Checks of a request through an access point, before policies are evaluated.

Source: user guide, "Access points restrictions and limitations" (signed by Version 4, over HTTPS, never anonymous) and
"Access point compatibility"; F-127.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mocks3.access.vocabulary import OBJECT_LAMBDA_ACTIONS, vocabulary
from mocks3.errors import METHOD_NOT_ALLOWED, NotSupported, RefusalRow, Row, S3Error, Why
from mocks3.errors.refusals import ACCESS_DENIED
from mocks3.storage import ALIAS_SUFFIX, OBJECT_LAMBDA_ALIAS_SUFFIX

if TYPE_CHECKING:
    from mocks3.model.operation import Operation
    from mocks3.model.stages import Authenticated
    from mocks3.model.target import Target

# "List of error codes" of the API Reference; the message is known from reports of S3 Control's callers.
NO_SUCH_ACCESS_POINT = Row("NoSuchAccessPoint", 404, "The specified accesspoint does not exist")
NO_SUCH_MULTI_REGION_ACCESS_POINT = Row(
    "NoSuchMultiRegionAccessPoint", 404, "The specified Multi-Region Access Point does not exist."
)
INVALID_ALIAS = Row(
    "InvalidAccessPointAliasError", 400, "The specified access point alias name is not valid."
)
# Observed in Regions that accept only Signature Version 4.
UNSUPPORTED_MECHANISM = RefusalRow(
    "InvalidRequest",
    400,
    "The authorization mechanism you have provided is not supported. Please use {algorithm}.",
)

ASYMMETRIC = "AWS4-ECDSA-P256-SHA256"
"""The algorithm of Signature Version 4A."""

MULTI_REGION_OPERATIONS = frozenset(
    """
    AbortMultipartUpload CompleteMultipartUpload CopyObject CreateMultipartUpload DeleteObject DeleteObjectTagging
    GetObject GetObjectAcl GetObjectLegalHold GetObjectRetention GetObjectTagging HeadObject ListMultipartUploads
    ListObjectsV2 ListParts PutObject PutObjectAcl PutObjectLegalHold PutObjectRetention PutObjectTagging RestoreObject
    UploadPart
    """.split()  # noqa: SIM905 - a list of words
)
"""The operations of requests to Multi-Region Access Points. CopyObject accepts one as its destination only.

Source: user guide, "Using Multi-Region Access Points with supported API operations".
"""

UNSUPPORTED_KINDS = {
    ":s3-outposts:": "S3 on Outposts",
}
"""Parts of the names of access points of other kinds, and the names of these kinds."""


def missing_access_point(name: str) -> S3Error | None:
    """Return the error for the ARN or alias of an access point that does not exist; None for other names.

    Raises :class:`NotSupported` for kinds of access points that mocks3 does not support.
    """
    if name.endswith((ALIAS_SUFFIX, OBJECT_LAMBDA_ALIAS_SUFFIX)):
        return INVALID_ALIAS(Alias=name)
    if not name.startswith("arn:"):
        return None
    if name.endswith(".mrap"):
        return NO_SUCH_MULTI_REGION_ACCESS_POINT()
    for sign, kind in UNSUPPORTED_KINDS.items():
        if sign in name:
            raise NotSupported(f"mocks3 does not support {kind}, such as {name}")
    return NO_SUCH_ACCESS_POINT(AccessPointName=name.rpartition("/")[2])


def check_request(authenticated: Authenticated, operation: Operation, target: Target) -> None:
    """Raise an error for a request that access points never accept.

    Raises ``MethodNotAllowed`` for operations on the bucket's configuration, ``AccessDenied`` for unsigned callers and
    for plain HTTP at the access point's own host, and ``InvalidRequest`` for Signature Version 2.
    """
    parsed = authenticated.parsed
    action = operation.needs[0].action.lower()
    actions = access_point_actions() if target.object_lambda is None else object_lambda_actions()
    if action.replace("s3-object-lambda:", "s3:") not in actions:
        kind = "BUCKET" if parsed.address.key is None else "OBJECT"
        raise METHOD_NOT_ALLOWED(Method=parsed.request.method, ResourceType=kind)
    if authenticated.signature.version == "AWS":
        why = _why("a signature of Version 2", "sign the request with Version 4")
        raise UNSUPPORTED_MECHANISM(why, algorithm="AWS4-HMAC-SHA256")
    own_host = parsed.address.style in ("access-point", "object-lambda")
    plain = own_host and parsed.request.scheme == "http"
    if authenticated.caller.anonymous:
        raise ACCESS_DENIED(_why("no signature", "sign the request"))
    if target.access_point is not None and not target.access_point.region:
        _check_multi_region(authenticated, operation)
    if plain:
        raise ACCESS_DENIED(_why("come over plain HTTP", "use https"))


def _check_multi_region(authenticated: Authenticated, operation: Operation) -> None:
    """Raise an error for a request that Multi-Region Access Points never accept (F-126).

    Raises ``MethodNotAllowed`` for other operations than those of the list in the user guide, and ``InvalidRequest``
    for a signature for one Region.
    """
    parsed = authenticated.parsed
    if operation.name not in MULTI_REGION_OPERATIONS:
        kind = "BUCKET" if parsed.address.key is None else "OBJECT"
        raise METHOD_NOT_ALLOWED(Method=parsed.request.method, ResourceType=kind)
    if authenticated.signature.version != ASYMMETRIC:
        why = Why(
            "access-point",
            "Multi-Region Access Points accept only requests that are signed with Version 4A, for any Region, and this "
            f"one has a signature of {authenticated.signature.version}",
            "F-126",
            ("sign with Version 4A: botocore does so if awscrt is installed (pip install 'botocore[crt]')",),
        )
        raise UNSUPPORTED_MECHANISM(why, algorithm=ASYMMETRIC)


def _why(has: str, fix: str) -> Why:
    return Why(
        "access-point",
        f"access points accept only requests over HTTPS that are signed with Version 4, and this one has {has}",
        "F-127",
        (fix,),
    )


@cache
def access_point_actions() -> frozenset[str]:
    """Return the actions, in lower case, of the requests that access points accept.

    They are the actions that support ``s3:DataAccessPointArn`` (Service Authorization Reference), and listing uploads,
    which only the user guide names.
    """
    return vocabulary().keys["s3:dataaccesspointarn"] | {"s3:listbucketmultipartuploads"}


@cache
def object_lambda_actions() -> frozenset[str]:
    """Return the actions, in lower case, of the requests that Object Lambda access points accept."""
    return frozenset(f"s3:{name.lower()}" for name in OBJECT_LAMBDA_ACTIONS)
