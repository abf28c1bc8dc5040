"""Object Lambda access points: functions that answer, who may ask them, and what goes wrong (F-162).

Source: user guide, "Writing Lambda functions for S3 Object Lambda Access Points", "Event context format and usage",
"Configuring IAM policies for Object Lambda Access Points"; API_WriteGetObjectResponse.
"""

from __future__ import annotations

import logging
import re
from urllib.parse import quote

import boto3
import pytest
import requests
import urllib3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from freezegun import freeze_time

from mocks3 import Mocks3Error, NotSupported

ONCE = Config(retries={"total_max_attempts": 1})


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions, resource="*", **more):
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


@pytest.fixture
def account(aws):
    return aws.account("111111111111")


@pytest.fixture
def supporting(account):
    bucket = account.create_bucket("amzn-data", objects={"d/k ü": b"content"}, versioning="Enabled")
    return bucket.create_access_point("own")


@pytest.fixture
def role(account):
    writes = allow("s3-object-lambda:WriteGetObjectResponse")
    return account.create_role("function", policies=policy(writes))


def answer(event, **said):
    """What most functions do at last."""
    told = event["getObjectContext"]
    client = boto3.client("s3", region_name="us-east-1", config=ONCE)
    return client.write_get_object_response(
        RequestRoute=told["outputRoute"], RequestToken=told["outputToken"], **said
    )


def upper(event):
    fetched = requests.get(event["getObjectContext"]["inputS3Url"], timeout=5)
    answer(event, StatusCode=fetched.status_code, Body=fetched.content.upper())


def get(principal, point, key="d/k ü", **params):
    return principal.client("s3", config=ONCE).get_object(Bucket=point.arn, Key=key, **params)


def refused(call):
    with pytest.raises(ClientError) as error:
        call()
    response = error.value.response
    told = response["Error"]
    return told["Code"], response["ResponseMetadata"]["HTTPStatusCode"], told["Message"]


# What the function is told, and what it answers


def test_a_function_answers(account, supporting, role):
    point = account.create_object_lambda_access_point("upper", supporting, upper, role=role)
    assert point.arn == "arn:aws:s3-object-lambda:us-east-1:111111111111:accesspoint/upper"
    got = get(account, point)
    assert (got["Body"].read(), got["ContentLength"]) == (b"CONTENT", 7)
    url = account.client(config=Config(signature_version="s3v4")).generate_presigned_url(
        "get_object", Params={"Bucket": point.arn, "Key": "d/k ü"}
    )
    assert url.startswith(f"https://{point.host}/")
    assert requests.get(url, timeout=5).content == b"CONTENT"


def test_the_event(aws, account, supporting, role):
    events = []

    def note(event):
        events.append(event)
        answer(event)

    point = account.create_object_lambda_access_point("note", supporting, note, role=role, payload='{"a": 1}')
    dave = account.create_user("dave", policies=policy(allow("*")))
    session = account.create_role("reader", policies=policy(allow("*")), path="/p/").assume(session_name="s1")
    with freeze_time("2026-03-01T12:00:00Z"):
        later = account.create_role("later", policies=policy(allow("*"))).assume(session_name="s2")
        for principal in (dave, account.root, later):
            got = get(principal, point, IfMatch='"x"')
    by_dave, by_root, by_session = events
    told = by_dave.pop("getObjectContext")
    assert told["inputS3Url"].startswith(
        f"https://{supporting.host}/d/k%20%C3%BC?X-Amz-Algorithm=AWS4-HMAC-SHA256&"
    )
    assert "X-Amz-Date=20260301T120000Z" in told["inputS3Url"]
    assert "X-Amz-Security-Token=" in told["inputS3Url"]
    assert re.fullmatch("io-[0-9a-f]{8}", told["outputRoute"]), "no host that could be an access point's"
    assert told["outputToken"]
    headers = by_dave["userRequest"].pop("headers")
    assert (headers["Host"], headers["If-Match"]) == (point.host, '"x"')
    assert not {"Authorization", "X-Amz-Security-Token", "X-Amz-Date"} & set(headers)
    assert by_dave == {
        "xAmzRequestId": by_dave["xAmzRequestId"],
        "configuration": {
            "accessPointArn": point.arn,
            "supportingAccessPointArn": supporting.arn,
            "payload": '{"a": 1}',
        },
        "userRequest": {"url": f"https://{point.host}/d/k ü"},
        "userIdentity": {
            "type": "IAMUser",
            "principalId": dave.record.unique_id,
            "arn": dave.arn,
            "accountId": "111111111111",
            "accessKeyId": dave.access_key.id,
            "userName": "dave",
        },
        "protocolVersion": "1.00",
    }
    assert by_root["userIdentity"]["type"] == "Root"
    assert by_session["userIdentity"]["sessionContext"] == {
        "attributes": {"mfaAuthenticated": "false", "creationDate": "Sun Mar 01 12:00:00 UTC 2026"},
        "sessionIssuer": {
            "type": "Role",
            "principalId": by_session["userIdentity"]["principalId"].partition(":")[0],
            "arn": "arn:aws:iam::111111111111:role/later",
            "accountId": "111111111111",
            "userName": "later",
        },
    }
    assert got["ResponseMetadata"]["RequestId"] == by_session["xAmzRequestId"]
    get(session, point)
    assert events[-1]["userIdentity"]["arn"] == session.arn
    assert events[-1]["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"].endswith(":role/p/reader")


def test_a_handler_of_lambda_s_own_form(account, supporting, role):
    seen = []

    def handler(event, context):
        seen.append((context.function_name, context.invoked_function_arn))
        answer(event, Body=b"x")
        return {"statusCode": 200}

    arn = "arn:aws:lambda:us-east-1:111111111111:function:resize:1"
    point = account.create_object_lambda_access_point(
        "resize", supporting, handler, role=role, function_arn=arn
    )
    assert get(account, point)["Body"].read() == b"x"
    assert seen == [("1", arn)]


def test_what_is_said_of_the_object(account, supporting, role):
    said = {
        "Body": b"new",
        "ContentType": "text/plain",
        "ContentLanguage": "de",
        "CacheControl": "no-cache",
        "ETag": '"e"',
        "Metadata": {"by": "me"},
        "VersionId": "v1",
        "StorageClass": "GLACIER",
        "TagCount": 3,
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": "arn:aws:kms:us-east-1:111111111111:key/1",
        "BucketKeyEnabled": True,
        "ObjectLockMode": "GOVERNANCE",
        "ReplicationStatus": "COMPLETED",
        "MissingMeta": 1,
        "PartsCount": 2,
        "ChecksumCRC32": "a+NERQ==",
    }
    point = account.create_object_lambda_access_point(
        "tell", supporting, lambda event: answer(event, **said), role=role
    )
    got = get(account, point)
    assert got.pop("Body").read() == b"new"
    assert {name: got[name] for name in said if name != "Body"} == {
        name: value for name, value in said.items() if name != "Body"
    }


def test_an_error_is_the_caller_s(account, supporting, role):
    """User guide, example 1."""

    def refuse(event):
        if "X-Amz-Meta-Secret" not in event["userRequest"]["headers"]:
            answer(
                event,
                StatusCode=403,
                ErrorCode="MissingRequiredToken",
                ErrorMessage="The token was not present.",
            )

    point = account.create_object_lambda_access_point("refuse", supporting, refuse, role=role)
    assert refused(lambda: get(account, point)) == ("MissingRequiredToken", 403, "The token was not present.")


@pytest.mark.parametrize(("status", "body"), [(206, b"par"), (304, b""), (404, b"")])
def test_other_statuses(account, supporting, role, status, body):
    def part(event):
        answer(event, StatusCode=status, Body=body)

    point = account.create_object_lambda_access_point("part", supporting, part, role=role)
    url = account.client(config=Config(signature_version="s3v4")).generate_presigned_url(
        "get_object", Params={"Bucket": point.arn, "Key": "d/k ü"}
    )
    answered = requests.get(url, timeout=5)
    assert (answered.status_code, answered.content) == (status, body)


def test_the_object_of_a_version_and_by_urllib3(account, supporting, role):
    versions = []

    def fetch(event):
        url = event["getObjectContext"]["inputS3Url"]
        versions.append(url)
        answer(event, Body=urllib3.PoolManager().request("GET", url).data)

    point = account.create_object_lambda_access_point("fetch", supporting, fetch, role=role)
    s3 = account.client()
    first = s3.head_object(Bucket="amzn-data", Key="d/k ü")["VersionId"]
    s3.put_object(Bucket="amzn-data", Key="d/k ü", Body=b"second")
    assert get(account, point)["Body"].read() == b"second"
    assert get(account, point, VersionId=first)["Body"].read() == b"content"
    assert f"?versionId={first}&" in versions[1]


def test_an_object_with_its_own_key(account, supporting, role):
    """ "If there are signed headers in the URL, the Lambda function must include these headers"."""
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"0" * 32}
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BlockedEncryptionTypes": {"EncryptionType": ["NONE"]},
    }
    s3 = account.client()
    s3.put_bucket_encryption(Bucket="amzn-data", ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_object(Bucket=supporting.arn, Key="c", Body=b"secret", **key)

    def fetch(event):
        headers = {
            name: value for name, value in event["userRequest"]["headers"].items() if "Customer" in name
        }
        assert len(headers) == 3
        got = requests.get(event["getObjectContext"]["inputS3Url"], headers=headers, timeout=5)
        answer(event, StatusCode=got.status_code, Body=got.content)

    point = account.create_object_lambda_access_point("fetch", supporting, fetch, role=role)
    assert get(account, point, key="c", **key)["Body"].read() == b"secret"


def test_ranges_and_parts_are_for_functions_that_know_them(account, supporting, role):
    """ "Working with Range and partNumber headers": 501 by default."""
    point = account.create_object_lambda_access_point("plain", supporting, upper, role=role)
    for params in ({"Range": "bytes=0-1"}, {"PartNumber": 1}):
        assert refused(lambda params=params: get(account, point, **params))[:2] == ("NotImplemented", 501)

    def ranged(event):
        wanted = {"Range": event["userRequest"]["headers"]["Range"]}
        got = requests.get(event["getObjectContext"]["inputS3Url"], headers=wanted, timeout=5)
        answer(event, StatusCode=got.status_code, Body=got.content, ContentRange=got.headers["Content-Range"])

    knows = account.create_object_lambda_access_point(
        "ranged", supporting, ranged, role=role, features=["GetObject-Range"]
    )
    got = get(account, knows, Range="bytes=0-1")
    assert (got["Body"].read(), got["ContentRange"]) == (b"co", "bytes 0-1/7")
    assert refused(lambda: get(account, knows, PartNumber=1))[0] == "NotImplemented"


# What it does not answer


def test_all_else_is_passed_on(account, supporting, role):
    point = account.create_object_lambda_access_point("upper", supporting, upper, role=role)
    s3 = account.client()
    assert s3.head_object(Bucket=point.arn, Key="d/k ü")["ContentLength"] == 7
    s3.put_object(Bucket=point.arn, Key="new", Body=b"x", Tagging="a=b")
    assert s3.get_object(Bucket="amzn-data", Key="new")["Body"].read() == b"x"
    assert s3.get_object_tagging(Bucket=point.arn, Key="new")["TagSet"] == [{"Key": "a", "Value": "b"}]
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=point.arn)["Contents"]] == ["d/k ü", "new"]
    s3.delete_object(Bucket=point.arn, Key="new")
    nothing = account.create_object_lambda_access_point("nothing", supporting, upper, role=role, actions=())
    assert get(account, nothing)["Body"].read() == b"content"


def test_the_bucket_is_not_configured_through_it(account, supporting, role):
    point = account.create_object_lambda_access_point("upper", supporting, upper, role=role)
    s3 = account.client()
    for call in (s3.get_bucket_versioning, s3.get_bucket_acl, s3.get_bucket_policy):
        assert refused(lambda call=call: call(Bucket=point.arn))[:2] == ("MethodNotAllowed", 405)


def test_no_other_name_of_it_goes_past_its_function(aws, account, supporting, role):
    """F-162: whoever may read through the function alone reads what the function answers, and nothing else."""
    point = account.create_object_lambda_access_point("upper", supporting, upper, role=role)
    account.create_bucket("copies")
    delegate(account)
    dave = account.create_user(
        "dave",
        policies=policy(*everything(point, supporting), allow("s3:PutObject", "arn:aws:s3:::copies/*")),
    )
    s3 = dave.client()
    copy = {"Bucket": "copies", "Key": "copy", "CopySource": f"{point.arn}/object/d/k ü"}
    no_form = ("InvalidArgument", 400, "Invalid copy source object key")
    assert refused(lambda: s3.copy_object(**copy)) == no_form, "API_CopyObject, CopySource"
    upload = s3.create_multipart_upload(Bucket="copies", Key="copy")["UploadId"]
    assert refused(lambda: s3.upload_part_copy(**copy, UploadId=upload, PartNumber=1)) == no_form
    url = f"https://s3.us-east-1.amazonaws.com/{quote(point.arn, safe='')}/d/k%20%C3%BC"
    request = AWSRequest("GET", url)
    request.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"
    key = Credentials(dave.access_key.id, dave.access_key.secret)
    S3SigV4Auth(key, "s3", "us-east-1").add_auth(request)
    assert requests.get(url, headers=dict(request.headers), timeout=5).content == b"CONTENT"


def test_an_access_point_that_is_gone(account, supporting, role):
    point = account.create_object_lambda_access_point("upper", supporting, upper, role=role)
    supporting.delete()
    assert refused(lambda: get(account, point))[0] == "NoSuchAccessPoint"
    point.delete()
    with pytest.raises(Mocks3Error, match="was deleted"):
        point.host  # noqa: B018 - looking is what fails
    gone = refused(lambda: account.client().get_object(Bucket="upper-abc--ol-s3", Key="k"))
    assert gone[0] == "InvalidAccessPointAliasError"


# Who may


def everything(point, supporting):
    """ "The following IAM policy grants a user permission": the guide's three statements, each with its resource."""
    via = {"ForAnyValue:StringEquals": {"aws:CalledVia": ["s3-object-lambda.amazonaws.com"]}}
    return (
        allow("lambda:InvokeFunction", point.function_arn, Condition=via),
        allow(["s3:Get*", "s3:List*"], f"{supporting.arn}/*", Condition=via),
        allow(["s3-object-lambda:Get*", "s3-object-lambda:List*"], point.arn),
    )


def delegate(account):
    """ "Bucket policy delegating access control to access points", as the guide has it for Object Lambda."""
    statement = allow("*", ["arn:aws:s3:::amzn-data", "arn:aws:s3:::amzn-data/*"])
    when = {"StringEquals": {"s3:DataAccessPointAccount": account.id}}
    text = policy({**statement, "Principal": {"AWS": account.root.arn}, "Condition": when})
    from mocks3.handles.buckets import BucketHandle

    BucketHandle(account._aws, "amzn-data").put_policy(text)


def test_the_guide_s_policy_is_enough_and_each_statement_is_needed(aws, account, supporting, role):
    point = account.create_object_lambda_access_point("upper", supporting, upper, role=role)
    delegate(account)
    statements = everything(point, supporting)
    dave = account.create_user("dave", policies=policy(*statements))
    assert get(dave, point)["Body"].read() == b"CONTENT"
    direct = dave.client("s3")
    assert refused(lambda: direct.get_object(Bucket=supporting.arn, Key="d/k ü"))[0] == "AccessDenied", (
        "aws:CalledVia"
    )
    invoke, fetch, ask = statements
    dave.put_policy(policy(fetch, ask))
    assert refused(lambda: get(dave, point)) == (
        "LambdaPermissionError",
        403,
        "The caller is not authorized to invoke the Lambda function. User: arn:aws:iam::111111111111:user/dave is not "
        f"authorized to perform: lambda:InvokeFunction on resource: {point.function_arn}",
    )
    dave.put_policy(policy(invoke, fetch))
    with aws.denied("s3-object-lambda:GetObject", point.arn, by="identity-policy"):
        get(dave, point)
    assert refused(lambda: get(dave, point))[2] == (
        "User: arn:aws:iam::111111111111:user/dave is not authorized to perform: s3-object-lambda:GetObject on "
        f'resource: "{point.arn}" because no identity-based policy allows the s3-object-lambda:GetObject action'
    )
    dave.put_policy(policy(invoke, ask))
    with pytest.raises(ClientError) as error:
        get(dave, point)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403, (
        "what the function got by the URL"
    )


def test_what_is_passed_on_needs_all_three(aws, account, supporting, role):
    point = account.create_object_lambda_access_point("upper", supporting, upper, role=role)
    delegate(account)
    dave = account.create_user("dave", policies=policy(*everything(point, supporting)))
    dave.client().head_object(Bucket=point.arn, Key="d/k ü")
    asked = [(each.action, each.question.asked_resource.value) for each in aws.decisions[-1].parts]
    assert [where for _, where in asked] == ["Object Lambda access point", "access point", "bucket"]
    _, fetch, ask = everything(point, supporting)
    dave.put_policy(policy(fetch))
    with aws.denied("s3-object-lambda:GetObject", by="identity-policy"):
        dave.client().head_object(Bucket=point.arn, Key="d/k ü")
    dave.put_policy(policy(ask))
    with aws.denied("s3:GetObject", by="identity-policy"):
        dave.client().head_object(Bucket=point.arn, Key="d/k ü")


def test_its_policy_lets_another_account_in_as_far_as_it_goes(aws, account, supporting, role):
    point = account.create_object_lambda_access_point("upper", supporting, upper, role=role)
    other = aws.account("222222222222")
    eve = other.create_user("eve", policies=policy(allow("*")))
    with aws.denied("s3-object-lambda:GetObject", by="access-point-policy"):
        get(eve, point)
    point.put_policy(policy(allow("s3-object-lambda:GetObject", point.arn, Principal={"AWS": eve.arn})))
    assert point.policy["Statement"][0]["Principal"] == {"AWS": eve.arn}
    assert refused(lambda: get(eve, point))[0] == "LambdaPermissionError", (
        "the function has no policy for others"
    )
    point.put_policy(policy({**allow("s3-object-lambda:*", point.arn, Principal="*"), "Effect": "Deny"}))
    assert refused(lambda: get(account, point))[2].endswith(
        "with an explicit deny in a resource-based policy"
    )
    point.delete_policy()
    assert get(account, point)["Body"].read() == b"CONTENT"


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("s3:GetObject", "Policy has invalid action"),
        ("s3-object-lambda:Fly", "Policy has invalid action"),
    ],
)
def test_what_its_policy_may_say(account, supporting, action, said):
    point = account.create_object_lambda_access_point("upper", supporting, upper)
    with pytest.raises(Mocks3Error, match=said):
        point.put_policy(policy(allow(action, point.arn, Principal={"AWS": account.id})))


def test_keys_of_its_own(account, supporting, role):
    """s3-object-lambda:TlsVersion and its like are asked of the call to it; s3:… are not."""
    point = account.create_object_lambda_access_point("upper", supporting, upper, role=role)
    dave = account.create_user("dave", policies=policy(allow("*")))
    for key, status in (
        ("s3-object-lambda:authType", 403),
        ("s3:authType", 200),
        ("s3-object-lambda:prefix", 200),
    ):
        when = {"StringEquals": {key: "REST-HEADER"}}
        deny = {**allow("s3-object-lambda:GetObject"), "Effect": "Deny", "Condition": when}
        dave.put_policy(policy(deny), "deny")
        if status == 200:
            assert get(dave, point)["Body"].read() == b"CONTENT"
        else:
            assert refused(lambda: get(dave, point))[:2] == ("AccessDenied", 403)


# Who may answer


def test_the_role_needs_to_be_allowed(aws, account, supporting):
    """F-162."""
    said = []

    def tell(event):
        try:
            answer(event, Body=b"x")
        except ClientError as error:
            said.append(error.response["Error"]["Message"])

    weak = account.create_role("weak")
    point = account.create_object_lambda_access_point("tell", supporting, tell, role=weak)
    assert refused(lambda: get(account, point))[0] == "LambdaResponseNotReceived"
    assert said == [
        "User: arn:aws:sts::111111111111:assumed-role/weak/session is not authorized to perform: "
        f's3-object-lambda:WriteGetObjectResponse on resource: "{point.arn}" because no identity-based policy allows '
        "the s3-object-lambda:WriteGetObjectResponse action"
    ]
    weak.put_policy(policy(allow("s3-object-lambda:WriteGetObjectResponse", point.arn)))
    assert get(account, point)["Body"].read() == b"x"


def test_it_is_somebody_of_the_same_account(aws, account, supporting):
    """ "...it does need to be made by an identity in the same account"."""
    said = []

    def tell(event):
        told = event["getObjectContext"]
        to = {"RequestRoute": told["outputRoute"], "RequestToken": told["outputToken"], "Body": b"x"}
        for principal in (aws.account("222222222222").root, aws.anonymous, account.root):
            try:
                principal.client("s3", region_name="us-east-1").write_get_object_response(**to)
                said.append("taken")
            except ClientError as error:
                said.append(error.response["Error"]["Message"])

    point = account.create_object_lambda_access_point("tell", supporting, tell)
    assert get(account, point)["Body"].read() == b"x"
    assert said == ["Access Denied", "Access Denied", "taken"]


def test_its_credentials_are_in_the_environment_and_gone_again(account, supporting, role, monkeypatch):
    import os

    seen = []

    def tell(event):
        seen.append(boto3.client("sts", region_name="us-east-1").get_caller_identity()["Arn"])
        answer(event, Body=b"x")

    before = dict(os.environ)
    default = boto3._get_default_session()
    for who in (role, account.create_user("fn", policies=policy(allow("*")))):
        point = account.create_object_lambda_access_point(f"tell-{len(seen)}", supporting, tell, role=who)
        get(account, point)
    assert seen == [
        "arn:aws:sts::111111111111:assumed-role/function/session",
        "arn:aws:iam::111111111111:user/fn",
    ]
    assert dict(os.environ) == before
    assert boto3.DEFAULT_SESSION is default


# What goes wrong


def test_a_function_that_answers_nobody(account, supporting, role):
    point = account.create_object_lambda_access_point("silent", supporting, lambda event: None, role=role)
    assert refused(lambda: get(account, point)) == (
        "LambdaResponseNotReceived",
        500,
        "The Lambda exited without successfully calling WriteGetObjectResponse.",
    )


def test_a_function_that_fails(account, supporting, role, caplog):
    def fail(event):
        raise ZeroDivisionError("in the function")

    point = account.create_object_lambda_access_point("failing", supporting, fail, role=role)
    with caplog.at_level(logging.ERROR, "mocks3.object_lambda"):
        assert refused(lambda: get(account, point))[:2] == ("LambdaRuntimeError", 500)
    assert "in the function" in caplog.text


def test_a_function_that_fails_too_late(account, supporting, role):
    """ "The Lambda response, exceptional or not, is ignored"."""

    def late(event):
        answer(event, Body=b"x")
        raise ZeroDivisionError

    point = account.create_object_lambda_access_point("late", supporting, late, role=role)
    assert get(account, point)["Body"].read() == b"x"


def test_misuse_of_mocks3_in_a_function_reaches_the_test(account, supporting, role):
    def misuse(event):
        raise NotSupported("something in the function")

    point = account.create_object_lambda_access_point("misuse", supporting, misuse, role=role)
    with pytest.raises(NotSupported, match="something in the function"):
        get(account, point)


def test_a_token_is_good_for_one_answer(account, supporting, role):
    said = []

    def twice(event):
        answer(event, Body=b"first")
        said.append(refused(lambda: answer(event, Body=b"second"))[:2])
        said.append(event)

    point = account.create_object_lambda_access_point("twice", supporting, twice, role=role)
    assert get(account, point)["Body"].read() == b"first"
    assert said[0] == ("ValidationError", 400)
    assert refused(lambda: answer(said[1], Body=b"third"))[:2] == ("ValidationError", 400)


@pytest.mark.parametrize("wrong", ["RequestToken", "RequestRoute"])
def test_a_wrong_token_or_route(account, supporting, wrong):
    said = []

    def tell(event):
        told = event["getObjectContext"]
        to = {"RequestRoute": told["outputRoute"], "RequestToken": told["outputToken"], wrong: "other"}
        client = account.client("s3", region_name="us-east-1")
        said.append(refused(lambda: client.write_get_object_response(**to, Body=b"x"))[:2])

    point = account.create_object_lambda_access_point("tell", supporting, tell)
    assert refused(lambda: get(account, point))[0] == "LambdaResponseNotReceived"
    assert said == [("ValidationError", 400)]


@pytest.mark.parametrize(
    "said",
    [
        {"StatusCode": 299},
        {"ErrorCode": "Bad"},
        {"StatusCode": 200, "ErrorMessage": "bad"},
        {"StatusCode": 403, "ErrorCode": "Bad", "Body": b"and a body"},
    ],
)
def test_an_answer_that_cannot_be(account, supporting, role, said):
    """API_WriteGetObjectResponse; the caller gets LambdaInvalidResponse."""
    heard = []

    def tell(event):
        heard.append(refused(lambda: answer(event, **said)))

    point = account.create_object_lambda_access_point("tell", supporting, tell, role=role)
    code, status, message = refused(lambda: get(account, point))
    assert (code, status) == ("LambdaInvalidResponse", 400)
    assert heard == [("ValidationError", 400, message)]


def test_a_second_try_may_be_right(account, supporting, role):
    def tell(event):
        refused(lambda: answer(event, StatusCode=299))
        answer(event, Body=b"x")

    point = account.create_object_lambda_access_point("tell", supporting, tell, role=role)
    assert get(account, point)["Body"].read() == b"x"


# The handle


def test_what_it_cannot_be(aws, account, supporting, role):
    make = account.create_object_lambda_access_point
    make("upper", supporting, upper)
    for call, said in (
        (lambda: make("upper", supporting, upper), "AccessPointAlreadyOwnedByYou"),
        (lambda: make("ab", supporting, upper), "InvalidAccessPoint"),
        (lambda: make("other", supporting, upper, actions=["HeadObject"]), "not HeadObject"),
        (lambda: make("other", supporting, upper, features=["x"]), "not x"),
        (lambda: make("other", supporting, upper, role=aws.anonymous), "with credentials"),
        (
            lambda: aws.account("222222222222").create_object_lambda_access_point("x-y", supporting, upper),
            "must belong to the same account",
        ),
        (lambda: make("other", supporting, upper, policy=policy(allow("s3:*"))), "MalformedPolicy"),
    ):
        with pytest.raises(Mocks3Error, match=said):
            call()
    assert (
        aws.store.object_lambda("arn:aws:s3-object-lambda:us-east-1:111111111111:accesspoint/other") is None
    )


def test_snapshots_remember_it(aws, account, supporting, role):
    point = account.create_object_lambda_access_point("upper", supporting, upper, role=role)
    mark = aws.snapshot()
    point.delete()
    assert refused(lambda: get(account, point))[0] == "NoSuchAccessPoint"
    aws.restore(mark)
    assert get(account, point)["Body"].read() == b"CONTENT"
