"""What configuration documents may not say, in the words of the service (as recorded, unless a test says otherwise)."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.config import Config

from mocks3.handles.mock_aws import MockAWS

from .answers import answer, refusal, status

XML = {
    "Code": "MalformedXML",
    "Message": "The XML you provided was not well-formed or did not validate against our published schema",
}


def invalid(message: str) -> dict[str, str]:
    return {"Code": "InvalidRequest", "Message": message}


def argument(message: str, name: str | None = None, value: str | None = None) -> dict[str, str]:
    error = {"Code": "InvalidArgument", "Message": message}
    error |= {"ArgumentName": name} if name is not None else {}
    return error | ({"ArgumentValue": value} if value is not None else {})


@pytest.fixture(autouse=True)
def buckets(aws: MockAWS) -> None:
    aws.account().create_bucket("bkt")
    aws.account().create_bucket("target")


@pytest.fixture
def raw(aws: MockAWS) -> Any:
    return aws.client("s3", config=Config(parameter_validation=False))


def fault(call: Any, **params: Any) -> dict[str, Any]:
    error = refusal(call, Bucket="bkt", **params)
    assert error.pop("Status") == 400
    return error


# CORS


def cors(**changes: Any) -> dict[str, Any]:
    return {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], **changes}]}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"CORSRules": []}, XML),
        (
            cors(AllowedMethods=["GET", "MYMETHOD"]),
            invalid("Found unsupported HTTP method in CORS config. Unsupported method is MYMETHOD"),
        ),
        (
            cors(AllowedOrigins=["http://*.*.com"]),
            invalid('AllowedOrigin "http://*.*.com" can not have more than one wildcard.'),
        ),
        (
            cors(AllowedMethods=[""]),
            invalid("Found unsupported HTTP method in CORS config. Unsupported method is "),
        ),
        (
            cors(AllowedHeaders=["x-*-*"]),
            invalid('AllowedHeader "x-*-*" can not have more than one wildcard.'),
        ),
        (
            cors(ExposeHeaders=["ETag", "x-*"]),
            invalid(
                'ExposeHeader "x-*" contains wildcard. We currently do not support wildcard for ExposeHeader.'
            ),
        ),
        (
            cors(ExposeHeaders=["ETag", "x y"]),
            invalid('AllowedHeader "x y" contains invalid character.'),
        ),
        (
            {"CORSRules": cors()["CORSRules"] * 101},
            invalid("The number of CORS rules should not exceed allowed limit of 100 rules."),
        ),
    ],
)
def test_cors(s3: Any, document: Any, expected: dict[str, str]) -> None:
    """R-6; users quote the sentences (scality/cloudserver #497, versity/versitygw #1870)."""
    assert fault(s3.put_bucket_cors, CORSConfiguration=document) == expected


# Lifecycle


def rule(**changes: Any) -> dict[str, Any]:
    usual = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "a"}, "Expiration": {"Days": 1}}
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
TAGS = [{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}]
SIZES = "should be between {} and 1099511627776000."
ABORT = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"Filter": None}, XML),
        ({"Filter": None, "ID": None}, XML),
        ({"Prefix": "b"}, XML),
        ({"NoncurrentVersionExpiration": {}}, XML),
        ({"NoncurrentVersionExpiration": {"NewerNoncurrentVersions": 1}}, XML),
        ({"Filter": {"Prefix": "a", "And": {"Prefix": "b", "ObjectSizeGreaterThan": 1}}}, XML),
        ({"Filter": {"Prefix": "a", "ObjectSizeGreaterThan": 1}}, XML),
        ({"Expiration": {"Days": 1, "ExpiredObjectDeleteMarker": True}}, XML),
        ({"Expiration": {}}, XML),
        ({"Status": "enabled"}, XML),
        ({"Transitions": [{"StorageClass": "GLACIER"}]}, XML),
        ({"Filter": {"And": {"Tags": TAGS}}}, invalid("Duplicate Tag Keys are not allowed.")),
        (
            {"Expiration": {"Date": NOON}},
            argument("'Date' must be at midnight GMT", "Date", "2030-01-01T12:00:00.000Z"),
        ),
        ({"Expiration": None}, invalid("At least one action needs to be specified in a rule")),
        (
            {"Expiration": {"Days": 0}},
            argument("'Days' for Expiration action must be a positive integer"),
        ),
        (
            {"Transitions": [{"Days": 29, "StorageClass": "STANDARD_IA"}]},
            argument(
                "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'"
            ),
        ),
        ({"ID": "x" * 256}, argument("ID length should not exceed allowed limit of 255")),
        *(
            ({"Filter": {"ObjectSizeLessThan": size}}, invalid(f"'ObjectSizeLessThan' {SIZES.format(1)}"))
            for size in (0, -1, (1000 << 40) + 1)
        ),
        (
            {"Filter": {"ObjectSizeGreaterThan": -1}},
            invalid(f"'ObjectSizeGreaterThan' {SIZES.format(0)}"),
        ),
        (
            {"Filter": {"And": {"ObjectSizeGreaterThan": 5, "ObjectSizeLessThan": 5}}},
            invalid("'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'."),
        ),
        *(
            ({"Filter": by, **action}, invalid(f"{name} cannot be specified with {what}."))
            for by, what in (({"Tag": TAGS[0]}, "Tags"), ({"ObjectSizeLessThan": 9}, "Object Size"))
            for name, action in (
                ("AbortIncompleteMultipartUpload", ABORT),
                ("ExpiredObjectDeleteMarker", {"Expiration": {"ExpiredObjectDeleteMarker": False}}),
            )
        ),
    ],
    ids=str,
)
def test_lifecycle(raw: Any, changes: dict[str, Any], expected: dict[str, str]) -> None:
    """R-18, R-121."""
    document = {"Rules": [rule(**changes)]}
    error = fault(raw.put_bucket_lifecycle_configuration, LifecycleConfiguration=document)
    assert error == expected
    assert refusal(raw.get_bucket_lifecycle_configuration, Bucket="bkt")["Status"] == 404


def moves(*pairs: tuple[Any, str], unit: str = "Days") -> list[dict[str, Any]]:
    return [{unit: when, "StorageClass": storage_class} for when, storage_class in pairs]


DAY = [datetime(2030, 1, day, tzinfo=UTC) for day in range(1, 30)]
IN_A = "filter '(prefix=a)'"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"Expiration": {"Days": 30}, "Transitions": moves((30, "STANDARD_IA"))},
            argument(
                f"'Days' in the Expiration action for {IN_A} must be greater than 'Days' in the Transition action"
            ),
        ),
        (
            {"Expiration": {"Date": DAY[3]}, "Transitions": moves((DAY[3], "GLACIER"), unit="Date")},
            argument(
                f"'Date' in the Expiration action for {IN_A} must be greater than 'Date' in the Transition action"
            ),
        ),
        (
            {"Expiration": {"Date": DAY[3]}, "Transitions": moves((0, "GLACIER"))},
            invalid(
                "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for "
                f"{IN_A}"
            ),
        ),
        (
            {
                "Transitions": [
                    *moves((0, "GLACIER")),
                    *moves((DAY[0], "DEEP_ARCHIVE"), unit="Date"),
                ]
            },
            invalid(f"Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule for {IN_A}"),
        ),
        (
            {"Filter": {}, "Transitions": moves((30, "STANDARD_IA"), (60, "STANDARD_IA"))},
            invalid(
                "'StorageClass' must be different for 'Transition' actions in same 'Rule' with filter '()'"
            ),
        ),
        (
            {
                "Filter": {"And": {"Prefix": "a", "Tags": TAGS[:1], "ObjectSizeLessThan": 9}},
                "Transitions": moves((90, "DEEP_ARCHIVE"), (1, "GLACIER")),
            },
            argument(
                "'Days' in the 'Transition' action for StorageClass 'DEEP_ARCHIVE' for "
                "filter '(prefix=a and tag={key=k, value=1} and objectsizelessthan=9)' must be 90 days more than "
                "'filter '(prefix=a and tag={key=k, value=1} and objectsizelessthan=9)'' in the 'Transition' action "
                "for StorageClass 'GLACIER'"
            ),
        ),
        (
            {"Transitions": moves((30, "STANDARD_IA"), (59, "GLACIER"))},
            argument(
                f"'Days' in the 'Transition' action for StorageClass 'GLACIER' for {IN_A} must be 30 days more than "
                f"'{IN_A}' in the 'Transition' action for StorageClass 'STANDARD_IA'"
            ),
        ),
        (
            {"Transitions": moves((30, "GLACIER"), (30, "INTELLIGENT_TIERING"))},
            argument(
                f"'Days' in the 'Transition' action for StorageClass 'GLACIER' for {IN_A} must be greater than "
                f"'Days' in the 'Transition' action for StorageClass 'INTELLIGENT_TIERING' for {IN_A}"
            ),
        ),
        (
            {
                "NoncurrentVersionExpiration": {"NoncurrentDays": 5},
                "NoncurrentVersionTransitions": moves((5, "GLACIER"), unit="NoncurrentDays"),
            },
            argument(
                f"'NoncurrentDays' in the NoncurrentVersionExpiration action for {IN_A} must be greater than "
                "'NoncurrentDays' in the NoncurrentVersionTransition action"
            ),
        ),
        (
            {"NoncurrentVersionTransitions": moves((29, "ONEZONE_IA"), unit="NoncurrentDays")},
            argument(
                "'NoncurrentDays' in NoncurrentVersionTransition action must be greater than or equal to 30 for "
                "storageClass 'ONEZONE_IA'"
            ),
        ),
        (
            {"NoncurrentVersionTransitions": moves((-1, "GLACIER"), unit="NoncurrentDays")},
            argument("'NoncurrentDays' in NoncurrentVersionTransition action must be nonnegative"),
        ),
    ],
)
def test_lifecycle_actions_that_contradict_each_other(
    s3: Any, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    """R-116."""
    document = {"Rules": [rule(Expiration=None) | changes]}
    assert fault(s3.put_bucket_lifecycle_configuration, LifecycleConfiguration=document) == expected


def test_lifecycle_actions_in_their_order(s3: Any) -> None:
    """R-116."""
    for changes in (
        {"Transitions": moves((30, "STANDARD_IA"), (60, "GLACIER"), (150, "DEEP_ARCHIVE"))},
        {"Transitions": moves((180, "DEEP_ARCHIVE"), (0, "GLACIER_IR"), (90, "GLACIER"))},
        {"Transitions": moves((DAY[0], "INTELLIGENT_TIERING"), (DAY[1], "GLACIER_IR"), unit="Date")},
        {"Expiration": {"Days": 1}, "Transitions": moves((0, "GLACIER"))},
        {"Expiration": {"ExpiredObjectDeleteMarker": True}, "Transitions": moves((0, "GLACIER"))},
    ):
        document = {"Rules": [rule(Expiration=None) | changes]}
        assert (
            status(s3.put_bucket_lifecycle_configuration, Bucket="bkt", LifecycleConfiguration=document)
            == 200
        )


def test_lifecycle_generations(s3: Any) -> None:
    """R-117."""

    def put(*rules: dict[str, Any]) -> dict[str, Any]:
        named = [{**each, "ID": str(number)} for number, each in enumerate(rules)]
        return fault(s3.put_bucket_lifecycle_configuration, LifecycleConfiguration={"Rules": named})

    older, newer = rule(Filter=None, Prefix="a"), rule()
    assert put(older, newer) == invalid("Filter element can only be used in Lifecycle V2.")
    assert put(newer, older) == invalid(
        "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter."
    )
    keep = {"NoncurrentDays": 1, "NewerNoncurrentVersions": 1}
    assert put(older | {"NoncurrentVersionExpiration": keep}) == invalid(
        "NewerNoncurrentVersions element can only be used in Lifecycle V2."
    )
    assert put(older | {"Prefix": "a/b"}, older) == invalid(
        "Found overlapping prefixes 'a' and 'a/b' for same action type 'Expiration'"
    )
    glacier = rule(Filter=None, Prefix="", Expiration=None, Transitions=moves((0, "GLACIER")))
    assert put(glacier, glacier) == invalid(
        "Found overlapping prefixes '' and '' for same action type 'Transition'"
    )
    fine = [{**older, "ID": "0"}, {**glacier, "ID": "1"}, {**older, "ID": "2", "Prefix": "b"}]
    s3.put_bucket_lifecycle_configuration(Bucket="bkt", LifecycleConfiguration={"Rules": fine})
    both = {"Rules": [{**newer, "ID": "1"}, {**newer, "ID": "2"}]}
    s3.put_bucket_lifecycle_configuration(Bucket="bkt", LifecycleConfiguration=both)


def test_lifecycle_minimum_size(s3: Any) -> None:
    put = s3.put_bucket_lifecycle_configuration
    size = "TransitionDefaultMinimumObjectSize"
    document = {"Rules": [rule()]}
    assert fault(put, LifecycleConfiguration=document, **{size: "value"}) == invalid(
        "Invalid TransitionDefaultMinimumObjectSize found: value"
    )
    chosen = {size: "varies_by_storage_class"}
    assert answer(put, Bucket="bkt", LifecycleConfiguration=document, **chosen) == chosen
    assert answer(s3.get_bucket_lifecycle_configuration, Bucket="bkt")[size] == chosen[size]


def test_lifecycle_ids(s3: Any) -> None:
    document = {"Rules": [rule(ID=None), rule(ID=None)]}
    s3.put_bucket_lifecycle_configuration(Bucket="bkt", LifecycleConfiguration=document)
    rules = s3.get_bucket_lifecycle_configuration(Bucket="bkt")["Rules"]
    assert len({given["ID"] for given in rules}) == 2
    twice = {"Rules": [rule(), rule()]}
    error = fault(s3.put_bucket_lifecycle_configuration, LifecycleConfiguration=twice)
    assert error == argument("Rule ID must be unique. Found same ID for more than one rule")


def test_the_first_generation_of_lifecycle(s3: Any) -> None:
    """put_bucket_lifecycle sends the same request line; what it puts is the same document."""
    document = {"Rules": [{"ID": "r", "Prefix": "a", "Status": "Enabled", "Expiration": {"Days": 1}}]}
    s3.put_bucket_lifecycle(Bucket="bkt", LifecycleConfiguration=document)
    assert answer(s3.get_bucket_lifecycle, Bucket="bkt") == document
    assert s3.get_bucket_lifecycle_configuration(Bucket="bkt")["Rules"] == document["Rules"]


# Website


INDEX = {"Suffix": "index.html"}


def routing(**redirect: Any) -> dict[str, Any]:
    return {"IndexDocument": INDEX, "RoutingRules": [{"Redirect": redirect}]}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (
            {"IndexDocument": {"Suffix": "/index.html"}},
            argument("The IndexDocument Suffix is not well formed", "IndexDocument", "/index.html"),
        ),
        (
            {"RedirectAllRequestsTo": {"HostName": "h"}, "IndexDocument": INDEX},
            argument(
                "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
                "RedirectAllRequestsTo",
                "not null",
            ),
        ),
        (
            {"ErrorDocument": {"Key": "k"}},
            argument(
                "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
                "IndexDocument",
                "null",
            ),
        ),
        (
            {"RedirectAllRequestsTo": {"HostName": "h", "Protocol": "ftp"}},
            invalid(
                "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected "
                "automatically."
            ),
        ),
        (
            routing(ReplaceKeyPrefixWith="a", ReplaceKeyWith="b"),
            invalid("You can only define ReplaceKeyPrefix or ReplaceKey but not both."),
        ),
        (
            {"IndexDocument": INDEX, "RoutingRules": [{"Condition": {}, "Redirect": {"HostName": "h"}}]},
            invalid(
                "Condition cannot be empty. To redirect all requests without a condition, the condition element "
                "shouldn't be present."
            ),
        ),
        ({"IndexDocument": INDEX, "RoutingRules": []}, XML),
        (
            routing(HttpRedirectCode="200"),
            invalid("The provided HTTP redirect code (200) is not valid. Valid codes are 3XX except 300."),
        ),
    ],
    ids=str,
)
def test_website(s3: Any, document: Any, expected: dict[str, str]) -> None:
    """R-20."""
    assert fault(s3.put_bucket_website, WebsiteConfiguration=document) == expected


def test_website_an_empty_suffix(s3: Any) -> None:
    error = fault(s3.put_bucket_website, WebsiteConfiguration={"IndexDocument": {"Suffix": ""}})
    assert error.pop("ArgumentValue", None) is None
    assert error == argument("The IndexDocument Suffix is not well formed", "IndexDocument")


# Tagging


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (
            TAGS,
            {
                "Code": "InvalidTag",
                "Message": "Cannot provide multiple Tags with the same key",
                "TagKey": "k",
            },
        ),
        (
            [{"Key": "a,b", "Value": ""}],
            {"Code": "InvalidTag", "Message": "The TagKey you have provided is invalid", "TagKey": "a,b"},
        ),
        (
            [{"Key": "k", "Value": "a,b"}],
            {
                "Code": "InvalidTag",
                "Message": "The TagValue you have provided is invalid",
                "TagKey": "k",
                "TagValue": "a,b",
            },
        ),
        (
            [{"Key": "aws:k", "Value": ""}],
            {
                "Code": "InvalidTag",
                "Message": "System tags cannot be added/updated by requester",
                "TagKey": "aws:k",
            },
        ),
        (
            [{"Key": str(n), "Value": ""} for n in range(51)],
            {"Code": "BadRequest", "Message": "Bucket tag count cannot be greater than 50"},
        ),
        ([{"Key": "k"}], XML),
        ([{"Value": "v"}], XML),
    ],
    ids=str,
)
def test_tagging(raw: Any, tags: Any, expected: dict[str, str]) -> None:
    """R-15."""
    assert fault(raw.put_bucket_tagging, Tagging={"TagSet": tags}) == expected


def test_tags_of_a_new_bucket_are_its_tags(s3: Any) -> None:
    tags = [{"Key": "a", "Value": "b"}]
    s3.create_bucket(Bucket="tagged", CreateBucketConfiguration={"Tags": tags})
    assert answer(s3.get_bucket_tagging, Bucket="tagged") == {"TagSet": tags}
    s3.create_bucket(Bucket="untagged", CreateBucketConfiguration={"Tags": []})
    assert refusal(s3.get_bucket_tagging, Bucket="untagged")["Code"] == "NoSuchTagSet"


def test_w_223_f_81_abac_keeps_tags_from_bucket_tagging(s3: Any) -> None:
    s3.put_bucket_tagging(Bucket="bkt", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.put_bucket_abac(Bucket="bkt", AbacStatus={"Status": "Enabled"})
    delete = "To delete tags from this bucket, initiate an UntagResource request."
    first = "This S3 general purpose bucket has attribute-based access control (ABAC) enabled. "
    error = fault(s3.put_bucket_tagging, Tagging={"TagSet": []})
    more = "To add tags to this bucket, initiate a TagResource request. "
    assert error == {"Code": "BadRequest", "Message": first + more + delete}
    assert fault(s3.delete_bucket_tagging) == {"Code": "BadRequest", "Message": first + delete}
    assert answer(s3.get_bucket_tagging, Bucket="bkt")["TagSet"]


# Logging


def logging_to(bucket: str, **more: Any) -> dict[str, Any]:
    return {"LoggingEnabled": {"TargetBucket": bucket, "TargetPrefix": "", **more}}


def test_logging_to_nowhere(s3: Any) -> None:
    assert fault(s3.put_bucket_logging, BucketLoggingStatus=logging_to("nothing")) == {
        "Code": "InvalidTargetBucketForLogging",
        "Message": "The target bucket for logging does not exist",
        "TargetBucket": "nothing",
    }


@pytest.mark.parametrize(
    ("source", "more"), [("us-east-1", {}), ("eu-north-1", {"SourceBucketLocation": "eu-north-1"})]
)
def test_logging_across_regions(aws: MockAWS, source: str, more: dict[str, str]) -> None:
    """R-19."""
    aws.account().create_bucket("source", region=source)
    aws.account().create_bucket("elsewhere", region="us-west-2")
    client = aws.client("s3", region_name=source)
    error = refusal(client.put_bucket_logging, Bucket="source", BucketLoggingStatus=logging_to("elsewhere"))
    assert error.pop("Message").startswith("Cross S3 location logging not allowed.")
    assert error == {
        "Status": 403,
        "Code": "CrossLocationLoggingProhibitted",
        "TargetBucketLocation": "us-west-2",
        **more,
    }


def test_logging_ends(s3: Any) -> None:
    s3.put_bucket_logging(Bucket="bkt", BucketLoggingStatus=logging_to("target"))
    s3.put_bucket_logging(Bucket="bkt", BucketLoggingStatus={})
    assert answer(s3.get_bucket_logging, Bucket="bkt") == {}


# Notification


def queue(**changes: Any) -> dict[str, Any]:
    usual = {"QueueArn": "arn:aws:sqs:us-east-1:123456789012:q", "Events": ["s3:ObjectCreated:*"]}
    return {"QueueConfigurations": [{**usual, **changes}]}


def filtered(*rules: Any) -> dict[str, Any]:
    return queue(Filter={"Key": {"FilterRules": list(rules)}})


@pytest.mark.parametrize("skip", [True, False])
@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (queue(QueueArn="nonsense"), argument("The ARN could not be parsed", "Queue", "nonsense")),
        (
            {"TopicConfigurations": [{"TopicArn": "x", "Events": ["s3:ObjectCreated:*"]}]},
            argument("The ARN could not be parsed", "Topic", "x"),
        ),
        (
            {"LambdaFunctionConfigurations": [{"LambdaFunctionArn": "x", "Events": ["s3:ObjectCreated:*"]}]},
            argument("The ARN could not be parsed", "CloudFunction", "x"),
        ),
        (
            {"QueueConfigurations": queue(QueueArn="1")["QueueConfigurations"] * 2},
            argument("The ARN could not be parsed", "Queue", "1"),
        ),
        (
            filtered({"Name": "middle", "Value": "x"}),
            argument("filter rule name must be either prefix or suffix", "FilterRule.Name", "middle"),
        ),
        (filtered({"Name": "prefix"}), XML),
        (filtered({"Value": "x"}), XML),
    ],
    ids=str,
)
def test_notification(s3: Any, document: Any, expected: dict[str, str], skip: bool) -> None:
    """R-23."""
    put = s3.put_bucket_notification_configuration
    error = fault(put, NotificationConfiguration=document, SkipDestinationValidation=skip)
    assert error == expected


def test_notification_names_come_back_capitalized_and_with_ids(s3: Any) -> None:
    """R-23."""
    document = filtered({"Name": "prefix", "Value": "a"}, {"Name": "suffix", "Value": "b"})
    s3.put_bucket_notification_configuration(Bucket="bkt", NotificationConfiguration=document)
    got = answer(s3.get_bucket_notification_configuration, Bucket="bkt")
    [configuration] = got["QueueConfigurations"]
    names = [rule["Name"] for rule in configuration["Filter"]["Key"]["FilterRules"]]
    assert names == ["Prefix", "Suffix"]
    assert configuration["Id"]
    s3.put_bucket_notification_configuration(Bucket="bkt", NotificationConfiguration={})
    assert answer(s3.get_bucket_notification_configuration, Bucket="bkt") == {}


def test_the_first_generation_of_notification(s3: Any) -> None:
    """put_bucket_notification sends the same request line; what it puts is the same document."""
    arn = "arn:aws:sns:us-east-1:123456789012:topic"
    topic = {"Id": "t", "Topic": arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification(Bucket="bkt", NotificationConfiguration={"TopicConfiguration": topic})
    got = answer(s3.get_bucket_notification, Bucket="bkt")
    assert got == {"TopicConfiguration": {**topic, "Event": "s3:ObjectCreated:*"}}
    assert s3.get_bucket_notification_configuration(Bucket="bkt")["TopicConfigurations"] == [
        {"Id": "t", "TopicArn": arn, "Events": ["s3:ObjectCreated:*"]}
    ]


# Replication


def replication(**changes: Any) -> dict[str, Any]:
    usual = {"ID": "r", "Prefix": "", "Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::target"}}
    made = {name: value for name, value in {**usual, **changes}.items() if value is not None}
    return {"Role": "arn:aws:iam::123456789012:role/r", "Rules": [made]}


def test_replication_takes_versioning_on_both_sides(s3: Any) -> None:
    """R-22."""
    put = s3.put_bucket_replication
    assert fault(put, ReplicationConfiguration=replication()) == invalid(
        "Versioning must be 'Enabled' on the bucket to apply a replication configuration"
    )
    enabled = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket="bkt", VersioningConfiguration=enabled)
    for target in ("target", "nothing"):
        document = replication(Destination={"Bucket": f"arn:aws:s3:::{target}"})
        assert fault(put, ReplicationConfiguration=document) == invalid(
            "Destination bucket must have versioning enabled."
        )
    s3.put_bucket_versioning(Bucket="target", VersioningConfiguration=enabled)
    assert status(put, Bucket="bkt", ReplicationConfiguration=replication()) == 200
    error = refusal(s3.put_bucket_versioning, Bucket="bkt", VersioningConfiguration={"Status": "Suspended"})
    assert (error["Status"], error["Code"]) == (409, "InvalidBucketState")


def test_replication_without_rules(s3: Any) -> None:
    document = {"Role": "r", "Rules": []}
    assert fault(s3.put_bucket_replication, ReplicationConfiguration=document) == XML


def test_replication_with_a_filter_has_a_priority(s3: Any) -> None:
    document = replication(Prefix=None, Filter={"Prefix": "a"})
    error = fault(s3.put_bucket_replication, ReplicationConfiguration=document)
    assert error["Message"].startswith(
        "Priority must be specified for this version of Cross Region Replication"
    )


# The small ones


def test_request_payment(raw: Any) -> None:
    assert fault(raw.put_bucket_request_payment, RequestPaymentConfiguration={"Payer": "Somebody"}) == XML


@pytest.mark.parametrize("state", ["enabled", "random"])
def test_acceleration(raw: Any, state: str) -> None:
    put = raw.put_bucket_accelerate_configuration
    assert fault(put, AccelerateConfiguration={"Status": state}) == XML


@pytest.mark.parametrize("state", ["Enabled", "random"])
def test_acceleration_is_not_for_names_with_periods(aws: MockAWS, raw: Any, state: str) -> None:
    aws.account().create_bucket("a.b")
    put = raw.put_bucket_accelerate_configuration
    error = refusal(put, Bucket="a.b", AccelerateConfiguration={"Status": state})
    assert error == {
        "Status": 400,
        **invalid("S3 Transfer Acceleration is not supported for buckets with periods (.) in their names"),
    }


def encryption(algorithm: str, **more: Any) -> dict[str, Any]:
    return {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm, **more}}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], XML),
        ([encryption("AES256")] * 2, XML),
        ([encryption("rot13")], XML),
        (
            [encryption("AES256", KMSMasterKeyID="k")],
            argument(
                "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
                "ApplyServerSideEncryptionByDefault",
            ),
        ),
    ],
    ids=str,
)
def test_encryption(raw: Any, rules: Any, expected: dict[str, str]) -> None:
    """R-17."""
    put = raw.put_bucket_encryption
    assert fault(put, ServerSideEncryptionConfiguration={"Rules": rules}) == expected


def test_encryption_shows_no_key_that_was_not_named(s3: Any) -> None:
    document = {"Rules": [encryption("aws:kms")]}
    s3.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration=document)
    got = s3.get_bucket_encryption(Bucket="bkt")["ServerSideEncryptionConfiguration"]
    assert got == {"Rules": [{**encryption("aws:kms"), "BucketKeyEnabled": False}]}


# Object Lock


LOCK = {"ObjectLockEnabled": "Enabled"}


def test_object_lock_takes_versioning(s3: Any) -> None:
    error = refusal(s3.put_object_lock_configuration, Bucket="bkt", ObjectLockConfiguration=LOCK)
    assert error == {
        "Status": 409,
        "Code": "InvalidBucketState",
        "Message": "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    }


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}},
        {**LOCK, "Rule": {}},
        {**LOCK, "Rule": {"DefaultRetention": {}}},
        {**LOCK, "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE"}}},
        {**LOCK, "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1, "Years": 1}}},
        {**LOCK, "Rule": {"DefaultRetention": {"Mode": "governance", "Days": 1}}},
    ],
    ids=str,
)
def test_object_lock(aws: MockAWS, raw: Any, document: Any) -> None:
    aws.account().create_bucket("versioned", versioning=True)
    put = raw.put_object_lock_configuration
    error = refusal(put, Bucket="versioned", ObjectLockConfiguration=document)
    assert error == {"Status": 400, **XML}


def test_object_lock_by_default_locks_new_versions(s3: Any) -> None:
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    assert answer(s3.get_object_lock_configuration, Bucket="locked") == {"ObjectLockConfiguration": LOCK}
    document = copy.deepcopy(LOCK) | {"Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
    s3.put_object_lock_configuration(Bucket="locked", ObjectLockConfiguration=document)
    version = s3.put_object(Bucket="locked", Key="k")["VersionId"]
    error = refusal(s3.delete_object, Bucket="locked", Key="k", VersionId=version)
    assert (error["Status"], error["Message"]) == (
        403,
        "Access Denied because object protected by object lock.",
    )


# By id


def inventory(**changes: Any) -> dict[str, Any]:
    destination = {"Bucket": "arn:aws:s3:::target", "Format": changes.pop("Format", "CSV")}
    destination["Bucket"] = changes.pop("Bucket", destination["Bucket"])
    usual = {
        "Id": "x",
        "IsEnabled": True,
        "IncludedObjectVersions": "All",
        "Schedule": {"Frequency": "Daily"},
        "Destination": {"S3BucketDestination": destination},
    }
    return {**usual, **changes}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (
            inventory(Bucket="target"),
            {"Code": "InvalidS3DestinationBucket", "Message": "Invalid bucket ARN."},
        ),
        (inventory(Format="XLS"), XML),
        (inventory(Schedule={"Frequency": "Hourly"}), XML),
        (inventory(IncludedObjectVersions="Some"), XML),
        (inventory(OptionalFields=["Colour"]), XML),
    ],
    ids=str,
)
def test_inventory(raw: Any, document: Any, expected: dict[str, str]) -> None:
    """R-21."""
    put = raw.put_bucket_inventory_configuration
    assert fault(put, Id="x", InventoryConfiguration=document) == expected


def analysis(**export: Any) -> dict[str, Any]:
    destination = {"Format": "CSV", "Bucket": "arn:aws:s3:::target", **export}
    exported = {"OutputSchemaVersion": "V_1", "Destination": {"S3BucketDestination": destination}}
    return {"StorageClassAnalysis": {"DataExport": exported}}


ANALYSIS: dict[str, Any] = {"StorageClassAnalysis": {}}
NO_FILTERS: list[dict[str, Any]] = [
    {},
    {"Prefix": "a", "Tag": {"Key": "k", "Value": "v"}},
    {"And": {"Prefix": "a"}},
    {"And": {"Tags": [{"Key": "k", "Value": "v"}]}},
    {"And": {"Prefix": "a", "Tags": TAGS}},
]
"""Filters that are none (API_AnalyticsFilter, API_MetricsFilter)."""


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        *(({**ANALYSIS, "Filter": each}, XML) for each in NO_FILTERS),
        ({}, XML),
        ({"StorageClassAnalysis": {"DataExport": {}}}, XML),
        (analysis(Format="XLS"), XML),
        (analysis(Bucket="target"), {"Code": "InvalidS3DestinationBucket", "Message": "Invalid bucket ARN."}),
    ],
    ids=str,
)
def test_analytics(raw: Any, content: dict[str, Any], expected: dict[str, str]) -> None:
    """R-21."""
    put = raw.put_bucket_analytics_configuration
    assert fault(put, Id="x", AnalyticsConfiguration={"Id": "x", **content}) == expected
    assert "AnalyticsConfigurationList" not in raw.list_bucket_analytics_configurations(Bucket="bkt")


@pytest.mark.parametrize(
    "content",
    [
        {**analysis(Prefix="p", BucketAccountId="123456789012"), "Filter": {"Prefix": "a"}},
        {**ANALYSIS, "Filter": {"Tag": {"Key": "k", "Value": "v"}}},
        {**ANALYSIS, "Filter": {"And": {"Prefix": "a", "Tags": [{"Key": "k", "Value": "v"}]}}},
    ],
    ids=str,
)
def test_analytics_that_are_kept_whole(s3: Any, content: dict[str, Any]) -> None:
    document = {"Id": "x", **content}
    s3.put_bucket_analytics_configuration(Bucket="bkt", Id="x", AnalyticsConfiguration=document)
    got = answer(s3.get_bucket_analytics_configuration, Bucket="bkt", Id="x")
    assert got == {"AnalyticsConfiguration": document}


@pytest.mark.parametrize("content", NO_FILTERS, ids=str)
def test_metrics(s3: Any, content: dict[str, Any]) -> None:
    document = {"Id": "x", "Filter": content}
    assert fault(s3.put_bucket_metrics_configuration, Id="x", MetricsConfiguration=document) == XML


ACCESS_POINT = "arn:aws:s3:us-east-1:123456789012:accesspoint/ap"


@pytest.mark.parametrize(
    "content",
    [
        {"Prefix": "a"},
        {"AccessPointArn": ACCESS_POINT},
        {"And": {"Prefix": "a", "AccessPointArn": ACCESS_POINT, "Tags": [{"Key": "k", "Value": "v"}]}},
    ],
    ids=str,
)
def test_metrics_that_are_kept_whole(s3: Any, content: dict[str, Any]) -> None:
    document = {"Id": "x", "Filter": content}
    s3.put_bucket_metrics_configuration(Bucket="bkt", Id="x", MetricsConfiguration=document)
    assert answer(s3.get_bucket_metrics_configuration, Bucket="bkt", Id="x") == {
        "MetricsConfiguration": document
    }


DAYS = {
    "Code": "InvalidArgument",
    "Message": "Days must be at least 90 for the Archive Access tier and at least 180 for the Deep Archive Access "
    "tier, and at most 730",
    "ArgumentName": "Days",
}


def tiering(*tiers: tuple[int, str], **more: Any) -> dict[str, Any]:
    tierings = [{"Days": days, "AccessTier": tier} for days, tier in tiers]
    return {"Id": "x", "Status": "Enabled", "Tierings": tierings, **more}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (tiering((89, "ARCHIVE_ACCESS")), DAYS | {"ArgumentValue": "89"}),
        (tiering((731, "ARCHIVE_ACCESS")), DAYS | {"ArgumentValue": "731"}),
        (tiering((179, "DEEP_ARCHIVE_ACCESS")), DAYS | {"ArgumentValue": "179"}),
        (tiering((90, "ARCHIVE_ACCESS"), (91, "ARCHIVE_ACCESS")), XML),
        (tiering((90, "COLD")), XML),
        (tiering(), XML),
        (tiering((90, "ARCHIVE_ACCESS"), Status="On"), XML),
        *((tiering((90, "ARCHIVE_ACCESS"), Filter=each), XML) for each in NO_FILTERS[1:]),
    ],
    ids=str,
)
def test_tiering(raw: Any, document: dict[str, Any], expected: dict[str, str]) -> None:
    """R-21."""
    put = raw.put_bucket_intelligent_tiering_configuration
    assert fault(put, Id="x", IntelligentTieringConfiguration=document) == expected


def test_tiering_that_is_kept_whole(s3: Any) -> None:
    tiers = (90, "ARCHIVE_ACCESS"), (730, "DEEP_ARCHIVE_ACCESS")
    document = tiering(*tiers, Filter={"And": {"Prefix": "a", "Tags": [{"Key": "k", "Value": "v"}]}})
    put = s3.put_bucket_intelligent_tiering_configuration
    put(Bucket="bkt", Id="x", IntelligentTieringConfiguration=document)
    got = answer(s3.get_bucket_intelligent_tiering_configuration, Bucket="bkt", Id="x")
    assert got == {"IntelligentTieringConfiguration": document}


# Requester Pays


def test_w_207_f_90_requesters_say_that_they_pay(aws: MockAWS, s3: Any) -> None:
    other = aws.account("111111111111")
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": ["arn:aws:s3:::paid", "arn:aws:s3:::paid/*"],
    }
    policy = {"Version": "2012-10-17", "Statement": statement}
    aws.account().create_bucket("paid", policy=policy, public_access_block=None, objects={"k": b""})
    s3.put_bucket_request_payment(Bucket="paid", RequestPaymentConfiguration={"Payer": "Requester"})
    client, stranger = other.client(), aws.anonymous.client()
    for call, params in (
        (client.get_object, {"Key": "k"}),
        (client.list_objects_v2, {}),
        (stranger.get_object, {"Key": "k", "RequestPayer": "requester"}),
    ):
        error = refusal(call, Bucket="paid", **params)
        assert (error["Status"], error["Message"]) == (403, "Access Denied")
    assert client.get_object(Bucket="paid", Key="k", RequestPayer="requester")
    assert client.list_objects_v2(Bucket="paid", RequestPayer="requester")["KeyCount"] == 1
    assert s3.get_object(Bucket="paid", Key="k")
