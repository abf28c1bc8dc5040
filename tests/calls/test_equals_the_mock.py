"""A call that is played ends as the same call made by hand in an equal world: every operation, every condition key.

By hand: the objects, versions and uploads are made by calls of the owner, and the call by a client. Played: only the
bucket exists. Both must decide the same actions on the same resources, with the same values of the condition key, and
end in the same error. A condition key without a value in the tables below fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
import requests
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from freezegun import freeze_time

from mocks3.access import Refusal
from mocks3.access.context.table import ROWS, TAG_ROWS, UNDERIVED
from mocks3.access.vocabulary import action_facts, vocabulary
from mocks3.calls import EVERYTHING_EXISTS, Assumptions, ServiceCall, play
from mocks3.calls.condition_keys import interpret
from mocks3.calls.samples import complete
from mocks3.errors import Mocks3Error
from mocks3.handles.mock_aws import MockAWS
from mocks3.mocking.mock import Reopened
from mocks3.operations import find, registered
from mocks3.wire import models
from tests.operations.inputs import CALLS, DIRECTORY, filled

from .conftest import A, allow
from .feeds import FEEDS

ZONE = {
    "Location": {"Type": "AvailabilityZone", "Name": "use1-az4"},
    "Bucket": {"Type": "Directory", "DataRedundancy": "SingleAvailabilityZone"},
}
DIRECTORY_BUCKETS_ALONE = {"CreateSession", "RenameObject"}
NOW = "2026-11-29T12:00:00Z"
KEY_ARN = "<key>"
BUCKETS = ("amzn-data", "amzn-locked")
FORM = "PostObject"
OPERATIONS = sorted(name for service, name in registered() if service == "s3")

VALUES: Mapping[str, Any] = {
    "s3:prefix": "a/",
    "s3:delimiter": "/",
    "s3:max-keys": "7",
    "s3:annotation-prefix": "a",
    "s3:max-annotation-results": "7",
    "s3:x-amz-object-if-match": '"abc"',
    "s3:versionid": "Lh3kqDpUsoMr8W2kVtVrbxE",
    "s3:locationconstraint": "eu-west-1",
    "s3:x-amz-object-ownership": "ObjectWriter",
    "s3:x-amz-bucket-namespace": "account-regional",
    "s3:if-match": '"d41d8cd98f00b204e9800998ecf8427e"',
    "s3:if-none-match": "*",
    "s3:objectcreationoperation": None,
    "s3:inventoryaccessibleoptionalfields": ["Size", "ETag"],
    "s3:x-amz-acl": "private",
    "s3:x-amz-grant-full-control": "uri=http://acs.amazonaws.com/groups/global/AllUsers",
    "s3:x-amz-grant-read": "uri=http://acs.amazonaws.com/groups/global/AllUsers",
    "s3:x-amz-grant-read-acp": "uri=http://acs.amazonaws.com/groups/global/AllUsers",
    "s3:x-amz-grant-write": "uri=http://acs.amazonaws.com/groups/global/AllUsers",
    "s3:x-amz-grant-write-acp": "uri=http://acs.amazonaws.com/groups/global/AllUsers",
    "s3:x-amz-copy-source": "amzn-data/source",
    "s3:x-amz-metadata-directive": "REPLACE",
    "s3:x-amz-object-annotation-directive": "COPY",
    "s3:x-amz-server-side-encryption": "aws:kms",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": KEY_ARN,
    "s3:x-amz-server-side-encryption-customer-algorithm": "AES256",
    "s3:x-amz-storage-class": "STANDARD_IA",
    "s3:x-amz-website-redirect-location": "/other",
    "s3:object-lock-mode": "GOVERNANCE",
    "s3:object-lock-retain-until-date": "2027-01-31T00:00:00Z",
    "s3:object-lock-remaining-retention-days": "30",
    "s3:object-lock-legal-hold": "ON",
    "s3:object-lock-event-hold": "ON",
    "s3:object-lock-event-hold-duration-days": "3",
    "s3:requestobjecttagkeys": ["team", "cost"],
    "s3:requestobjecttag/<key>": "blue",
    "s3:existingobjecttag/<key>": "blue",
    "s3express:sessionmode": "ReadOnly",
    "s3express:locationname": "use1-az4",
    "s3express:inventoryaccessibleoptionalfields": ["Size", "ETag"],
    "s3express:x-amz-server-side-encryption": "aws:kms",
    "s3express:x-amz-server-side-encryption-aws-kms-key-id": KEY_ARN,
}
"""A value of each condition key that a parameter, a header or the object feeds. None: no parameter feeds it."""

ALSO: Mapping[str, Mapping[str, str]] = {
    "s3:x-amz-server-side-encryption-aws-kms-key-id": {"s3:x-amz-server-side-encryption": "aws:kms"},
    "s3:object-lock-mode": {"s3:object-lock-retain-until-date": "2027-01-31T00:00:00Z"},
    "s3:object-lock-retain-until-date": {"s3:object-lock-mode": "GOVERNANCE"},
    "s3:object-lock-remaining-retention-days": {"s3:object-lock-mode": "GOVERNANCE"},
    "s3:object-lock-event-hold-duration-days": {"s3:object-lock-event-hold": "ON"},
    "s3express:x-amz-server-side-encryption-aws-kms-key-id": {
        "s3express:x-amz-server-side-encryption": "aws:kms"
    },
}
"""Keys that a call has only together with others."""

IN_BODY: Mapping[str, set[str]] = {
    "CreateBucket": {"s3:locationconstraint", "s3express:locationname"},
    "CreateSession": {
        "s3express:sessionmode",
        "s3express:x-amz-server-side-encryption",
        "s3express:x-amz-server-side-encryption-aws-kms-key-id",
    },
    "DeleteObjects": {"s3:if-match"},
    "PutBucketInventoryConfiguration": {
        "s3:inventoryaccessibleoptionalfields",
        "s3express:inventoryaccessibleoptionalfields",
    },
    "PutObjectLegalHold": {"s3:object-lock-legal-hold"},
    "PutObjectRetention": {
        "s3:object-lock-mode",
        "s3:object-lock-retain-until-date",
        "s3:object-lock-remaining-retention-days",
        "s3:object-lock-event-hold",
        "s3:object-lock-event-hold-duration-days",
    },
    "PutObjectTagging": {"s3:requestobjecttag/<key>", "s3:requestobjecttagkeys"},
    "UpdateObjectEncryption": {"s3:x-amz-server-side-encryption-aws-kms-key-id"},
}
"""Keys that a member of the body feeds, or a header of another name."""

OF_UPLOADS = {"s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"}
"""Keys that UploadPart, UploadPartCopy and CompleteMultipartUpload have from CreateMultipartUpload (C-81)."""

HEADERS = {"s3:requestobjecttag/<key>": "x-amz-tagging", "s3:requestobjecttagkeys": "x-amz-tagging"}
"""The headers of keys that are not named after them."""

WITHOUT_TAGS = {
    "CompleteMultipartUpload",
    "CopyObject",
    "CreateMultipartUpload",
    "DeleteObject",
    "DeleteObjects",
    "GetObjectAttributes",
    "ListObjects",
    "ListObjectsV2",
    "PostObject",
    "PutObject",
}
"""Calls that do not carry the tags of an object, although an action of their row supports the key (V-16, F-4b).

Four of them carry it with If-Match alone, which needs s3:GetObject.
"""


def feeds(operation: str, key: str) -> bool:
    """Return whether the input of an operation has what feeds a key: a header, a parameter of the URL, the body."""
    if key in IN_BODY.get(operation, ()):
        return True
    if key.startswith("s3express:"):
        return False
    shape = models.operation_model("s3", operation).input_shape
    wire = [each.serialization for each in shape.members.values()] if shape else []
    sent = {each["name"].lower() for each in wire if each.get("location") in ("header", "querystring")}
    if key == "s3:existingobjecttag/<key>":
        return operation not in WITHOUT_TAGS
    if (operation, key) == ("UpdateObjectEncryption", "s3:x-amz-server-side-encryption"):
        return True
    if key == "s3:object-lock-remaining-retention-days":
        return "x-amz-object-lock-retain-until-date" in sent
    if key in OF_UPLOADS and "uploadid" in sent:
        return operation not in ("AbortMultipartUpload", "ListParts")
    if key == "s3:versionid" and "x-amz-copy-source" in sent:
        return True
    name = HEADERS.get(key, key.removeprefix("s3:"))
    return not {name, f"x-amz-{name}"}.isdisjoint(sent)


def names() -> Iterator[str]:
    """Yield the condition keys of S3 and of directory buckets, in lower case."""
    for key in (*ROWS, *(f"{prefix}<key>" for prefix in TAG_ROWS)):
        if key.startswith(("s3:", "s3express:")):
            yield key


def test_every_condition_key_has_a_value() -> None:
    """The keys that no parameter feeds are in the table of ``test_keys_of_requests``."""
    assert set(names()) - {key for key in FEEDS if key.startswith("s3")} == VALUES.keys()
    known = {*names(), *(each.lower() for each in UNDERIVED)}
    supported = {f"{each}<key>" if each.endswith("/") else each for each in action_facts()["keys"]}
    assert supported <= known


def supported(call: ServiceCall) -> list[str]:
    """Return the condition keys that requests of a call can carry."""
    operation = find("s3", call.operation)
    actions = {need.action.lower() for need in operation.needs}
    if of_directory_bucket(call):
        express = operation.express
        names = (
            {each.partition(":")[2] for each in actions}
            if express and express.regional
            else {"createsession"}
        )
        actions = {f"s3express:{name}" for name in names}
    return [
        key
        for key, value in VALUES.items()
        if value is not None and any(carries(each, key) for each in actions)
    ]


def of_directory_bucket(call: ServiceCall) -> bool:
    return str(call.parameters.get("Bucket")).endswith("--x-s3")


def carries(action: str, key: str) -> bool:
    """Return whether requests for an action can carry a key, as the Service Authorization Reference says."""
    if key.startswith("s3express:"):
        return action.startswith("s3express:") and (not ROWS[key].actions or action in ROWS[key].actions)
    return action.startswith("s3:") and vocabulary().supports(action, key.removesuffix("<key>"))


def bases(operation: str, key_arn: str) -> Iterator[ServiceCall]:
    """Yield the shortest call, and the same call on a directory bucket if it is possible there."""
    if operation in CALLS:
        call = ServiceCall("s3", operation, filled(CALLS[operation], {"<key>": key_arn}))
    elif operation == FORM:
        call = ServiceCall("s3", operation, CALLS["PutObject"])
    else:
        bucket = "new" if operation == "CreateBucket" else "amzn-data"
        call = ServiceCall("s3", operation)
        call = complete(call.with_parameters(**({"Bucket": bucket} if "Bucket" in call.members else {})))[0]
    express = find("s3", operation).express
    if operation not in DIRECTORY_BUCKETS_ALONE:
        yield call
    if express is None or "Bucket" not in call.parameters:
        return
    if operation == "CreateBucket":
        yield call.with_parameters(Bucket="new--use1-az4--x-s3", CreateBucketConfiguration=ZONE)
    else:
        yield call.with_parameters(Bucket=DIRECTORY)


class World:
    """A world with the buckets, a KMS key and a user. ``call`` leaves no trace."""

    def __init__(self) -> None:
        self.aws = MockAWS()
        account = self.aws.account(A)
        for bucket in BUCKETS:
            account.create_bucket(bucket, ownership="ObjectWriter", public_access_block=None)
        self.owner = account.client()
        self.owner.create_bucket(Bucket=DIRECTORY, CreateBucketConfiguration=ZONE)
        self.turn_on_versioning("amzn-locked")
        self.owner.put_object_lock_configuration(
            Bucket="amzn-locked", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}
        )
        self.key = account.create_kms_key().arn
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": self.key}
        rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
        self.owner.put_bucket_encryption(
            Bucket=DIRECTORY, ServerSideEncryptionConfiguration={"Rules": [rule]}
        )
        self.user = account.create_user("dave", policies=allow("s3:*", "s3express:*", "kms:*"))
        self.client = self.user.client()

    def turn_on_versioning(self, bucket: str) -> None:
        self.owner.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})

    def call(
        self, call: ServiceCall, assumptions: Assumptions, document: dict[str, Any]
    ) -> tuple[str | None, list[Any]]:
        """Make the call by hand. Return the code of its error, and the decisions."""
        mark = self.aws.snapshot()
        params = self.prepare(call, urlencode(assumptions.tags), assumptions.upload_parameters)
        self.user.put_policy(document)
        before = len(self.aws.decisions)
        error = None
        try:
            if call.operation == FORM:
                error = self.post(params)
            else:
                # A client that has no session for the directory bucket: that is what is decided.
                new = {"config": Config()} if params.get("Bucket") == DIRECTORY else {}
                getattr(self.user.client("s3", **new), xform_name(call.operation))(**params)
        except ClientError as fault:
            error = fault.response["Error"]["Code"]
        decisions = self.aws.decisions[before:]
        self.aws.restore(mark)
        return error, decisions

    def post(self, params: Mapping[str, Any]) -> str | None:
        """Upload with a form, as a browser does. Return the code of its error."""
        shapes = models.operation_model("s3", "PutObject").input_shape.members
        fields, headers = {}, {}
        for name, value in params.items():
            if name.startswith("If"):
                headers[shapes[name].serialization["name"]] = value
            elif name == "Tagging":
                pairs = "".join(
                    f"<Tag><Key>{key}</Key><Value>{text}</Value></Tag>"
                    for key, text in parse_qsl(value, True)
                )
                fields["tagging"] = f"<Tagging><TagSet>{pairs}</TagSet></Tagging>"
            elif name == "ACL":
                fields["acl"] = value
            elif name not in ("Bucket", "Key"):
                fields[shapes[name].serialization["name"].lower()] = str(value)
        form = self.client.generate_presigned_post(
            params["Bucket"], params["Key"], fields, [{name: value} for name, value in fields.items()]
        )
        sent = {"data": form["fields"], "files": {"file": b""}, "headers": headers}
        answer = requests.post(form["url"], **sent, timeout=5)
        return None if answer.ok else re.findall("<Code>(.*?)</Code>", answer.text)[0]

    def prepare(self, call: ServiceCall, tags: str, upload: Mapping[str, str]) -> dict[str, Any]:
        """Create what the call needs by calls of the owner and the user. Return its parameters."""
        params = dict(call.parameters)
        bucket, key = params.get("Bucket"), params.get("Key")
        if "VersionId" in params:
            self.turn_on_versioning(bucket)
        if key is not None and "IfNoneMatch" not in params:
            more = {"StorageClass": "GLACIER"} if key == "frozen" else {}
            stored = self.owner.put_object(Bucket=bucket, Key=key, Tagging=tags, **more)
            if "AnnotationName" in params and not call.operation.startswith("Put"):
                self.owner.put_object_annotation(
                    Bucket=bucket, Key=key, AnnotationName="a", AnnotationPayload=b"x"
                )
            if "VersionId" in params:
                params["VersionId"] = stored["VersionId"]
        if "CopySource" in params:
            self._put_source(params, tags)
        if "RenameSource" in params:
            self.owner.put_object(Bucket=bucket, Key=params["RenameSource"])
        for entry in params.get("Delete", {}).get("Objects", ()):
            self.owner.put_object(Bucket=bucket, Key=entry["Key"])
        if "UploadId" in params:
            begun = self.client.create_multipart_upload(Bucket=bucket, Key=key, **upload)
            params["UploadId"] = begun["UploadId"]
            if "MultipartUpload" in params:
                sent = self.client.upload_part(
                    Bucket=bucket, Key=key, UploadId=params["UploadId"], PartNumber=1
                )
                params["MultipartUpload"] = {"Parts": [{"PartNumber": 1, "ETag": sent["ETag"]}]}
        return params

    def _put_source(self, params: dict[str, Any], tags: str) -> None:
        if isinstance(params["CopySource"], dict):
            self.turn_on_versioning("amzn-data")
        stored = self.owner.put_object(Bucket="amzn-data", Key="source", Tagging=tags)
        if isinstance(params["CopySource"], dict):
            params["CopySource"] = {**params["CopySource"], "VersionId": stored["VersionId"]}


def outcome(decisions: Sequence[Any], key: str) -> list[tuple[object, ...]]:
    """Return the decisions, with the values of a condition key. The id of a version differs between worlds."""
    found = []
    for each in decisions:
        value = None if isinstance(each, Refusal) else each.request.context.get(key)
        found.append(
            (each.action, each.resource, each.allowed, bool(value) if key == "s3:versionid" else value)
        )
    return found


def documents(key: str) -> dict[str, dict[str, Any]]:
    """Return the policies of the caller. Each has the key in a condition, so that decisions compute it."""
    mention = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    if key:
        mention["Condition"] = {"ForAnyValue:StringEquals": {key: "no such value"}}  # type: ignore[assignment]
    found = {"everything": allow("s3:*", "s3express:*", "kms:*"), "nothing": allow("s3:ListBucket")}
    for document in found.values():
        if key:
            document["Statement"].append(mention)
    return found


def for_key(call: ServiceCall, key: str) -> ServiceCall:
    """Return the call in a bucket with Object Lock, and without values that contradict the key."""
    if not key.startswith("s3:object-lock"):
        return call
    empty = {name: {} for name in ("Retention", "LegalHold") if name in call.parameters}
    return call.with_parameters(Bucket="amzn-locked", **empty)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_played_and_by_hand(operation: str) -> None:
    """C-81: each key of the operation, for a caller who may do everything and for one who may do nothing."""
    with freeze_time(NOW):
        one, other = World(), World()
        with Reopened(other.aws) if operation == FORM else nullcontext():
            for call in bases(operation, one.key):
                for key in ("", *supported(call)):
                    compare(one, other, call, key)


def compare(one: World, other: World, call: ServiceCall, key: str) -> None:
    """Make a call with a key in both worlds, with each of the policies."""
    operation, name = call.operation, key.replace("<key>", "team")
    value = one.key if key and VALUES[key] == KEY_ARN else VALUES.get(key)
    asked = for_key(call, key)
    keys = {**({name: value} if key else {}), **ALSO.get(key, {})}
    if key and not feeds(operation, key):
        with pytest.raises(
            Mocks3Error, match=f"({operation}|the request) has no condition key {re.escape(name)}"
        ):
            play(one.aws, one.user, asked, keys=keys)
        return
    for policy, document in documents(name).items():
        mark = one.aws.snapshot()
        one.user.put_policy(document)
        played = play(one.aws, one.user, asked, keys=keys)
        one.aws.restore(mark)
        carried = interpret(asked, keys, EVERYTHING_EXISTS, one.aws.clock.now())
        error, decisions = other.call(played.call, carried.assumptions, document)
        what, hand = (str(call), name, policy), outcome(decisions, name)
        assert outcome(played.decisions, name) == hand, what
        assert (played.error and played.error.code) == error, what
        assert not key or policy == "nothing" or any(values for *_, values in hand), what
