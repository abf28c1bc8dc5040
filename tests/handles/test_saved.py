"""``aws.save`` and ``aws.load_saved``: the whole state in a file, and a world that continues from there."""

from __future__ import annotations

import json
import os
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3 import MockAWS, Mocks3Error, NotSupported
from mocks3.handles.mock_aws import Settings

READ = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:GetObject*", "Resource": "arn:aws:s3:::data/*"},
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:user/eve"},
        "Action": "sts:AssumeRole",
    },
}


@pytest.fixture
def aws() -> MockAWS:
    """A world that has a resource of every kind."""
    world = MockAWS()
    account, s3 = world.account(), world.client()
    s3.create_bucket(Bucket="data", ObjectLockEnabledForBucket=True)
    s3.put_object(Bucket="data", Key="k", Body=b"one", Metadata={"a": "e"}, Tagging="a=b")
    s3.put_object(Bucket="data", Key="k", Body=b"two", ChecksumAlgorithm="SHA256")
    s3.put_object_legal_hold(Bucket="data", Key="k", LegalHold={"Status": "ON"})
    s3.delete_object(Bucket="data", Key="gone")
    s3.put_object(Bucket="data", Key="a/b\u2028c", Body=b"")
    s3.put_object(Bucket="data", Key="né", Body=b"x" * 100_000, StorageClass="GLACIER")
    s3.put_bucket_tagging(Bucket="data", Tagging={"TagSet": [{"Key": "team", "Value": "1"}]})
    s3.put_bucket_policy(
        Bucket="data",
        Policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:GetObject",
                    "Resource": "arn:aws:s3:::data/secret*",
                },
            }
        ),
    )
    account.create_bucket("old", ownership="ObjectWriter", public_access_block=None, objects={"public": b"p"})
    s3.put_object_acl(Bucket="old", Key="public", ACL="public-read")
    rule = {"ID": "month", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 30}}
    s3.put_bucket_lifecycle_configuration(Bucket="old", LifecycleConfiguration={"Rules": [rule]})
    upload = s3.create_multipart_upload(Bucket="old", Key="large", ChecksumAlgorithm="CRC32")["UploadId"]
    part = s3.upload_part(
        Bucket="old",
        Key="large",
        UploadId=upload,
        PartNumber=1,
        Body=b"p" * (5 << 20),
        ChecksumAlgorithm="CRC32",
    )
    parts = [{"PartNumber": 1, "ETag": part["ETag"], "ChecksumCRC32": part["ChecksumCRC32"]}]
    s3.complete_multipart_upload(Bucket="old", Key="large", UploadId=upload, MultipartUpload={"Parts": parts})
    running = s3.create_multipart_upload(Bucket="old", Key="running")["UploadId"]
    s3.upload_part(Bucket="old", Key="running", UploadId=running, PartNumber=1, Body=b"half")
    eve = account.create_user("eve", policies=READ)
    eve.access_key  # noqa: B018 - it is created now
    account.create_role("reader", trust=TRUST, policies=READ)
    key = world.client("kms").create_key()["KeyMetadata"]["KeyId"]
    s3.put_object(Bucket="data", Key="sealed", Body=b"s", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    world.client("organizations").create_organization()
    control, mine = world.client("s3control"), {"AccountId": account.id}
    control.create_access_point(**mine, Name="point", Bucket="data")
    control.create_access_grants_instance(**mine)
    group = {"Name": "logs", "Filter": {"MatchAnyPrefix": ["logs/"]}}
    control.create_storage_lens_group(**mine, StorageLensGroup=group)
    west = account.client("s3control", region_name="us-west-2")
    west.create_multi_region_access_point(
        **mine, ClientToken="token", Details={"Name": "everywhere", "Regions": [{"Bucket": "data"}]}
    )
    world.clock.advance(days=1)
    return world


def state_in(file: Any) -> tuple[Any, dict[str, bytes]]:
    with zipfile.ZipFile(file) as archive:
        state = json.loads(archive.read("state.json"))
        return state, {name: archive.read(name) for name in archive.namelist() if name != "state.json"}


def loaded(aws: MockAWS, folder: Any) -> MockAWS:
    aws.save(folder / "state.zip")
    found = MockAWS()
    found.load_saved(folder / "state.zip")
    return found


def test_a_state_that_is_loaded_and_saved_again_is_the_same(aws: MockAWS, tmp_path: Any) -> None:
    again = loaded(aws, tmp_path)
    again.save(tmp_path / "again.zip")
    (first, bodies), (second, same_bodies) = (state_in(tmp_path / n) for n in ("state.zip", "again.zip"))
    assert first.pop("sequence") < second.pop("sequence")
    assert first == second
    assert bodies == same_bodies
    assert b"x" * 100_000 in bodies.values()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["again.zip", "state.zip"]


def answers(aws: MockAWS) -> list[Any]:
    """What clients read: objects of every version, settings, uploads, principals."""
    s3, found = aws.client(), []
    for bucket in ("data", "old"):
        versions = s3.list_object_versions(Bucket=bucket)
        found += [versions.get("Versions"), versions.get("DeleteMarkers")]
        for each in versions.get("Versions", ()):
            which = {"Bucket": bucket, "Key": each["Key"], "VersionId": each["VersionId"]}
            if each["StorageClass"] != "GLACIER":
                got = s3.get_object(**which, ChecksumMode="ENABLED")
                found += [got["Body"].read(), {n: v for n, v in got.items() if n not in ("Body", "Date")}]
            found += [s3.get_object_tagging(**which)["TagSet"], s3.get_object_acl(**which)["Grants"]]
        uploads = s3.list_multipart_uploads(Bucket=bucket).get("Uploads", ())
        found += [
            [each, s3.list_parts(Bucket=bucket, Key=each["Key"], UploadId=each["UploadId"])["Parts"]]
            for each in uploads
        ]
    iam = aws.client("iam")
    found += [iam.get_account_authorization_details(), iam.list_access_keys(UserName="eve")]
    found += [
        aws.client("kms").list_keys()["Keys"],
        aws.client("organizations").describe_organization(),
        aws.client("s3control").list_access_points(AccountId=aws.account().id)["AccessPointList"],
        aws.client("s3control").list_access_grants_instances(AccountId=aws.account().id)[
            "AccessGrantsInstancesList"
        ],
        aws.account()
        .client("s3control", region_name="us-west-2")
        .list_multi_region_access_points(AccountId=aws.account().id)["AccessPoints"],
    ]
    for each in found:
        if isinstance(each, dict):
            each.pop("ResponseMetadata", None)
    return found


def test_clients_read_the_same(aws: MockAWS, tmp_path: Any) -> None:
    assert answers(loaded(aws, tmp_path)) == answers(aws)


def test_the_loaded_world_continues(aws: MockAWS, tmp_path: Any) -> None:
    again = loaded(aws, tmp_path)
    s3 = again.client()
    (running,) = s3.list_multipart_uploads(Bucket="old")["Uploads"]
    place = {"Bucket": "old", "Key": "running", "UploadId": running["UploadId"]}
    parts = [
        {"PartNumber": each["PartNumber"], "ETag": each["ETag"]} for each in s3.list_parts(**place)["Parts"]
    ]
    s3.complete_multipart_upload(**place, MultipartUpload={"Parts": parts})
    assert s3.get_object(Bucket="old", Key="running")["Body"].read() == b"half"
    before = s3.list_object_versions(Bucket="data", Prefix="k")["Versions"]
    new = s3.put_object(Bucket="data", Key="k", Body=b"three")["VersionId"]
    versions = s3.list_object_versions(Bucket="data", Prefix="k")["Versions"]
    assert versions[0]["VersionId"] == new
    assert {each["VersionId"] for each in before} < {each["VersionId"] for each in versions}
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket="data", Key="k", VersionId=before[0]["VersionId"])  # legal hold
    # The key of the saved user signs, and its policy decides; new keys differ from the saved ones.
    eve = again.account().user("eve")
    assert eve.access_key.id == aws.account().user("eve").access_key.id
    with pytest.raises(ClientError, match="not authorized to perform: s3:PutObject"):
        eve.client("s3").put_object(Bucket="data", Key="k", Body=b"no")
    bob = again.account().create_user("bob")
    known = [each["KeyId"] for each in again.client("kms").list_keys()["Keys"]]
    assert bob.access_key.id not in {eve.access_key.id, again.account().root.access_key.id}
    assert again.client("kms").create_key()["KeyMetadata"]["KeyId"] not in known
    # The other world and a snapshot are not changed.
    assert aws.client().get_object(Bucket="data", Key="k")["Body"].read() == b"two"


def test_what_is_loaded_replaces_everything(aws: MockAWS, tmp_path: Any) -> None:
    aws.save(tmp_path / "state.zip")
    other = MockAWS()
    other.account().create_bucket("other", objects={"k": b"1"})
    other.account().create_user("zoe")
    mark = other.snapshot()
    other.load_saved(tmp_path / "state.zip")
    assert [each["Name"] for each in other.client().list_buckets()["Buckets"]] == ["data", "old"]
    assert [each["UserName"] for each in other.client("iam").list_users()["Users"]] == ["eve"]
    other.restore(mark)
    assert other.client().get_object(Bucket="other", Key="k")["Body"].read() == b"1"


def test_files_that_are_no_saved_aws_are_named(aws: MockAWS, tmp_path: Any) -> None:
    file = tmp_path / "state.zip"

    def refused(text: str) -> None:
        with pytest.raises(Mocks3Error, match=text):
            MockAWS().load_saved(file)

    refused("is not a saved AWS: .*No such file")
    file.write_bytes(b"PK nothing")
    refused("is not a saved AWS: File is not a zip file")
    aws.save(file)
    state, _ = state_in(file)

    def write(**changed: Any) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("state.json", json.dumps({**state, **changed}))

    write(version=2)
    refused("has version 2; this mocks3 reads version 1")
    write(format="other")
    refused("has no format 'mocks3 state'")
    write()
    refused("is not a saved AWS: .*bodies/1")
    write(settings={"account": "111122223333", "region": "us-east-1"}, buckets=[])
    refused("was saved with the account 111122223333")
    write(buckets=[{"$record": "Shell", "command": "rm"}])
    refused("does not know Shell with command")
    write(buckets=[{"$run": 1}])
    refused(r"unknown mark '\$run'")


def test_a_file_that_is_no_regular_file_is_not_replaced(aws: MockAWS, tmp_path: Any) -> None:
    """Such as /dev/null."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a file"):
        aws.save(tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()


def test_python_code_cannot_be_saved(aws: MockAWS, tmp_path: Any) -> None:
    point = aws.account().create_access_point("below", "data")
    aws.account().create_object_lambda_access_point("upper", point, print)
    with pytest.raises(NotSupported, match="it is Python code"):
        aws.save(tmp_path / "state.zip")
    assert list(tmp_path.iterdir()) == []


def test_large_bodies_are_read_in_pieces(tmp_path: Any) -> None:
    import tracemalloc

    world = MockAWS(Settings())
    world.store.spool_threshold = 1 << 20
    world.account().create_bucket("data")
    world.client().put_object(Bucket="data", Key="big", Body=b"b" * (24 << 20))
    again = MockAWS()
    again.store.spool_threshold = 1 << 20
    tracemalloc.start()
    try:
        world.save(tmp_path / "state.zip")
        again.load_saved(tmp_path / "state.zip")
        assert tracemalloc.get_traced_memory()[1] < 12 << 20
    finally:
        tracemalloc.stop()
    assert again.client().head_object(Bucket="data", Key="big")["ContentLength"] == 24 << 20
