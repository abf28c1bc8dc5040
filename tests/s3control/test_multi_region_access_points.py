"""Multi-Region Access Points through boto3: their management, and requests through them (F-126)."""

from __future__ import annotations

import json

import pytest
import requests
from botocore.awsrequest import AWSRequest
from botocore.compat import HAS_CRT
from botocore.credentials import Credentials
from freezegun import freeze_time

from mocks3 import Mocks3Error, NotSupported

from .conftest import ACCOUNT, OTHER, fault, policy

signs = pytest.mark.skipif(not HAS_CRT, reason="only awscrt signs with Version 4A")
WEST = {"AccountId": ACCOUNT, "Name": "all"}
REGIONS = [{"Bucket": "data"}, {"Bucket": "data-eu"}]


@pytest.fixture
def west(aws):
    """The S3 Control client of us-west-2, for buckets of two Regions that differ in the object "k"."""
    aws.account().create_bucket("data-eu", region="eu-west-1", objects={"k": b"eu"})
    return aws.client("s3control", region_name="us-west-2")


def create(west, name="all", regions=REGIONS, token=None, **more):
    details = {"Name": name, "Regions": regions, **more}
    return west.create_multi_region_access_point(
        AccountId=ACCOUNT, ClientToken=token or f"create-{name}", Details=details
    )["RequestTokenARN"]


def put_policy(west, text, token):
    return west.put_multi_region_access_point_policy(
        AccountId=ACCOUNT, ClientToken=token, Details={"Name": "all", "Policy": text}
    )["RequestTokenARN"]


def result(west, token):
    return west.describe_multi_region_access_point_operation(AccountId=ACCOUNT, RequestTokenARN=token)[
        "AsyncOperation"
    ]


def code(west, token):
    """The code of the error of an asynchronous request."""
    found = result(west, token)
    assert found["RequestStatus"] == "FAILED"
    return found["ResponseDetails"]["ErrorDetails"]["Code"]


@pytest.fixture
def made(west) -> str:
    """The ARN of the Multi-Region Access Point "all"."""
    create(west)
    alias = west.get_multi_region_access_point(**WEST)["AccessPoint"]["Alias"]
    return f"arn:aws:s3::{ACCOUNT}:accesspoint/{alias}"


@freeze_time("2026-03-04T05:06:07Z")
def test_create_describe_get_list_delete(west):
    token = create(west, PublicAccessBlock={"BlockPublicPolicy": True})
    assert token.startswith(f"arn:aws:s3:us-west-2:{ACCOUNT}:async-request/mrap/create/")
    found = result(west, token)
    assert (found["Operation"], found["RequestStatus"]) == ("CreateMultiRegionAccessPoint", "SUCCEEDED")
    assert found["RequestParameters"]["CreateMultiRegionAccessPointRequest"]["Regions"] == REGIONS
    assert found["ResponseDetails"]["MultiRegionAccessPointDetails"]["Regions"] == [
        {"Name": "us-east-1", "RequestStatus": "SUCCEEDED"},
        {"Name": "eu-west-1", "RequestStatus": "SUCCEEDED"},
    ]
    point = west.get_multi_region_access_point(**WEST)["AccessPoint"]
    assert (point["Name"], point["Status"]) == ("all", "READY")
    assert point["Alias"].endswith(".mrap")
    assert point["CreatedAt"].isoformat() == "2026-03-04T05:06:07+00:00"
    assert point["PublicAccessBlock"]["BlockPublicPolicy"] is True
    assert point["PublicAccessBlock"]["BlockPublicAcls"] is False
    assert [(each["Bucket"], each["Region"]) for each in point["Regions"]] == [
        ("data", "us-east-1"),
        ("data-eu", "eu-west-1"),
    ]
    assert create(west, PublicAccessBlock={"BlockPublicPolicy": True}) == token
    assert west.list_multi_region_access_points(AccountId=ACCOUNT)["AccessPoints"] == [point]
    deleted = west.delete_multi_region_access_point(
        AccountId=ACCOUNT, ClientToken="d", Details={"Name": "all"}
    )
    assert result(west, deleted["RequestTokenARN"])["RequestStatus"] == "SUCCEEDED"
    assert fault(west.get_multi_region_access_point, **WEST)[:2] == ("NoSuchMultiRegionAccessPoint", 404)


def test_errors_are_in_the_result(aws, west, made):
    aws.account(OTHER).create_bucket("theirs", region="us-west-1")
    aws.account().create_bucket("data-2")
    same = [{"Bucket": "data"}, {"Bucket": "data-2"}]
    assert code(west, create(west, token="again")) == "MultiRegionAccessPointAlreadyOwnedByYou"
    assert code(west, create(west, "one", same)) == "MultiRegionAccessPointSameBucketRegion"
    assert code(west, create(west, "two", [{"Bucket": "missing"}])) == "NoSuchBucket"
    assert code(west, create(west, "three", [{"Bucket": "theirs"}])) == "NoSuchBucket"
    token = create(west, "four", [{"Bucket": "theirs", "BucketAccountId": OTHER}])
    assert result(west, token)["RequestStatus"] == "SUCCEEDED"
    gone = west.delete_multi_region_access_point(
        AccountId=ACCOUNT, ClientToken="x", Details={"Name": "gone"}
    )["RequestTokenARN"]
    assert code(west, gone) == "NoSuchMultiRegionAccessPoint"
    assert code(west, put_policy(west, "{", "p1")) == "MalformedPolicy"
    public = policy("s3:GetObject", principal="*", resource=f"{made}/object/*")
    assert code(west, put_policy(west, public, "p2")) == "AccessDenied"
    names = [each["Name"] for each in west.list_multi_region_access_points(AccountId=ACCOUNT)["AccessPoints"]]
    assert names == ["all", "four"]
    assert west.get_multi_region_access_point_policy(**WEST)["Policy"] == {}


def test_invalid_calls(west):
    assert fault(lambda: create(west, "ALL"))[:2] == ("InvalidRequest", 400)
    assert fault(lambda: create(west, "all", []))[:2] == ("InvalidRequest", 400)
    describe = west.describe_multi_region_access_point_operation
    token = f"arn:aws:s3:us-west-2:{ACCOUNT}:async-request/mrap/create/x"
    assert fault(describe, AccountId=ACCOUNT, RequestTokenARN=token) == (
        "NoSuchAsyncRequest",
        404,
        "The specified request was not found.",
    )


def test_only_the_endpoint_of_oregon_answers(aws, west, made):
    near = aws.client("s3control", region_name="us-east-1")
    assert fault(near.get_multi_region_access_point, **WEST) == (
        "PermanentRedirect",
        301,
        "This API operation is only available in the following Regions: us-west-2. Make sure to send all future "
        "requests to a supported Region.",
    )
    assert near.get_multi_region_access_point_routes(AccountId=ACCOUNT, Mrap=made)["Mrap"] == made
    far = aws.client("s3control", region_name="eu-north-1")
    assert fault(far.get_multi_region_access_point_routes, AccountId=ACCOUNT, Mrap=made)[1] == 301


def test_pages(west):
    for name, bucket in (("c-1", "data"), ("a-1", "data-eu"), ("b-1", "data")):
        create(west, name, [{"Bucket": bucket}])
    first = west.list_multi_region_access_points(AccountId=ACCOUNT, MaxResults=2)
    second = west.list_multi_region_access_points(AccountId=ACCOUNT, NextToken=first["NextToken"])
    assert [[each["Name"] for each in page["AccessPoints"]] for page in (first, second)] == [
        ["a-1", "b-1"],
        ["c-1"],
    ]


def test_a_bucket_of_one_cannot_be_deleted(aws, west, made):
    s3 = aws.client("s3", region_name="eu-west-1")
    s3.delete_object(Bucket="data-eu", Key="k")
    assert fault(s3.delete_bucket, Bucket="data-eu")[0] == "BucketHasAccessPointsAttached"


# Requests


@signs
def test_requests_go_to_the_active_region(aws, west, made):
    """F-126."""
    s3 = aws.client("s3")
    assert s3.get_object(Bucket=made, Key="k")["Body"].read() == b"body"

    def dial(east, eu):
        west.submit_multi_region_access_point_routes(
            AccountId=ACCOUNT,
            Mrap=made,
            RouteUpdates=[
                {"Bucket": "data", "Region": "us-east-1", "TrafficDialPercentage": east},
                {"Bucket": "data-eu", "TrafficDialPercentage": eu},
            ],
        )

    dial(0, 100)
    assert s3.get_object(Bucket=made, Key="k")["Body"].read() == b"eu"
    s3.put_object(Bucket=made, Key="new", Body=b"x")
    assert aws.client("s3", region_name="eu-west-1").head_object(Bucket="data-eu", Key="new")
    routes = west.get_multi_region_access_point_routes(AccountId=ACCOUNT, Mrap=made)["Routes"]
    assert [(each["Region"], each["TrafficDialPercentage"]) for each in routes] == [
        ("us-east-1", 0),
        ("eu-west-1", 100),
    ]
    assert fault(dial, east=0, eu=0)[:2] == ("InvalidRequest", 400)
    assert fault(dial, east=50, eu=100)[:2] == ("InvalidRequest", 400)
    dial(100, 100)
    assert s3.get_object(Bucket=made, Key="k")["Body"].read() == b"body"


@signs
def test_the_policy_and_the_bucket_decide(aws, west, made):
    """F-126."""
    eve = aws.account().create_user("eve", policies=policy("s3:GetObject", resource="arn:aws:s3:::data*"))
    get = {"Bucket": made, "Key": "k"}
    denied = fault(eve.client("s3").get_object, **get)
    assert denied[0] == "AccessDenied"
    assert f'on resource: "{made}/object/k"' in denied[2]
    text = policy("s3:GetObject", principal={"AWS": eve.arn}, resource=f"{made}/object/*")
    assert result(west, put_policy(west, text, "p"))["RequestStatus"] == "SUCCEEDED"
    stored = west.get_multi_region_access_point_policy(**WEST)["Policy"]
    assert json.loads(stored["Established"]["Policy"]) == json.loads(stored["Proposed"]["Policy"])
    assert json.loads(stored["Established"]["Policy"]) == json.loads(text)
    status = west.get_multi_region_access_point_policy_status(**WEST)
    assert status["Established"] == {"IsPublic": False}
    assert eve.client("s3").get_object(**get)["Body"].read() == b"body"
    deny = policy("s3:GetObject", principal="*", resource="arn:aws:s3:::data/*", Effect="Deny")
    aws.client("s3").put_bucket_policy(Bucket="data", Policy=deny)
    assert "explicit deny in a resource-based policy" in fault(eve.client("s3").get_object, **get)[2]


@signs
def test_a_bucket_delegates_to_it(aws, west, made):
    """F-120, F-126."""
    stranger = aws.account(OTHER).create_user("stranger", policies=policy("s3:GetObject"))
    get = {"Bucket": made, "Key": "k"}
    text = policy("s3:GetObject", principal={"AWS": stranger.arn}, resource=f"{made}/object/*")
    put_policy(west, text, "p")
    assert fault(stranger.client("s3").get_object, **get)[0] == "AccessDenied"
    delegating = policy(
        "s3:GetObject",
        principal="*",
        resource="arn:aws:s3:::data/*",
        Condition={"StringEquals": {"s3:DataAccessPointArn": made}},
    )
    aws.client("s3").put_bucket_policy(Bucket="data", Policy=delegating)
    assert stranger.client("s3").get_object(**get)["Body"].read() == b"body"
    assert fault(stranger.client("s3").get_object, Bucket="data", Key="k")[0] == "AccessDenied"


@signs
def test_what_it_does_not_accept(aws, made):
    """F-126."""
    s3 = aws.client("s3")
    assert fault(s3.get_bucket_versioning, Bucket=made)[:2] == ("MethodNotAllowed", 405)
    assert fault(s3.list_objects, Bucket=made)[:2] == ("MethodNotAllowed", 405)
    copy = {"Bucket": "data", "Key": "c", "CopySource": {"Bucket": made, "Key": "k"}}
    assert fault(s3.copy_object, **copy)[:2] == ("InvalidArgument", 400)
    gone = made.replace(made.rpartition("/")[2], "mfzwi23gnjvgw.mrap")
    assert fault(s3.get_object, Bucket=gone, Key="k")[:2] == ("NoSuchMultiRegionAccessPoint", 404)


def test_a_signature_for_one_region_is_refused(aws, made):
    """F-126."""
    from botocore.auth import S3SigV4Auth

    url = f"https://{made.rpartition('/')[2]}.accesspoint.s3-global.amazonaws.com/k"
    key = aws.account().root.access_key
    signed = AWSRequest("GET", url)
    S3SigV4Auth(Credentials(key.id, key.secret, key.token), "s3", "us-east-1").add_auth(signed)
    answer = requests.get(url, headers=dict(signed.headers), timeout=9)
    assert answer.status_code == 400
    assert "Please use AWS4-ECDSA-P256-SHA256." in answer.text
    assert aws.decisions[-1].layer == "access-point"
    unsigned = requests.get(url, timeout=9)
    assert unsigned.status_code == 403


@signs
def test_handles_and_calls_see_one_state(aws, west):
    account = aws.account()
    handle = account.create_multi_region_access_point("all", ["data", "data-eu"])
    assert west.get_multi_region_access_point(**WEST)["AccessPoint"]["Alias"] == handle.alias
    handle.set_active("data-eu")
    assert aws.client("s3").get_object(Bucket=handle.arn, Key="k")["Body"].read() == b"eu"
    assert handle.host == f"{handle.alias}.accesspoint.s3-global.amazonaws.com"
    text = policy("s3:GetObject", principal={"AWS": ACCOUNT}, resource=f"{handle.arn}/object/*")
    put_policy(west, text, "p")
    assert handle.policy == json.loads(text)
    mark = aws.snapshot()
    handle.delete()
    with pytest.raises(Mocks3Error, match="was deleted"):
        handle.policy  # noqa: B018
    aws.restore(mark)
    assert handle.name == "all"
    for call, said in (
        (lambda: account.create_multi_region_access_point("all", ["data"]), "AlreadyOwnedByYou"),
        (lambda: account.create_multi_region_access_point("b-1", ["data", "data"]), "different Regions"),
        (lambda: account.create_multi_region_access_point("b-1", ["gone"]), "no general purpose bucket"),
        (lambda: handle.set_active("gone"), "needs buckets of all"),
    ):
        with pytest.raises(Mocks3Error, match=said):
            call()


def test_an_alias_is_never_used_again(aws, west, made):
    """User guide, "Multi-Region Access Point restrictions and limitations": aliases can't be reused."""
    seen = [made]
    for n in range(3):
        west.delete_multi_region_access_point(AccountId=ACCOUNT, ClientToken=f"d{n}", Details={"Name": "all"})
        create(west, token=f"c{n}")
        seen.append(
            f"arn:aws:s3::{ACCOUNT}:accesspoint/{west.get_multi_region_access_point(**WEST)['AccessPoint']['Alias']}"
        )
    handle = aws.account().create_multi_region_access_point("one", ["data"])
    seen.append(handle.arn)
    handle.delete()
    again = aws.account().create_multi_region_access_point("one", ["data"])
    seen.append(again.arn)
    with pytest.raises(Mocks3Error, match="was deleted"):
        handle.record  # noqa: B018
    assert len(set(seen)) == len(seen)
    with pytest.raises(Mocks3Error, match="already exists"):
        aws.account().create_multi_region_access_point("all", ["data"])


def test_a_restored_aws_makes_the_same_alias_again(aws, west):
    mark, found = aws.snapshot(), []
    for _ in range(2):
        handle = aws.account().create_multi_region_access_point("one", ["data"])
        handle.delete()
        found.append((handle.arn, aws.account().create_multi_region_access_point("one", ["data"]).arn))
        aws.restore(mark)
    assert found[0] == found[1]


@signs
def test_a_policy_that_names_the_deleted_one_does_not_mean_the_new_one(aws, west, made):
    text = policy("s3:GetObject", resource=[f"{made}/object/*", "arn:aws:s3:::data*"])
    eve = aws.account().create_user("eve", policies=text).client("s3")
    assert eve.get_object(Bucket=made, Key="k")["Body"].read() == b"body"
    west.delete_multi_region_access_point(AccountId=ACCOUNT, ClientToken="d", Details={"Name": "all"})
    create(west, token="c")
    alias = west.get_multi_region_access_point(**WEST)["AccessPoint"]["Alias"]
    new = f"arn:aws:s3::{ACCOUNT}:accesspoint/{alias}"
    assert fault(eve.get_object, Bucket=new, Key="k")[0] == "AccessDenied"
    assert fault(eve.get_object, Bucket=made, Key="k")[0] != "AccessDenied"


def test_a_client_token_of_another_request_is_refused(aws, west, made):
    assert create(west) == create(west)  # the same request
    with pytest.raises(NotSupported, match="ClientToken of an earlier CreateMultiRegionAccessPoint"):
        create(west, name="other", token="create-all")
    names = [each["Name"] for each in west.list_multi_region_access_points(AccountId=ACCOUNT)["AccessPoints"]]
    assert names == ["all"]
