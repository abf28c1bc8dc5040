"""If the state changes after a request is authorized and before its operation runs, it is authorized again."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore import xform_name
from botocore.config import Config

from mocks3.handles.mock_aws import MockAWS
from mocks3.operations import registered
from tests.differential.minimal import minimal

from .conftest import Between
from .threads import A, B, allow, code, run, state

LAX = Config(parameter_validation=False, retries={"total_max_attempts": 1})
UNTIL = datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)


def operations() -> list[str]:
    return sorted(name for service, name in registered() if service == "s3")


NOT_ASKED = {
    "PostObject",  # a form, for which boto3 has no method
    "WriteGetObjectResponse",  # needs a function whose caller waits
    "DeleteObjects",  # is decided for each entry: see its own test
    "RenameObject",  # in directory buckets the session decides
    "ListDirectoryBuckets",
}
REVOCABLE = [name for name in operations() if name not in NOT_ASKED]


@pytest.mark.parametrize("first", range(0, len(REVOCABLE), 20))
def test_a_permission_that_is_revoked_after_it_was_found_is_denied(
    aws: MockAWS, between: Between, first: int
) -> None:
    """Every operation: the whole request is authorized again, and nothing is stored."""
    owner = aws.account(A)
    owner.create_bucket("bkt", objects={"k": b"x"})
    owner.create_bucket("base--use1-az4--x-s3")
    everything = allow("s3:*", "s3express:*", "iam:*")
    user = owner.create_user("eve", policies=everything)
    client = user.client("s3", config=LAX)
    begin = {"Bucket": "bkt", "Key": "k"}
    own, another = (each.create_multipart_upload(**begin)["UploadId"] for each in (client, owner.client()))
    known = {"Bucket": "bkt", "Key": "k", "CopySource": "bkt/k", "UploadId": own}
    happened: list[str] = []
    for operation in REVOCABLE[first : first + 20]:
        params = minimal(client, operation)
        params |= {name: value for name, value in known.items() if name in params}
        elsewhere = {"CreateBucket": "new", "CreateSession": "base--use1-az4--x-s3"}
        params |= {"Bucket": elsewhere[operation]} if operation in elsewhere else {}
        if operation in (
            "AbortMultipartUpload",
            "ListParts",
        ):  # the initiator of an upload keeps these rights
            params["UploadId"] = another
        user.put_policy(everything)
        before = state(aws, "bkt")

        def revoke(name: str = operation) -> None:
            user.delete_policy()
            happened.append(name)

        between(revoke)
        found = code(getattr(client, xform_name(operation)), **params)
        assert happened[-1:] == [operation], found
        assert found in ("AccessDenied", "403"), (operation, found)
        assert state(aws, "bkt") == before, operation
        assert aws.store.bucket("new") is None


BEGINNINGS = ("PutBucket", "DeleteBucket", "PutPublic", "DeletePublic", "PutObjectLockConfiguration")
METADATA = ("CreateBucketMetadata", "DeleteBucketMetadata", "UpdateBucketMetadata")
CONFIGURING = [name for name in operations() if name.startswith((*BEGINNINGS, *METADATA))]


def test_a_bucket_that_is_deleted_meanwhile_is_no_such_bucket(aws: MockAWS, between: Between) -> None:
    client = aws.client("s3", config=LAX)
    for operation in CONFIGURING:
        client.create_bucket(Bucket="bkt")
        params = minimal(client, operation) | {"Bucket": "bkt"}
        between(lambda: aws.client().delete_bucket(Bucket="bkt"))
        assert code(getattr(client, xform_name(operation)), **params) == "NoSuchBucket", operation
        assert aws.store.bucket("bkt") is None, operation


def test_a_bucket_made_anew_by_another_account_is_not_configured(aws: MockAWS, between: Between) -> None:
    mine, theirs = aws.account(A).client("s3", config=LAX), aws.account(B).client()
    taken: list[Any] = []

    def take_over() -> None:
        mine.delete_bucket(Bucket="bkt")
        theirs.create_bucket(Bucket="bkt")
        taken.append(state(aws, "bkt"))

    for operation in CONFIGURING:
        mine.create_bucket(Bucket="bkt")
        params = minimal(mine, operation) | {"Bucket": "bkt"}
        between(take_over)
        found = code(getattr(mine, xform_name(operation)), **params)
        assert found in ("AccessDenied", "MethodNotAllowed"), (operation, found)
        assert state(aws, "bkt") == taken.pop(), operation
        theirs.delete_bucket(Bucket="bkt")


READS = ("get_object", "head_object", "get_object_acl", "get_object_attributes")


@pytest.mark.parametrize("method", READS)
def test_a_public_object_replaced_by_a_private_one_is_not_read(
    aws: MockAWS, between: Between, method: str
) -> None:
    owner, anonymous = aws.client(), aws.anonymous.client("s3")
    owner.create_bucket(Bucket="bkt")
    grants = {"GrantRead": "uri=http://acs.amazonaws.com/groups/global/AllUsers"}
    if method == "get_object_acl":
        grants = {"GrantReadACP": grants["GrantRead"]}
    owner.put_object(Bucket="bkt", Key="k", Body=b"public", **grants)
    between(lambda: owner.put_object(Bucket="bkt", Key="k", Body=b"SECRET"))
    more: dict[str, Any] = {"ObjectAttributes": ["ETag"]} if method == "get_object_attributes" else {}
    assert code(getattr(anonymous, method), Bucket="bkt", Key="k", **more) in ("AccessDenied", "403")


def test_a_copy_reads_the_source_that_was_authorized(aws: MockAWS, between: Between) -> None:
    owner, stranger = aws.account(A).client(), aws.account(B).client()
    owner.create_bucket(Bucket="bkt")
    stranger.create_bucket(Bucket="mine")
    owner.put_object(Bucket="bkt", Key="k", Body=b"public", ACL="public-read")
    upload = stranger.create_multipart_upload(Bucket="mine", Key="part")["UploadId"]
    between(lambda: owner.put_object(Bucket="bkt", Key="k", Body=b"SECRET"))
    assert code(stranger.copy_object, Bucket="mine", Key="copy", CopySource="bkt/k") == "AccessDenied"
    owner.put_object(Bucket="bkt", Key="k", Body=b"public", ACL="public-read")
    between(lambda: owner.put_object(Bucket="bkt", Key="k", Body=b"SECRET"))
    part = {"Bucket": "mine", "Key": "part", "UploadId": upload, "PartNumber": 1, "CopySource": "bkt/k"}
    assert code(stranger.upload_part_copy, **part) == "AccessDenied"
    assert "Parts" not in stranger.list_parts(Bucket="mine", Key="part", UploadId=upload)
    assert "Contents" not in stranger.list_objects_v2(Bucket="mine")


def test_an_object_does_not_land_in_a_bucket_of_another_account(aws: MockAWS, between: Between) -> None:
    mine, theirs = aws.account(A).client(), aws.account(B).client()
    mine.create_bucket(Bucket="bkt")
    mine.create_bucket(Bucket="src")
    mine.put_object(Bucket="src", Key="k", Body=b"x")

    def take_over() -> None:
        mine.delete_bucket(Bucket="bkt")
        theirs.create_bucket(Bucket="bkt")

    def give_back() -> None:
        theirs.delete_bucket(Bucket="bkt")
        mine.create_bucket(Bucket="bkt")

    writes: list[tuple[Callable[..., Any], dict[str, Any]]] = [
        (mine.put_object, {"Body": b"x"}),
        (mine.copy_object, {"CopySource": "src/k"}),
        (mine.create_multipart_upload, {}),
    ]
    for method, more in writes:
        between(take_over)
        assert code(method, Bucket="bkt", Key="k", **more) == "AccessDenied"
        assert theirs.list_objects_v2(Bucket="bkt")["KeyCount"] == 0
        assert "Uploads" not in theirs.list_multipart_uploads(Bucket="bkt")
        give_back()


@pytest.mark.parametrize("method", ["upload_part", "complete_multipart_upload"])
def test_an_upload_that_ended_meanwhile_is_no_such_upload(
    aws: MockAWS, between: Between, method: str
) -> None:
    """M-16."""
    client = aws.client()
    client.create_bucket(Bucket="bkt")
    named = {"Bucket": "bkt", "Key": "k"}
    named["UploadId"] = client.create_multipart_upload(**named)["UploadId"]
    etag = client.upload_part(**named, PartNumber=1, Body=b"x")["ETag"]
    parts = {"Parts": [{"ETag": etag, "PartNumber": 1}]}
    more: dict[str, Any] = {
        "upload_part": {"PartNumber": 2, "Body": b"y"},
        "complete_multipart_upload": {"MultipartUpload": parts},
    }.get(method, {})
    between(lambda: client.abort_multipart_upload(**named))
    assert code(getattr(client, method), **named, **more) == "NoSuchUpload"
    assert client.list_objects_v2(Bucket="bkt")["KeyCount"] == 0


def test_each_entry_of_delete_objects_is_decided_in_the_state_in_which_it_is_deleted(
    aws: MockAWS, between: Between
) -> None:
    """F-11."""
    owner = aws.account(A)
    owner.create_bucket("bkt", objects={"a": b"x", "b": b"x"})
    eve = owner.create_user("eve", policies=allow("s3:*")).client("s3")
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::bkt/a"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": deny})
    between(lambda: owner.client().put_bucket_policy(Bucket="bkt", Policy=policy))
    answer = eve.delete_objects(Bucket="bkt", Delete={"Objects": [{"Key": "a"}, {"Key": "b"}]})
    assert [each["Code"] for each in answer["Errors"]] == ["AccessDenied"]
    assert [each["Key"] for each in answer["Deleted"]] == ["b"]
    assert code(owner.client().head_object, Bucket="bkt", Key="a") == "OK"


def test_governance_that_came_meanwhile_takes_the_bypass_permission(aws: MockAWS, between: Between) -> None:
    owner = aws.account(A)
    root = owner.client()
    root.create_bucket(Bucket="lck", ObjectLockEnabledForBucket=True)
    named = {"Bucket": "lck", "Key": "k"}
    named["VersionId"] = root.put_object(**named, Body=b"x")["VersionId"]
    eve = owner.create_user(
        "eve", policies=allow("s3:PutObjectRetention", "s3:DeleteObjectVersion", "s3:PutObjectLegalHold")
    ).client("s3")

    def retain() -> None:
        root.put_object_retention(**named, Retention={"Mode": "GOVERNANCE", "RetainUntilDate": UNTIL})

    between(retain)
    loosening = {"BypassGovernanceRetention": True, "Retention": {}}
    assert code(eve.put_object_retention, **named, **loosening) == "AccessDenied"
    assert root.get_object_retention(**named)["Retention"]["RetainUntilDate"] == UNTIL
    root.put_object_retention(**named, BypassGovernanceRetention=True, Retention={})
    between(retain)
    assert code(eve.delete_object, **named, BypassGovernanceRetention=True) == "AccessDenied"
    assert code(root.head_object, **named) == "OK"


def test_a_legal_hold_that_came_meanwhile_keeps_the_version(aws: MockAWS, between: Between) -> None:
    root = aws.client()
    root.create_bucket(Bucket="lck", ObjectLockEnabledForBucket=True)
    named = {"Bucket": "lck", "Key": "k"}
    named["VersionId"] = root.put_object(**named, Body=b"x")["VersionId"]
    between(lambda: root.put_object_legal_hold(**named, LegalHold={"Status": "ON"}))
    assert code(root.delete_object, **named) == "AccessDenied"
    assert code(root.head_object, **named) == "OK"


@pytest.mark.parametrize(
    ("method", "more"),
    [
        ("put_object_tagging", {"Tagging": {"TagSet": [{"Key": "t", "Value": "v"}]}}),
        ("put_object_acl", {"ACL": "public-read"}),
        ("delete_object_tagging", {}),
    ],
)
def test_tags_and_acls_go_to_the_version_that_was_authorized(
    aws: MockAWS, between: Between, method: str, more: dict[str, Any]
) -> None:
    """A condition on the object's tags allows the old object, but not the new one at its key."""
    owner = aws.account(A)
    root = owner.client()
    owner.create_bucket("bkt")
    root.put_object(Bucket="bkt", Key="k", Body=b"x", Tagging="open=yes")
    condition = {"StringEquals": {"s3:ExistingObjectTag/open": "yes"}}
    eve = owner.create_user("eve", policies=allow("s3:*", Condition=condition)).client("s3")
    before = root.get_object_acl(Bucket="bkt", Key="k")["Grants"]
    between(lambda: root.put_object(Bucket="bkt", Key="k", Body=b"x", Tagging="open=no"))
    assert code(getattr(eve, method), Bucket="bkt", Key="k", **more) == "AccessDenied"
    assert root.get_object_tagging(Bucket="bkt", Key="k")["TagSet"] == [{"Key": "open", "Value": "no"}]
    assert root.get_object_acl(Bucket="bkt", Key="k")["Grants"] == before


def test_a_key_that_is_disabled_meanwhile_encrypts_nothing(aws: MockAWS, between: Between) -> None:
    key = aws.account().create_kms_key()
    client = aws.client()
    client.create_bucket(Bucket="bkt")
    how = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key.arn}
    client.put_object(Bucket="bkt", Key="old", Body=b"x", **how)
    between(key.disable)
    assert code(client.put_object, Bucket="bkt", Key="k", Body=b"x", **how) == "KMS.DisabledException"
    assert code(client.head_object, Bucket="bkt", Key="k") == "404"
    key.enable()
    between(key.disable)
    assert code(client.get_object, Bucket="bkt", Key="old") == "KMS.DisabledException"


def test_an_access_point_that_is_deleted_meanwhile_leads_nowhere(aws: MockAWS, between: Between) -> None:
    owner = aws.account(A)
    bucket = owner.create_bucket("bkt", objects={"k": b"x"})
    point = bucket.create_access_point("point")
    between(point.delete)
    assert code(owner.client().get_object, Bucket=point.arn, Key="k") == "NoSuchAccessPoint"
    again = bucket.create_access_point("point")
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": f"{again.arn}/object/*"}
    between(lambda: again.put_policy({"Version": "2012-10-17", "Statement": deny}))
    assert code(owner.client().put_object, Bucket=again.arn, Key="n", Body=b"x") == "AccessDenied"
    assert bucket.keys == ["k"]


@pytest.mark.parametrize("what", ["scp", "suspended", "key", "endpoint"])
def test_what_binds_the_caller_counts_as_it_is_when_the_operation_runs(
    aws: MockAWS, between: Between, what: str
) -> None:
    owner = aws.account(A)
    owner.create_bucket("bkt", objects={"k": b"x"})
    user = owner.create_user("eve", policies=allow("s3:*"))
    organization = aws.organization("o-a1b2c3d4e5")
    organization.add(owner)
    deny = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}
    change, expected = {
        "scp": (lambda: organization.put_scp(deny), "AccessDenied"),
        "suspended": (owner.suspend, "AccountProblem"),
        "key": (user.deactivate_key, "InvalidAccessKeyId"),
        "endpoint": (lambda: aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=deny | ANYBODY), "AccessDenied"),
    }[what]
    aws.vpc_endpoint("vpce-1", vpc="vpc-1")
    between(change)
    with aws.request_context(source_vpce="vpce-1"):
        assert code(user.client("s3").get_object, Bucket="bkt", Key="k") == expected


ANYBODY = {"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}}


def test_a_state_that_never_stays_the_same_is_a_conflict(
    aws: MockAWS, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mocks3 import pipeline

    client = aws.client()
    client.create_bucket(Bucket="bkt")
    operate, busy = pipeline.operate, []

    def changing(operation: Any, call: Any) -> Any:
        if not busy:
            busy.append(True)
            client.put_object(Bucket="bkt", Key="other", Body=b"")
            busy.clear()
        return operate(operation, call)

    monkeypatch.setattr(pipeline, "operate", changing)
    assert code(client.put_object, Bucket="bkt", Key="k", Body=b"x") == "OperationAborted"
    monkeypatch.undo()
    assert code(client.head_object, Bucket="bkt", Key="k") == "404"


def test_no_other_thread_gets_between(aws: MockAWS, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request has the lock of its mock from its authorization to its answer."""
    from mocks3 import pipeline

    taken: list[bool] = []
    operate = pipeline.operate

    def ask() -> None:
        taken.append(aws.lock.acquire(blocking=False))

    def asking(operation: Any, call: Any) -> Any:
        run(ask)
        return operate(operation, call)

    client = aws.client()
    client.create_bucket(Bucket="bkt")
    monkeypatch.setattr(pipeline, "operate", asking)
    client.put_object(Bucket="bkt", Key="k", Body=b"x")
    client.get_object(Bucket="bkt", Key="k")["Body"].read()
    assert taken == [False, False]


def test_a_revoked_policy_is_not_kept_by_who_assembled_a_caller_before(
    aws: MockAWS, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = aws.account(A)
    owner.create_bucket("bkt", objects={"k": b"x"})
    user = owner.create_user("eve", policies=allow("s3:*"))
    iam = aws.iam
    assemble = iam._assemble

    def assembled(holder: Any) -> Any:
        found = assemble(holder)
        monkeypatch.undo()
        user.delete_policy()
        return found

    monkeypatch.setattr(iam, "_assemble", assembled)
    user.caller()
    assert code(user.client("s3").get_object, Bucket="bkt", Key="k") == "AccessDenied"
