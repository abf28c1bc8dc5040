"""The shortest call of each operation, and functions that add one member to it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from mocks3.storage import ALL_USERS
from mocks3.wire.known import known_rows

Path = tuple[str, ...]

KEY = {"Bucket": "amzn-data", "Key": "k"}
DIRECTORY = "amzn-data--use1-az4--x-s3"
LOCKED = {"Bucket": "amzn-locked", "Key": "k"}
UPLOAD = {**KEY, "UploadId": "<upload>"}
SOURCE = {"CopySource": "amzn-data/source"}
SQL = {
    "Expression": "select * from s3object",
    "ExpressionType": "SQL",
    "InputSerialization": {"CSV": {}},
    "OutputSerialization": {"CSV": {}},
}
LATER = datetime(2100, 1, 1, tzinfo=UTC)
RETENTION = {"Mode": "GOVERNANCE", "RetainUntilDate": LATER}

CALLS: dict[str, dict[str, Any]] = {
    "AbortMultipartUpload": UPLOAD,
    "CompleteMultipartUpload": {
        **UPLOAD,
        "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": "<etag>"}]},
    },
    "CopyObject": {**KEY, **SOURCE},
    "CreateMultipartUpload": KEY,
    "DeleteObject": KEY,
    "DeleteObjectAnnotation": {**KEY, "AnnotationName": "a"},
    "DeleteObjectTagging": KEY,
    "DeleteObjects": {"Bucket": "amzn-data", "Delete": {"Objects": [{"Key": "k"}]}},
    "GetObject": KEY,
    "GetObjectAcl": KEY,
    "GetObjectAnnotation": {**KEY, "AnnotationName": "a"},
    "GetObjectAttributes": {**KEY, "ObjectAttributes": ["ObjectParts"]},
    "GetObjectLegalHold": LOCKED,
    "GetObjectRetention": LOCKED,
    "GetObjectTagging": KEY,
    "GetObjectTorrent": KEY,
    "HeadObject": KEY,
    "ListMultipartUploads": {"Bucket": "amzn-data"},
    "ListObjectAnnotations": KEY,
    "ListObjectVersions": {"Bucket": "amzn-data"},
    "ListObjects": {"Bucket": "amzn-data"},
    "ListObjectsV2": {"Bucket": "amzn-data"},
    "ListParts": UPLOAD,
    "PutObject": KEY,
    "PutObjectAcl": KEY,
    "PutObjectAnnotation": {**KEY, "AnnotationName": "a", "AnnotationPayload": b"x"},
    "PutObjectLegalHold": {**LOCKED, "LegalHold": {"Status": "OFF"}},
    "PutObjectRetention": {**LOCKED, "Retention": RETENTION},
    "PutObjectTagging": {**KEY, "Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]}},
    "RenameObject": {"Bucket": DIRECTORY, "Key": "k", "RenameSource": "source"},
    "RestoreObject": {"Bucket": "amzn-data", "Key": "frozen", "RestoreRequest": {"Days": 1}},
    "SelectObjectContent": {**KEY, **SQL},
    "UpdateObjectEncryption": {**KEY, "ObjectEncryption": {"SSEKMS": {"KMSKeyArn": "<key>"}}},
    "UploadPart": {**UPLOAD, "PartNumber": 1},
    "UploadPartCopy": {**UPLOAD, **SOURCE, "PartNumber": 1},
}
"""The shortest call of each operation that has a key in its URL or lists keys."""

ALSO: dict[str, dict[str, Any]] = {
    "CopyObject": {
        **KEY,
        **SOURCE,
        "MetadataDirective": "REPLACE",
        "TaggingDirective": "REPLACE",
        "ServerSideEncryption": "aws:kms",
    },
    "CreateMultipartUpload": {**KEY, "ServerSideEncryption": "aws:kms"},
    "PutObject": {**KEY, "ServerSideEncryption": "aws:kms"},
    "PutObjectAcl": {
        **KEY,
        "AccessControlPolicy": {
            "Owner": {"ID": "<id>"},
            "Grants": [
                {"Permission": "READ", "Grantee": {"Type": "Group", "URI": ALL_USERS}},
                {"Permission": "READ", "Grantee": {"Type": "CanonicalUser", "ID": "<id>"}},
                {"Permission": "READ", "Grantee": {"Type": "AmazonCustomerByEmail", "EmailAddress": "a@b.c"}},
            ],
        },
    },
    "PutObjectRetention": {
        **LOCKED,
        "Retention": {"Mode": "GOVERNANCE", "EventHold": "ON", "EventHoldDuration": {}},
    },
    "SelectObjectContent": {
        **KEY,
        **SQL,
        "InputSerialization": {"JSON": {"Type": "LINES"}},
        "OutputSerialization": {"JSON": {}},
    },
}
"""A second call of operations with members that have a meaning only together with others."""


def filled(value: Any, ids: dict[str, str]) -> Any:
    """Return the parameters with ids instead of the placeholders, such as ``<upload>``."""
    if isinstance(value, dict):
        return {name: filled(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, ids) for each in value]
    return ids.get(value, value) if isinstance(value, str) else value


def paths(shape: Any, above: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every member of an input and of the structures in it. A structure within itself is left out."""
    if shape.type_name == "list":
        yield from paths(shape.member, above)
    elif shape.type_name == "structure":
        for name, member in shape.members.items():
            if name not in above:
                yield (*above, name), member
                yield from paths(member, (*above, name))


PATTERNED = ("service.amazonaws.com", "arn:aws:s3:us-east-1:123456789012:name")
"""Values for members that must match a pattern: a service's name, an ARN."""


def sample(shape: Any) -> Any:
    """Return a value of a shape. The operation may refuse it; it only has to read it."""
    kind, least = shape.type_name, shape.metadata.get("min", 1)
    if kind == "structure":
        wanted = list(shape.members)[:1] if shape.is_tagged_union else shape.required_members
        return {name: sample(shape.members[name]) for name in wanted}
    if kind == "list":
        return [sample(shape.member)]
    if kind == "map":
        return {"a": "b"}
    pattern = shape.metadata.get("pattern", r"\p")
    if kind == "string" and r"\p" not in pattern and not shape.enum:
        fitting = ("1" * max(1, least), *PATTERNED)
        return next((each for each in fitting if re.search(pattern, each)), fitting[0])
    values: dict[str, Callable[[], Any]] = {
        "boolean": lambda: True,
        "timestamp": lambda: LATER,
        "blob": lambda: b"x",
        "string": lambda: shape.enum[0] if shape.enum else "1" * max(1, least),
    }
    return values.get(kind, lambda: max(1, least))()


def with_member(params: dict[str, Any], shape: Any, path: Path) -> dict[str, Any]:
    """Return the parameters with one more member, and with the structures around it."""
    inner = params = deepcopy(params)
    for name in path[:-1]:
        shape = shape.members[name]
        inner = inner.setdefault(name, sample(shape))
        while shape.type_name == "list":
            shape, inner = shape.member, inner[0]
    inner.setdefault(path[-1], sample(shape.members[path[-1]]))
    return params


def knows(shape: Any, params: Any) -> bool:
    """Return whether the installed botocore has all members that the parameters name."""
    if isinstance(params, list):
        return all(knows(shape.member, each) for each in params)
    if not isinstance(params, dict) or shape.type_name != "structure":
        return True
    return all(name in shape.members and knows(shape.members[name], each) for name, each in params.items())


def method_of(client: Any, operation: str) -> str:
    """Return the name of the client's method for an operation."""
    return next(method for method, name in client.meta.method_to_api_mapping.items() if name == operation)


def dotted(shape: Any, path: Path) -> str:
    """Return a path in the notation of ``mocks3/wire/known_inputs.txt``."""
    text = ""
    for name in path:
        while shape.type_name == "list":
            shape, text = shape.member, f"{text}[]"
        shape, text = shape.members[name], f"{text}.{name}" if text else name
    return text


def is_known(shape: Any, service: str, operation: str, path: Path) -> bool:
    """Return whether mocks3 knows a member. It refuses members that a newer botocore adds (test_additions)."""
    return dotted(shape, path) in known_rows(service, operation)


def forget() -> None:
    """Clear what mocks3 remembers of botocore's models."""
    for name, module in list(sys.modules.items()):
        if name.startswith("mocks3."):
            for each in vars(module).values():
                getattr(each, "cache_clear", bool)()
