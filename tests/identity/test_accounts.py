"""Suspended and closed accounts, and inactive access keys (X-30, X-31)."""

from __future__ import annotations

import pytest
import requests
from botocore.exceptions import ClientError

ANYBODY = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::data/*",
    },
}
READ = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
ELSEWHERE = {"LocationConstraint": "eu-west-1"}
DISABLED = (403, "AllAccessDisabled", "All access to this object has been disabled")
OWN = {
    "suspend": (
        403,
        "AccountProblem",
        "There is a problem with your AWS account that prevents the operation from completing successfully.",
    ),
    "close": (
        403,
        "NotSignedUp",
        "Your account is not signed up for the S3 service. You must sign up before you can use S3.",
    ),
}


def error_of(call, **params):
    """Return the error of a call."""
    with pytest.raises(ClientError) as refused:
        call(**params)
    answer = refused.value.response
    error = answer["Error"]
    return answer["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error["Message"]


@pytest.fixture(params=["suspend", "close"])
def end(request):
    return request.param


def test_callers_of_the_account(world, end):
    account = world.account("111122223333")
    eve = account.create_user("eve", policies=READ)
    role = account.create_role("r", policies=READ)
    session = role.assume(
        by=account.create_user(
            "u",
            policies={
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"},
            },
        )
    )
    getattr(account, end)()
    for caller in (account.root, eve, session):
        assert error_of(caller.client("s3").list_buckets) == OWN[end]
        # For every call, also for resources of other accounts that they have permissions for.
        assert error_of(caller.client("s3").get_object, Bucket="data", Key="k") == OWN[end]
        refused = (403, "OptInRequired", "The AWS Access Key Id needs a subscription for the service")
        assert error_of(caller.client("sts").get_caller_identity) == refused
        assert error_of(caller.client("kms").list_aliases) == refused
    account.reopen()
    assert eve.client("s3").list_buckets()["Buckets"] == []


def test_a_bad_signature_comes_first(world, end):
    account = world.account("111122223333")
    eve = account.create_user("eve")
    getattr(account, end)()
    url = eve.client("s3").generate_presigned_url("list_buckets")
    assert f"<Code>{OWN[end][1]}</Code>" in requests.get(url, timeout=9).text
    assert "<Code>SignatureDoesNotMatch</Code>" in requests.get(url + "0", timeout=9).text


def test_buckets_of_the_account(world, end):
    bucket = world.account("111122223333").create_bucket(
        "theirs", public_access_block=None, objects={"k": b"x"}
    )
    bucket.put_policy({**ANYBODY, "Statement": {**ANYBODY["Statement"], "Resource": "arn:aws:s3:::theirs/*"}})
    url = "https://theirs.s3.amazonaws.com/k"
    assert requests.get(url, timeout=9).content == b"x"
    getattr(world.account("111122223333"), end)()
    answer = requests.get(url, timeout=9)
    assert answer.status_code == 403
    assert (
        "<Code>AllAccessDisabled</Code><Message>All access to this object has been disabled</Message>"
        in answer.text
    )
    stranger = world.client("s3")
    assert error_of(stranger.get_object, Bucket="theirs", Key="k") == DISABLED
    assert error_of(stranger.list_objects_v2, Bucket="theirs") == DISABLED
    assert error_of(stranger.copy_object, Bucket="data", Key="c", CopySource="theirs/k") == DISABLED
    taken = error_of(stranger.create_bucket, Bucket="theirs", CreateBucketConfiguration=ELSEWHERE)
    assert taken[:2] == (409, "BucketAlreadyExists"), "X-22: making a bucket is about no bucket that there is"
    world.account("111122223333").reopen()
    assert requests.get(url, timeout=9).content == b"x"


def test_the_default_account(world, end):
    """A caller with a key that mocks3 did not issue is its root."""
    import boto3

    getattr(world.account(), end)()
    assert error_of(boto3.client("s3").list_buckets) == OWN[end]


def test_snapshots_contain_the_state(world, end):
    mark = world.snapshot()
    getattr(world.account(), end)()
    suspended = world.snapshot()
    world.restore(mark)
    assert world.client("s3").get_object(Bucket="data", Key="k")["Body"].read() == b"body"
    world.restore(suspended)
    assert error_of(world.client("s3").get_object, Bucket="data", Key="k") == OWN[end]


def test_an_access_key_is_deactivated_and_activated_again(world):
    eve = world.account().create_user("eve", policies=READ)
    s3 = eve.client("s3")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "data", "Key": "k"})
    eve.deactivate_key()
    assert error_of(s3.list_buckets) == (
        403,
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
    )
    assert "<Code>InvalidAccessKeyId</Code>" in requests.get(url, timeout=9).text
    eve.activate_key()
    assert s3.list_buckets()["Buckets"]
    assert requests.get(url, timeout=9).content == b"body"


def test_its_access_points_to_buckets_of_others(world, end):
    theirs = world.account("111122223333")
    through = {"StringEquals": {"s3:DataAccessPointAccount": theirs.id}}
    statement = {**ANYBODY["Statement"], "Resource": "arn:aws:s3:::shared/*", "Condition": through}
    world.account().create_bucket("shared", policy={**ANYBODY, "Statement": statement}, objects={"k": b"x"})
    point = theirs.create_access_point("point", "shared")
    of_point = {
        **ANYBODY["Statement"],
        "Principal": {"AWS": world.account().root.arn},
        "Resource": f"{point.arn}/object/*",
    }
    point.put_policy({**ANYBODY, "Statement": of_point})
    client = world.client("s3")
    for name in (point.arn, point.alias):
        assert client.get_object(Bucket=name, Key="k")["Body"].read() == b"x"
    getattr(theirs, end)()
    for call in (client.get_object, client.delete_object):
        for name in (point.arn, point.alias):
            assert error_of(call, Bucket=name, Key="k") == DISABLED
    copy = {"Bucket": "data", "Key": "copy", "CopySource": f"{point.arn}/object/k"}
    assert error_of(client.copy_object, **copy) == DISABLED
    assert client.get_object(Bucket="shared", Key="k")["Body"].read() == b"x"
    theirs.reopen()
    assert client.get_object(Bucket=point.arn, Key="k")["Body"].read() == b"x"
