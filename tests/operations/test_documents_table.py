"""Every configuration document of a bucket, driven through its life: not set, put, got, replaced, deleted."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from unittest import mock

import pytest

from mocks3.handles.mock_aws import MockAWS
from mocks3.operations.configurations import BY_ID, DOCUMENTS

from .answers import answer, no_such_bucket, refusal, status

TARGET = "arn:aws:s3:::target"


class Case(NamedTuple):
    """One document: operations without their verbs, what is put, and what is got when nothing was.

    ``puts`` is the status of a put, whose ``verb`` may be another; one that is created is deleted before the next.
    ``begun`` is the call that must come first, by which nothing is unset any more.
    """

    noun: str
    member: str
    small: Any
    large: Any
    unset: tuple[str, str] | dict[str, Any]
    got: Callable[[Any], dict[str, Any]] = dict
    delete: str | None = None
    puts: int = 200
    verb: str = "put"
    reads: str | None = None
    begun: tuple[str, dict[str, Any]] | None = None

    @property
    def get(self) -> str:
        return self.reads or f"get_{self.noun}"

    @property
    def put(self) -> str:
        return f"{self.verb}_{self.noun}"


def under(member: str) -> Callable[[Any], dict[str, Any]]:
    return lambda document: {member: document}


KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROLE = "arn:aws:iam::123456789012:role/r"
TABLES = "arn:aws:s3tables:us-east-1:123456789012:bucket/tables"
KEPT_FOR_GOOD = {"RecordExpiration": {"Expiration": "DISABLED"}}
METADATA_BEGUN = (
    "create_bucket_metadata_configuration",
    {"MetadataConfiguration": {"JournalTableConfiguration": KEPT_FOR_GOOD}},
)
NO_METADATA = (
    "MetadataConfigurationNotFound",
    "The metadata configuration for this bucket does not exist",
)


def metadata(**tables: Any) -> dict[str, Any]:
    """What GetBucketMetadataConfiguration answers right after these tables were configured."""
    told = {}
    for member, content in {"JournalTableConfiguration": KEPT_FOR_GOOD, **tables}.items():
        made = content.get("ConfigurationState") != "DISABLED"
        told[f"{member}Result"] = {
            **{name: value for name, value in content.items() if name != "EncryptionConfiguration"},
            **({"TableStatus": "CREATING", "TableName": member[:-18].lower()} if made else {}),
        }
    destination = {
        "TableBucketType": "aws",
        "TableBucketArn": "arn:aws:s3tables:us-east-1:123456789012:bucket/aws-s3",
        "TableNamespace": "b_bkt",
    }
    result = {"MetadataConfigurationResult": {"DestinationResult": destination, **told}}
    return {"GetBucketMetadataConfigurationResult": result}


RULE = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}
CASES = [
    Case(
        "bucket_cors",
        "CORSConfiguration",
        {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]},
        {
            "CORSRules": [
                {
                    "ID": "one",
                    "AllowedHeaders": ["x-*", "y"],
                    "AllowedMethods": ["GET", "PUT", "POST", "DELETE", "HEAD"],
                    "AllowedOrigins": ["http://*.example.com", "https://example.com"],
                    "ExposeHeaders": ["ETag"],
                    "MaxAgeSeconds": 3000,
                }
            ]
        },
        ("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
        delete="delete_bucket_cors",
    ),
    Case(
        "bucket_lifecycle_configuration",
        "LifecycleConfiguration",
        {"Rules": [RULE]},
        {
            "Rules": [
                {
                    "ID": "all",
                    "Status": "Disabled",
                    "Filter": {
                        "And": {
                            "Prefix": "logs/",
                            "Tags": [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": ""}],
                            "ObjectSizeGreaterThan": 1,
                            "ObjectSizeLessThan": 100,
                        }
                    },
                    "Expiration": {"Days": 400},
                    "Transitions": [
                        {"Days": 30, "StorageClass": "STANDARD_IA"},
                        {"Days": 90, "StorageClass": "GLACIER"},
                    ],
                    "NoncurrentVersionTransitions": [
                        {"NoncurrentDays": 30, "StorageClass": "GLACIER", "NewerNoncurrentVersions": 2}
                    ],
                    "NoncurrentVersionExpiration": {"NoncurrentDays": 100, "NewerNoncurrentVersions": 5},
                },
                {
                    "ID": "uploads",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                },
            ]
        },
        ("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
        got=lambda document: {
            **document,
            "TransitionDefaultMinimumObjectSize": "all_storage_classes_128K",
        },
        delete="delete_bucket_lifecycle",
    ),
    Case(
        "bucket_website",
        "WebsiteConfiguration",
        {"IndexDocument": {"Suffix": "index.html"}},
        {
            "IndexDocument": {"Suffix": "index.html"},
            "ErrorDocument": {"Key": "404.html"},
            "RoutingRules": [
                {
                    "Condition": {"KeyPrefixEquals": "docs/", "HttpErrorCodeReturnedEquals": "404"},
                    "Redirect": {
                        "HostName": "example.com",
                        "HttpRedirectCode": "302",
                        "Protocol": "https",
                        "ReplaceKeyPrefixWith": "documents/",
                    },
                },
                {"Redirect": {"ReplaceKeyWith": "error.html"}},
            ],
        },
        (
            "NoSuchWebsiteConfiguration",
            "The specified bucket does not have a website configuration",
        ),
        delete="delete_bucket_website",
    ),
    Case(
        "bucket_tagging",
        "Tagging",
        {"TagSet": [{"Key": "a", "Value": ""}]},
        {"TagSet": [{"Key": f"key {n}/+-=._:@", "Value": "ü 1"} for n in range(50)]},
        ("NoSuchTagSet", "The TagSet does not exist"),
        delete="delete_bucket_tagging",
        puts=204,
    ),
    Case(
        "bucket_logging",
        "BucketLoggingStatus",
        {"LoggingEnabled": {"TargetBucket": "target", "TargetPrefix": ""}},
        {
            "LoggingEnabled": {
                "TargetBucket": "target",
                "TargetPrefix": "logs/",
                "TargetObjectKeyFormat": {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}},
            }
        },
        {},
    ),
    Case(
        "bucket_notification_configuration",
        "NotificationConfiguration",
        {"EventBridgeConfiguration": {}},
        {
            "QueueConfigurations": [
                {
                    "Id": "q",
                    "QueueArn": "arn:aws:sqs:us-east-1:123456789012:queue",
                    "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:Delete"],
                    "Filter": {"Key": {"FilterRules": [{"Name": "Prefix", "Value": "in/"}]}},
                }
            ],
            "TopicConfigurations": [
                {
                    "Id": "t",
                    "TopicArn": "arn:aws:sns:us-east-1:123456789012:topic.fifo",
                    "Events": ["s3:ObjectRestore:Post"],
                }
            ],
            "LambdaFunctionConfigurations": [
                {
                    "Id": "l",
                    "LambdaFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f:live",
                    "Events": ["s3:ObjectCreated:Put"],
                }
            ],
        },
        {},
    ),
    Case(
        "bucket_replication",
        "ReplicationConfiguration",
        {
            "Role": "arn:aws:iam::123456789012:role/r",
            "Rules": [{"ID": "r", "Prefix": "", "Status": "Enabled", "Destination": {"Bucket": TARGET}}],
        },
        {
            "Role": "arn:aws:iam::123456789012:role/r",
            "Rules": [
                {
                    "ID": f"r{priority}",
                    "Priority": priority,
                    "Filter": {"And": {"Prefix": "a/", "Tags": [{"Key": "k", "Value": "v"}]}},
                    "Status": "Enabled",
                    "DeleteMarkerReplication": {"Status": "Disabled"},
                    "Destination": {"Bucket": TARGET, "StorageClass": "STANDARD_IA"},
                }
                for priority in (1, 2)
            ],
        },
        ("ReplicationConfigurationNotFoundError", "The replication configuration was not found"),
        got=under("ReplicationConfiguration"),
        delete="delete_bucket_replication",
    ),
    Case(
        "bucket_request_payment",
        "RequestPaymentConfiguration",
        {"Payer": "BucketOwner"},
        {"Payer": "Requester"},
        {"Payer": "BucketOwner"},
    ),
    Case(
        "bucket_accelerate_configuration",
        "AccelerateConfiguration",
        {"Status": "Suspended"},
        {"Status": "Enabled"},
        {},
    ),
    Case(
        "bucket_encryption",
        "ServerSideEncryptionConfiguration",
        {
            "Rules": [
                {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
            ]
        },
        {
            "Rules": [
                {
                    "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k"},
                    "BucketKeyEnabled": True,
                    "BlockedEncryptionTypes": {"EncryptionType": ["NONE"]},
                }
            ]
        },
        {
            "ServerSideEncryptionConfiguration": {
                "Rules": [
                    {
                        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
                        "BucketKeyEnabled": False,
                    }
                ]
            }
        },
        got=under("ServerSideEncryptionConfiguration"),
        delete="delete_bucket_encryption",
    ),
    Case(
        "object_lock_configuration",
        "ObjectLockConfiguration",
        {"ObjectLockEnabled": "Enabled"},
        {
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Years": 2}},
        },
        (
            "ObjectLockConfigurationNotFoundError",
            "Object Lock configuration does not exist for this bucket",
        ),
        got=under("ObjectLockConfiguration"),
    ),
    Case(
        "bucket_abac",
        "AbacStatus",
        {"Status": "Disabled"},
        {"Status": "Enabled"},
        {"AbacStatus": {"Status": "Disabled"}},
        got=under("AbacStatus"),
    ),
    Case(
        "bucket_metadata_configuration",
        "MetadataConfiguration",
        {"JournalTableConfiguration": KEPT_FOR_GOOD},
        {
            "JournalTableConfiguration": {
                "RecordExpiration": {"Expiration": "ENABLED", "Days": 2147483647},
                "EncryptionConfiguration": {"SseAlgorithm": "AES256"},
            },
            "InventoryTableConfiguration": {
                "ConfigurationState": "ENABLED",
                "EncryptionConfiguration": {"SseAlgorithm": "aws:kms", "KmsKeyArn": KEY},
            },
            "AnnotationTableConfiguration": {"ConfigurationState": "DISABLED", "Role": ROLE},
        },
        NO_METADATA,
        got=lambda document: metadata(**document),
        delete="delete_bucket_metadata_configuration",
        verb="create",
    ),
    Case(
        "bucket_metadata_table_configuration",
        "MetadataTableConfiguration",
        {"S3TablesDestination": {"TableBucketArn": TABLES, "TableName": "t"}},
        {"S3TablesDestination": {"TableBucketArn": TABLES, "TableName": "t_" * 127}},
        NO_METADATA,
        got=lambda document: {
            "GetBucketMetadataTableConfigurationResult": {
                "MetadataTableConfigurationResult": {
                    "S3TablesDestinationResult": {
                        **document["S3TablesDestination"],
                        "TableArn": mock.ANY,
                        "TableNamespace": "aws_s3_metadata",
                    }
                },
                "Status": "CREATING",
            }
        },
        delete="delete_bucket_metadata_table_configuration",
        verb="create",
    ),
    Case(
        "bucket_metadata_journal_table_configuration",
        "JournalTableConfiguration",
        KEPT_FOR_GOOD,
        {"RecordExpiration": {"Expiration": "ENABLED", "Days": 7}},
        NO_METADATA,
        got=lambda document: metadata(JournalTableConfiguration=document),
        verb="update",
        reads="get_bucket_metadata_configuration",
        begun=METADATA_BEGUN,
    ),
    Case(
        "bucket_metadata_inventory_table_configuration",
        "InventoryTableConfiguration",
        {"ConfigurationState": "DISABLED"},
        {
            "ConfigurationState": "ENABLED",
            "EncryptionConfiguration": {"SseAlgorithm": "aws:kms", "KmsKeyArn": KEY},
        },
        NO_METADATA,
        got=lambda document: metadata(InventoryTableConfiguration=document),
        verb="update",
        reads="get_bucket_metadata_configuration",
        begun=METADATA_BEGUN,
    ),
    Case(
        "bucket_metadata_annotation_table_configuration",
        "AnnotationTableConfiguration",
        {"ConfigurationState": "DISABLED", "Role": ROLE},
        {"ConfigurationState": "ENABLED", "Role": f"{ROLE}s"},
        NO_METADATA,
        got=lambda document: metadata(AnnotationTableConfiguration=document),
        verb="update",
        reads="get_bucket_metadata_configuration",
        begun=METADATA_BEGUN,
    ),
]


METADATA = next(case for case in CASES if case.noun == "bucket_metadata_configuration")


@pytest.fixture(autouse=True)
def buckets(aws: MockAWS) -> None:
    aws.account().create_bucket("bkt", versioning=True)
    aws.account().create_bucket("target", versioning=True)


def assert_unset(s3: Any, case: Case) -> None:
    get = getattr(s3, case.get)
    if isinstance(case.unset, dict):
        assert answer(get, Bucket="bkt") == case.unset
        return
    assert refusal(get, Bucket="bkt") == not_found(case)


def not_found(case: Case) -> dict[str, Any]:
    code, message = case.unset
    return {"Status": 404, "Code": code, "Message": message, "BucketName": "bkt"}


def test_every_row_of_the_table_is_driven() -> None:
    driven = {(case.get, case.put, case.delete) for case in CASES}
    rows = {(*row.get[:1], *row.put[:1], *(row.delete[:1] or (None,))) for row in DOCUMENTS if row.get}
    rows |= {(METADATA.get, row.put[0], None) for row in DOCUMENTS if not row.get}
    assert driven == rows


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.noun)
def test_the_life_of_a_document(s3: Any, case: Case) -> None:
    """R-14."""
    get, put = getattr(s3, case.get), getattr(s3, case.put)
    assert_unset(s3, case)
    if case.begun:
        name, params = case.begun
        assert refusal(put, Bucket="bkt", **{case.member: case.small}) == not_found(case)
        getattr(s3, name)(Bucket="bkt", **params)
    for document in (case.small, case.large, case.small):
        assert status(put, Bucket="bkt", **{case.member: document}) == case.puts
        assert answer(get, Bucket="bkt") == case.got(document)
        if case.verb == "create":
            assert refusal(put, Bucket="bkt", **{case.member: document})["Code"] == "InvalidBucketState"
            assert status(getattr(s3, case.delete), Bucket="bkt") == 204
    if case.verb == "create":
        assert refusal(getattr(s3, case.delete), Bucket="bkt") == not_found(case)
        assert_unset(s3, case)
    elif case.delete:
        for _ in range(2):
            assert status(getattr(s3, case.delete), Bucket="bkt") == 204
            assert_unset(s3, case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.noun)
def test_no_document_without_a_bucket(s3: Any, case: Case) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [(case.get, {}), (case.put, {case.member: case.small})]
    calls += [(case.delete, {})] if case.delete else []
    for name, params in calls:
        assert refusal(getattr(s3, name), Bucket="nothing", **params) == no_such_bucket("nothing")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.noun)
def test_x_12_without_permission_nothing_is_told_or_done(aws: MockAWS, s3: Any, case: Case) -> None:
    eve = aws.account().create_user("eve").client()
    assert refusal(getattr(eve, case.get), Bucket="bkt")["Status"] == 403
    assert refusal(getattr(eve, case.put), Bucket="bkt", **{case.member: case.large})["Status"] == 403
    assert_unset(s3, case)


@pytest.mark.parametrize("row", DOCUMENTS, ids=lambda row: row.member)
def test_every_row_says_what_it_does(row: Any) -> None:
    assert row.effect


# Documents by id


BY_ID_CASES: dict[str, dict[str, Any]] = {
    "analytics": {"Id": "x", "StorageClassAnalysis": {}},
    "inventory": {
        "Id": "x",
        "IsEnabled": True,
        "IncludedObjectVersions": "All",
        "Schedule": {"Frequency": "Daily"},
        "Destination": {"S3BucketDestination": {"Bucket": TARGET, "Format": "CSV"}},
    },
    "metrics": {"Id": "x"},
    "intelligent_tiering": {
        "Id": "x",
        "Status": "Enabled",
        "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}],
    },
}
MALFORMED = {
    "Code": "MalformedXML",
    "Message": "The XML you provided was not well-formed or did not validate against our published schema",
}
NO_SUCH = {
    "Status": 404,
    "Code": "NoSuchConfiguration",
    "Message": "The specified configuration does not exist.",
}


def identified(row: Any, s3: Any) -> tuple[Any, Any, Any, Any]:
    get = getattr(s3, f"get_bucket_{row.noun}_configuration")
    put = getattr(s3, f"put_bucket_{row.noun}_configuration")
    delete = getattr(s3, f"delete_bucket_{row.noun}_configuration")
    return get, put, delete, getattr(s3, f"list_bucket_{row.noun}_configurations")


@pytest.mark.parametrize("row", BY_ID, ids=lambda row: row.name)
def test_the_life_of_a_configuration_with_an_id(s3: Any, row: Any) -> None:
    get, put, delete, listing = identified(row, s3)
    document = BY_ID_CASES[row.noun]
    assert refusal(get, Bucket="bkt", Id="x") == NO_SUCH
    assert answer(listing, Bucket="bkt") == {"IsTruncated": False}
    for _ in range(2):
        assert status(put, Bucket="bkt", Id="x", **{row.member: document}) == 204
    assert answer(get, Bucket="bkt", Id="x") == {row.member: document}
    assert answer(listing, Bucket="bkt") == {"IsTruncated": False, f"{row.member}List": [document]}
    assert status(delete, Bucket="bkt", Id="x") == 204
    assert refusal(delete, Bucket="bkt", Id="x") == NO_SUCH


@pytest.mark.parametrize("row", BY_ID, ids=lambda row: row.name)
def test_configurations_are_listed_by_the_hundred(s3: Any, row: Any) -> None:
    _, put, _, listing = identified(row, s3)
    names = [f"id-{number:03}" for number in range(150)]
    for name in names:
        put(Bucket="bkt", Id=name, **{row.member: {**BY_ID_CASES[row.noun], "Id": name}})
    first = answer(listing, Bucket="bkt")
    assert first["IsTruncated"]
    rest = answer(listing, Bucket="bkt", ContinuationToken=first["NextContinuationToken"])
    found = [entry["Id"] for page in (first, rest) for entry in page[f"{row.member}List"]]
    assert found == names
    assert rest["ContinuationToken"] == first["NextContinuationToken"]
    bad = refusal(listing, Bucket="bkt", ContinuationToken="bad")
    assert (bad["Code"], bad["ArgumentName"]) == ("InvalidArgument", "continuation-token")


@pytest.mark.parametrize("row", BY_ID, ids=lambda row: row.name)
def test_no_configuration_without_a_bucket_or_a_permission(aws: MockAWS, s3: Any, row: Any) -> None:
    eve = aws.account().create_user("eve").client()
    document = {row.member: BY_ID_CASES[row.noun]}
    params: tuple[dict[str, Any], ...] = ({"Id": "x"}, {"Id": "x", **document}, {"Id": "x"}, {})
    for mine, hers, more in zip(identified(row, s3), identified(row, eve), params, strict=True):
        assert refusal(mine, Bucket="nothing", **more) == no_such_bucket("nothing")
        assert refusal(hers, Bucket="bkt", **more)["Status"] == 403


@pytest.mark.parametrize("row", BY_ID, ids=lambda row: row.name)
def test_writers_at_once_lose_nothing(s3: Any, row: Any) -> None:
    _, put, _, listing = identified(row, s3)
    names = [f"id-{number:02}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        documents = [{row.member: {**BY_ID_CASES[row.noun], "Id": name}} for name in names]
        list(
            pool.map(
                lambda pair: put(Bucket="bkt", Id=pair[0], **pair[1]), zip(names, documents, strict=True)
            )
        )
    assert [entry["Id"] for entry in listing(Bucket="bkt")[f"{row.member}List"]] == names


@pytest.mark.parametrize("row", BY_ID, ids=lambda row: row.name)
def test_two_ids(s3: Any, row: Any) -> None:
    _, put, _, _ = identified(row, s3)
    error = refusal(put, Bucket="bkt", Id="y", **{row.member: BY_ID_CASES[row.noun]})
    if row.name == "inventory":
        sentence = "Document ID does not match the specified configuration ID."
        assert error == {"Status": 400, "Code": "IdMismatch", "Message": sentence}
    else:
        assert error == {"Status": 400, **MALFORMED}


@pytest.mark.parametrize("row", BY_ID, ids=lambda row: row.name)
@pytest.mark.parametrize("name", ["a b", "x" * 65, "ü", "a/b", ""])
def test_ids_that_are_none(s3: Any, row: Any, name: str) -> None:
    _, put, _, listing = identified(row, s3)
    document = {row.member: {**BY_ID_CASES[row.noun], "Id": name}}
    assert refusal(put, Bucket="bkt", Id=name, **document) == {"Status": 400, **MALFORMED}
    assert answer(listing, Bucket="bkt") == {"IsTruncated": False}


@pytest.mark.parametrize("row", BY_ID, ids=lambda row: row.name)
def test_a_thousand_configurations_are_the_most(aws: MockAWS, s3: Any, row: Any) -> None:
    _, put, delete, _ = identified(row, s3)
    document = BY_ID_CASES[row.noun]
    with aws.store.editing("bkt") as bucket:
        bucket.configurations[row.name] = {str(n): {**document, "Id": str(n)} for n in range(1000)}
    assert refusal(put, Bucket="bkt", Id="x", **{row.member: document}) == {
        "Status": 400,
        "Code": "TooManyConfigurations",
        "Message": "You are attempting to create a new configuration but have already reached the 1,000-configuration "
        "limit.",
    }
    put(Bucket="bkt", Id="7", **{row.member: {**document, "Id": "7"}})
    delete(Bucket="bkt", Id="8")
    put(Bucket="bkt", Id="x._-X" + "9" * 59, **{row.member: {**document, "Id": "x._-X" + "9" * 59}})
