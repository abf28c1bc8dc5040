"""Every accepted configuration can be applied: requests are answered now, a day later and 400 days later.

The configurations are made from botocore's shapes, with values that a document of this kind may have and with the
largest, the longest and the most unusual ones. A refusal is fine. After that, every response must be one of S3's.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mocks3 import NotSupported, mock_s3
from mocks3.handles.mock_aws import MockAWS
from mocks3.operations.configurations import BY_ID, DOCUMENTS
from mocks3.wire import operation_model

NOON = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
ME, KEY = "123456789012", "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROLE = f"arn:aws:iam::{ME}:role/replicator"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"

PREFIXES = st.sampled_from(
    ["", "a/", "ü/", "a b&<>", "x" * 1000, "x" * 1024, "é" * 512, "//", "${filename}", "%00"]
)
TEXTS = st.sampled_from(["", "x", "a b", "ü", "\U0001f600", "line\nbreak", "a\rb", "x" * 255, '"<&>', "%zz"])
DAYS = st.sampled_from([0, 1, 30, 90, 180, 365, 730, 36_500, 2_900_000, 3_650_000, 2**31 - 1])
DATES = st.sampled_from(
    [datetime.datetime(year, month, day, tzinfo=datetime.UTC)
     for year, month, day in ((1, 1, 1), (1970, 1, 1), (2026, 3, 2), (2027, 1, 1), (9999, 12, 31))]
)  # fmt: skip
HINTS: dict[str, Any] = {
    "Bucket": st.just("arn:aws:s3:::target"),
    "TargetBucket": st.sampled_from(["target", "bkt"]),
    "TableBucketArn": st.just(f"arn:aws:s3tables:us-east-1:{ME}:bucket/tables"),
    "Prefix": PREFIXES,
    "TargetPrefix": PREFIXES,
    "KeyPrefixEquals": PREFIXES,
    "ReplaceKeyPrefixWith": PREFIXES,
    "ReplaceKeyWith": PREFIXES,
    "Suffix": st.sampled_from(["index.html", "ü", "x" * 1024, "a\nb"]),
    "HostName": st.sampled_from(["example.com", "a b", "a\r\nX-Evil: 1", "", "["]),
    "HttpRedirectCode": st.sampled_from(["301", "302", "399", "304"]),
    "HttpErrorCodeReturnedEquals": st.sampled_from(["404", "403", "599"]),
    "Days": DAYS,
    "NoncurrentDays": DAYS,
    "DaysAfterInitiation": DAYS,
    "NewerNoncurrentVersions": st.sampled_from([1, 2, 100]),
    "Years": st.sampled_from([1, 100]),
    "Date": DATES,
    "ObjectSizeGreaterThan": st.sampled_from([0, 1, 2**63 - 1]),
    "ObjectSizeLessThan": st.sampled_from([1, 2**40, 2**63 - 1]),
    "MaxAgeSeconds": st.sampled_from([0, 1, -1, 2**31 - 1]),
    "Minutes": st.just(15),
    "Role": st.just(ROLE),
    "QueueArn": st.just(f"arn:aws:sqs:us-east-1:{ME}:queue"),
    "TopicArn": st.just(f"arn:aws:sns:us-east-1:{ME}:topic"),
    "LambdaFunctionArn": st.just(f"arn:aws:lambda:us-east-1:{ME}:function:f"),
    "Account": st.just(ME),
    "AccountId": st.just(ME),
    "KMSMasterKeyID": st.sampled_from([KEY, "alias/none", "x"]),
    "KmsKeyArn": st.just(KEY),
    "KeyId": st.just(KEY),
    "ReplicaKmsKeyID": st.just(KEY),
    "URI": st.sampled_from([LOG_DELIVERY, "http://acs.amazonaws.com/groups/global/AllUsers", "x"]),
    "EmailAddress": st.just("a@example.com"),
    "AllowedMethods": st.lists(st.sampled_from(["GET", "PUT", "HEAD"]), min_size=1, max_size=2),
    "AllowedOrigins": st.lists(
        st.sampled_from(["*", "https://a.example", "a\r\nX-Evil: 1", ""]), min_size=1, max_size=2
    ),
    "AllowedHeaders": st.lists(st.sampled_from(["*", "x-*", "a\nb"]), max_size=2),
    "ExposeHeaders": st.lists(st.sampled_from(["ETag", "a\r\nX-Evil: 1", "ü"]), max_size=2),
    "Id": st.sampled_from(["r", "ü", "x" * 64, "a b"]),
    "ID": st.sampled_from(["r", "", "ü", "x" * 255, "a\r\nX-Evil: 1"]),
    "Value": PREFIXES,
    "Name": st.sampled_from(["prefix", "suffix"]),
}  # fmt: skip
"""Values of members by name, including values that no document may have."""


def values(name: str, shape: Any) -> Any:
    """Return a strategy for values of a shape. S3 accepts most of them."""
    if name in HINTS:
        return HINTS[name]
    kind = shape.type_name
    if kind == "structure":
        members = {member: values(member, inner) for member, inner in shape.members.items()}
        required = {member: members.pop(member) for member in shape.required_members}
        if not members:
            return st.fixed_dictionaries(required)
        chosen = st.lists(st.sampled_from(sorted(members)), unique=True, max_size=3)
        more = chosen.flatmap(lambda names: st.fixed_dictionaries({each: members[each] for each in names}))
        return st.builds(lambda base, rest: base | rest, st.fixed_dictionaries(required), more)
    if kind == "list":
        return st.lists(values(f"{name} item", shape.member), min_size=1, max_size=2)
    if kind == "string":
        return st.sampled_from(shape.enum) if shape.enum else TEXTS
    return {
        "integer": st.sampled_from([0, 1, -1, 2**31 - 1]),
        "long": st.sampled_from([0, 1, 2**63 - 1]),
        "boolean": st.booleans(),
        "timestamp": DATES,
    }[kind]


Put = tuple[str, dict[str, Any]]
"""An operation, and its parameters without the bucket's name."""


def puts() -> list[Any]:
    """Return a strategy for each document: the call that puts it."""
    documents = [_put(row.put[0], row.member, {}) for row in DOCUMENTS]
    by_id = [_put(f"put_bucket_{row.noun}_configuration", row.member, {"Id": "r"}) for row in BY_ID]
    return documents + by_id


def _put(name: str, member: str, more: dict[str, str]) -> Any:
    operation = "".join(word.capitalize() for word in name.split("_"))
    shape = operation_model("s3", operation).input_shape.members[member]
    return values("", shape).map(lambda content: (name, {member: {**content, **more}, **more}))


PUTS = st.lists(st.one_of(puts()), min_size=1, max_size=6)
RULE = {"ID": "r", "Status": "Enabled", "Filter": {}}
NEVER = 2**31 - 1


def grants(*each: dict[str, Any]) -> Put:
    return "put_bucket_logging", {
        "BucketLoggingStatus": {
            "LoggingEnabled": {"TargetBucket": "target", "TargetPrefix": "l/", "TargetGrants": list(each)}
        }
    }


def lifecycle(**actions: Any) -> Put:
    return "put_bucket_lifecycle_configuration", {"LifecycleConfiguration": {"Rules": [{**RULE, **actions}]}}


def logging(prefix: str) -> Put:
    enabled = {"TargetBucket": "target", "TargetPrefix": prefix}
    return "put_bucket_logging", {"BucketLoggingStatus": {"LoggingEnabled": enabled}}


FOUND: dict[str, Put] = {
    "expiration": lifecycle(Expiration={"Days": NEVER}),
    "transition": lifecycle(Transitions=[{"Days": NEVER, "StorageClass": "GLACIER"}]),
    "noncurrent expiration": lifecycle(NoncurrentVersionExpiration={"NoncurrentDays": NEVER}),
    "noncurrent transition": lifecycle(
        NoncurrentVersionTransitions=[{"NoncurrentDays": NEVER, "StorageClass": "GLACIER"}]
    ),
    "abort": lifecycle(AbortIncompleteMultipartUpload={"DaysAfterInitiation": NEVER}),
    "date": lifecycle(Expiration={"Date": datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC)}),
    "long log prefix": logging("x" * 1024),
    "redirect to a line break": (
        "put_bucket_website",
        {"WebsiteConfiguration": {"RedirectAllRequestsTo": {"HostName": "a\r\nX-Evil: 1"}}},
    ),
}
"""Documents that S3 accepts. Each of them once made later requests fail."""


def statement(**elements: Any) -> dict[str, Any]:
    """Return a policy with one statement."""
    return {"Version": "2012-10-17", "Statement": {"Effect": "Allow", **elements}}


@pytest.fixture(scope="module")
def filled() -> Iterator[tuple[MockAWS, Any]]:
    """Yield two buckets with all kinds of objects, and a clock that the test moves."""
    with freeze_time(NOON) as clock, mock_s3(new_bucket_defaults="legacy") as aws:
        aws.account().create_role(
            "replicator",
            trust=statement(Principal={"Service": "s3.amazonaws.com"}, Action="sts:AssumeRole"),
            policies=[statement(Action="*", Resource="*")],
        )
        s3 = aws.client()
        for name in ("bkt", "target"):
            s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
            resources = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
            policy = statement(Principal="*", Action="s3:*", Resource=resources)
            s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
        for n in range(2):
            s3.put_object(Bucket="bkt", Key="a/small", Body=b"%d" % n, Tagging="k=v")
        s3.put_object(Bucket="bkt", Key="big", Body=b"x" * 200_000, StorageClass="INTELLIGENT_TIERING")
        s3.put_object(Bucket="bkt", Key="cold", Body=b"x", StorageClass="GLACIER")
        s3.put_object(Bucket="bkt", Key="gone", Body=b"x")
        s3.delete_object(Bucket="bkt", Key="gone")
        s3.create_multipart_upload(Bucket="bkt", Key="a/upload")
        yield aws, clock


def play(aws: MockAWS, s3: Any) -> Iterator[Callable[[], Any]]:
    """Make forty calls to both buckets: reads, writes, listings, a form, a preflight and a website request."""
    upload = s3.list_multipart_uploads(Bucket="bkt").get("Uploads", [{"UploadId": "none"}])[0]["UploadId"]
    at, source = {"Bucket": "bkt", "Key": "a/small"}, {"Bucket": "bkt", "Key": "big"}
    yield lambda: s3.get_object(**at)["Body"].read()
    for key in ("a/small", "big", "cold", "gone", "none"):
        yield lambda key=key: s3.head_object(Bucket="bkt", Key=key)
    yield lambda: s3.put_object(**at, Body=b"y", Tagging="k=v")
    yield lambda: s3.put_object(Bucket="target", Key="a/small", Body=b"y")
    yield lambda: s3.copy_object(Bucket="target", Key="copied", CopySource=source)
    yield lambda: s3.copy_object(Bucket="bkt", Key="ü/copied", CopySource=source)
    yield lambda: s3.upload_part(
        Bucket="bkt",
        Key="a/upload",
        UploadId=upload,
        PartNumber=1,
        Body=b"x",
        ContentMD5="nd5FeWwl3bG2MGxFVMwK4A==",
    )
    yield lambda: s3.list_parts(Bucket="bkt", Key="a/upload", UploadId=upload)
    yield lambda: s3.create_multipart_upload(Bucket="bkt", Key="a/upload2")
    yield lambda: s3.put_object_tagging(**at, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    yield lambda: s3.get_object_tagging(**at)
    yield lambda: s3.put_object_acl(**at, ACL="public-read")
    yield lambda: s3.get_object_acl(**at)
    yield lambda: s3.get_object_retention(**at)
    yield lambda: s3.put_object_legal_hold(**at, LegalHold={"Status": "OFF"})
    yield lambda: s3.get_object_attributes(**at, ObjectAttributes=["ETag", "ObjectSize", "StorageClass"])
    yield lambda: s3.restore_object(Bucket="bkt", Key="cold", RestoreRequest={"Days": NEVER})
    yield lambda: s3.restore_object(Bucket="bkt", Key="big", RestoreRequest={})
    yield lambda: s3.delete_object(Bucket="bkt", Key="a/small")
    yield lambda: s3.delete_objects(Bucket="bkt", Delete={"Objects": [{"Key": "gone"}, {"Key": "none"}]})
    for name in ("bkt", "target"):
        yield lambda name=name: s3.head_bucket(Bucket=name)
        yield lambda name=name: s3.list_objects_v2(Bucket=name)
        yield lambda name=name: s3.list_objects(Bucket=name, Delimiter="/")
        yield lambda name=name: s3.list_object_versions(Bucket=name)
        yield lambda name=name: s3.list_multipart_uploads(Bucket=name)
        yield lambda name=name: s3.get_bucket_acl(Bucket=name)
    yield lambda: s3.list_buckets()
    for row in DOCUMENTS:
        for get in row.get[:1]:
            yield lambda get=get: getattr(s3, get)(Bucket="bkt")
    origin = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    yield lambda: heard(requests.get("https://bkt.s3.us-east-1.amazonaws.com/big", headers=origin))
    yield lambda: heard(requests.options("https://bkt.s3.us-east-1.amazonaws.com/big", headers=origin))
    for path in ("", "none", "a/small"):
        url = f"http://bkt.s3-website-us-east-1.amazonaws.com/{path}"
        yield lambda url=url: heard(requests.get(url, allow_redirects=False))


def heard(answer: requests.Response) -> None:
    """Assert that an answer is S3's and has no unexpected header."""
    assert answer.status_code != 500
    assert "x-evil" not in answer.headers
    assert not any({"\r", "\n"} & set(value) for value in answer.headers.values())


def quiet(aws: MockAWS) -> Any:
    """Return a client without retries, so that a status of 500 is seen."""
    return aws.client("s3", config=Config(retries={"total_max_attempts": 1}))


def tried(call: Callable[[], Any]) -> bool:
    """Return whether a call succeeded. If not, assert that the error is one of S3's."""
    try:
        call()
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 500:
            raise
        return False
    except (NotSupported, ParamValidationError):  # botocore itself refuses some of what is generated
        return False
    return True


def live_with(filled: tuple[MockAWS, Any], chosen: list[Put]) -> int:
    """Put documents and use the buckets now, a day and 400 days later. Return the number of accepted documents."""
    aws, clock = filled
    mark, s3 = aws.snapshot(), quiet(aws)
    try:
        accepted = sum([tried(partial(getattr(s3, name), Bucket="bkt", **params)) for name, params in chosen])
        for days in (0, 1, 400):
            clock.move_to(NOON + datetime.timedelta(days=days))
            for call in play(aws, s3):
                tried(call)
        return accepted
    finally:
        clock.move_to(NOON)
        aws.restore(mark)


@settings(
    max_examples=max(5, settings().max_examples // 3),  # each makes about 200 calls
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(chosen=PUTS)
def test_every_accepted_document_can_be_applied(filled: tuple[MockAWS, Any], chosen: list[Put]) -> None:
    live_with(filled, chosen)


@pytest.mark.parametrize("what", sorted(FOUND))
def test_known_accepted_documents_can_be_applied(filled: tuple[MockAWS, Any], what: str) -> None:
    assert live_with(filled, [FOUND[what]]) == 1


@pytest.mark.parametrize(
    ("grant", "code", "status"),
    [
        ({"Permission": "READ"}, "MalformedXML", 400),
        ({"Grantee": {"Type": "CanonicalUser"}, "Permission": "READ"}, "MalformedXML", 400),
        ({"Grantee": {"Type": "Group"}, "Permission": "READ"}, "MalformedXML", 400),
        ({"Grantee": {"Type": "Group", "URI": LOG_DELIVERY}}, "MalformedXML", 400),
        (
            {"Grantee": {"Type": "CanonicalUser", "ID": "nobody"}, "Permission": "READ"},
            "InvalidArgument",
            400,
        ),
        (
            {"Grantee": {"Type": "AmazonCustomerByEmail", "EmailAddress": "a@b.c"}, "Permission": "READ"},
            "MethodNotAllowed",
            405,
        ),
    ],
)
def test_logging_refuses_invalid_grants(
    filled: tuple[MockAWS, Any], grant: dict[str, Any], code: str, status: int
) -> None:
    """API_TargetGrant; API_PutBucketLogging for e-mail addresses."""
    aws, _ = filled
    s3 = quiet(aws)
    name, params = grants(grant)
    with pytest.raises(ClientError) as refused:
        getattr(s3, name)(Bucket="bkt", **params)
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket="bkt")
    assert live_with(filled, []) == 0
