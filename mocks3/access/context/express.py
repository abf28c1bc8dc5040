"""Condition keys of directory buckets: some keys of ``s3:`` with the prefix ``s3express:``, and keys of their own.

Requests with ``s3express:`` actions carry these keys and no ``s3:`` keys (Service Authorization Reference, "Amazon S3
Express").
"""

from __future__ import annotations

from mocks3.access.context import moment, network, parameters, resource, writes
from mocks3.access.context.parameters import in_body
from mocks3.access.context.request_info import AuthorizationInfo, ConditionKey, TagConditionKey, Values
from mocks3.model.target import DirectoryTarget

_SHARED = frozenset(
    {
        "authtype",
        "inventoryaccessibleoptionalfields",
        "resourceaccount",
        "signatureage",
        "signatureversion",
        "tlsversion",
        "x-amz-content-sha256",
        "x-amz-server-side-encryption",
        "x-amz-server-side-encryption-aws-kms-key-id",
    }
)
"""Keys that have the value of the ``s3:`` key of the same name."""

_SESSION = frozenset({"s3express:createsession"})
_ACTIONS = {
    "inventoryaccessibleoptionalfields": frozenset({"s3express:putinventoryconfiguration"}),
    "x-amz-server-side-encryption": _SESSION,
    "x-amz-server-side-encryption-aws-kms-key-id": _SESSION,
}
"""The actions that support a key, for the keys that not every action supports."""


def _session_mode(auth: AuthorizationInfo) -> Values | None:
    """Return the mode of the session: the requested mode, else ReadWrite, then ReadOnly (API_CreateSession)."""
    mode = auth.target.mode if isinstance(auth.target, DirectoryTarget) else None
    return None if mode is None else (mode,)


def _location_name(auth: AuthorizationInfo) -> Values | None:
    name = in_body(auth, "CreateBucketConfiguration", "Location", "Name")
    return (name,) if name else None


def _as_express_key(row: ConditionKey) -> ConditionKey:
    name = row.key.partition(":")[2]
    actions = _ACTIONS.get(name.lower(), frozenset())
    return row._replace(key=_express_key(row.key), actions=actions)


def _express_key(name: str) -> str:
    return f"s3express:{name.partition(':')[2]}"


ROWS = (
    *(
        _as_express_key(row)
        for family in (moment, network, parameters, resource, writes)
        for row in family.ROWS
        if row.key.startswith("s3:") and row.key.lower().partition(":")[2] in _SHARED
    ),
    ConditionKey(
        "s3express:SessionMode",
        "String",
        _session_mode,
        "F-150, W-225",
        _SESSION,
        missing="it does not create a session",
    ),
    ConditionKey(
        "s3express:LocationName",
        "String",
        _location_name,
        "Service Authorization Reference",
        frozenset({"s3express:createbucket"}),
        missing="it was sent without a location",
    ),
)

TAG_ROWS = (TagConditionKey("s3express:BucketTag/<key>", resource.bucket_tags, "F-81"),)
