"""MFA delete: who turns it on, and what it then takes to delete for good (F-13, F-51)."""

from __future__ import annotations

from typing import Any

import pytest

from mocks3 import Mocks3Error
from mocks3.handles.mock_aws import MockAWS

from .answers import answer, refusal

REQUIRED = {
    "Status": 403,
    "Code": "AccessDenied",
    "Message": "Mfa Authentication must be used for this request",
}
DENIED = {"Status": 403, "Code": "AccessDenied", "Message": "Access Denied"}
ON = {"Status": "Enabled", "MFADelete": "Enabled"}
OFF = {"Status": "Enabled", "MFADelete": "Disabled"}


@pytest.fixture
def mfa(aws: MockAWS) -> str:
    """What ``x-amz-mfa`` says: a device of the default account's root, and a code."""
    return f"{aws.account().enable_mfa()} 123456"


@pytest.fixture
def guarded(s3: Any, versioned: str, mfa: str) -> str:
    """A bucket with MFA delete."""
    s3.put_bucket_versioning(Bucket=versioned, VersioningConfiguration=ON, MFA=mfa)
    return versioned


def versioning(s3: Any, bucket: str, configuration: dict[str, str], **params: str) -> dict[str, Any]:
    return refusal(s3.put_bucket_versioning, Bucket=bucket, VersioningConfiguration=configuration, **params)


def test_it_is_turned_on_and_off(s3: Any, bucket: str, mfa: str) -> None:
    assert versioning(s3, bucket, ON) == REQUIRED
    assert answer(s3.get_bucket_versioning, Bucket=bucket) == {}
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=ON, MFA=mfa)
    assert answer(s3.get_bucket_versioning, Bucket=bucket) == ON
    assert versioning(s3, bucket, OFF) == REQUIRED
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=OFF, MFA=mfa)
    assert answer(s3.get_bucket_versioning, Bucket=bucket) == OFF


def test_to_say_that_it_is_off_takes_no_device(s3: Any, bucket: str) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=OFF)
    assert answer(s3.get_bucket_versioning, Bucket=bucket) == OFF


@pytest.mark.parametrize(
    "header", ["", "123456", "nobodys-device 123456", "{} 12345", "{} abcdef", "{}123456"]
)
def test_devices_and_codes_that_do_not_pass(aws: MockAWS, s3: Any, bucket: str, header: str) -> None:
    serial = aws.account().enable_mfa("GAHT12345678")
    assert versioning(s3, bucket, ON, MFA=header.format(serial)) == DENIED


def test_it_is_for_the_owners_root_only(aws: MockAWS, bucket: str, guarded: str, mfa: str) -> None:
    """F-51."""
    everything = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    policies = [{"Version": "2012-10-17", "Statement": [everything]}]
    admin = aws.account().create_user("admin", policies=policies).client("s3")
    assert versioning(admin, bucket, ON, MFA=mfa) == DENIED
    version = admin.put_object(Bucket=guarded, Key="k")["VersionId"]
    assert refusal(admin.delete_object, Bucket=guarded, Key="k", VersionId=version, MFA=mfa) == DENIED


def test_versioning_is_changed_only_with_a_device(s3: Any, guarded: str, mfa: str) -> None:
    assert versioning(s3, guarded, {"Status": "Suspended"}) == REQUIRED
    s3.put_bucket_versioning(Bucket=guarded, VersioningConfiguration={"Status": "Suspended"}, MFA=mfa)
    assert answer(s3.get_bucket_versioning, Bucket=guarded) == {"Status": "Suspended", "MFADelete": "Enabled"}


def test_versions_are_deleted_only_with_a_device(s3: Any, guarded: str, mfa: str) -> None:
    """F-13."""
    version = s3.put_object(Bucket=guarded, Key="k")["VersionId"]
    marker = s3.delete_object(Bucket=guarded, Key="k")
    assert marker["DeleteMarker"] is True
    for named in (version, marker["VersionId"]):
        assert refusal(s3.delete_object, Bucket=guarded, Key="k", VersionId=named) == REQUIRED
        s3.delete_object(Bucket=guarded, Key="k", VersionId=named, MFA=mfa)
    assert "Versions" not in s3.list_object_versions(Bucket=guarded)


def test_delete_objects_fails_as_a_whole(s3: Any, guarded: str, mfa: str) -> None:
    version = s3.put_object(Bucket=guarded, Key="k")["VersionId"]
    delete = {"Objects": [{"Key": "other"}, {"Key": "k", "VersionId": version}]}
    assert refusal(s3.delete_objects, Bucket=guarded, Delete=delete) == REQUIRED
    assert refusal(s3.delete_objects, Bucket=guarded, Delete=delete, MFA="wrong 123456") == DENIED
    plain = {"Objects": [{"Key": "k"}]}
    assert refusal(s3.delete_objects, Bucket=guarded, Delete=plain, MFA="wrong 123456") == DENIED
    assert "DeleteMarkers" not in s3.list_object_versions(Bucket=guarded)
    s3.delete_objects(Bucket=guarded, Delete=plain)
    assert len(s3.delete_objects(Bucket=guarded, Delete=delete, MFA=mfa)["Deleted"]) == 2


def test_other_buckets_look_at_no_device(s3: Any, versioned: str) -> None:
    version = s3.put_object(Bucket=versioned, Key="k")["VersionId"]
    s3.delete_object(Bucket=versioned, Key="k", VersionId=version, MFA="wrong 1")


def test_devices_go_with_a_snapshot(aws: MockAWS, s3: Any, bucket: str) -> None:
    mark = aws.snapshot()
    serial = aws.account().enable_mfa()
    aws.restore(mark)
    assert versioning(s3, bucket, ON, MFA=f"{serial} 123456") == DENIED


def test_a_serial_has_no_blanks(aws: MockAWS) -> None:
    with pytest.raises(Mocks3Error, match="must not contain spaces"):
        aws.account().enable_mfa("two words")
