"""Events that S3 Object Lambda sends to functions, with a URL that reads the object with the caller's permissions.

Source: user guide, "Event context format and usage"; CloudTrail user guide, "CloudTrail userIdentity element".

Header names in events have the usual HTTP/1.1 spelling (``Accept-Encoding``). The spelling in the request is not known
any more at this point.
"""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from mocks3 import clock

if TYPE_CHECKING:
    from mocks3.model.stages import Authorized
    from mocks3.storage import ObjectLambda, PendingResponse
    from mocks3.storage.iam import AccessKeyRecord
    from mocks3.storage.iam.caller import Caller

VERSION = "1.00"
CALLER = "s3-object-lambda.amazonaws.com"
EXPIRES = 61
"""Seconds that the URL is valid: the time limit of a function, plus one."""

_STAMP = "%Y%m%dT%H%M%SZ"
_CREDENTIALS = frozenset({"authorization", "x-amz-security-token", "x-amz-date"})
_SIGNED_PREFIXES = (
    "x-amz-server-side-encryption-customer-",
    "x-amz-request-payer",
    "x-amz-expected-bucket-owner",
)
"""Headers of the request that the URL signs, because S3 needs them to return the object."""


def event(call: Authorized, point: ObjectLambda, awaited: PendingResponse) -> dict[str, Any]:
    """Return the event for a GetObject request."""
    iam = call.world.iam
    key = iam.issue_forwarded_key(
        iam.signing_key(call.signature.access_key_id, call.settings.account), CALLER
    )
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
        "userRequest": {"url": _user_url(call), "headers": _user_headers(call)},
        "userIdentity": _identity(call.caller, call.signature.access_key_id),
        "protocolVersion": VERSION,
    }


def _url(call: Authorized, key: AccessKeyRecord) -> str:
    """Return a presigned URL of the object at the supporting access point."""
    from botocore.auth import S3SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    point = call.target.access_point
    assert point is not None
    version = call.target.version_id
    query = "" if version is None else f"?{urlencode({'versionId': version})}"
    headers = {
        name: value
        for name, value in call.parsed.request.headers.items()
        if name.startswith(_SIGNED_PREFIXES)
    }
    url = f"https://{point.host}/{quote(call.key, safe='/~')}{query}"
    request = AWSRequest("GET", url, headers=headers)
    request.context = _FixedTime({"timestamp": clock.now().strftime(_STAMP)})
    credentials = Credentials(key.id, key.secret, key.token)
    S3SigV4QueryAuth(credentials, "s3", point.region, expires=EXPIRES).add_auth(request)
    return str(request.url)


class _FixedTime(dict[str, Any]):
    """The context of a request to sign. It keeps the mock's time when botocore sets the time of its own clock."""

    def __setitem__(self, name: str, value: object) -> None:
        if name != "timestamp":
            super().__setitem__(name, value)


def _user_url(call: Authorized) -> str:
    """Return the URL of the request, decoded, without its signature parameters."""
    sent = call.parsed.sent
    pairs = parse_qsl(sent.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not name.lower().startswith("x-amz-")]
    query = "&".join(f"{name}={value}" if value else name for name, value in kept)
    return f"{sent.scheme}://{sent.host}{unquote(sent.path)}{'?' if query else ''}{query}"


def _user_headers(call: Authorized) -> dict[str, str]:
    sent = call.parsed.sent
    headers = {"host": sent.host, **sent.headers}
    return {name.title(): value for name, value in headers.items() if name not in _CREDENTIALS}


def _identity(caller: Caller, access_key_id: str | None) -> dict[str, Any]:
    """Return the caller as CloudTrail describes it."""
    principal = caller.principal
    if principal.kind == "service":
        return {"type": "AWSService", "invokedBy": principal.arn}
    identity: dict[str, Any] = {
        "type": _TYPES[principal.kind],
        "principalId": caller.user_id,
        "arn": caller.arn,
        "accountId": caller.account,
        "accessKeyId": access_key_id,
    }
    if principal.kind == "user":
        identity["userName"] = (caller.arn or "").rpartition("/")[2]
    issued = caller.keys.get("aws:tokenissuetime")
    if issued:
        identity["sessionContext"] = _session(caller, issued[0])
    return identity


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
