"""What is settled of a request through an access point before any policy is read.

Source: user guide, "Access points restrictions and limitations" (signed by Version 4, over HTTPS, never anonymous) and
"Access point compatibility"; F-127.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mocks3.access.vocabulary import OBJECT_LAMBDA_ACTIONS, vocabulary
from mocks3.errors import ACCESS_DENIED, METHOD_NOT_ALLOWED, NotSupported, Row, S3Error
from mocks3.storage import ALIAS_SUFFIX

if TYPE_CHECKING:
    from mocks3.model.operation import Operation
    from mocks3.model.stages import Authenticated
    from mocks3.model.target import Target

# "List of error codes" of the API Reference; the sentence is known from reports of S3 Control's callers.
NO_SUCH_ACCESS_POINT = Row("NoSuchAccessPoint", 404, "The specified accesspoint does not exist")
INVALID_ALIAS = Row(
    "InvalidAccessPointAliasError", 400, "The specified access point alias name is not valid."
)
# What Regions that take Version 4 alone were seen to answer.
UNSUPPORTED_MECHANISM = Row(
    "InvalidRequest",
    400,
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
)

UNSUPPORTED_KINDS = {
    ":s3-outposts:": "S3 on Outposts",
    "arn:aws:s3:::accesspoint/": "Multi-Region Access Points",
    ".mrap": "Multi-Region Access Points",
}
"""What stands in the names of access points of other kinds."""


def missing_access_point(name: str) -> S3Error | None:
    """The error for a name that is no bucket's, if it is an access point's: an ARN, or an alias.

    Raises :class:`NotSupported` for kinds of access points that mocks3 does not play.
    """
    if name.endswith("--ol-s3"):
        raise NotSupported(f"mocks3 does not support aliases of Object Lambda access points, such as {name}")
    if name.endswith(ALIAS_SUFFIX):
        return INVALID_ALIAS(Alias=name)
    if not name.startswith("arn:"):
        return None
    for sign, kind in UNSUPPORTED_KINDS.items():
        if sign in name:
            raise NotSupported(f"mocks3 does not support {kind}; {name} was not asked for anything")
    return NO_SUCH_ACCESS_POINT(AccessPointName=name.rpartition("/")[2])


def check_request(authenticated: Authenticated, operation: Operation, target: Target) -> None:
    """Raise for what access points take from nobody.

    ``MethodNotAllowed`` for operations on the bucket's configuration; ``AccessDenied`` for unsigned callers and for
    plain HTTP at the access point's own host; ``InvalidRequest`` for Signature Version 2.
    """
    parsed = authenticated.parsed
    action = operation.needs[0].action.lower()
    actions = access_point_actions() if target.object_lambda is None else object_lambda_actions()
    if action.replace("s3-object-lambda:", "s3:") not in actions:
        kind = "BUCKET" if parsed.address.key is None else "OBJECT"
        raise METHOD_NOT_ALLOWED(Method=parsed.request.method, ResourceType=kind)
    if authenticated.signature.version == "AWS":
        raise UNSUPPORTED_MECHANISM()
    own_host = parsed.address.style in ("access-point", "object-lambda")
    plain = own_host and parsed.request.scheme == "http"
    if plain or authenticated.caller.anonymous:
        raise ACCESS_DENIED()


@cache
def access_point_actions() -> frozenset[str]:
    """The actions, in lower case, that there are requests for through access points.

    They are those whose requests can carry ``s3:DataAccessPointArn``, as the Service Authorization Reference has it,
    and listing uploads, which only the user guide names.
    """
    return vocabulary().keys["s3:dataaccesspointarn"] | {"s3:listbucketmultipartuploads"}


@cache
def object_lambda_actions() -> frozenset[str]:
    """The actions, in lower case, for which requests go through Object Lambda access points."""
    return frozenset(f"s3:{name.lower()}" for name in OBJECT_LAMBDA_ACTIONS)
