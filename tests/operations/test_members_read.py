"""No option is accepted and forgotten: each member of each object operation's input is read by somebody.

Each operation is called once for each member that the installed model gives it, with the member set, and what is
asked of the parsed input on the way is written down. A member nobody asks for stands in ``UNREAD`` with the reason why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from mocks3 import Mocks3Error
from mocks3.aws import MockAWS
from mocks3.call import Parsed
from mocks3.operations import registered
from mocks3.storage import ALL_USERS
from mocks3.wire.models import operation_model, service_model

Path = tuple[str, ...]

UNREAD = {
    "Bucket": "the address of the request is read before its members are",
    "Key": "the address of the request is read before its members are",
    "Body": "it is read as the stream that it is",
    "ContentLength": "how long a body is, HTTP knows",
    "ContentMD5": "what bodies of XML are held against, when they are read",
    "ChecksumAlgorithm": "it says which checksum the client sends; the checksum itself is what is held against",
    "RequestPayer": "the gate asks for it where one pays for another (test_buckets_settings)",
    "MFA": "asked for by buckets with MFA delete (test_mfa_delete)",
    "DisplayName": "accounts have none any more (answers.md, Owners)",
    "RestoreRequest.Description": "no operation of S3 shows it again",
    "RestoreRequest.SelectParameters": "refused as a whole",
    "RestoreRequest.OutputLocation": "refused as a whole",
}
"""Members that no operation has to ask for: by name, or by path with all that is under it."""

DECLARED = frozenset({"PutObject", "PutObjectAnnotation", "UploadPart"})
"""Operations whose bodies carry the checksums that are declared of them (``Payload.declared``)."""

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
"""A call of each operation that has a key in its URL or lists keys, as short as it may be."""

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
"""Another call of those operations some of whose members matter only beside others."""


class Asked(dict[str, Any]):
    """An input that writes down which of its members are asked for."""

    def __init__(self, content: dict[str, Any], asked: set[Path], path: Path = ()) -> None:
        super().__init__({name: _watched(value, asked, (*path, name)) for name, value in content.items()})
        self.asked, self.path = asked, path

    def __getitem__(self, name: str) -> Any:
        self.asked.add((*self.path, name))
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.asked.add((*self.path, str(name)))
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add((*self.path, name))
        return super().get(name, default)

    def pop(self, name: str, *default: Any) -> Any:
        self.asked.add((*self.path, name))
        return super().pop(name, *default)


def _watched(value: Any, asked: set[Path], path: Path) -> Any:
    if isinstance(value, dict) and not isinstance(value, Asked):
        return Asked(value, asked, path)
    if isinstance(value, list):
        return [_watched(item, asked, path) for item in value]
    return value


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """What was asked for of the inputs of all calls."""
    found: set[Path] = set()
    make, whole = Parsed.__init__, Parsed.params.fget
    assert whole is not None

    def watching(self: Parsed, *args: Any) -> None:
        make(self, *args)
        self.head = Asked(self.head, found)

    def watched(self: Parsed) -> Any:
        params = whole(self)
        if not isinstance(params, Asked):
            params = self._params = Asked(params, found)
        return params

    monkeypatch.setattr(Parsed, "__init__", watching)
    monkeypatch.setattr(Parsed, "params", property(watched))
    return found


@pytest.fixture
def world(aws: MockAWS, s3: Any) -> dict[str, str]:
    """Buckets with what the calls are about, and what their ids are."""
    aws.account().create_bucket("amzn-data", ownership="ObjectWriter", public_access_block=None)
    for key in ("k", "source"):
        s3.put_object(Bucket="amzn-data", Key=key, Body=b"a,b\n")
    if hasattr(s3, "put_object_annotation"):  # older clients know none
        s3.put_object_annotation(**KEY, AnnotationName="a", AnnotationPayload=b"x")
    s3.put_object(Bucket="amzn-data", Key="frozen", Body=b"x", StorageClass="GLACIER")
    s3.create_bucket(Bucket="amzn-locked", ObjectLockEnabledForBucket=True)
    s3.put_object(**LOCKED, ObjectLockLegalHoldStatus="OFF")
    s3.put_object_retention(**LOCKED, Retention=RETENTION)
    if hasattr(s3, "rename_object"):
        zone = {"Location": {"Type": "AvailabilityZone", "Name": "use1-az4"}}
        kind = {"Type": "Directory", "DataRedundancy": "SingleAvailabilityZone"}
        s3.create_bucket(Bucket=DIRECTORY, CreateBucketConfiguration={**zone, "Bucket": kind})
        for key in ("k", "source"):
            s3.put_object(Bucket=DIRECTORY, Key=key, Body=b"x")
    upload = s3.create_multipart_upload(**KEY)["UploadId"]
    etag = s3.upload_part(**KEY, UploadId=upload, PartNumber=1, Body=b"x")["ETag"]
    owner = s3.get_object_acl(**KEY)["Owner"]["ID"]
    return {"<upload>": upload, "<etag>": etag, "<id>": owner, "<key>": aws.account().create_kms_key().arn}


def filled(value: Any, ids: dict[str, str]) -> Any:
    """The parameters with their ids in them."""
    if isinstance(value, dict):
        return {name: filled(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, ids) for each in value]
    return ids.get(value, value) if isinstance(value, str) else value


def paths(shape: Any, above: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every member of an input, also those of the structures in it; none of a structure within itself."""
    if shape.type_name == "list":
        yield from paths(shape.member, above)
    elif shape.type_name == "structure":
        for name, member in shape.members.items():
            if name not in above:
                yield (*above, name), member
                yield from paths(member, (*above, name))


def sample(shape: Any) -> Any:
    """Some value of a shape; the member need not be one that is accepted, only one that is looked at."""
    kind = shape.type_name
    if kind == "structure":
        return {name: sample(shape.members[name]) for name in shape.required_members}
    if kind == "list":
        return [sample(shape.member)]
    if kind == "map":
        return {"a": "b"}
    values: dict[str, Callable[[], Any]] = {
        "boolean": lambda: True,
        "timestamp": lambda: LATER,
        "blob": lambda: b"x",
        "string": lambda: shape.enum[0] if getattr(shape, "enum", None) else "1",
    }
    return values.get(kind, lambda: 1)()


def with_member(params: dict[str, Any], shape: Any, path: Path) -> dict[str, Any]:
    """The parameters with one member more; structures it stands in are made as far as they must be."""
    inner = params = deepcopy(params)
    for name in path[:-1]:
        shape = shape.members[name]
        inner = inner.setdefault(name, sample(shape))
        while shape.type_name == "list":
            shape, inner = shape.member, inner[0]
    inner.setdefault(path[-1], sample(shape.members[path[-1]]))
    return params


def knows(shape: Any, params: Any) -> bool:
    """Whether the installed botocore has all members that the parameters name."""
    if isinstance(params, list):
        return all(knows(shape.member, each) for each in params)
    if not isinstance(params, dict) or shape.type_name != "structure":
        return True
    return all(name in shape.members and knows(shape.members[name], each) for name, each in params.items())


def reason(operation: str, path: Path) -> str | None:
    """Why nobody asks for a member."""
    if operation in DECLARED and path[-1].startswith("Checksum"):
        return "declared with the body"
    names = [path[-1], *(".".join(path[: end + 1]) for end in range(len(path)))]
    return next((UNREAD[name] for name in names if name in UNREAD), None)


@pytest.mark.compares_with_the_model
def test_every_operation_on_keys_is_called() -> None:
    installed = set(service_model("s3").operation_names)
    on_keys = {
        name
        for service, name in registered()
        if service == "s3"
        and name in installed
        and ("Key" in operation_model("s3", name).input_shape.members or "Object" in name or "Upload" in name)
    }
    others = {name for name in on_keys if name.endswith("Configuration")}
    others |= {"PostObject"}  # a browser's form, with PutObject's members
    others |= {"WriteGetObjectResponse"}  # of no object: see test_object_lambda.py
    assert (on_keys - others) & installed == CALLS.keys() & installed


@pytest.mark.compares_with_the_model
@pytest.mark.parametrize("operation", sorted(CALLS))
def test_every_member_is_asked_for(
    aws: MockAWS, s3: Any, world: dict[str, str], asked: set[Path], operation: str
) -> None:
    if operation not in service_model("s3").operation_names:
        pytest.skip("the installed botocore does not know the operation")
    shape = operation_model("s3", operation).input_shape
    call = getattr(s3, _method(s3, operation))
    bases = [filled(each[operation], world) for each in (CALLS, ALSO) if operation in each]
    bases = [base for base in bases if knows(shape, base)]
    forgotten, mark = [], aws.snapshot()
    for path, _ in paths(shape):
        asked.clear()
        for base in bases:
            aws.restore(mark)
            try:
                call(**with_member(base, shape, path))
            except (ClientError, Mocks3Error):
                pass
            except BotoCoreError as fault:
                raise AssertionError(f"{operation} was not sent with {'.'.join(path)}") from fault
        if path not in asked and reason(operation, path) is None:
            forgotten.append(".".join(path))
    assert not forgotten, " ".join(forgotten)


def _method(client: Any, operation: str) -> str:
    return next(method for method, name in client.meta.method_to_api_mapping.items() if name == operation)
