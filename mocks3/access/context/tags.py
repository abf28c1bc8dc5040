"""Condition keys about tags: the tags in the request, and the tags of the existing object.

Some calls do not carry the tags of the existing object: GetObjectAttributes, and CopyObject for its source.
UploadPartCopy does carry the tags of its source (V-16, F-4b, F-80).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from mocks3.access.context.parameters import as_values, in_body, s3_actions
from mocks3.access.context.request_info import AuthorizationInfo, ConditionKey, TagConditionKey, Values

_NONE: Mapping[str, str] = {}

_NEW_BUCKET = s3_actions("CreateBucket", "TagResource")
_NEW_SESSION = frozenset({"sts:assumerole", "sts:tagsession", "sts:getfederationtoken"})
_CALLS_WITHOUT_TAGS = frozenset(
    {"CopyObject", "CreateMultipartUpload", "GetObjectAttributes", "PostObject", "PutObject"}
)
"""Calls that never carry the object's tags, although their actions support the key (V-16, F-4b)."""

_ACTIONS_WITHOUT_TAGS = s3_actions("GetObjectAttributes", "GetObjectVersionAttributes")
"""Actions that support the key and never carry the object's tags (V-16)."""


def _request_object_tags(auth: AuthorizationInfo) -> Mapping[str, str]:
    """Return the tags in the header or body of a write; a copy has them only with TaggingDirective REPLACE."""
    request_info = auth.request_info
    if request_info.operation == "PutObjectTagging":
        return _tags_of_list(in_body(auth, "Tagging", "TagSet"))
    if request_info.parsed is None:
        return _NONE
    head = request_info.parsed.head
    if request_info.operation == "CopyObject" and head.get("TaggingDirective") != "REPLACE":
        return _NONE
    return dict(parse_qsl(head.get("Tagging", ""), keep_blank_values=True))


def _request_object_tag_keys(auth: AuthorizationInfo) -> Values | None:
    return as_values(_request_object_tags(auth))


def _existing_object_tags(auth: AuthorizationInfo) -> Mapping[str, str]:
    if (
        auth.present is None
        or auth.request_info.operation in _CALLS_WITHOUT_TAGS
        or auth.action.lower() in _ACTIONS_WITHOUT_TAGS
    ):
        return _NONE
    return auth.present.tags


def _request_tags(auth: AuthorizationInfo) -> Mapping[str, str]:
    """Return the tags in the request for a new bucket or a new session."""
    if auth.action.lower() in _NEW_SESSION:
        return _tags_of_list(in_body(auth, "Tags"))
    return _tags_of_list(in_body(auth, "CreateBucketConfiguration", "Tags"))


def _request_tag_keys(auth: AuthorizationInfo) -> Values | None:
    return as_values(_request_tags(auth))


def _tags_of_list(tags: object) -> Mapping[str, str]:
    if not isinstance(tags, list):
        return _NONE
    return {tag["Key"]: tag.get("Value", "") for tag in tags if "Key" in tag}


def _no_tags_sent(auth: AuthorizationInfo) -> str:
    if auth.request_info.operation == "CopyObject":
        return "a copy sends tags only with TaggingDirective REPLACE"
    return "it was sent without the tag <key>" if _request_object_tags(auth) else "it was sent without tags"


def _no_tag_of_object(auth: AuthorizationInfo) -> str:
    if auth.request_info.operation in _CALLS_WITHOUT_TAGS or auth.action.lower() in _ACTIONS_WITHOUT_TAGS:
        return f"{auth.request_info.operation or auth.action} does not carry the tags of the object"
    return "the object does not exist" if auth.present is None else "the object has no tag <key>"


ROWS = (
    ConditionKey(
        "s3:RequestObjectTagKeys",
        "String",
        _request_object_tag_keys,
        "W-164",
        multivalued=True,
        missing=_no_tags_sent,
    ),
    ConditionKey(
        "aws:TagKeys",
        "String",
        _request_tag_keys,
        "F-70",
        _NEW_BUCKET | _NEW_SESSION,
        multivalued=True,
        missing="it was sent without tags",
    ),
)

TAG_ROWS = (
    TagConditionKey("s3:RequestObjectTag/<key>", _request_object_tags, "W-163", missing=_no_tags_sent),
    TagConditionKey(
        "s3:ExistingObjectTag/<key>", _existing_object_tags, "V-16, F-4b, F-80", missing=_no_tag_of_object
    ),
    TagConditionKey(
        "aws:RequestTag/<key>",
        _request_tags,
        "F-70",
        _NEW_BUCKET | _NEW_SESSION,
        missing="it was sent without the tag <key>",
    ),
)
