"""Each child of each XML document: what S3 answers if it is missing, empty or unknown, and that nothing is stored.

The documents are the ones of the other tests; botocore's serializer writes them, and its model names required children.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import create_request_object, prepare_request_dict
from botocore.credentials import Credentials
from botocore.serialize import create_serializer

from mocks3 import mock_s3
from mocks3.handles.mock_aws import MockAWS
from mocks3.wire.models import operation_model

from .test_documents_first_fault import ACLS, taking_documents
from .test_documents_table import BY_ID_CASES, CASES

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
BUCKET = {"Bucket": "amzn-locked"}
KEY = {**BUCKET, "Key": "k"}
GRANT = {"Grantee": {"Type": "CanonicalUser", "ID": "<owner>"}, "Permission": "READ"}
ACL = {"Owner": {"ID": "<owner>"}, "Grants": [GRANT]}
CSV = {"FileHeaderInfo": "USE", "FieldDelimiter": ";"}
BLOCK = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)
NEW_BUCKET = {"LocationConstraint": "eu-west-1", "Tags": [{"Key": "a", "Value": "b"}]}
OWNERSHIP = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
RETENTION = {"Mode": "GOVERNANCE", "RetainUntilDate": datetime(2100, 1, 1, tzinfo=UTC)}
ENCRYPTION = {"SSEKMS": {"KMSKeyArn": "<key>", "BucketKeyEnabled": True}}
RESTORE = {"Days": 1, "GlacierJobParameters": {"Tier": "Bulk"}}
PARTS = {"Parts": [{"PartNumber": 1, "ETag": "<etag>"}]}


class Document(NamedTuple):
    """An operation, its input, and what is called before it: a method of the client and its parameters."""

    operation: str
    params: dict[str, Any]
    before: tuple[str, dict[str, Any]] | None = None
    name: str = ""

    @property
    def id(self) -> str:
        return self.name or self.operation


def configurations() -> Iterator[Document]:
    for case in CASES:
        operation = case.put.title().replace("_", "")
        for size in ("small", "large"):
            params = {**BUCKET, case.member: getattr(case, size)}
            yield Document(operation, params, case.begun, f"{operation} {size}")
    for noun, content in BY_ID_CASES.items():
        name = noun.title().replace("_", "")
        params = {**BUCKET, "Id": "x", f"{name}Configuration": content}
        yield Document(f"PutBucket{name}Configuration", params)


DOCUMENTS = [
    *configurations(),
    Document("CreateBucket", {"Bucket": "amzn-new", "CreateBucketConfiguration": NEW_BUCKET}),
    Document("PutBucketAcl", {**BUCKET, "AccessControlPolicy": ACL}),
    Document("PutBucketOwnershipControls", {**BUCKET, "OwnershipControls": OWNERSHIP}),
    Document("PutBucketVersioning", {**BUCKET, "VersioningConfiguration": {"Status": "Enabled"}}),
    Document("PutPublicAccessBlock", {**BUCKET, "PublicAccessBlockConfiguration": BLOCK}),
    Document("PutObjectAcl", {**KEY, "AccessControlPolicy": ACL}),
    Document("PutObjectLegalHold", {**KEY, "LegalHold": {"Status": "ON"}}),
    Document("PutObjectRetention", {**KEY, "Retention": RETENTION}),
    Document("PutObjectTagging", {**KEY, "Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]}}),
    Document("UpdateObjectEncryption", {**KEY, "ObjectEncryption": ENCRYPTION}),
    Document("DeleteObjects", {**BUCKET, "Delete": {"Objects": [{"Key": "k", "VersionId": "null"}], "Quiet": True}}),
    Document("CompleteMultipartUpload", {**KEY, "UploadId": "<upload>", "MultipartUpload": PARTS}),
    Document("RestoreObject", {**BUCKET, "Key": "frozen", "RestoreRequest": RESTORE}),
    Document(
        "SelectObjectContent",
        {
            **KEY,
            "Expression": "select * from s3object",
            "ExpressionType": "SQL",
            "InputSerialization": {"CSV": CSV, "CompressionType": "NONE"},
            "OutputSerialization": {"CSV": {}},
        },
    ),
]  # fmt: skip


class World(NamedTuple):
    aws: MockAWS
    names: dict[str, str]
    mark: Any


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with mock_s3() as aws:
        s3 = aws.client("s3")
        aws.account().create_bucket("target", versioning=True)
        s3.create_bucket(**BUCKET, ObjectLockEnabledForBucket=True, ObjectOwnership="ObjectWriter")
        s3.put_object(**KEY, Body=b"x")
        s3.put_object(**BUCKET, Key="frozen", StorageClass="GLACIER")
        upload = s3.create_multipart_upload(**KEY)["UploadId"]
        names = {
            "<owner>": aws.account().canonical_id,
            "<key>": aws.client("kms").create_key()["KeyMetadata"]["Arn"],
            "<upload>": upload,
            "<etag>": s3.upload_part(**KEY, UploadId=upload, PartNumber=1, Body=b"x")["ETag"],
        }
        yield World(aws, names, aws.snapshot())


def filled(value: Any, names: dict[str, str]) -> Any:
    """Return a value with the names of the world for the placeholders."""
    if isinstance(value, dict):
        return {name: filled(each, names) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


IDS = re.compile("<RequestId>.*?</HostId>")


class Sender:
    """Sends one operation with any body, as the root user. Each body finds the same state."""

    def __init__(self, world: World, document: Document) -> None:
        world.aws.restore(world.mark)
        if document.before:
            method, params = document.before
            getattr(world.aws.client("s3"), method)(**params, **BUCKET)
        self.aws, self.mark = world.aws, world.aws.snapshot()
        model = operation_model("s3", document.operation)
        serializer = create_serializer("rest-xml", include_validation=False)
        self.request = serializer.serialize_to_request(filled(document.params, world.names), model)
        body = self.request["body"]
        text = body if isinstance(body, str) else body.decode()
        self.root = ElementTree.fromstring(text.replace(f' xmlns="{NAMESPACE}"', ""))

    def __call__(self, body: bytes) -> tuple[int, str]:
        """Send a body, and return the status and code of the answer. Assert that a refused body changes nothing."""
        before = self._state()
        digest = base64.b64encode(hashlib.md5(body).digest()).decode()
        found = self._send(
            {**self.request, "headers": {**self.request["headers"], "Content-MD5": digest}}, body
        )
        code = re.search("<Code>(.*?)</Code>", found.text) if found.status_code >= 400 else None
        if found.status_code >= 400:
            assert self._state() == before, body
        else:
            self.aws.restore(self.mark)
        return found.status_code, code[1] if code else ""

    def _state(self) -> list[str]:
        """Return what readers see: the document, the versions of the bucket, and the buckets."""
        document = {**self.request, "method": "GET"}
        if "?metadata" in document["url_path"]:
            document["url_path"] = "/amzn-locked?metadataConfiguration"
        versions = {**document, "url_path": "/amzn-locked?versions", "query_string": {}}
        buckets = {**versions, "url_path": "/"}
        return [IDS.sub("", self._send(each).text) for each in (document, versions, buckets)]

    def _send(self, described: dict[str, Any], body: bytes = b"") -> requests.Response:
        request = {**described, "body": body}
        prepare_request_dict(request, "https://s3.us-east-1.amazonaws.com")
        sent = create_request_object(request)
        key = self.aws.ambient_key
        S3SigV4Auth(Credentials(key.id, key.secret), "s3", "us-east-1").add_auth(sent)
        ready = sent.prepare()
        return requests.request(ready.method, ready.url, headers=dict(ready.headers), data=body, timeout=5)


Place = tuple[int, ...]


def places(element: ElementTree.Element, at: Place = (), path: str = "") -> Iterator[tuple[Place, str]]:
    """Return where each element is, and its path; of elements with the same path only the first."""
    seen = set()
    for number, child in enumerate(element):
        for place, name in [
            ((*at, number), f"{path}/{child.tag}"),
            *places(child, (*at, number), f"{path}/{child.tag}"),
        ]:
            if name not in seen:
                seen.add(name)
                yield place, name


def changed(root: ElementTree.Element, place: Place, how: str) -> bytes:
    """Return the document with all elements of one name in one parent missing, empty or with another name."""
    root = copy.deepcopy(root)
    parent = root
    for number in place[:-1]:
        parent = parent[number]
    tag = parent[place[-1]].tag
    for child in parent.findall(tag):
        if how == "missing":
            parent.remove(child)
        elif how == "empty":
            attributes = dict(child.attrib)
            child.clear()
            child.attrib.update(attributes)
        else:
            child.tag = f"Unknown{tag}"
    return ElementTree.tostring(root)


def required(operation: str) -> set[str]:
    """Return the paths of the elements that botocore's model requires."""
    shape = operation_model("s3", operation).input_shape
    payload = shape.serialization.get("payload")
    return set(_required(shape.members[payload] if payload else shape, ""))


def _required(shape: Any, path: str, within: tuple[str, ...] = ()) -> Iterator[str]:
    if shape.name in within:
        return
    for name, member in shape.members.items():
        if "location" in member.serialization or member.serialization.get("xmlAttribute"):
            continue
        child = f"{path}/{member.serialization.get('name', name)}"
        if name in shape.required_members:
            yield child
        if member.type_name == "list":
            if not member.serialization.get("flattened"):
                child += f"/{member.member.serialization.get('name', 'member')}"
            member = member.member
        if member.type_name == "structure":
            yield from _required(member, child, (*within, shape.name))


XML = "MalformedXML"
SELECT = ("/Expression", "/ExpressionType", "/InputSerialization", "/OutputSerialization")
OPTIONAL = {("PutObjectTagging", "/TagSet")}
"""Elements that botocore's model requires, and S3 does not: recorded (it removes all tags)."""

_OF_ACLS = dict.fromkeys(
    (
        *("/Owner", "/Owner/ID", "/AccessControlList", "/AccessControlList/Grant/Grantee"),
        *("/AccessControlList/Grant/Grantee/ID", "/AccessControlList/Grant/Permission"),
    ),
    "MalformedACLError",
)
NEEDED: dict[str, dict[str, str]] = {
    "CompleteMultipartUpload": {"/Part": XML, "/Part/ETag": XML, "/Part/PartNumber": XML},
    "CreateBucketMetadataConfiguration large": {
        "/InventoryTableConfiguration/EncryptionConfiguration/KmsKeyArn": XML,
        "/JournalTableConfiguration/RecordExpiration/Days": XML,
    },
    "PutBucketAbac small": {"/Status": XML},
    "PutBucketAbac large": {"/Status": XML},
    "PutBucketAccelerateConfiguration small": {"/Status": XML},
    "PutBucketAccelerateConfiguration large": {"/Status": XML},
    "PutBucketAcl": _OF_ACLS,
    "PutBucketEncryption small": {"/Rule/ApplyServerSideEncryptionByDefault": XML},
    "PutBucketLifecycleConfiguration small": {
        "/Rule/Expiration": "InvalidRequest",
        "/Rule/Expiration/Days": XML,
        "/Rule/Filter": XML,
    },
    "PutBucketLifecycleConfiguration large": {
        "/Rule/AbortIncompleteMultipartUpload": "InvalidRequest",
        "/Rule/AbortIncompleteMultipartUpload/DaysAfterInitiation": XML,
        "/Rule/Expiration/Days": XML,
        "/Rule/Filter": XML,
        "/Rule/NoncurrentVersionExpiration/NoncurrentDays": XML,
        "/Rule/NoncurrentVersionTransition/NoncurrentDays": XML,
        "/Rule/NoncurrentVersionTransition/StorageClass": XML,
        "/Rule/Transition/Days": XML,
        "/Rule/Transition/StorageClass": XML,
    },
    "PutBucketLogging large": {"/LoggingEnabled/TargetObjectKeyFormat/PartitionedPrefix": XML},
    "PutBucketNotificationConfiguration large": {
        "/QueueConfiguration/Filter/S3Key/FilterRule/Name": XML,
        "/QueueConfiguration/Filter/S3Key/FilterRule/Value": XML,
    },
    "PutBucketReplication small": {"/Rule/Prefix": XML},
    "PutBucketReplication large": {
        "/Rule/DeleteMarkerReplication": "InvalidRequest",
        "/Rule/DeleteMarkerReplication/Status": XML,
        "/Rule/Filter": XML,
        "/Rule/Filter/And/Prefix": XML,
        "/Rule/Filter/And/Tag": XML,
        "/Rule/Priority": "InvalidRequest",
    },
    "PutBucketVersioning": {"/Status": "IllegalVersioningConfigurationException"},
    "PutBucketWebsite small": {"/IndexDocument": "InvalidArgument"},
    "PutBucketWebsite large": {"/IndexDocument": "InvalidArgument", "/RoutingRules/RoutingRule": XML},
    "PutObjectAcl": _OF_ACLS,
    "PutObjectLegalHold": {"/Status": XML},
    "PutObjectLockConfiguration small": {"/ObjectLockEnabled": XML},
    "PutObjectLockConfiguration large": {
        "/ObjectLockEnabled": XML,
        "/Rule/DefaultRetention": XML,
        "/Rule/DefaultRetention/Mode": XML,
        "/Rule/DefaultRetention/Years": XML,
    },
    "PutObjectRetention": {"/Mode": XML, "/RetainUntilDate": XML},
    "RestoreObject": {"/Days": XML},
    "SelectObjectContent": {
        **dict.fromkeys(SELECT, "MissingRequiredParameter"),
        "/InputSerialization/CSV": "InvalidDataSource",
        "/OutputSerialization/CSV": "MissingRequiredParameter",
    },
    "UpdateBucketMetadataInventoryTableConfiguration large": {"/EncryptionConfiguration/KmsKeyArn": XML},
    "UpdateBucketMetadataJournalTableConfiguration large": {"/RecordExpiration/Days": XML},
    "UpdateObjectEncryption": {"/SSE-KMS": "InvalidRequest"},
}
"""Elements that the model does not require, without which S3 refuses the document, and the code."""

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.id)


@pytest.mark.compares_with_the_model
def test_every_operation_with_a_document_has_one_here() -> None:
    older = {"PutBucketLifecycle", "PutBucketNotification"}  # the same requests as the newer operations
    assert taking_documents().keys() - older <= {document.operation for document in DOCUMENTS}


@pytest.mark.compares_with_the_model
@each_document
def test_a_missing_child(world: World, document: Document) -> None:
    """R-6, R-121, R-141: a required child is never left out silently; an unknown name is the same as no child."""
    sender = Sender(world, document)
    fault = ACLS.get(document.operation, XML)
    wanted = dict.fromkeys(required(document.operation), fault) | NEEDED.get(document.id, {})
    refused = {path for path in wanted if (document.operation, path) not in OPTIONAL}
    whole = sender(ElementTree.tostring(sender.root))
    assert whole[0] < 300
    for place, path in places(sender.root):
        found = sender(changed(sender.root, place, "missing"))
        assert found == ((400, wanted[path]) if path in refused else whole), path
        assert sender(changed(sender.root, place, "unknown")) == found, path


ACCEPTED_EMPTY = {
    "PutBucketAcl": {"/AccessControlList"},
    "PutObjectAcl": {"/AccessControlList"},
    "PutBucketAnalyticsConfiguration": {"/StorageClassAnalysis"},
    "PutBucketCors": {"/CORSRule/AllowedOrigin"},
    "PutBucketLifecycleConfiguration": {"/Rule/Filter", "/Rule/Filter/And/Tag/Value"},
    "PutBucketLogging": {
        "/LoggingEnabled/TargetPrefix",
        "/LoggingEnabled/TargetObjectKeyFormat/PartitionedPrefix",
    },
    "PutBucketNotificationConfiguration": {"/QueueConfiguration/Filter/S3Key/FilterRule/Value"},
    "PutBucketReplication": {
        "/Rule/Filter",
        "/Rule/Prefix",
        "/Rule/Filter/And/Prefix",
        "/Rule/Filter/And/Tag/Value",
    },
    "PutBucketTagging": {"/TagSet", "/TagSet/Tag/Value"},
    "CreateBucket": {"/Tags/Tag/Value"},
    "PutBucketWebsite": {"/RoutingRules/RoutingRule/Redirect"},
    "PutObjectTagging": {"/TagSet/Tag/Value"},
    "SelectObjectContent": {"/InputSerialization/CSV", "/OutputSerialization/CSV"},
}
"""Elements without which S3 refuses a document, and which can be empty: prefixes, values of tags, lists, formats
without options. An empty AllowedOrigin is accepted by S3 (versity/versitygw #1863)."""


@each_document
def test_an_empty_child(world: World, document: Document) -> None:
    """R-6, R-121: it has a value that fits, or the document is refused and changes nothing."""
    sender = Sender(world, document)
    empty = set()
    for place, path in places(sender.root):
        status, code = sender(changed(sender.root, place, "empty"))
        assert status in (200, 202, 204, 400), path
        assert (status == 400) == bool(code), path
        if status != 400 and sender(changed(sender.root, place, "missing"))[0] == 400:
            empty.add(path)
    assert empty <= ACCEPTED_EMPTY.get(document.operation, set())


@each_document
def test_children_that_are_unknown(world: World, document: Document) -> None:
    """An element that S3 does not know changes nothing, wherever it is."""
    sender = Sender(world, document)
    root = copy.deepcopy(sender.root)
    for element in [*root.iter()]:
        if len(element) or element is root:
            element.insert(0, ElementTree.Element("Unknown"))
    assert sender(ElementTree.tostring(root)) == sender(ElementTree.tostring(sender.root))


NO_DOCUMENT = {
    "CreateBucket": "",
    "PutBucketAcl": "MissingSecurityHeader",
    "PutObjectAcl": "MissingSecurityHeader",
    "CompleteMultipartUpload": "InvalidRequest",
    "SelectObjectContent": "EmptyRequestBody",
    **dict.fromkeys(("PutObjectLegalHold", "PutObjectRetention", "RestoreObject"), XML),
}
"""The code for a request without a body, if it is not MissingRequestBodyError."""

NO_CHILDREN = {
    **dict.fromkeys(("PutBucketLogging", "PutBucketNotificationConfiguration"), ""),
    "PutPublicAccessBlock": "InvalidRequest",
    "SelectObjectContent": "MissingRequiredParameter",
    **dict.fromkeys(("PutObjectRetention", "PutObjectTagging"), ""),
    **ACLS,
    "PutBucketVersioning": "IllegalVersioningConfigurationException",
    "PutBucketWebsite": "InvalidArgument",
    "UpdateObjectEncryption": "InvalidRequest",
}
"""The code for a document without children, if it is not MalformedXML."""


@each_document
def test_no_document_and_a_document_without_children(world: World, document: Document) -> None:
    """R-6, R-121, R-141."""
    sender = Sender(world, document)
    code = NO_DOCUMENT.get(document.operation, "MissingRequestBodyError")
    assert sender(b"") == (400 if code else 200, code)
    code = NO_CHILDREN.get(document.operation, XML)
    assert sender(f"<{sender.root.tag}/>".encode()) == (400 if code else 200, code)
