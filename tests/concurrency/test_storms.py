"""Many threads, between which the interpreter switches every microsecond: no check is bypassed, no write is lost.

``MOCKS3_STORM`` is the number of rounds of each thread; ``tox run -e storm`` sets a large number.
"""

from __future__ import annotations

import contextlib
import datetime
import itertools
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3.errors import Mocks3Error
from mocks3.handles.mock_aws import MockAWS
from tests.effects.replicating import configure, role, rule

from .threads import A, B, allow, code

ROUNDS = int(os.environ.get("MOCKS3_STORM", "8"))
UNTIL = datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)
PUBLIC = {"GrantRead": "uri=http://acs.amazonaws.com/groups/global/AllUsers"}


@pytest.fixture(autouse=True)
def impatient_interpreter() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def together(*jobs: Callable[[], None]) -> None:
    """Run each job ``ROUNDS`` times, all at the same time in their own threads, and raise the first exception."""
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(jobs))

    def run(job: Callable[[], None]) -> None:
        barrier.wait()
        try:
            for _ in range(ROUNDS):
                if errors:
                    return
                job()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def one_of(found: str, *codes: str) -> None:
    assert found in codes, found


def test_a_policy_is_in_force_no_longer_than_it_is_there(aws: MockAWS) -> None:
    owner = aws.account(A)
    owner.create_bucket("bkt", objects={"k": b"x"})
    user = owner.create_user("eve")
    client = user.client("s3")

    def use() -> None:
        one_of(code(client.get_object, Bucket="bkt", Key="k"), "OK", "AccessDenied")
        user.caller()

    def change() -> None:
        user.put_policy(allow("s3:GetObject"))
        one_of(code(client.get_object, Bucket="bkt", Key="k"), "OK")
        user.delete_policy()
        one_of(code(client.get_object, Bucket="bkt", Key="k"), "AccessDenied")
        assert not aws.explain(user, "s3:GetObject", "arn:aws:s3:::bkt/k").allowed

    together(use, use, use, change)


def test_principals_are_made_while_policies_name_them(aws: MockAWS) -> None:
    owner = aws.account(A)
    bucket = owner.create_bucket("bkt", objects={"k": b"x"}, public_access_block=None)
    numbers = itertools.count()
    client = owner.client()

    def make() -> None:
        n = next(numbers)
        user = owner.create_user(f"u{n}", policies=allow("s3:*"))
        owner.create_group(f"g{n}", policies=allow("s3:*"), members=[user])
        owner.create_role(f"r{n}").delete()
        statement = {"Effect": "Allow", "Principal": {"AWS": user.arn}, "Action": "s3:*"}
        document = {"Version": "2012-10-17", "Statement": {**statement, "Resource": "arn:aws:s3:::bkt/*"}}
        bucket.put_policy(document)
        one_of(code(user.client("s3").get_object, Bucket="bkt", Key="k"), "OK")
        user.delete()

    def look() -> None:
        one_of(code(client.get_bucket_policy, Bucket="bkt"), "OK", "NoSuchBucketPolicy")
        aws.snapshot()

    together(make, make, make, look, look)


def test_nobody_reads_what_was_never_public(aws: MockAWS) -> None:
    owner, anonymous = aws.client(), aws.anonymous.client("s3")
    owner.create_bucket(Bucket="bkt")
    stranger = aws.account(B).client()
    stranger.create_bucket(Bucket="mine")

    def write() -> None:
        owner.put_object(Bucket="bkt", Key="k", Body=b"public", **PUBLIC)
        owner.put_object(Bucket="bkt", Key="k", Body=b"SECRET")

    def read() -> None:
        try:
            assert anonymous.get_object(Bucket="bkt", Key="k")["Body"].read() == b"public"
        except ClientError as error:
            one_of(error.response["Error"]["Code"], "AccessDenied")

    def copy() -> None:
        found = code(stranger.copy_object, Bucket="mine", Key="k", CopySource="bkt/k")
        one_of(found, "OK", "AccessDenied")
        if found == "OK":
            assert stranger.get_object(Bucket="mine", Key="k")["Body"].read() == b"public"

    owner.put_object(Bucket="bkt", Key="k", Body=b"public", **PUBLIC)
    together(write, read, read, copy)


def test_nothing_lands_in_a_bucket_of_another_account(aws: MockAWS) -> None:
    mine, theirs = aws.account(A).client(), aws.account(B).client()
    lock = threading.Lock()

    def own(client: Any, account: str) -> None:
        with lock:  # only one thread changes the owner at a time
            if code(client.create_bucket, Bucket="bkt") != "OK":
                return
            bucket = aws.store.bucket("bkt")
            assert bucket is not None
            for _ in range(8):
                found = client.list_objects_v2(Bucket="bkt", FetchOwner=True).get("Contents", [])
                assert all(each["Key"] == account for each in found), found
                for each in found:
                    client.delete_object(Bucket="bkt", Key=each["Key"])
                if code(client.delete_bucket, Bucket="bkt") == "OK":
                    return
            with aws.lock:
                for key in aws.store.bucket("bkt").list_keys(limit=1 << 30).entries:  # type: ignore[union-attr]
                    assert key.key == account
                    client.delete_object(Bucket="bkt", Key=key.key)
                client.delete_bucket(Bucket="bkt")

    def write(client: Any, account: str) -> None:
        one_of(
            code(client.put_object, Bucket="bkt", Key=account, Body=b"x"),
            "OK",
            "AccessDenied",
            "NoSuchBucket",
        )

    together(lambda: own(mine, A), lambda: own(theirs, B), lambda: write(mine, A), lambda: write(theirs, B))


def test_configurations_race_the_deletion_of_their_bucket(aws: MockAWS) -> None:
    client = aws.client()
    rules = [{"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}]
    cors = [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]
    encryption = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
    puts: list[tuple[Any, dict[str, Any]]] = [
        (client.put_bucket_versioning, {"VersioningConfiguration": {"Status": "Enabled"}}),
        (client.put_bucket_acl, {"ACL": "private"}),
        (client.put_bucket_lifecycle_configuration, {"LifecycleConfiguration": {"Rules": rules}}),
        (client.put_bucket_cors, {"CORSConfiguration": {"CORSRules": cors}}),
        (client.put_bucket_tagging, {"Tagging": {"TagSet": [{"Key": "a", "Value": "b"}]}}),
        (client.put_bucket_encryption, {"ServerSideEncryptionConfiguration": {"Rules": encryption}}),
        (client.put_public_access_block, {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}),
        (client.put_bucket_ownership_controls, {"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}}),
        (client.put_bucket_accelerate_configuration, {"AccelerateConfiguration": {"Status": "Enabled"}}),
        (client.put_bucket_request_payment, {"RequestPaymentConfiguration": {"Payer": "BucketOwner"}}),
        (client.delete_bucket_cors, {}),
        (client.delete_bucket_policy, {}),
        (client.delete_bucket_tagging, {}),
        (client.delete_bucket_lifecycle, {}),
        (client.delete_public_access_block, {}),
    ]  # fmt: skip

    def configure_all() -> None:
        for method, more in puts:
            one_of(code(method, Bucket="bkt", **more), "OK", "NoSuchBucket")

    def churn() -> None:
        for _ in puts:
            client.create_bucket(Bucket="bkt")
            one_of(code(client.delete_bucket, Bucket="bkt"), "OK")

    together(configure_all, configure_all, churn)


def test_no_replica_no_status_and_no_line_is_lost(aws: MockAWS) -> None:
    client = aws.client()
    for name in ("amzn-src", "amzn-dst", "amzn-log"):
        client.create_bucket(Bucket=name)
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    configure(aws, role(aws), rule())
    bucket = aws.store.bucket("amzn-log")
    assert bucket is not None
    client.put_bucket_acl(
        Bucket="amzn-log",
        GrantWrite="uri=http://acs.amazonaws.com/groups/s3/LogDelivery",
        GrantReadACP="uri=http://acs.amazonaws.com/groups/s3/LogDelivery",
    )
    logging = {"LoggingEnabled": {"TargetBucket": "amzn-log", "TargetPrefix": ""}}
    client.put_bucket_logging(Bucket="amzn-src", BucketLoggingStatus=logging)
    numbers = itertools.count()

    def write() -> None:
        client.put_object(Bucket="amzn-src", Key=f"k{next(numbers)}", Body=b"x")

    def look() -> None:
        client.list_objects_v2(Bucket="amzn-log")

    together(write, write, write, write, look)
    written = next(numbers)
    assert written == 4 * ROUNDS
    keys = {f"k{n}" for n in range(written)}
    assert set(stored(aws, "amzn-dst")) == keys
    statuses = {client.head_object(Bucket="amzn-src", Key=key)["ReplicationStatus"] for key in keys}
    assert statuses == {"COMPLETED"}
    assert len(aws.replications) == written
    listed = [each["Key"] for each in client.list_objects_v2(Bucket="amzn-log")["Contents"]]
    text = b"".join(client.get_object(Bucket="amzn-log", Key=key)["Body"].read() for key in listed)
    put = [line for line in text.decode().splitlines() if "REST.PUT.OBJECT" in line]
    assert len(put) == written


def stored(aws: MockAWS, name: str) -> list[str]:
    bucket = aws.store.bucket(name)
    assert bucket is not None
    return [version.key for version in bucket.list_keys(limit=1 << 30).entries]


def test_retention_is_not_loosened_without_the_permission(aws: MockAWS) -> None:
    owner = aws.account(A)
    root = owner.client()
    root.create_bucket(Bucket="lck", ObjectLockEnabledForBucket=True)
    eve = owner.create_user("eve", policies=allow("s3:PutObjectRetention")).client("s3")
    bucket = aws.store.bucket("lck")
    assert bucket is not None

    def retain() -> None:
        named = {"Bucket": "lck", "Key": "k"}
        named["VersionId"] = root.put_object(**named, Body=b"x")["VersionId"]
        retention = {"Mode": "GOVERNANCE", "RetainUntilDate": UNTIL}
        root.put_object_retention(**named, Retention=retention)
        assert root.get_object_retention(**named)["Retention"]["RetainUntilDate"] == UNTIL

    def loosen() -> None:
        found = code(
            eve.put_object_retention, Bucket="lck", Key="k", BypassGovernanceRetention=True, Retention={}
        )
        one_of(found, "OK", "AccessDenied", "NoSuchKey")

    together(retain, loosen, loosen)


def test_an_upload_ends_once(aws: MockAWS) -> None:
    client = aws.client()
    client.create_bucket(Bucket="bkt")
    ended: list[str] = []

    def upload() -> None:
        named = {"Bucket": "bkt", "Key": threading.current_thread().name}
        named["UploadId"] = client.create_multipart_upload(**named)["UploadId"]
        etag = client.upload_part(**named, PartNumber=1, Body=b"x")["ETag"]
        parts = {"Parts": [{"ETag": etag, "PartNumber": 1}]}
        done: list[str] = []
        jobs = [
            lambda: done.append(code(client.complete_multipart_upload, **named, MultipartUpload=parts)),
            lambda: done.append("A" + code(client.abort_multipart_upload, **named)),
            lambda: done.append("P" + code(client.upload_part, **named, PartNumber=2, Body=b"y")),
        ]
        threads = [threading.Thread(target=job) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        made = code(client.head_object, Bucket="bkt", Key=named["Key"]) == "OK"
        assert made is ("OK" in done), done
        ended.extend(done)
        client.delete_object(Bucket="bkt", Key=named["Key"])

    together(upload, upload)
    assert len(ended) == 6 * ROUNDS


def test_a_condition_has_one_winner(aws: MockAWS) -> None:
    client = aws.client()
    client.create_bucket(Bucket="bkt")
    won: list[str] = []
    rounds = {name: itertools.count() for name in range(4)}

    def write(name: int) -> None:
        key = f"k{next(rounds[name])}"
        found = code(client.put_object, Bucket="bkt", Key=key, Body=b"x", IfNoneMatch="*")
        one_of(found, "OK", "PreconditionFailed")
        if found == "OK":
            won.append(key)

    together(*(lambda name=n: write(name) for n in rounds))  # type: ignore[misc]
    assert sorted(won) == sorted(f"k{n}" for n in range(ROUNDS))


def test_keys_are_used_only_while_they_are_enabled(aws: MockAWS) -> None:
    key = aws.account().create_kms_key()
    client = aws.client()
    client.create_bucket(Bucket="bkt")
    how = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key.arn}

    def use() -> None:
        one_of(
            code(client.put_object, Bucket="bkt", Key="k", Body=b"x", **how), "OK", "KMS.DisabledException"
        )

    def change() -> None:
        key.disable()
        one_of(code(client.put_object, Bucket="bkt", Key="k", Body=b"x", **how), "KMS.DisabledException")
        key.grant(aws.account().root)
        key.enable()
        one_of(code(client.put_object, Bucket="bkt", Key="k", Body=b"x", **how), "OK")

    together(use, use, change)


def test_snapshots_are_whole(aws: MockAWS) -> None:
    """A restored state has both the user and the object that were created together, or neither."""
    owner = aws.account(A)
    owner.create_bucket("bkt")
    client = owner.client()
    numbers = itertools.count()

    def make() -> None:
        n = next(numbers)
        with aws.lock:
            owner.create_user(f"u{n}")
            client.put_object(Bucket="bkt", Key=f"u{n}", Body=b"x")

    def check() -> None:
        with aws.lock:
            aws.restore(aws.snapshot())
            users = {each.name for each in aws.iam.principals()}
            assert users == set(stored(aws, "bkt"))

    together(make, make, check)


def test_handles_race_their_buckets_deletion(aws: MockAWS) -> None:
    owner = aws.account(A)
    client = owner.client()

    def churn() -> None:
        owner.create_bucket("bkt", public_access_block=None)
        client.delete_bucket(Bucket="bkt")

    def configure_it() -> None:
        from mocks3.handles.buckets import BucketHandle

        handle = BucketHandle(aws, "bkt")
        statement = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::bkt/*",
        }
        with contextlib.suppress(Mocks3Error):  # it was deleted; any other exception is a failure
            handle.put_policy({"Version": "2012-10-17", "Statement": statement})
            handle.delete_metadata_tables()

    together(churn, configure_it, configure_it)
