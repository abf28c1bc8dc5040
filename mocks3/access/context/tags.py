"""Keys about tags: those that a request brings, and those that the object has as it stands.

An object's own tags are seen by no call that does not ask about the object as such:
not by GetObjectAttributes, not by the source of CopyObject, though by that of UploadPartCopy (V-16, F-4b, F-80).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from mocks3.access.context.parameters import in_body, on, texts
from mocks3.access.context.scene import Asked, Row, TagRow, Values

_NONE: Mapping[str, str] = {}

_NEW_BUCKET = on("CreateBucket", "TagResource")
_NEW_SESSION = frozenset({"sts:assumerole", "sts:tagsession", "sts:getfederationtoken"})
_BLIND = frozenset({"CopyObject", "CreateMultipartUpload", "GetObjectAttributes", "PostObject", "PutObject"})
"""Calls whose permissions can carry an object's tags, and never do (V-16, F-4b)."""

_BLIND_ACTIONS = on("GetObjectAttributes", "GetObjectVersionAttributes")
"""Actions that may be named with an object's tags, and never carry them (V-16)."""


def _request_object_tags(asked: Asked) -> Mapping[str, str]:
    """The tags that a write gives its object, by header or by body; a copy brings its own only to replace."""
    scene = asked.scene
    if scene.operation == "PutObjectTagging":
        return _listed(in_body(asked, "Tagging", "TagSet"))
    if scene.parsed is None:
        return _NONE
    head = scene.parsed.head
    if scene.operation == "CopyObject" and head.get("TaggingDirective") != "REPLACE":
        return _NONE
    return dict(parse_qsl(head.get("Tagging", ""), keep_blank_values=True))


def _request_object_tag_keys(asked: Asked) -> Values | None:
    return texts(_request_object_tags(asked))


def _existing_object_tags(asked: Asked) -> Mapping[str, str]:
    if asked.present is None or asked.scene.operation in _BLIND or asked.action.lower() in _BLIND_ACTIONS:
        return _NONE
    return asked.present.tags


def _request_tags(asked: Asked) -> Mapping[str, str]:
    """The tags that a bucket gets with its making, and a session with its."""
    if asked.action.lower() in _NEW_SESSION:
        return _listed(in_body(asked, "Tags"))
    return _listed(in_body(asked, "CreateBucketConfiguration", "Tags"))


def _request_tag_keys(asked: Asked) -> Values | None:
    return texts(_request_tags(asked))


def _listed(tags: object) -> Mapping[str, str]:
    if not isinstance(tags, list):
        return _NONE
    return {tag["Key"]: tag.get("Value", "") for tag in tags if "Key" in tag}


ROWS = (
    Row(
        "s3:RequestObjectTagKeys",
        "String",
        _request_object_tag_keys,
        "W-164",
        multivalued=True,
    ),
    Row("aws:TagKeys", "String", _request_tag_keys, "F-70", _NEW_BUCKET | _NEW_SESSION, multivalued=True),
)

TAG_ROWS = (
    TagRow("s3:RequestObjectTag/<key>", _request_object_tags, "W-163"),
    TagRow("s3:ExistingObjectTag/<key>", _existing_object_tags, "V-16, F-4b, F-80"),
    TagRow("aws:RequestTag/<key>", _request_tags, "F-70", _NEW_BUCKET | _NEW_SESSION),
)
