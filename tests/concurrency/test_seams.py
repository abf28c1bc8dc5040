"""What was authorized is what is done: the state changes between the two, so the request is authorized again."""

from __future__ import annotations

import datetime
import io
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
import urllib3
from botocore import xform_name
from botocore.config import Config

from mocks3.aws import MockAWS
from mocks3.operations import registered
from tests.differential.minimal import minimal

from .asking import A, B, allow, code, state
from .conftest import Between

LAX = Config(parameter_validation=False, retries={"total_max_attempts": 1})
UNTIL = datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)


def operations() -> list[str]:
    return sorted(name for service, name in registered() if service == "s3")


NOT_ASKED = {
    "PostObject",  # a form, which boto3 has no method for
    "WriteGetObjectResponse",  # asks for a function whose caller waits
    "DeleteObjects",  # decides entry by entry: a test of its own
    "RenameObject",  # a session decides about directory buckets
    "ListDirectoryBuckets",
}
REVOCABLE = [name for name in operations() if name not in NOT_ASKED]


@pytest.mark.parametrize("first", range(0, len(REVOCABLE), 20))
def test_a_permission_that_is_revoked_after_it_was_found_is_denied(
    aws: MockAWS, between: Between, first: int
) -> None:
    """Every operation: the whole request is authorized again, and nothing was stored."""
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
        if operation in ("AbortMultipartUpload", "ListParts"):  # who began an upload keeps the right to these
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
    """A condition on the object's tags allows the old object, and not the one in its place."""
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
    """From its authorization to its answer a request holds the lock of its world."""
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


def run(*jobs: Callable[[], object]) -> None:
    """Run each job in a thread of its own, to its end; what one raises is raised."""
    errors: list[BaseException] = []

    def catching(job: Callable[[], object]) -> None:
        try:
            job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=catching, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


class Meanwhile(io.RawIOBase):
    """A body of a caller's own making. Before its first byte another thread does something, and has done it."""

    def __init__(self, data: bytes, job: Callable[[], object]) -> None:
        self._data = io.BytesIO(data)
        self._jobs = [job]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._data.seek(offset, whence)

    def tell(self) -> int:
        return self._data.tell()

    def read(self, size: int = -1) -> bytes:
        if self._data.tell() == 0 and self._jobs and size:
            run(self._jobs.pop())
        return self._data.read(size)


# The digest of a body that does not say it by itself is made by botocore, ahead of the request: without one, the body
# is read by S3 alone.
QUIET = Config(request_checksum_calculation="when_required", s3={"payload_signing_enabled": False})


@pytest.fixture
def mine(aws: MockAWS) -> Any:
    client = aws.account(A).client("s3", config=QUIET)
    client.create_bucket(Bucket="bkt")
    return client


def test_a_body_may_wait_for_another_thread_that_calls_s3(aws: MockAWS, mine: Any) -> None:
    other = aws.account(A).client()
    body = Meanwhile(b"x" * 100, lambda: other.put_object(Bucket="bkt", Key="other", Body=b""))
    mine.put_object(Bucket="bkt", Key="k", Body=body)
    assert other.get_object(Bucket="bkt", Key="k")["Body"].read() == b"x" * 100
    assert code(other.head_object, Bucket="bkt", Key="other") == "OK"


def test_a_bucket_that_is_taken_over_while_a_body_comes_in_gets_nothing(aws: MockAWS, mine: Any) -> None:
    theirs = aws.account(B).client()

    def take_over() -> None:
        aws.account(A).client().delete_bucket(Bucket="bkt")
        theirs.create_bucket(Bucket="bkt")

    body = Meanwhile(b"x", take_over)
    assert code(mine.put_object, Bucket="bkt", Key="k", Body=body) == "AccessDenied"
    assert theirs.list_objects_v2(Bucket="bkt")["KeyCount"] == 0


def test_a_policy_that_is_revoked_while_a_part_comes_in_denies_it(aws: MockAWS, mine: Any) -> None:
    user = aws.account(A).create_user("eve", policies=allow("s3:*"))
    client = user.client("s3", config=QUIET)
    named = {"Bucket": "bkt", "Key": "k"}
    named["UploadId"] = client.create_multipart_upload(**named)["UploadId"]
    body = Meanwhile(b"x", user.delete_policy)
    assert code(client.upload_part, **named, PartNumber=1, Body=body) == "AccessDenied"
    assert "Parts" not in mine.list_parts(**named)


def test_an_upload_that_is_aborted_while_a_part_comes_in_is_gone(aws: MockAWS, mine: Any) -> None:
    """M-16."""
    named = {"Bucket": "bkt", "Key": "k"}
    named["UploadId"] = mine.create_multipart_upload(**named)["UploadId"]
    body = Meanwhile(b"x", lambda: aws.account(A).client().abort_multipart_upload(**named))
    assert code(mine.upload_part, **named, PartNumber=1, Body=body) == "NoSuchUpload"


def test_a_body_that_changes_nothing_is_authorized_once(aws: MockAWS, mine: Any) -> None:
    before = len(aws.decisions)
    mine.put_object(Bucket="bkt", Key="k", Body=Meanwhile(b"x", lambda: None))
    assert [each.action for each in aws.decisions[before:]] == ["s3:PutObject"]


def test_a_large_body_in_memory_is_read_while_others_go_on(aws: MockAWS, mine: Any) -> None:
    data = bytes(range(256)) * (5 << 12)
    mine.put_object(Bucket="bkt", Key="k", Body=data, ChecksumAlgorithm="SHA256")
    assert mine.get_object(Bucket="bkt", Key="k")["Body"].read() == data


def test_what_is_raised_by_a_body_reaches_the_caller_and_leaves_the_lock_free(
    aws: MockAWS, mine: Any
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        mine.put_object(Bucket="bkt", Key="k", Body=Meanwhile(b"x", fail))
    run(lambda: aws.account(A).client().put_object(Bucket="bkt", Key="k", Body=b"x"))


def test_a_listener_may_wait_for_another_thread_that_calls_s3(aws: MockAWS) -> None:
    queue = "arn:aws:sqs:us-east-1:123456789012:queue"
    client = aws.client()
    client.create_bucket(Bucket="bkt")
    client.create_bucket(Bucket="other")
    configuration = {"QueueConfigurations": [{"QueueArn": queue, "Events": ["s3:ObjectCreated:*"]}]}
    client.put_bucket_notification_configuration(Bucket="bkt", NotificationConfiguration=configuration)
    heard: list[str] = []

    def listen(message: dict[str, Any]) -> None:
        key = message["Records"][0]["s3"]["object"]["key"]
        run(lambda: client.put_object(Bucket="other", Key=key, Body=b""))
        heard.append(key)

    aws.on_event(queue, listen)
    for key in ("a", "b"):
        client.put_object(Bucket="bkt", Key=key, Body=b"x")
        assert heard[-1] == key  # before the request is answered
    assert [each["Key"] for each in client.list_objects_v2(Bucket="other")["Contents"]] == ["a", "b"]


def test_a_function_may_wait_for_another_thread_that_calls_s3(aws: MockAWS) -> None:
    account = aws.account()
    bucket = account.create_bucket("bkt", objects={"k": b"x"})
    client = aws.client()

    def answer(event: dict[str, Any]) -> None:
        about = event["getObjectContext"]
        token = {"RequestRoute": about["outputRoute"], "RequestToken": about["outputToken"]}
        run(lambda: client.write_get_object_response(**token, Body=b"made"))

    point = account.create_object_lambda_access_point("point", bucket.create_access_point("plain"), answer)
    assert client.get_object(Bucket=point.arn, Key="k")["Body"].read() == b"made"


def test_a_revoked_policy_is_not_kept_by_who_assembled_a_caller_before(
    aws: MockAWS, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = aws.account(A)
    owner.create_bucket("bkt", objects={"k": b"x"})
    user = owner.create_user("eve", policies=allow("s3:*"))
    directory = aws.directory
    assemble = directory._assemble

    def assembled(holder: Any) -> Any:
        found = assemble(holder)
        monkeypatch.undo()
        user.delete_policy()
        return found

    monkeypatch.setattr(directory, "_assemble", assembled)
    user.caller()
    assert code(user.client("s3").get_object, Bucket="bkt", Key="k") == "AccessDenied"


def test_an_arn_is_not_kept_by_who_listed_the_principals_before(
    aws: MockAWS, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = aws.account(A)
    role = owner.create_role("r")
    directory = aws.directory
    principals = directory.principals

    def listed() -> Any:
        found = list(principals())
        monkeypatch.undo()
        role.delete()
        return iter(found)

    monkeypatch.setattr(directory, "principals", listed)
    directory.by_arn(role.arn)
    assert directory.by_arn(f"arn:aws:iam::{A}:role/r") is None


def test_a_document_that_is_streamed_is_read_while_others_go_on(aws: MockAWS, mine: Any) -> None:
    user = aws.account(A).create_user("eve", policies=allow("s3:*"))
    document = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"
    url = user.client("s3").generate_presigned_url(
        "put_bucket_versioning", Params={"Bucket": "bkt", "VersioningConfiguration": {"Status": "Enabled"}}
    )
    length = {"Content-Length": str(len(document))}
    with urllib3.PoolManager() as pool:
        body = Meanwhile(document, user.delete_policy)
        assert pool.request("PUT", url, body=body, headers=length).status == 403
        assert "Status" not in mine.get_bucket_versioning(Bucket="bkt")
        user.put_policy(allow("s3:*"))
        body = Meanwhile(document, lambda: mine.put_object(Bucket="bkt", Key="k", Body=b""))
        assert pool.request("PUT", url, body=body, headers=length).status == 200
    assert mine.get_bucket_versioning(Bucket="bkt")["Status"] == "Enabled"


def test_a_form_that_is_streamed_is_read_while_others_go_on(aws: MockAWS, mine: Any) -> None:
    form = mine.generate_presigned_post("bkt", "k")
    data, kind = urllib3.encode_multipart_formdata({**form["fields"], "file": ("k", b"posted")})
    body = Meanwhile(data, lambda: mine.put_object(Bucket="bkt", Key="other", Body=b""))
    headers = {"Content-Type": kind, "Content-Length": str(len(data))}
    with urllib3.PoolManager() as pool:
        assert pool.request("POST", form["url"], body=body, headers=headers).status == 204
    assert mine.get_object(Bucket="bkt", Key="k")["Body"].read() == b"posted"


@pytest.mark.parametrize("method", ["put_object_annotation", "put_object"])
def test_other_bodies_are_read_while_others_go_on(aws: MockAWS, mine: Any, method: str) -> None:
    """Annotations, and appends to objects of directory buckets."""
    bucket = "base--use1-az4--x-s3" if method == "put_object" else "bkt"
    if method == "put_object":
        aws.account(A).create_bucket(bucket)
    mine.put_object(Bucket=bucket, Key="k", Body=b"x")
    more: dict[str, Any] = {
        "put_object": {"WriteOffsetBytes": 1, "Body": Meanwhile(b"y", lambda: None)},
        "put_object_annotation": {"AnnotationName": "n", "AnnotationPayload": Meanwhile(b"y", lambda: None)},
    }[method]
    assert code(getattr(mine, method), Bucket=bucket, Key="k", **more) == "OK"
