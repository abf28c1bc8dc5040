"""Convert nested blocks of Terraform into parameters of boto3, with botocore's shapes.

``noncurrent_version_expiration { noncurrent_days = 30 }`` becomes
``{"NoncurrentVersionExpiration": {"NoncurrentDays": 30}}``: Terraform's names are AWS's names in snake case, and in the
singular for blocks that repeat. An attribute that fits no member is in ``unread``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from mocks3.load.terraform.block import Block
from mocks3.wire import operation_model

_REFERENCES = frozenset(
    {"Account", "Bucket", "KMSMasterKeyID", "ReplicaKmsKeyID", "Role", "SSEKMSKeyId", "TargetBucket"}
)
_UNSET = frozenset(
    {
        "Days",
        "ExpiredObjectDeleteMarker",
        "MaxAgeSeconds",
        "NewerNoncurrentVersions",
        "NoncurrentDays",
        "ObjectSizeGreaterThan",
        "ObjectSizeLessThan",
        "Years",
    }
)
"""Members that are not set if Terraform has zero or false."""


def parameters(block: Block, operation: str, member: str | None = None) -> dict[str, Any]:
    """Return the parameters of an S3 operation, or one member of them, that the attributes of a block say."""
    return structure(block, member_shape(operation, *([member] if member else [])))


def member_shape(operation: str, *members: str) -> StructureShape:
    """Return the shape of an S3 operation's input, or of a member in it."""
    shape: Shape = operation_model("s3", operation).input_shape
    for each in members:
        assert isinstance(shape, StructureShape)
        shape = shape.members[each]
    assert isinstance(shape, StructureShape)
    return shape


def structure(block: Block, shape: StructureShape) -> dict[str, Any]:
    """Return the members of a structure that the attributes of a block say. The other attributes stay unread."""
    members = {_plain(name): name for name in shape.members}
    found: dict[str, Any] = {}
    # A transition after 0 days is one at the end of the day.
    immediate = shape.name == "Transition" and not block.values.get("date")
    unset = frozenset() if immediate else _UNSET
    for attribute in [each for each in block.values if each not in block.taken]:
        name = members.get(_plain(attribute)) or members.get(f"{_plain(attribute)}s")
        if name is None and attribute == "tags" and "TagSet" in shape.members:
            name = "TagSet"
        if name is not None:
            value = _value(block, attribute, shape.members[name], name, unset)
            if value is not None:
                found[name] = value
    return found


def _value(block: Block, attribute: str, shape: Shape, name: str, unset: frozenset[str]) -> Any:
    if isinstance(shape, StructureShape):
        inner = block.block(attribute)
        return None if inner is None else structure(inner, shape)
    if isinstance(shape, ListShape):
        return _list(block, attribute, shape)
    if isinstance(shape, MapShape):
        value = block.known(attribute)
        return dict(value) if isinstance(value, Mapping) and value else None
    if name in _REFERENCES:
        return block.reference(attribute)
    value = block.known(attribute)
    if value in (None, "") or (value == 0 and name in unset):
        return None
    if shape.type_name in ("integer", "long") and isinstance(value, str) and value.isdecimal():
        return int(value)
    return value


def _list(block: Block, attribute: str, shape: ListShape) -> list[Any] | None:
    item = shape.member
    if not isinstance(item, StructureShape):
        return list(block.texts(attribute)) or None
    value = block.take(attribute)
    if isinstance(value, Mapping) and set(item.members) == {"Key", "Value"}:
        return [{"Key": key, "Value": each} for key, each in value.items() if isinstance(each, str)] or None
    return [structure(each, item) for each in block.blocks(attribute)] or None


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
