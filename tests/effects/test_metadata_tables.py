"""Metadata tables: permissions to create them, conflicts, and the status in the configuration over time.

No response of the service was recorded. The tests check what API_ErrorDetails and the user guide say, and otherwise
what mocks3 infers.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3 import mock_s3
from mocks3.handles.mock_aws import MockAWS

ACCOUNT = "123456789012"
AWS_S3 = f"arn:aws:s3tables:us-east-1:{ACCOUNT}:bucket/aws-s3"
OWN = f"arn:aws:s3tables:us-east-1:{ACCOUNT}:bucket/tables"
FOR_GOOD = {"RecordExpiration": {"Expiration": "DISABLED"}}
ON, OFF = {"ConfigurationState": "ENABLED"}, {"ConfigurationState": "DISABLED"}
TABLE_ACTIONS = [
    "s3tables:CreateTableBucket",
    "s3tables:PutTableBucketPolicy",
    "s3tables:CreateNamespace",
    "s3tables:CreateTable",
    "s3tables:GetTable",
    "s3tables:PutTablePolicy",
    "s3tables:PutTableEncryption",
]
SERVICES = ["metadata.s3.amazonaws.com", "maintenance.s3tables.amazonaws.com"]


def allow(*actions: str, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}]}


def create(client: Any, bucket: str, journal: dict[str, Any] = FOR_GOOD, **tables: Any) -> None:
    named = {f"{name.capitalize()}TableConfiguration": content for name, content in tables.items()}
    configuration = {"JournalTableConfiguration": {**FOR_GOOD, **journal}, **named}
    client.create_bucket_metadata_configuration(Bucket=bucket, MetadataConfiguration=configuration)


def create_first(client: Any, bucket: str, table_bucket: str = OWN, name: str = "t") -> None:
    destination = {"TableBucketArn": table_bucket, "TableName": name}
    client.create_bucket_metadata_table_configuration(
        Bucket=bucket, MetadataTableConfiguration={"S3TablesDestination": destination}
    )


def told(client: Any, bucket: str) -> dict[str, Any]:
    answer = client.get_bucket_metadata_configuration(Bucket=bucket)["GetBucketMetadataConfigurationResult"]
    return dict(answer["MetadataConfigurationResult"])


def table(client: Any, bucket: str, name: str = "Journal") -> dict[str, Any]:
    return dict(told(client, bucket)[f"{name}TableConfigurationResult"])


def failure(client: Any, bucket: str, name: str = "Journal") -> str:
    found = table(client, bucket, name)
    assert found["TableStatus"] == "FAILED"
    assert "TableArn" not in found
    assert found["Error"]["ErrorMessage"]
    return str(found["Error"]["ErrorCode"])


def refusal(call: Any, **params: Any) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return caught.value.response["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error["Message"]


# Time


def test_tables_are_created_and_filled_by_the_clock(aws: MockAWS, s3: Any, bucket: str) -> None:
    create(s3, bucket, inventory=ON, annotation=ON)
    names = ("Journal", "Inventory", "Annotation")
    assert {table(s3, bucket, name)["TableStatus"] for name in names} == {"CREATING"}
    assert not any("TableArn" in table(s3, bucket, name) for name in names)
    seen = []
    for minutes in (1, 14, 1):
        aws.clock.advance(minutes=minutes)
        seen.append([table(s3, bucket, name)["TableStatus"] for name in names])
    assert seen == [
        ["ACTIVE", "BACKFILLING", "BACKFILLING"],
        ["ACTIVE", "BACKFILLING", "BACKFILLING"],
        ["ACTIVE", "ACTIVE", "ACTIVE"],
    ]
    arns = [table(s3, bucket, name)["TableArn"] for name in names]
    assert all(arn.startswith(f"{AWS_S3}/table/") for arn in arns)
    assert len(set(arns)) == 3
    assert [table(s3, bucket, name)["TableName"] for name in names] == ["journal", "inventory", "annotation"]


def test_periods_become_underscores_in_the_namespace(s3: Any) -> None:
    s3.create_bucket(Bucket="a.b.c")
    create(s3, "a.b.c")
    assert told(s3, "a.b.c")["DestinationResult"]["TableNamespace"] == "b_a_b_c"


def test_tables_are_in_the_buckets_region_and_account(aws: MockAWS) -> None:
    ops = aws.account("111122223333")
    ops.create_bucket("far", region="eu-west-1")
    client = ops.client("s3", region_name="eu-west-1")
    create(client, "far")
    arn = told(client, "far")["DestinationResult"]["TableBucketArn"]
    assert arn == "arn:aws:s3tables:eu-west-1:111122223333:bucket/aws-s3"


# Conflicts


def test_tables_remain_after_their_configuration_and_conflict(aws: MockAWS, s3: Any, bucket: str) -> None:
    create(s3, bucket, inventory=ON)
    s3.delete_bucket_metadata_configuration(Bucket=bucket)
    create(s3, bucket, inventory=ON)
    aws.clock.advance(minutes=1)
    assert failure(s3, bucket) == "JournalTableAlreadyExists"
    assert failure(s3, bucket, "Inventory") == "InventoryTableAlreadyExists"


def test_a_deleted_table_does_not_conflict(aws: MockAWS, s3: Any) -> None:
    handle = aws.account().create_bucket("again")
    create(s3, "again")
    handle.delete_metadata_tables()
    aws.clock.advance(minutes=1)
    assert table(s3, "again")["TableStatus"] == "ACTIVE"
    s3.delete_bucket_metadata_configuration(Bucket="again")
    handle.delete_metadata_tables()
    create(s3, "again")
    aws.clock.advance(minutes=1)
    assert table(s3, "again")["TableStatus"] == "ACTIVE"


def test_a_disabled_inventory_table_conflicts_with_the_next(aws: MockAWS, s3: Any, bucket: str) -> None:
    update = s3.update_bucket_metadata_inventory_table_configuration
    create(s3, bucket, inventory=ON)
    update(Bucket=bucket, InventoryTableConfiguration=OFF)
    assert table(s3, bucket, "Inventory") == OFF
    update(Bucket=bucket, InventoryTableConfiguration=ON)
    aws.clock.advance(minutes=1)
    assert failure(s3, bucket, "Inventory") == "InventoryTableAlreadyExists"


def test_an_inventory_table_needs_a_journal_table(aws: MockAWS, s3: Any, bucket: str) -> None:
    create(s3, bucket)
    s3.delete_bucket_metadata_configuration(Bucket=bucket)
    create(s3, bucket, inventory=ON)
    aws.clock.advance(minutes=1)
    assert failure(s3, bucket, "Inventory") == "JournalTableNotAvailable"


def test_snapshot_restore_brings_tables_back(aws: MockAWS, s3: Any, bucket: str) -> None:
    mark = aws.snapshot()
    create(s3, bucket)
    aws.restore(mark)
    create(s3, bucket)
    aws.clock.advance(minutes=1)
    assert table(s3, bucket)["TableStatus"] == "ACTIVE"


# Permissions


def test_a_caller_with_the_permissions_creates_tables(aws: MockAWS, s3: Any, bucket: str) -> None:
    where = [f"arn:aws:s3:::{bucket}", AWS_S3, f"{AWS_S3}/table/*"]
    policy = allow("s3:CreateBucketMetadataTableConfiguration", *TABLE_ACTIONS, resource=where)
    create(aws.account().create_user("eve", policies=[policy]).client(), bucket, inventory=ON)
    aws.clock.advance(hours=1)
    assert table(s3, bucket)["TableStatus"] == "ACTIVE"
    assert table(s3, bucket, "Inventory")["TableStatus"] == "ACTIVE"


@pytest.mark.parametrize("action", TABLE_ACTIONS)
def test_without_a_permission_the_call_succeeds_and_the_table_fails(
    aws: MockAWS, s3: Any, bucket: str, action: str
) -> None:
    others = [each for each in TABLE_ACTIONS if each != action]
    policy = allow("s3:CreateBucketMetadataTableConfiguration", *others)
    create(aws.account().create_user("eve", policies=[policy]).client(), bucket)
    assert table(s3, bucket)["TableStatus"] == "CREATING"
    aws.clock.advance(minutes=1)
    assert failure(s3, bucket) == "AccessDeniedCreatingResources"
    last = aws.decisions[-1]
    assert last.action == action or action in [each.action for each in aws.decisions if not each.allowed]


def test_updates_need_the_permissions_of_the_table_too(aws: MockAWS, s3: Any, bucket: str) -> None:
    create(s3, bucket)
    update = "s3:UpdateBucketMetadataInventoryTableConfiguration"
    eve = aws.account().create_user("eve", policies=[allow(update)]).client()
    eve.update_bucket_metadata_inventory_table_configuration(Bucket=bucket, InventoryTableConfiguration=ON)
    aws.clock.advance(minutes=1)
    assert failure(s3, bucket, "Inventory") == "AccessDeniedCreatingResources"
    assert table(s3, bucket)["TableStatus"] == "ACTIVE"


def test_conditions_see_the_namespace_and_the_table(aws: MockAWS, s3: Any, bucket: str) -> None:
    kept = {"StringEquals": {"s3tables:namespace": f"b_{bucket}", "s3tables:tableName": "journal"}}
    policies = [allow("s3:CreateBucketMetadataTableConfiguration"), allow(*TABLE_ACTIONS, Condition=kept)]
    create(aws.account().create_user("eve", policies=policies).client(), bucket, inventory=ON)
    aws.clock.advance(minutes=1)
    assert table(s3, bucket)["TableStatus"] == "ACTIVE"
    assert failure(s3, bucket, "Inventory") == "AccessDeniedCreatingResources"


def test_callers_of_other_accounts_create_no_tables(aws: MockAWS, s3: Any, bucket: str) -> None:
    stranger = aws.account("111122223333").client("s3")
    action = "s3:CreateBucketMetadataTableConfiguration"
    statement = allow(action, resource=f"arn:aws:s3:::{bucket}", Principal={"AWS": "111122223333"})
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(statement))
    create(stranger, bucket)
    aws.clock.advance(minutes=1)
    assert failure(s3, bucket) == "AccessDeniedCreatingResources"


def test_enforce_report_creates_the_table() -> None:
    with mock_s3(enforce="report") as aws:
        aws.account().create_bucket("bkt")
        eve = aws.account().create_user("eve").client()
        create(eve, "bkt")
        aws.clock.advance(minutes=1)
        assert table(eve, "bkt")["TableStatus"] == "ACTIVE"


# Keys


def key_policy(*services: str, administrator: bool = True) -> dict[str, Any]:
    root = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*"}
    use = {
        "Effect": "Allow",
        "Principal": {"Service": list(services)},
        "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
        "Resource": "*",
        "Condition": {"StringLike": {"kms:EncryptionContext:aws:s3:arn": f"{AWS_S3}/*"}},
    }
    return {"Statement": [*([root] if administrator else []), *([use] if services else [])]}


def encrypted(arn: str) -> dict[str, Any]:
    return {"EncryptionConfiguration": {"SseAlgorithm": "aws:kms", "KmsKeyArn": arn}}


def test_a_key_that_all_may_use(aws: MockAWS, s3: Any, bucket: str) -> None:
    key = aws.account().create_kms_key(policy=key_policy(*SERVICES))
    create(s3, bucket, encrypted(key.arn))
    aws.clock.advance(minutes=1)
    assert table(s3, bucket)["TableStatus"] == "ACTIVE"


@pytest.mark.parametrize("services", [(), SERVICES[:1], SERVICES[1:]], ids=str)
def test_a_key_that_a_service_may_not_use(
    aws: MockAWS, s3: Any, bucket: str, services: tuple[str, ...]
) -> None:
    key = aws.account().create_kms_key(policy=key_policy(*services))
    create(s3, bucket, encrypted(key.arn), inventory=ON)
    aws.clock.advance(minutes=1)
    assert failure(s3, bucket) == "AccessDeniedCreatingResources"
    assert failure(s3, bucket, "Inventory") == "JournalTableNotAvailable"


def test_a_key_that_the_caller_may_not_describe(aws: MockAWS, s3: Any, bucket: str) -> None:
    key = aws.account().create_kms_key(policy=key_policy(*SERVICES))
    policy = allow("s3:CreateBucketMetadataTableConfiguration", *TABLE_ACTIONS)
    create(aws.account().create_user("eve", policies=[policy]).client(), bucket, encrypted(key.arn))
    aws.clock.advance(minutes=1)
    assert failure(s3, bucket) == "AccessDeniedCreatingResources"
    assert [each.action for each in aws.decisions if not each.allowed] == ["kms:DescribeKey"]


def test_a_key_must_exist_be_enabled_and_in_the_region(aws: MockAWS, s3: Any) -> None:
    open_to_all = key_policy(*SERVICES)
    disabled = aws.account().create_kms_key(policy=open_to_all)
    disabled.disable()
    far = aws.account().create_kms_key(policy=open_to_all, region="eu-west-1")
    missing = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    managed = aws.account().kms_key().arn
    for number, arn in enumerate((disabled.arn, far.arn, missing, managed)):
        name = f"amzn-{number}"
        s3.create_bucket(Bucket=name)
        create(s3, name, encrypted(arn))
    aws.clock.advance(minutes=1)
    assert {failure(s3, f"amzn-{n}") for n in range(4)} == {"AccessDeniedCreatingResources"}


def test_a_table_keeps_its_encryption(s3: Any, bucket: str) -> None:
    create(s3, bucket, inventory={**ON, "EncryptionConfiguration": {"SseAlgorithm": "AES256"}})
    update = s3.update_bucket_metadata_inventory_table_configuration
    same = {**ON, "EncryptionConfiguration": {"SseAlgorithm": "AES256"}}
    update(Bucket=bucket, InventoryTableConfiguration=same)
    arn = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    status, code, _ = refusal(update, Bucket=bucket, InventoryTableConfiguration={**ON, **encrypted(arn)})
    assert (status, code) == (400, "InvalidRequest")


# Roles


def trust(service: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Statement": [statement]}


def test_a_role_needs_pass_role(aws: MockAWS, s3: Any, bucket: str) -> None:
    role = aws.account().create_role("annotations", trust=trust(SERVICES[0]))
    create(s3, bucket)
    eve = aws.account().create_user(
        "eve", policies=[allow("s3:UpdateBucketMetadataAnnotationTableConfiguration")]
    )
    update = eve.client().update_bucket_metadata_annotation_table_configuration
    wanted = {**ON, "Role": role.arn}
    status, code, message = refusal(update, Bucket=bucket, AnnotationTableConfiguration=wanted)
    assert (status, code) == (403, "AccessDenied")
    assert f'is not authorized to perform: iam:PassRole on resource: "{role.arn}"' in message
    passing = allow(
        "iam:PassRole",
        resource=role.arn,
        Condition={"StringEquals": {"iam:PassedToService": SERVICES[0]}},
    )
    eve.put_policy(passing, name="passing")
    update(Bucket=bucket, AnnotationTableConfiguration=wanted)
    aws.clock.advance(minutes=16)
    assert table(s3, bucket, "Annotation") == {
        "ConfigurationState": "ENABLED",
        "TableStatus": "ACTIVE",
        "TableName": "annotation",
        "TableArn": table(s3, bucket, "Annotation")["TableArn"],
        "Role": role.arn,
    }


def test_no_pass_role_without_a_role(aws: MockAWS, s3: Any, bucket: str) -> None:
    create(s3, bucket)
    policy = allow("s3:UpdateBucketMetadataAnnotationTableConfiguration")
    eve = aws.account().create_user("eve", policies=[policy]).client()
    eve.update_bucket_metadata_annotation_table_configuration(Bucket=bucket, AnnotationTableConfiguration=ON)
    aws.clock.advance(minutes=16)
    assert table(s3, bucket, "Annotation")["TableStatus"] == "ACTIVE"


def test_a_role_that_s3_may_not_assume(aws: MockAWS, s3: Any, bucket: str) -> None:
    role = aws.account().create_role("annotations", trust=trust("s3.amazonaws.com"))
    create(s3, bucket, annotation={**ON, "Role": role.arn})
    aws.clock.advance(minutes=1)
    assert failure(s3, bucket, "Annotation") == "AccessDeniedCreatingResources"
    assert table(s3, bucket)["TableStatus"] == "ACTIVE"


# Both generations


def test_the_second_generation_shows_the_first(aws: MockAWS, s3: Any, bucket: str) -> None:
    create_first(s3, bucket)
    aws.clock.advance(minutes=1)
    first = s3.get_bucket_metadata_table_configuration(Bucket=bucket)
    result = first["GetBucketMetadataTableConfigurationResult"]
    arn = result["MetadataTableConfigurationResult"]["S3TablesDestinationResult"]["TableArn"]
    assert result["Status"] == "ACTIVE"
    assert told(s3, bucket) == {
        "DestinationResult": {
            "TableBucketType": "customer",
            "TableBucketArn": OWN,
            "TableNamespace": "aws_s3_metadata",
        },
        "JournalTableConfigurationResult": {
            "TableStatus": "ACTIVE",
            "TableName": "t",
            "TableArn": arn,
            "RecordExpiration": {"Expiration": "DISABLED"},
        },
    }
    s3.delete_bucket_metadata_configuration(Bucket=bucket)
    assert refusal(s3.get_bucket_metadata_table_configuration, Bucket=bucket)[:2] == (
        404,
        "MetadataConfigurationNotFound",
    )


def test_the_first_generation_refuses_the_second(s3: Any, bucket: str) -> None:
    create(s3, bucket)
    not_allowed = (405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
    for name in ("get_bucket_metadata_table_configuration", "delete_bucket_metadata_table_configuration"):
        assert refusal(getattr(s3, name), Bucket=bucket) == not_allowed
    assert table(s3, bucket)["TableStatus"] == "CREATING"


def test_a_bucket_has_one_configuration(s3: Any, bucket: str) -> None:
    create(s3, bucket)
    with pytest.raises(ClientError) as caught:
        create_first(s3, bucket)
    assert caught.value.response["Error"]["Code"] == "InvalidBucketState"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409


def test_the_first_generation_has_no_updates(s3: Any, bucket: str) -> None:
    create_first(s3, bucket)
    updates = {"Journal": FOR_GOOD, "Inventory": ON, "Annotation": ON}
    for name, content in updates.items():
        update = getattr(s3, f"update_bucket_metadata_{name.lower()}_table_configuration")
        found = refusal(update, Bucket=bucket, **{f"{name}TableConfiguration": content})
        assert found[:2] == (405, "MethodNotAllowed")


def first_failure(client: Any, bucket: str) -> tuple[str, str]:
    answer = client.get_bucket_metadata_table_configuration(Bucket=bucket)
    result = answer["GetBucketMetadataTableConfigurationResult"]
    return result["Status"], result["Error"]["ErrorCode"]


def test_a_table_bucket_is_the_buckets_accounts_and_regions(aws: MockAWS, s3: Any) -> None:
    for number, where in enumerate(("us-west-2:123456789012", "us-east-1:111122223333")):
        s3.create_bucket(Bucket=f"amzn-{number}")
        create_first(s3, f"amzn-{number}", f"arn:aws:s3tables:{where}:bucket/tables")
    aws.clock.advance(minutes=1)
    assert first_failure(s3, "amzn-0") == first_failure(s3, "amzn-1") == ("FAILED", "TableBucketNotFound")


def test_a_table_name_is_taken_once_in_a_table_bucket(aws: MockAWS, s3: Any, bucket: str) -> None:
    s3.create_bucket(Bucket="another")
    s3.create_bucket(Bucket="elsewhere")
    create_first(s3, bucket)
    create_first(s3, "another")
    create_first(s3, "elsewhere", OWN + "2")
    aws.clock.advance(minutes=1)
    assert first_failure(s3, "another") == ("FAILED", "TableAlreadyExists")
    assert table(s3, "elsewhere")["TableStatus"] == "ACTIVE"
    assert failure(s3, "another") == "TableAlreadyExists"


def test_the_first_generation_needs_its_permissions(aws: MockAWS, s3: Any, bucket: str) -> None:
    policy = allow("s3:CreateBucketMetadataTableConfiguration", "s3tables:CreateTable")
    create_first(aws.account().create_user("eve", policies=[policy]).client(), bucket)
    aws.clock.advance(minutes=1)
    assert first_failure(s3, bucket) == ("FAILED", "AccessDeniedCreatingResources")


# Bad documents


JOURNAL = "JournalTableConfiguration"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"RecordExpiration": {"Expiration": "ENABLED"}}, "MalformedXML"),
        ({"RecordExpiration": {"Expiration": "DISABLED", "Days": 7}}, "MalformedXML"),
        ({"RecordExpiration": {"Expiration": "ENABLED", "Days": 6}}, "InvalidArgument"),
        ({"RecordExpiration": {"Expiration": "ENABLED", "Days": 2147483648}}, "InvalidArgument"),
        ({"RecordExpiration": {"Expiration": "enabled"}}, "MalformedXML"),
        ({"EncryptionConfiguration": {"SseAlgorithm": "aws:kms"}}, "MalformedXML"),
        ({"EncryptionConfiguration": {"SseAlgorithm": "AES256", "KmsKeyArn": "k"}}, "MalformedXML"),
        ({"EncryptionConfiguration": {"SseAlgorithm": "aws:kms", "KmsKeyArn": "alias/k"}}, "InvalidArgument"),
    ],
    ids=str,
)
def test_invalid_journal_tables(s3: Any, bucket: str, content: dict[str, Any], code: str) -> None:
    configuration = {JOURNAL: {**FOR_GOOD, **content}}
    create_it = s3.create_bucket_metadata_configuration
    found = refusal(create_it, Bucket=bucket, MetadataConfiguration=configuration)
    assert found[:2] == (400, code)
    create(s3, bucket)
    update = s3.update_bucket_metadata_journal_table_configuration
    if "RecordExpiration" in content:
        assert refusal(update, Bucket=bucket, **{JOURNAL: content})[:2] == (400, code)
    assert table(s3, bucket)["RecordExpiration"] == {"Expiration": "DISABLED"}


@pytest.mark.parametrize(
    ("arn", "name"),
    [("arn:aws:s3:::bkt", "t"), (OWN, "T"), (OWN, "a-b"), (OWN, "t" * 256), ("arn:aws:s3tables:x", "t")],
)
def test_invalid_destinations(s3: Any, bucket: str, arn: str, name: str) -> None:
    with pytest.raises(ClientError) as caught:
        create_first(s3, bucket, arn, name)
    assert caught.value.response["Error"]["Code"] == "InvalidArgument"
    assert refusal(s3.get_bucket_metadata_configuration, Bucket=bucket)[0] == 404


def test_a_role_is_named_by_its_arn(s3: Any, bucket: str) -> None:
    with pytest.raises(ClientError) as caught:
        create(s3, bucket, annotation={**ON, "Role": "annotations"})
    assert caught.value.response["Error"]["Code"] == "InvalidArgument"
