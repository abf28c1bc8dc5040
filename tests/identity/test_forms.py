"""Browser uploads: R-83, R-84, F-110 to F-112, and each kind of condition."""

from __future__ import annotations

import base64
import contextlib
import datetime
import json
import xml.etree.ElementTree as ET

import pytest
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from mocks3.errors import S3Error
from mocks3.model.messages import WireRequest
from mocks3.wire import parse

from .sending import answered, request

URL = "https://data.s3.amazonaws.com/"
PARSED = "Invalid according to Policy: "
MISSING = (
    "Bucket POST must contain a field named '{}'.  If it is specified, please check the order of the fields."
)


@pytest.fixture(params=["s3v4", "s3"])
def version(request):
    return request.param


@pytest.fixture
def client(world, version):
    return world.client("s3", config=Config(signature_version=version))


@pytest.fixture
def form(client):
    """Return a signed form: with extra fields, and conditions in addition to those on bucket and key."""

    def make(fields=None, conditions=None, key="up/k", expires=60):
        made = client.generate_presigned_post(
            "data", key, dict(fields or {}), list(conditions or []), ExpiresIn=expires
        )
        return made["fields"]

    return make


def post(world, fields, file=("f.txt", b"file"), url=URL):
    return answered(world, request("POST", url, body=fields, files={"file": file}))


def stored(world, key="up/k"):
    return world.client("s3").get_object(Bucket="data", Key=key)


def refused(world, fields, **more):
    error = post(world, fields, **more).error
    return error["Status"], error["Code"], error["Message"]


def denied(world, fields, **more):
    status, code, message = refused(world, fields, **more)
    assert (status, code) == ("403", "AccessDenied")
    assert message.startswith(PARSED)
    return message.removeprefix(PARSED)


def test_an_upload(world, form):
    answer = post(world, form())
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Location"] == URL + "up%2Fk"
    found = stored(world)
    assert (found["Body"].read(), found["ContentType"]) == (b"file", "binary/octet-stream")
    assert answer.headers["ETag"] == found["ETag"]
    assert world.calls[-2].operation == "PostObject"


def test_path_style(world, form):
    answer = post(world, form(), url="https://s3.amazonaws.com/data")
    assert (answer.status, answer.headers["Location"]) == (204, "https://s3.amazonaws.com/data/up%2Fk")


def test_bytes_are_not_changed(world, form):
    content = bytes(range(256)) + b"\r\n--not the boundary\r\n\r\n\r" + b"\n--\r\n"
    assert post(world, form(), file=("e.eml", content, "message/rfc822")).status == 204
    assert stored(world)["Body"].read() == content
    assert post(world, form(), file=("empty", b"")).status == 204
    assert stored(world)["Body"].read() == b""


def test_fields_act_as_headers(world, form):
    fields = {
        "Cache-Control": "no-store",
        "Content-Type": "text/csv",
        "Content-Disposition": "inline",
        "Content-Encoding": "br",
        "Expires": "whenever",
        "x-amz-meta-a": "b",
        "x-amz-storage-class": "STANDARD_IA",
        "x-amz-server-side-encryption": "AES256",
        "x-amz-website-redirect-location": "/elsewhere",
        "tagging": "<Tagging><TagSet><Tag><Key>a b</Key><Value>c+d</Value></Tag></TagSet></Tagging>",
    }
    assert post(world, form(fields, [{name: value} for name, value in fields.items()])).status == 204
    found = stored(world)
    assert found["CacheControl"] == "no-store"
    assert found["ContentType"] == "text/csv"
    assert found["ContentDisposition"] == "inline"
    assert found["ContentEncoding"] == "br"
    assert found["ExpiresString"] == "whenever"
    assert found["Metadata"] == {"a": "b"}
    assert found["StorageClass"] == "STANDARD_IA"
    assert found["WebsiteRedirectLocation"] == "/elsewhere"
    tags = world.client("s3").get_object_tagging(Bucket="data", Key="up/k")["TagSet"]
    assert tags == [{"Key": "a b", "Value": "c+d"}]


def test_success_action_status(world, form):
    for status in ("200", "201", "204", "418"):
        answer = post(world, form({"success_action_status": status}, [{"success_action_status": status}]))
        assert answer.status == (int(status) if status != "418" else 204)
        if status != "201":
            assert answer.body == b""
    answer = post(world, form({"success_action_status": "201"}, [{"success_action_status": "201"}]))
    assert answer.headers["Content-Type"] == "application/xml"
    assert answer.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>')
    assert {element.tag: element.text for element in ET.fromstring(answer.body)} == {
        "Location": URL + "up%2Fk",
        "Bucket": "data",
        "Key": "up/k",
        "ETag": answer.headers["ETag"],
    }


@pytest.mark.parametrize("name", ["success_action_redirect", "redirect"])
def test_a_redirect(world, form, name):
    for target, sign in (("https://example.com/done", "?"), ("https://example.com/done?a=b", "&")):
        answer = post(world, form({name: target}, [{name: target}]))
        etag = stored(world)["ETag"].replace('"', "%22")
        assert (answer.status, answer.body) == (303, b"")
        assert answer.headers["Location"] == f"{target}{sign}bucket=data&key=up%2Fk&etag={etag}"


def test_an_invalid_redirect_is_ignored(world, form):
    for target in ("nowhere", "http://[", "/path"):
        assert (
            post(
                world,
                form({"success_action_redirect": target}, [["starts-with", "$success_action_redirect", ""]]),
            ).status
            == 204
        )


@pytest.mark.parametrize(
    ("name", "key"),
    [("f.txt", "up/f.txt"), ("C:\\dir\\f.txt", "up/f.txt"), ("/a/b/é.txt", "up/é.txt")],
)
def test_the_files_own_name(world, form, name, key):
    assert post(world, form(key="up/${filename}"), file=(name, b"file")).status == 204
    assert stored(world, key)["Body"].read() == b"file"


# Without a signature


@pytest.mark.parametrize("file", [(None, b"file"), ("", b"file")])
def test_a_file_without_a_name_leaves_the_fields_as_they_are(world, form, file):
    """Recorded: ``${filename}`` stays in the key, and in every other field."""
    fields = form({"x-amz-meta-a": "${filename}"}, [{"x-amz-meta-a": "${filename}"}], key="up/a-${filename}")
    assert post(world, fields, file=file).status == 204
    assert stored(world, "up/a-${filename}")["Metadata"] == {"a": "${filename}"}


@pytest.mark.parametrize(
    "tagging", ["<Other/>", "<TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet>", "<Tagging/>"]
)
def test_documents_without_tags_are_accepted(world, form, tagging):
    """Recorded: a document of another kind is 204, and there are no tags."""
    assert post(world, form({"tagging": tagging}, [{"tagging": tagging}])).status == 204
    assert world.client("s3").get_object_tagging(Bucket="data", Key="up/k")["TagSet"] == []


def test_a_policy_without_a_signer_is_refused(world, form):
    """Recorded: key, policy and file alone are 403 AccessDenied; also where the anonymous may write."""
    bucket = world.account().create_bucket("open", public_access_block=None)
    bucket.put_policy(
        {
            "Statement": {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": "arn:aws:s3:::open/*",
            }
        }
    )
    signed = form()
    fields = {"key": "up/k", "policy": signed["policy"]}
    for url in (URL, "https://open.s3.amazonaws.com/"):
        assert refused(world, fields, url=url) == ("403", "AccessDenied", "Access Denied")
    assert post(world, {"key": "up/k"}, url="https://open.s3.amazonaws.com/").status == 204


def test_f112_anonymous_uploads(world):
    assert refused(world, {"key": "k"}) == ("403", "AccessDenied", "Access Denied")
    world.account().create_bucket(
        "open",
        public_access_block=None,
        policy={
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:PutObject",
                "Resource": "arn:aws:s3:::open/*",
            },
        },
    )
    assert post(world, {"key": "k"}, url="https://open.s3.amazonaws.com/").status == 204


@pytest.mark.parametrize("secure", ["s3v4", "s3"])
def test_a_field_is_missing(world, secure):
    client = world.client("s3", config=Config(signature_version=secure))
    names = {
        "s3v4": ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature", "policy", "key"],
        "s3": ["AWSAccessKeyId", "Signature", "policy", "key"],
    }
    for missing in names[secure]:
        fields = client.generate_presigned_post("data", "k")["fields"]
        kept = {name: value for name, value in fields.items() if name.lower() != missing.lower()}
        assert post(world, kept).error == {
            "Status": "400",
            "Code": "InvalidArgument",
            "Message": MISSING.format(missing),
            "ArgumentName": missing,
            "ArgumentValue": "",
        }


# The policy


def test_an_altered_policy(world, form, version):
    """R-2."""
    fields = form()
    policy = json.loads(base64.b64decode(fields["policy"]))
    policy["conditions"].append(["starts-with", "$acl", ""])
    error = post(world, {**fields, "policy": base64.b64encode(json.dumps(policy).encode()).decode()}).error
    assert list(error) == [
        "Status",
        "Code",
        "Message",
        "AWSAccessKeyId",
        "StringToSign",
        "SignatureProvided",
        "StringToSignBytes",
    ]
    assert error["Code"] == "SignatureDoesNotMatch"
    assert bytes.fromhex(error["StringToSignBytes"]).decode() == error["StringToSign"]


def test_expired(world, form, clock):
    fields = form(expires=3600)
    clock.tick(datetime.timedelta(minutes=59))
    assert post(world, fields).status == 204  # the clock skew is not checked
    clock.tick(datetime.timedelta(minutes=1))
    assert denied(world, fields) == "Policy expired."


TO = "http://localhost.test/"


@pytest.mark.parametrize(
    ("conditions", "echo"),
    [
        ([{"success_action_redirect": TO + "random"}], ["eq", "$success_action_redirect", TO + "random"]),
        ([["eq", "$success_action_redirect", TO.upper()]], ["eq", "$success_action_redirect", TO.upper()]),
        ([["eq", "success_action_redirect", TO]], ["eq", "success_action_redirect", TO]),
        (
            [["starts-with", "$success_action_redirect", "https"]],
            ["starts-with", "$success_action_redirect", "https"],
        ),
        ([["starts-with", "$x-amz-meta-none", ""]], ["starts-with", "$x-amz-meta-none", ""]),
        ([["content-length-range", "a", 3]], ["content-length-range", "a", 3]),
        ([["content-length-range", 1, "9" * 5000]], ["content-length-range", 1, "9" * 5000]),
        ([["content-length-range", True, 3]], ["content-length-range", True, 3]),
        ([{"bucket": "another"}], ["eq", "$bucket", "another"]),
    ],
)
def test_a_condition_fails(world, form, conditions, echo):
    """F-111, R-83."""
    fields = form({"success_action_redirect": TO}, conditions)
    assert denied(world, fields) == f"Policy Condition failed: {json.dumps(echo)}"


@pytest.mark.parametrize(
    "conditions",
    [
        [["eq", "$x-amz-meta-a", "b"]],
        [["EQ", "$X-Amz-Meta-A", "b"]],
        [["starts-with", "$x-amz-meta-a", "b"]],
        [["starts-with", "$x-amz-meta-a", ""]],
        [{"x-amz-meta-a": "b"}, ["content-length-range", 4, 4]],
        [{"x-amz-meta-a": "b"}, ["content-length-range", "0", "4"]],
    ],
)
def test_a_condition_is_met(world, form, conditions):
    assert post(world, form({"x-amz-meta-a": "b"}, conditions)).status == 204


def test_a_list_of_content_types(world, form):
    conditions = [["starts-with", "$Content-Type", "image/"]]
    assert post(world, form({"Content-Type": "image/jpg,image/png"}, conditions)).status == 204
    assert denied(world, form({"Content-Type": "image/jpg,text/csv"}, conditions)).startswith("Policy Cond")


def test_the_key_must_start_with_the_prefix(world, form):
    fields = form(key="up/${filename}")
    assert denied(world, {**fields, "key": "down/k"}) == (
        'Policy Condition failed: ["starts-with", "$key", "up/"]'
    )


def test_extra_fields(world, form):
    fields = {**form(), "acl": "private", "X-Amz-Meta-A": "b"}
    assert denied(world, fields) == "Extra input fields: acl, x-amz-meta-a"
    assert post(world, {**form(), "x-ignore-me": "yes"}).status == 204


def test_the_bucket_needs_a_condition(world):
    """F-111: the bucket of the URL counts as a field, also if the form has a field of that name."""
    conditions = '[{"key": "k"}]'
    fields = signed_with_version_2(
        world, f'{{"expiration": "2030-01-01T00:00:00Z", "conditions": {conditions}}}'
    )
    assert denied(world, fields) == "Extra input fields: bucket"
    assert denied(world, {**fields, "bucket": "data", "acl": "private"}) == "Extra input fields: bucket, acl"
    conditions = '[{"key": "k"}, {"bUcKeT": "data"}]'
    fields = signed_with_version_2(
        world, f'{{"expiration": "2030-01-01T00:00:00Z", "conditions": {conditions}}}'
    )
    assert post(world, fields).status == 204
    assert post(world, {**fields, "bucket": "another"}).status == 204  # the bucket of the URL counts


def test_sizes(world, form):
    """R-84."""
    conditions = [["content-length-range", 2, 4]]
    large = post(world, form(conditions=conditions), file=("f", b"12345")).error
    assert large == {
        "Status": "400",
        "Code": "EntityTooLarge",
        "Message": "Your proposed upload exceeds the maximum allowed size",
        "ProposedSize": "5",
        "MaxSizeAllowed": "4",
    }
    small = post(world, form(conditions=conditions), file=("f", b"1")).error
    assert small == {
        "Status": "400",
        "Code": "EntityTooSmall",
        "Message": "Your proposed upload is smaller than the minimum allowed size",
        "ProposedSize": "1",
        "MinSizeAllowed": "2",
    }
    assert post(world, form(conditions=conditions), file=("f", b"1234")).status == 204


SIMPLE = "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified."
TEXT = "Invalid Simple-Condition: value must be a string."


def signed_with_version_2(world, policy):
    """Return a form for the key ``k`` with a text as its policy. Version 2 is shorter to write."""
    from botocore.auth import HmacV1Auth
    from botocore.credentials import Credentials

    key = world.account().root.access_key
    text = base64.b64encode(policy.encode()).decode()
    signature = HmacV1Auth(Credentials(key.id, key.secret)).sign_string(text)
    return {"key": "k", "policy": text, "AWSAccessKeyId": key.id, "signature": signature}


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ("{", "Invalid JSON."),
        ("[]", "Invalid JSON."),
        ("", "Expecting '{' but found End-of-Input"),
        ('{"EXPIRATION": "2030-01-01T00:00:00Z", "conditions": []}', 'Unexpected: "EXPIRATION"'),
        ('{"conditions": []}', "Policy missing expiration."),
        ('{"expiration": "2030-01-01T00:00:00Z"}', "Policy missing conditions."),
        ('{"expiration": "soon", "conditions": []}', "Invalid 'expiration' value: 'soon'"),
        ('{"expiration": "2030-01-01T00:00:00Z", "conditions": [{}]}', SIMPLE),
        ('{"expiration": "2030-01-01T00:00:00Z", "conditions": [{"a": "b", "c": "d"}]}', SIMPLE),
        ('{"expiration": "2030-01-01T00:00:00Z", "conditions": [{"success_action_status": 201}]}', TEXT),
        ('{"expiration": "2030-01-01T00:00:00Z", "conditions": [{"acl": null}]}', TEXT),
    ],
)
def test_an_invalid_policy(world, policy, reason):
    """F-111: a valid signature of a text that is not a policy."""
    fields = signed_with_version_2(world, policy)
    assert refused(world, fields) == ("400", "InvalidPolicyDocument", f"Invalid Policy: {reason}")


@pytest.mark.parametrize(
    ("conditions", "reason"),
    [
        ("{}", "Invalid 'conditions' value: must be a List."),
        ('["acl"]', "Invalid condition test: must be a List or Object."),
        ("[[]]", "Invalid Condition: missing operation identifier."),
        ('[["is", "$key", "k"]]', "Invalid Condition: unknown operation 'is'."),
        ('[["eq", "$key"]]', "Invalid eq: wrong number of arguments."),
        ('[["content-length-range", 0]]', "Invalid content-length-range: wrong number of arguments."),
    ],
)
def test_invalid_conditions(world, conditions, reason):
    """F-111."""
    policy = f'{{"expiration": "2030-01-01T00:00:00Z", "conditions": {conditions}}}'
    fields = signed_with_version_2(world, policy)
    assert refused(world, fields) == ("400", "InvalidPolicyDocument", f"Invalid Policy: {reason}")


def test_a_policy_that_is_not_base64(world, form):
    """F-111: the signature is that of the text."""
    from botocore.auth import HmacV1Auth
    from botocore.credentials import Credentials

    key = world.account().root.access_key
    signature = HmacV1Auth(Credentials(key.id, key.secret)).sign_string("!!")
    fields = {"key": "k", "policy": "!!", "AWSAccessKeyId": key.id, "signature": signature}
    assert refused(world, fields)[1:] == ("InvalidPolicyDocument", "Invalid Policy: invalid Base64 encoding.")


CONDITIONS = [{"bucket": "data"}, {"key": "k"}]


@pytest.mark.parametrize(
    "moment",
    [
        *("2030-01-01T00:00:00+00:00", "2030-01-01T02:00:00+02:00", "2030-01-01T00:00:00", "2030-01-01"),
        *("2030-01-01 00:00:00+00:00", "2030-01-01 00:00:00 UTC", "20300101T000000Z", "2030-01-01T00:00Z"),
        *("2030-02-30T00:00:00Z", "2030-01-01t00:00:00z", 1893456000, None, ""),
    ],
)
def test_an_expiration_that_s3_cannot_read(world, moment):
    """F-111: only UTC, with T and Z."""
    fields = signed_with_version_2(world, json.dumps({"expiration": moment, "conditions": CONDITIONS}))
    reason = f"Invalid Policy: Invalid 'expiration' value: '{moment}'"
    assert refused(world, fields) == ("400", "InvalidPolicyDocument", reason)


@pytest.mark.parametrize("moment", ["2030-01-01T00:00:00Z", "2030-01-01T00:00:00.000Z"])
def test_an_expiration_with_and_without_milliseconds(world, moment):
    """F-111."""
    fields = signed_with_version_2(world, json.dumps({"expiration": moment, "conditions": CONDITIONS}))
    assert post(world, fields).status == 204


# The form itself


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_another_enclosure(world, content_type):
    """R-84."""
    sent = request("POST", URL, {"Content-Type": content_type}, b"a=b")
    assert answered(world, sent).error == {
        "Status": "412",
        "Code": "PreconditionFailed",
        "Message": "At least one of the pre-conditions you specified did not hold",
        "Condition": "Bucket POST must be of the enclosure-type multipart/form-data",
    }


def raw(body, content_type="multipart/form-data; boundary=x"):
    return request("POST", URL, {"Content-Type": content_type}, body)


PART = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\ndata\r\n'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "MalformedPOSTRequest"),
        (b"nothing", "MalformedPOSTRequest"),
        (b"--x\r\n", "MalformedPOSTRequest"),
        (b"--x\r\n\r\nvalue\r\n--x--\r\n", "MalformedPOSTRequest"),
        (PART % (b"key", b"k"), "MalformedPOSTRequest"),
        (PART % (b"key", b"\xff") + b"--x--", "MalformedPOSTRequest"),
        (PART % (b"key", b"k") + FILE[:-2], "MalformedPOSTRequest"),
        (FILE + PART % (b"key", b"k") + b"--x--\r\n", "InvalidArgument"),
        (PART % (b"key", b"k" * 20_481) + FILE + b"--x--\r\n", "MaxPostPreDataLengthExceeded"),
    ],
)
def test_a_malformed_form(world, body, code):
    error = answered(world, raw(body)).error
    assert (error["Status"], error["Code"]) == ("400", code)


def test_no_file(world):
    """Reported by users: the argument is the number of files."""
    error = answered(world, raw(PART % (b"key", b"k") + b"--x--\r\n")).error
    assert error == {
        **error,
        "Status": "400",
        "Code": "InvalidArgument",
        "Message": "POST requires exactly one file upload per request.",
        "ArgumentName": "file",
        "ArgumentValue": "0",
    }


def test_no_boundary(world):
    assert answered(world, raw(FILE, "multipart/form-data")).error["Code"] == "MalformedPOSTRequest"


def test_fields_after_the_file_are_ignored(world, form):
    body = b"".join(PART % (name.encode(), value.encode()) for name, value in form().items())
    after = PART % (b"acl", b"public-read")
    assert answered(world, raw(b"preamble\r\n" + body + FILE + after + b"--x--\r\n")).status == 204
    assert answered(world, raw(body + FILE + b"--x--\r\n", 'Multipart/Form-Data; boundary="x"')).status == 204


@pytest.mark.parametrize("tagging", ["a=b", "<Tagging>", ""])
def test_tags_that_are_no_document(world, form, tagging):
    """R-83, R-84; only the signer of a form that is allowed gets this error."""
    fields = form({"tagging": tagging}, [{"tagging": tagging}])
    assert post(world, fields).error == {
        "Status": "400",
        "Code": "MalformedXML",
        "Message": "The XML you provided was not well-formed or did not validate against our published schema",
    }
    altered = {**fields, "policy": fields["policy"][:-8] + "AAAAAAA="}
    assert post(world, altered).error["Code"] == "SignatureDoesNotMatch"
    assert post(world, {"key": "k", "tagging": tagging}).error["Code"] == "AccessDenied"


def test_errors_of_put_object(world, form):
    fields = form({"x-amz-storage-class": "OUTPOSTS"}, [{"x-amz-storage-class": "OUTPOSTS"}])
    error = post(world, fields).error
    assert (error["Code"], error["StorageClassRequested"]) == ("InvalidStorageClass", "OUTPOSTS")
    assert post(world, form(key="k" * 1025)).error["Code"] == "KeyTooLongError"
    gone = post(world, {"key": "k"}, url="https://nobody.s3.amazonaws.com/").error
    assert (gone["Code"], gone["BucketName"]) == ("NoSuchBucket", "nobody")


# The permissions of the signer


def test_f110_the_signers_permissions(world, version):
    statement = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::data/*"}
    eve = world.account().create_user(
        "eve",
        policies={
            "Version": "2012-10-17",
            "Statement": {**statement, "Condition": {"StringEquals": {"s3:authType": "POST"}}},
        },
    )
    client = eve.client("s3", config=Config(signature_version=version))
    assert post(world, client.generate_presigned_post("data", "k")["fields"]).status == 204
    tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
    for name, value, action in (
        ("tagging", tags, "s3:PutObjectTagging"),
        ("acl", "private", "s3:PutObjectAcl"),
        ("x-amz-object-lock-legal-hold", "ON", "s3:PutObjectLegalHold"),
    ):
        fields = client.generate_presigned_post("data", "k", {name: value}, [{name: value}])["fields"]
        error = post(world, fields).error
        assert error["Message"].startswith(f"User: {eve.arn} is not authorized to perform: {action} on")


def test_a_session_signs_with_its_token(world, version):
    eve = world.account().create_user(
        "eve",
        policies={"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
    )
    client = eve.session_token().client("s3", config=Config(signature_version=version))
    fields = client.generate_presigned_post("data", "k")["fields"]
    assert post(world, fields).status == 204
    assert refused(world, {**fields, "x-amz-security-token": "t"})[1] == "InvalidToken"


def test_the_scope_of_a_form(world):
    client = world.client("s3", config=Config(signature_version="s3v4"))
    fields = client.generate_presigned_post("data", "k")["fields"]
    for name, old, new, message in (
        (
            "x-amz-credential",
            "/us-east-1/",
            "/eu-west-1/",
            "the region 'eu-west-1' is wrong; expecting 'us-east-1'",
        ),
        ("x-amz-credential", "/20260504/", "/20260503/", 'Invalid credential date "20260503"'),
        ("x-amz-date", "2026", "later", "X-Amz-Date must be in the ISO8601 Long Format"),
        ("x-amz-algorithm", "256", "512", "X-Amz-Algorithm only supports"),
    ):
        found = refused(world, {**fields, name: fields[name].replace(old, new, 1)})
        assert found[:2] == ("400", "AuthorizationQueryParametersError")
        assert message in found[2]


def test_newer_regions_do_not_accept_version_2(world):
    world.account().create_bucket("frankfurt", region="eu-central-1")
    client = world.client("s3", config=Config(signature_version="s3"))
    fields = client.generate_presigned_post("frankfurt", "k")["fields"]
    error = post(world, fields, url="https://frankfurt.s3.eu-central-1.amazonaws.com/").error
    assert (error["Status"], error["Code"]) == ("400", "InvalidRequest")


@given(st.text(max_size=40), st.binary(max_size=60))
def test_any_form_raises_only_s3_errors(content_type, body):
    for enclosure in (
        content_type,
        f"multipart/form-data; {content_type}",
        "multipart/form-data; boundary=x",
    ):
        for sent in (
            body,
            b"--x\r\nContent-Disposition: form-data; name=" + body,
            PART % (b"key", body) + FILE,
        ):
            asked = WireRequest(
                "POST", "https", "data.s3.amazonaws.com", "/", "", {"content-type": enclosure}, sent
            )
            with contextlib.suppress(S3Error):
                parse(asked)
