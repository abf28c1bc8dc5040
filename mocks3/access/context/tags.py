"""Keys about tags: those that a request brings, and those that the object has as it stands.

An object's own tags are seen by no call that does not ask about the object as such:
not by GetObjectAttributes, not by the source of CopyObject, though by that of UploadPartCopy (V-16, F-4b, F-80).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from mocks3.access.context.parameters import as_values, in_body, s3_actions
from mocks3.access.context.request_info import AuthorizationInfo, ConditionKey, TagConditionKey, Values

_NONE: Mapping[str, str] = {}

_NEW_BUCKET = s3_actions("CreateBucket", "TagResource")
_NEW_SESSION = frozenset({"sts:assumerole", "sts:tagsession", "sts:getfederationtoken"})
_BLIND = frozenset({"CopyObject", "CreateMultipartUpload", "GetObjectAttributes", "PostObject", "PutObject"})
"""Calls whose permissions can carry an object's tags, and never do (V-16, F-4b)."""

_BLIND_ACTIONS = s3_actions("GetObjectAttributes", "GetObjectVersionAttributes")
"""Actions that may be named with an object's tags, and never carry them (V-16)."""


def _request_object_tags(auth: AuthorizationInfo) -> Mapping[str, str]:
    """The tags that a write gives its object, by header or by body; a copy brings its own only to replace."""
    request_info = auth.request_info
    if request_info.operation == "PutObjectTagging":
        return _listed(in_body(auth, "Tagging", "TagSet"))
    if request_info.parsed is None:
        return _NONE
    head = request_info.parsed.head
    if request_info.operation == "CopyObject" and head.get("TaggingDirective") != "REPLACE":
        return _NONE
    return dict(parse_qsl(head.get("Tagging", ""), keep_blank_values=True))


def _request_object_tag_keys(auth: AuthorizationInfo) -> Values | None:
    return as_values(_request_object_tags(auth))


def _existing_object_tags(auth: AuthorizationInfo) -> Mapping[str, str]:
    if auth.present is None or auth.request_info.operation in _BLIND or auth.action.lower() in _BLIND_ACTIONS:
        return _NONE
    return auth.present.tags


def _request_tags(auth: AuthorizationInfo) -> Mapping[str, str]:
    """The tags that a bucket gets with its making, and a session with its."""
    if auth.action.lower() in _NEW_SESSION:
        return _listed(in_body(auth, "Tags"))
    return _listed(in_body(auth, "CreateBucketConfiguration", "Tags"))


def _request_tag_keys(auth: AuthorizationInfo) -> Values | None:
    return as_values(_request_tags(auth))


def _listed(tags: object) -> Mapping[str, str]:
    if not isinstance(tags, list):
        return _NONE
    return {tag["Key"]: tag.get("Value", "") for tag in tags if "Key" in tag}


ROWS = (
    ConditionKey(
        "s3:RequestObjectTagKeys",
        "String",
        _request_object_tag_keys,
        "W-164",
        multivalued=True,
    ),
    ConditionKey(
        "aws:TagKeys", "String", _request_tag_keys, "F-70", _NEW_BUCKET | _NEW_SESSION, multivalued=True
    ),
)

TAG_ROWS = (
    TagConditionKey("s3:RequestObjectTag/<key>", _request_object_tags, "W-163"),
    TagConditionKey("s3:ExistingObjectTag/<key>", _existing_object_tags, "V-16, F-4b, F-80"),
    TagConditionKey("aws:RequestTag/<key>", _request_tags, "F-70", _NEW_BUCKET | _NEW_SESSION),
)
