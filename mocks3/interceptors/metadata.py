"""The endpoints from which instances and containers get their credentials: ``aws.instance_profile(role)``.

    PUT /latest/api/token                                          a token of IMDSv2
    GET /latest/meta-data/iam/security-credentials/[ROLE]          the name of the role; its credentials
    GET /latest/meta-data/iam/info, placement/..., instance-id     about the instance
    GET /latest/dynamic/instance-identity/document
    GET (any path) of 169.254.170.2 and 169.254.170.23             credentials of a container: ECS, EKS Pod Identity

Source: EC2 user guide, "Use the Instance Metadata Service to access instance metadata", "Retrieve security credentials
from instance metadata"; ECS developer guide, "Task IAM role"; EKS user guide, "EKS Pod Identity". IMDSv1, which sends
no token, is disabled, as it is for new instances.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.model.messages import WireResponse
from mocks3.storage.iam.records import SessionRecord

if TYPE_CHECKING:
    from mocks3.interceptors.open_worlds import OpenWorld
    from mocks3.storage.iam import AccessKeyRecord

IMDS, CONTAINER = "imds", "container-credentials"
"""The services of these endpoints, as ``wire.hosts`` names them."""

INSTANCE = "i-0123456789abcdef0"
"""The instance. It is the name of the role session too."""

_TOKEN = "AQAEAmocks3instancemetadatatoken=="  # noqa: S105
_LONGEST = 21600
_PATH = "/latest/meta-data/"
_CREDENTIALS = f"{_PATH}iam/security-credentials/"


def answer(
    world: OpenWorld, service: str, method: str, path: str, headers: Mapping[str, str]
) -> WireResponse:
    """Answer a request to one of the endpoints.

    Args:
        world: The world, which has an instance profile.
        service: ``IMDS`` or ``CONTAINER``.
        method: The HTTP method.
        path: The path.
        headers: The headers by lower-case names.
    """
    with world.lock, world.clock.applied():
        if service == CONTAINER:
            return _json(_container_credentials(world)) if method == "GET" else _status(405)
        if path == "/latest/api/token":
            return _token(method, headers)
        if method != "GET":
            return _status(405)
        if headers.get("x-aws-ec2-metadata-token") != _TOKEN:
            return _status(401)
        return _instance(world, path)


def _token(method: str, headers: Mapping[str, str]) -> WireResponse:
    seconds = headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
    if method != "PUT":
        return _status(405)
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 9 and 1 <= int(seconds) <= _LONGEST):
        return _status(400)
    return _text(_TOKEN, {"X-Aws-Ec2-Metadata-Token-Ttl-Seconds": seconds})


def _instance(world: OpenWorld, path: str) -> WireResponse:
    key, session = _session(world)
    role = world.iam.principal(session.base)
    assert role is not None, "the session is of a role"
    region = world.settings.region
    if path == _CREDENTIALS + role.name:
        return _json({"Code": "Success", "Type": "AWS-HMAC", **_credentials(key, session)})
    info = {
        "Code": "Success",
        "LastUpdated": session.issued.strftime(clock.TIMESTAMP),
        "InstanceProfileArn": f"arn:aws:iam::{role.account}:instance-profile/{role.name}",
        "InstanceProfileId": role.unique_id.replace("AROA", "AIPA", 1),
    }
    texts = {
        _CREDENTIALS: role.name,
        _CREDENTIALS.rstrip("/"): role.name,
        f"{_PATH}instance-id": INSTANCE,
        f"{_PATH}placement/region": region,
        f"{_PATH}placement/availability-zone": f"{region}a",
        f"{_PATH}iam/info": json.dumps(info),
        "/latest/dynamic/instance-identity/document": json.dumps(
            {"accountId": role.account, "instanceId": INSTANCE, "region": region, "version": "2017-09-30"}
        ),
    }
    found = texts.get(path) or texts.get(path.rstrip("/"))
    return _status(404) if found is None else _text(found)


def _container_credentials(world: OpenWorld) -> dict[str, str]:
    key, session = _session(world)
    role = world.iam.principal(session.base)
    assert role is not None, "the session is of a role"
    known = {name: text for name, text in _credentials(key, session).items() if name != "LastUpdated"}
    return {"RoleArn": role.arn, "AccountId": role.account, **known}


def _session(world: OpenWorld) -> tuple[AccessKeyRecord, SessionRecord]:
    key = world.profiles.instance_key(INSTANCE)
    assert isinstance(key.holder, SessionRecord)
    return key, key.holder


def _credentials(key: AccessKeyRecord, session: SessionRecord) -> dict[str, str]:
    return {
        "LastUpdated": session.issued.strftime(clock.TIMESTAMP),
        "AccessKeyId": key.id,
        "SecretAccessKey": key.secret,
        "Token": key.token or "",
        "Expiration": session.expires.strftime(clock.TIMESTAMP),
    }


def _json(value: object) -> WireResponse:
    return WireResponse(200, {"Content-Type": "application/json"}, json.dumps(value).encode())


def _text(value: str, headers: Mapping[str, str] | None = None) -> WireResponse:
    return WireResponse(200, {"Content-Type": "text/plain", **(headers or {})}, value.encode())


def _status(status: int) -> WireResponse:
    return WireResponse(status, {"Content-Type": "text/plain"}, b"")
