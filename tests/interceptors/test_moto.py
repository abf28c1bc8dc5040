"""moto and mocks3 together, in either order: only mocks3 answers its services, and moto answers all others."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import os
import zipfile
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from mocks3 import MockAWS, NotSupported, RealAWSCallBlocked, mock_s3

moto = pytest.importorskip("moto")

ACCOUNT, REGION = "123456789012", "us-east-1"
SIMPLE = {"lambda": {"use_docker": False}}
"""moto's setting with which functions return their payload, without Docker."""


@contextlib.contextmanager
def both(*names: str, **options: Any):
    """Two mocks, the second inside the first."""
    with contextlib.ExitStack() as stack:
        for name in names:
            if name == "s3":
                aws = stack.enter_context(mock_s3(**options))
            else:
                stack.enter_context(moto.mock_aws(config=SIMPLE))
        yield aws


ORDERS = [("s3", "moto"), ("moto", "s3")]
orders = pytest.mark.parametrize("order", ORDERS, ids=" ".join)


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)


def arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def queue(name: str) -> str:
    return client("sqs").create_queue(QueueName=name)["QueueUrl"]


def received(url: str) -> list[Any]:
    """Return the messages in a queue, and remove them."""
    messages = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for each in messages:
        client("sqs").delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return [json.loads(each["Body"]) for each in messages]


def function(name: str) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    role = client("iam").create_role(RoleName="runs", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("m.py", "def f(event, context): return event")
    made = client("lambda").create_function(
        FunctionName=name, Runtime="python3.12", Role=role, Handler="m.f", Code={"ZipFile": code.getvalue()}
    )
    return made["FunctionArn"]


def keys(messages: list[Any]) -> list[str]:
    return [each["Records"][0]["s3"]["object"]["key"] for each in messages if "Records" in each]


def moto_holds() -> dict[str, Any]:
    """Return the resources that moto has of the services of mocks3."""
    from moto.iam.models import iam_backends
    from moto.kms.models import kms_backends
    from moto.organizations.models import organizations_backends
    from moto.s3.models import s3_backends
    from moto.sts.models import sts_backends

    return {
        "s3": dict(s3_backends[ACCOUNT]["aws"].buckets),
        "iam": [*iam_backends[ACCOUNT]["aws"].users, *iam_backends[ACCOUNT]["aws"].roles],
        "kms": dict(kms_backends[ACCOUNT][REGION].keys),
        "sts": list(sts_backends[ACCOUNT]["aws"].assumed_roles),
        "organizations": organizations_backends[ACCOUNT]["aws"].org,
    }


NOTHING: dict[str, Any] = {"s3": {}, "iam": [], "kms": {}, "sts": [], "organizations": None}


def use_everything(aws: MockAWS) -> None:
    """Call the services of mocks3, and check that moto got no call."""
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/eve"},
        "Action": "sts:AssumeRole",
    }
    iam, s3 = client("iam"), client("s3")
    iam.create_user(UserName="eve")
    iam.create_role(
        RoleName="r", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": trust})
    )
    aws.account().user("eve").client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/r", RoleSessionName="session"
    )
    client("kms").create_key()
    client("organizations").create_organization()
    with pytest.raises(ClientError, match="NoSuchPublicAccessBlockConfiguration"):
        client("s3control").get_public_access_block(AccountId=ACCOUNT)
    s3.create_bucket(Bucket="data")
    upload = {"Bucket": "data", "Key": "big"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    etag = s3.upload_part(**upload, PartNumber=1, Body=b"x")["ETag"]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    aws.account().root.client("s3").put_object(Bucket="data", Key="k", Body=b"x")
    assert moto_holds() == NOTHING
    assert {call.service for call in aws.calls} == {"iam", "sts", "kms", "organizations", "s3control", "s3"}


@orders
@pytest.mark.parametrize("path", ["direct", "wire"])
def test_moto_gets_no_call_that_mocks3_answers(order, path):
    with both(*order, path=path) as aws:
        use_everything(aws)


@orders
def test_moto_answers_the_rest(order):
    with both(*order) as aws:
        url = queue("q")
        client("sqs").send_message(QueueUrl=url, MessageBody='"m"')
        assert received(url) == ["m"]
        key = {"AttributeName": "k"}
        client("dynamodb").create_table(
            TableName="t",
            KeySchema=[{**key, "KeyType": "HASH"}],
            AttributeDefinitions=[{**key, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        client("dynamodb").put_item(TableName="t", Item={"k": {"S": "v"}})
        assert client("dynamodb").scan(TableName="t")["Items"] == [{"k": {"S": "v"}}]
        assert aws.account().root.client("sqs").list_queues()["QueueUrls"] == [url]
        assert {call.service for call in aws.calls} <= {"s3"}


def test_a_world_that_is_not_open_answers_alone_too():
    aws = MockAWS()
    with moto.mock_aws():
        url = queue("q")
        own = aws.account().root.client("s3")
        own.create_bucket(Bucket="data")
        assert aws.account().root.client("sqs").list_queues()["QueueUrls"] == [url]
        assert moto_holds()["s3"] == {}
        client("s3").create_bucket(Bucket="theirs")  # no mock of mocks3 is open
        assert list(moto_holds()["s3"]) == ["theirs"]


def test_after_the_mock_moto_answers_s3_again():
    with moto.mock_aws():
        with mock_s3():
            client("s3").create_bucket(Bucket="ours")
        client("s3").create_bucket(Bucket="theirs")
        assert [each["Name"] for each in client("s3").list_buckets()["Buckets"]] == ["theirs"]


@moto.mock_aws
@mock_s3
def test_decorators_outside():
    assert queue("q").endswith("/q")
    client("s3").create_bucket(Bucket="data")
    assert moto_holds() == NOTHING


@mock_s3
@moto.mock_aws
def test_decorators_inside():
    assert queue("q").endswith("/q")
    client("s3").create_bucket(Bucket="data")
    assert moto_holds() == NOTHING


@pytest.fixture
def mocked_rest():
    with moto.mock_aws():
        yield


def test_fixtures_before(mocked_rest, aws):
    use_everything(aws)
    assert queue("q").endswith("/q")


def test_fixtures_after(aws, mocked_rest):
    use_everything(aws)
    assert queue("q").endswith("/q")


EVENTS = [
    each
    for each in itertools.permutations(["+s3", "-s3", "+moto", "-moto"])
    if each.index("+s3") < each.index("-s3") and each.index("+moto") < each.index("-moto")
]


@pytest.mark.parametrize("events", EVENTS, ids=" ".join)
def test_started_and_stopped_in_any_order(events, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "before")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "before")
    mocks = {"s3": mock_s3(strict=True), "moto": moto.mock_aws()}
    on = set()
    for sign, name in [(each[0], each[1:]) for each in events]:
        if sign == "+":
            mocks[name].start()
            on.add(name)
        else:
            mocks[name].stop()
            on.remove(name)
        if "s3" in on:
            # With strict, a key that mocks3 did not issue is refused: moto's is not in the environment.
            assert client("s3").list_buckets()["Buckets"] == []
            assert os.environ["AWS_ACCESS_KEY_ID"].startswith("AKIA")
            if "moto" in on:
                assert client("sqs").list_queues().get("QueueUrls") is None
            else:
                with pytest.raises(RealAWSCallBlocked):
                    client("sqs").list_queues()
    assert os.environ["AWS_ACCESS_KEY_ID"] == os.environ["AWS_SECRET_ACCESS_KEY"] == "before"


# Notifications


def notify(**configuration: Any) -> None:
    client("s3").put_bucket_notification_configuration(Bucket="data", NotificationConfiguration=configuration)


CREATED = ["s3:ObjectCreated:*"]


@orders
@pytest.mark.parametrize("deliver", ["any", "moto"])
def test_notifications_reach_queues_topics_functions_and_event_buses(order, deliver, monkeypatch):
    with both(*order, deliver=deliver) as aws:
        from moto.awslambda_simple.models import LambdaSimpleBackend

        invoked = []
        monkeypatch.setattr(
            LambdaSimpleBackend, "invoke", lambda self, *args: invoked.append((args[0], json.loads(args[2])))
        )
        aws.account().create_bucket("data")
        direct, subscribed, bridged = queue("direct"), queue("subscribed"), queue("bridged")
        topic = client("sns").create_topic(Name="topic")["TopicArn"]
        client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn("sqs", "subscribed"))
        pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": ["data"]}}}
        client("events").put_rule(Name="rule", EventPattern=json.dumps(pattern))
        client("events").put_targets(Rule="rule", Targets=[{"Id": "1", "Arn": arn("sqs", "bridged")}])
        notify(
            QueueConfigurations=[{"QueueArn": arn("sqs", "direct"), "Events": CREATED}],
            TopicConfigurations=[{"TopicArn": topic, "Events": CREATED}],
            LambdaFunctionConfigurations=[{"LambdaFunctionArn": function("f"), "Events": CREATED}],
            EventBridgeConfiguration={},
        )
        assert [each["Event"] for each in received(direct)] == ["s3:TestEvent"]
        assert [json.loads(each["Message"])["Event"] for each in received(subscribed)] == ["s3:TestEvent"]
        client("s3").put_object(Bucket="data", Key="a b", Body=b"x")
        client("s3").delete_object(Bucket="data", Key="a b")
        assert keys(received(direct)) == ["a+b"]
        (message,) = received(subscribed)
        assert (message["Subject"], keys([json.loads(message["Message"])])) == (
            "Amazon S3 Notification",
            ["a+b"],
        )
        assert [(name, keys([event])) for name, event in invoked] == [("f", ["a+b"])]
        assert [(each["detail-type"], each["detail"]["object"]["key"]) for each in received(bridged)] == [
            ("Object Created", "a b"),
            ("Object Deleted", "a b"),
        ]
        assert [event.destination for event in aws.events if event.key][:4] == [
            arn("sqs", "direct"), topic, arn("lambda", "function:f"), "eventbridge"
        ]  # fmt: skip


def test_a_destination_that_moto_does_not_have_gets_nothing():
    with both("s3", "moto") as aws:
        aws.account().create_bucket("data")
        names = {
            "QueueConfigurations": ("QueueArn", arn("sqs", "none")),
            "TopicConfigurations": ("TopicArn", arn("sns", "none")),
            "LambdaFunctionConfigurations": ("LambdaFunctionArn", arn("lambda", "function:none")),
        }
        queue("other")
        client("sns").create_topic(Name="other")
        function("other")
        notify(**{member: [{name: each, "Events": CREATED}] for member, (name, each) in names.items()})
        client("s3").put_object(Bucket="data", Key="k", Body=b"x")
        assert {event.destination for event in aws.events} == {each for _, each in names.values()}


def test_with_deliver_moto_only_the_destinations_of_moto_exist():
    with both("s3", "moto", deliver="moto") as aws:
        aws.account().create_bucket("data")
        queue("there")
        notify(QueueConfigurations=[{"QueueArn": arn("sqs", "there"), "Events": CREATED}])
        for configuration, refusal in (
            (
                {"QueueConfigurations": [{"QueueArn": arn("sqs", "none"), "Events": CREATED}]},
                "queue does not",
            ),
            (
                {"TopicConfigurations": [{"TopicArn": arn("sns", "none"), "Events": CREATED}]},
                "topic does not",
            ),
            (
                {
                    "LambdaFunctionConfigurations": [
                        {"LambdaFunctionArn": arn("lambda", "function:none"), "Events": CREATED}
                    ]
                },
                "Not authorized to invoke function",
            ),
        ):
            with pytest.raises(ClientError) as raised:
                notify(**configuration)
            assert raised.value.response["Error"]["Code"] == "InvalidArgument"
            assert refusal in raised.value.response["Error"]["ArgumentValue1"]
        # What the test declares exists too, with its policy (F-133).
        aws.destination(arn("sqs", "declared"))
        notify(QueueConfigurations=[{"QueueArn": arn("sqs", "declared"), "Events": CREATED}])


def test_without_moto_deliver_moto_refuses_every_destination():
    with mock_s3(deliver="moto") as aws:
        aws.account().create_bucket("data")
        with pytest.raises(ClientError, match="Unable to validate the following destination"):
            notify(QueueConfigurations=[{"QueueArn": arn("sqs", "q"), "Events": CREATED}])


def test_a_target_that_moto_does_not_deliver_to_is_named():
    with both("s3", "moto") as aws:
        aws.account().create_bucket("data")
        client("events").put_rule(Name="rule", EventPattern=json.dumps({"source": ["aws.s3"]}))
        client("events").put_targets(Rule="rule", Targets=[{"Id": "1", "Arn": arn("lambda", "function:f")}])
        notify(EventBridgeConfiguration={})
        with pytest.raises(NotSupported, match="moto does not deliver to a target of the rule"):
            client("s3").put_object(Bucket="data", Key="k", Body=b"x")
