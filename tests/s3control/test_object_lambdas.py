"""Object Lambda access points through boto3, and as the Python handles see them."""

from __future__ import annotations

import json

import boto3
import pytest
import requests

from mocks3 import NotSupported

from .conftest import ACCOUNT, OTHER, fault, policy

FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:upper"
OL1 = f"arn:aws:s3-object-lambda:us-east-1:{ACCOUNT}:accesspoint/ol1"
NAMED = {"AccountId": ACCOUNT, "Name": "ol1"}


def upper(event):
    context = event["getObjectContext"]
    body = requests.get(context["inputS3Url"]).content.upper() + event["configuration"]["payload"].encode()
    boto3.client("s3").write_get_object_response(
        RequestRoute=context["outputRoute"], RequestToken=context["outputToken"], Body=body
    )


def configuration(point, *, payload=None, **more):
    function = {"FunctionArn": FUNCTION, **({} if payload is None else {"FunctionPayload": payload})}
    transformation = {"Actions": ["GetObject"], "ContentTransformation": {"AwsLambda": function}}
    return {
        "SupportingAccessPoint": point,
        "TransformationConfigurations": [transformation],
        **more,
    }


@pytest.fixture
def made(control, point):
    """What CreateAccessPointForObjectLambda returned for "ol1"."""
    return control.create_access_point_for_object_lambda(**NAMED, Configuration=configuration(point))


def test_the_declared_function_answers(aws, control, point, made):
    account = aws.account()
    answers = policy("s3-object-lambda:WriteGetObjectResponse")
    assert (
        account.create_function("upper", upper, role=account.create_role("r", policies=answers)) == FUNCTION
    )
    s3 = aws.client("s3")
    assert s3.get_object(Bucket=OL1, Key="k")["Body"].read() == b"BODY"
    assert s3.get_object(Bucket=made["Alias"]["Value"], Key="k")["Body"].read() == b"BODY"
    control.put_access_point_configuration_for_object_lambda(
        **NAMED, Configuration=configuration(point, payload="!")
    )
    assert s3.get_object(Bucket=OL1, Key="k")["Body"].read() == b"BODY!"


def test_a_function_that_was_not_declared(aws, made):
    from botocore.exceptions import ClientError

    with pytest.raises(ClientError) as caught:
        aws.client("s3").get_object(Bucket=OL1, Key="k")
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == ("LambdaNotFound", 404)
    assert any("account.create_function" in note for note in caught.value.__notes__)


def test_get_returns_what_create_stored(control, point, made):
    assert made["ObjectLambdaAccessPointArn"] == OL1
    assert made["Alias"]["Status"] == "READY"
    assert made["Alias"]["Value"].endswith("--ol-s3")
    found = control.get_access_point_for_object_lambda(**NAMED)
    assert (found["Name"], found["Alias"]) == ("ol1", made["Alias"])
    assert set(found["PublicAccessBlockConfiguration"].values()) == {True}
    stored = control.get_access_point_configuration_for_object_lambda(**NAMED)["Configuration"]
    assert stored == configuration(point, CloudWatchMetricsEnabled=False, AllowedFeatures=[])
    changed = configuration(
        point, payload="p", CloudWatchMetricsEnabled=True, AllowedFeatures=["GetObject-Range"]
    )
    control.put_access_point_configuration_for_object_lambda(**NAMED, Configuration=changed)
    assert control.get_access_point_configuration_for_object_lambda(**NAMED)["Configuration"] == changed


def test_handles_and_calls_see_one_state(aws, control, point):
    account = aws.account()
    supporting = account.create_access_point("ap2", "data")
    handle = account.create_object_lambda_access_point("ol2", supporting, upper)
    named = {"AccountId": ACCOUNT, "Name": "ol2"}
    assert control.get_access_point_for_object_lambda(**named)["Alias"]["Value"] == handle.alias
    text = policy("s3-object-lambda:GetObject", principal={"AWS": ACCOUNT}, resource=handle.arn)
    control.put_access_point_policy_for_object_lambda(**named, Policy=text)
    assert handle.policy == json.loads(text)
    control.delete_access_point_for_object_lambda(**named)
    with pytest.raises(Exception, match="was deleted"):
        handle.policy  # noqa: B018


def test_pages_of_one_region(aws, control, point):
    for name in ("c-1", "a-1", "b-1"):
        control.create_access_point_for_object_lambda(
            AccountId=ACCOUNT, Name=name, Configuration=configuration(point)
        )
    first = control.list_access_points_for_object_lambda(AccountId=ACCOUNT, MaxResults=2)
    second = control.list_access_points_for_object_lambda(AccountId=ACCOUNT, NextToken=first["NextToken"])
    names = [[each["Name"] for each in page["ObjectLambdaAccessPointList"]] for page in (first, second)]
    assert names == [["a-1", "b-1"], ["c-1"]]
    assert "NextToken" not in second
    far = aws.client("s3control", region_name="eu-west-1")
    assert not far.list_access_points_for_object_lambda(AccountId=ACCOUNT)["ObjectLambdaAccessPointList"]
    bad = fault(control.list_access_points_for_object_lambda, AccountId=ACCOUNT, NextToken="?")
    assert bad[:2] == ("InvalidRequest", 400)


def test_a_policy_decides_until_it_is_deleted(aws, control, point, made):
    account = aws.account()
    role = account.create_role("r", policies=policy("s3-object-lambda:WriteGetObjectResponse"))
    account.create_function("upper", upper, role=role)
    eve = account.create_user("eve", policies=policy("s3:GetObject", "lambda:InvokeFunction"))
    get = {"Bucket": OL1, "Key": "k"}
    assert fault(eve.client("s3").get_object, **get)[0] == "AccessDenied"
    missing = ("NoSuchAccessPointPolicy", 404)
    assert fault(control.get_access_point_policy_for_object_lambda, **NAMED)[:2] == missing
    assert fault(control.get_access_point_policy_status_for_object_lambda, **NAMED)[:2] == missing
    text = policy("s3-object-lambda:GetObject", principal={"AWS": eve.arn}, resource=OL1)
    control.put_access_point_policy_for_object_lambda(**NAMED, Policy=text)
    assert eve.client("s3").get_object(**get)["Body"].read() == b"BODY"
    status = control.get_access_point_policy_status_for_object_lambda(**NAMED)["PolicyStatus"]
    assert status == {"IsPublic": False}
    control.delete_access_point_policy_for_object_lambda(**NAMED)
    assert fault(eve.client("s3").get_object, **get)[0] == "AccessDenied"


def test_a_public_policy_is_refused(aws, control, made):
    """B-20."""
    text = policy("s3-object-lambda:GetObject", principal="*", resource=OL1)
    code, status, message = fault(control.put_access_point_policy_for_object_lambda, **NAMED, Policy=text)
    assert (code, status) == ("AccessDenied", 403)
    assert "s3:PutAccessPointPolicyForObjectLambda" in message
    assert "because public policies are prevented by the BlockPublicPolicy setting" in message
    assert fault(control.get_access_point_policy_for_object_lambda, **NAMED)[0] == "NoSuchAccessPointPolicy"


@pytest.mark.parametrize(
    ("name", "change", "code", "status"),
    [
        ("ol1", {}, "AccessPointAlreadyOwnedByYou", 409),
        ("OL2", {}, "InvalidRequest", 400),
        (
            "ol2",
            {"SupportingAccessPoint": f"arn:aws:s3:us-east-1:{ACCOUNT}:accesspoint/gone"},
            "InvalidRequest",
            400,
        ),
        ("ol2", {"TransformationConfigurations": []}, "InvalidRequest", 400),
        (
            "ol2",
            {
                "TransformationConfigurations": [
                    {
                        "Actions": ["GetObject"],
                        "ContentTransformation": {"AwsLambda": {"FunctionArn": "upper"}},
                    }
                ]
            },
            "InvalidRequest",
            400,
        ),
    ],
)
def test_invalid_access_points_are_not_created(control, point, made, name, change, code, status):
    create = {"AccountId": ACCOUNT, "Name": name, "Configuration": {**configuration(point), **change}}
    assert fault(control.create_access_point_for_object_lambda, **create)[:2] == (code, status)
    listed = control.list_access_points_for_object_lambda(AccountId=ACCOUNT)["ObjectLambdaAccessPointList"]
    assert [each["Name"] for each in listed] == ["ol1"]


def test_the_supporting_access_point_belongs_to_the_same_account(aws, control):
    theirs = aws.account(OTHER)
    theirs.create_bucket("theirs")
    arn = theirs.create_access_point("ap9", "theirs").arn
    create = {**NAMED, "Configuration": configuration(arn)}
    assert fault(control.create_access_point_for_object_lambda, **create)[:2] == ("InvalidRequest", 400)


@pytest.mark.parametrize(
    "method",
    [
        "get_access_point_for_object_lambda",
        "delete_access_point_for_object_lambda",
        "get_access_point_configuration_for_object_lambda",
        "get_access_point_policy_for_object_lambda",
        "get_access_point_policy_status_for_object_lambda",
        "delete_access_point_policy_for_object_lambda",
    ],
)
def test_an_access_point_that_does_not_exist(control, method):
    assert fault(getattr(control, method), **NAMED) == (
        "NoSuchAccessPoint",
        404,
        "The specified accesspoint does not exist",
    )


def test_what_is_not_supported_is_named(control, point):
    function = {"AwsLambda": {"FunctionArn": FUNCTION}}
    transformation = {"Actions": ["GetObject", "HeadObject"], "ContentTransformation": function}
    for change, named in (
        ({"TransformationConfigurations": [transformation]}, "HeadObject of Object Lambda"),
        ({"AllowedFeatures": ["HeadObject-Range"]}, "HeadObject-Range of Object Lambda"),
    ):
        with pytest.raises(NotSupported, match=named):
            control.create_access_point_for_object_lambda(
                **NAMED, Configuration={**configuration(point), **change}
            )


def test_the_keys_of_the_call_are_conditions(aws, control, point, made):
    eve = aws.account().create_user("eve")
    for key, value in (
        ("s3:DataAccessPointArn", OL1),
        ("s3:DataAccessPointAccount", ACCOUNT),
        ("s3:AccessPointNetworkOrigin", "Internet"),
    ):
        condition = {"StringNotEquals": {key: value}}
        eve.put_policy(policy("s3:GetAccessPointForObjectLambda", Condition=condition))
        assert fault(eve.client("s3control").get_access_point_for_object_lambda, **NAMED)[0] == "AccessDenied"
        eve.put_policy(policy("s3:GetAccessPointForObjectLambda", Condition={"StringEquals": {key: value}}))
        assert eve.client("s3control").get_access_point_for_object_lambda(**NAMED)["Name"] == "ol1"
