"""What a function of S3 Object Lambda is told, and the URL by which it gets the object as its caller would.

Source: user guide, "Event context format and usage"; CloudTrail user guide, "CloudTrail userIdentity element".

Names of headers are told as HTTP/1.1 clients write them by custom (``Accept-Encoding``): by the time a request is here
its own spelling is gone.
"""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from mocks3 import clock

if TYPE_CHECKING:
    from mocks3.model.stages import Authorized
    from mocks3.storage import Awaited, ObjectLambda
    from mocks3.storage.iam import AccessKeyRecord
    from mocks3.storage.iam.caller import Caller

VERSION = "1.00"
CALLER = "s3-object-lambda.amazonaws.com"
EXPIRES = 61
"""Seconds that the URL is good for: as long as a function has to answer, and one."""

_STAMP = "%Y%m%dT%H%M%SZ"
_CREDENTIALS = frozenset({"authorization", "x-amz-security-token", "x-amz-date"})
_HANDED_ON = (
    "x-amz-server-side-encryption-customer-",
    "x-amz-request-payer",
    "x-amz-expected-bucket-owner",
)
"""Headers of the request that are signed into the URL: without them S3 would not give the object."""


def event(call: Authorized, point: ObjectLambda, awaited: Awaited) -> dict[str, Any]:
    """The event of a GetObject."""
    iam = call.world.directory
    key = iam.forward(iam.signing_key(call.signature.access_key_id, call.settings.account), CALLER)
    context = {
        "inputS3Url": _url(call, key),
        "outputRoute": awaited.route,
        "outputToken": awaited.token,
    }
    configuration = {
        "accessPointArn": point.arn,
        "supportingAccessPointArn": point.supporting,
        "payload": point.payload,
    }
    return {
        "xAmzRequestId": str(uuid.uuid4()),
        "getObjectContext": context,
        "configuration": configuration,
        "userRequest": {"url": _asked(call), "headers": _told(call)},
        "userIdentity": _identity(call.caller, call.signature.access_key_id),
        "protocolVersion": VERSION,
    }


def _url(call: Authorized, key: AccessKeyRecord) -> str:
    """A presigned URL for the object through the supporting access point."""
    from botocore.auth import S3SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    point = call.target.access_point
    assert point is not None
    version = call.target.version_id
    query = "" if version is None else f"?{urlencode({'versionId': version})}"
    headers = {
        name: value for name, value in call.parsed.request.headers.items() if name.startswith(_HANDED_ON)
    }
    url = f"https://{point.host}/{quote(call.key, safe='/~')}{query}"
    request = AWSRequest("GET", url, headers=headers)
    request.context = _Moment({"timestamp": clock.now().strftime(_STAMP)})
    credentials = Credentials(key.id, key.secret, key.token)
    S3SigV4QueryAuth(credentials, "s3", point.region, expires=EXPIRES).add_auth(request)
    return str(request.url)


class _Moment(dict[str, Any]):
    """A request's context, whose moment is the mock's and not that of its signer's clock."""

    def __setitem__(self, name: str, value: Any) -> None:
        if name != "timestamp":
            super().__setitem__(name, value)


def _asked(call: Authorized) -> str:
    """The URL as it was sent, decoded, without what proves who sent it."""
    sent = call.parsed.sent
    pairs = parse_qsl(sent.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not name.lower().startswith("x-amz-")]
    query = "&".join(f"{name}={value}" if value else name for name, value in kept)
    return f"{sent.scheme}://{sent.host}{unquote(sent.path)}{'?' if query else ''}{query}"


def _told(call: Authorized) -> dict[str, str]:
    sent = call.parsed.sent
    headers = {"host": sent.host, **sent.headers}
    return {name.title(): value for name, value in headers.items() if name not in _CREDENTIALS}


def _identity(caller: Caller, access_key_id: str | None) -> dict[str, Any]:
    """Who asked, as CloudTrail tells it."""
    principal = caller.principal
    if principal.kind == "service":
        return {"type": "AWSService", "invokedBy": principal.arn}
    told: dict[str, Any] = {
        "type": _TYPES[principal.kind],
        "principalId": caller.user_id,
        "arn": caller.arn,
        "accountId": caller.account,
        "accessKeyId": access_key_id,
    }
    if principal.kind == "user":
        told["userName"] = (caller.arn or "").rpartition("/")[2]
    issued = caller.keys.get("aws:tokenissuetime")
    if issued:
        told["sessionContext"] = _session(caller, issued[0])
    return told


_TYPES = {"root": "Root", "user": "IAMUser", "session": "AssumedRole", "federated-user": "FederatedUser"}


def _session(caller: Caller, issued: str) -> dict[str, Any]:
    moment = datetime.datetime.strptime(issued, clock.TIMESTAMP).replace(tzinfo=datetime.UTC)
    mfa = caller.keys.get("aws:multifactorauthpresent", ("false",))[0]
    attributes = {"mfaAuthenticated": mfa, "creationDate": f"{moment:%a %b %d %H:%M:%S} UTC {moment:%Y}"}
    role = caller.principal.role_arn
    if role is None:
        return {"attributes": attributes}
    issuer = {
        "type": "Role",
        "principalId": caller.unique_id,
        "arn": role,
        "accountId": caller.account,
        "userName": role.rpartition("/")[2],
    }
    return {"attributes": attributes, "sessionIssuer": issuer}
