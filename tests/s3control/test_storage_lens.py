"""Storage Lens configurations and groups through boto3: what is stored, and what is refused."""

from __future__ import annotations

import pytest

from mocks3 import NotSupported

from .conftest import ACCOUNT, fault, policy

ID = {"AccountId": ACCOUNT}
FULL = {
    "Id": "lens",
    "AccountLevel": {
        "ActivityMetrics": {"IsEnabled": True},
        "BucketLevel": {
            "ActivityMetrics": {"IsEnabled": True},
            "PrefixLevel": {
                "StorageMetrics": {
                    "IsEnabled": True,
                    "SelectionCriteria": {"Delimiter": "/", "MaxDepth": 3, "MinStorageBytesPercentage": 5.0},
                }
            },
        },
    },
    "Include": {"Buckets": ["arn:aws:s3:::data"], "Regions": ["us-east-1"]},
    "DataExport": {
        "S3BucketDestination": {
            "Format": "CSV",
            "OutputSchemaVersion": "V_1",
            "AccountId": ACCOUNT,
            "Arn": "arn:aws:s3:::data",
            "Prefix": "lens",
            "Encryption": {"SSES3": {}},
        }
    },
    "IsEnabled": True,
}


def put(control, content=FULL, name=None, **more):
    control.put_storage_lens_configuration(
        **ID, ConfigId=name or content["Id"], StorageLensConfiguration=content, **more
    )


def changed(path, value):
    """The configuration with another value at a path."""
    inner = dict(FULL)
    top = inner
    for name in path[:-1]:
        inner[name] = dict(inner[name])
        inner = inner[name]
    inner[path[-1]] = value
    return top


def test_put_get_list_delete(aws, control):
    put(control)
    arn = f"arn:aws:s3:us-east-1:{ACCOUNT}:storage-lens/lens"
    found = control.get_storage_lens_configuration(**ID, ConfigId="lens")["StorageLensConfiguration"]
    assert found == {**FULL, "StorageLensArn": arn}
    listed = control.list_storage_lens_configurations(**ID)["StorageLensConfigurationList"]
    assert listed == [{"Id": "lens", "StorageLensArn": arn, "HomeRegion": "us-east-1", "IsEnabled": True}]
    far = aws.client("s3control", region_name="eu-west-1")
    assert far.list_storage_lens_configurations(**ID).get("StorageLensConfigurationList", []) == []
    put(control, {**FULL, "IsEnabled": False})
    listed = control.list_storage_lens_configurations(**ID)["StorageLensConfigurationList"]
    assert [each["IsEnabled"] for each in listed] == [False]
    control.delete_storage_lens_configuration(**ID, ConfigId="lens")
    for method in ("get_storage_lens_configuration", "delete_storage_lens_configuration"):
        assert fault(getattr(control, method), **ID, ConfigId="lens")[:2] == ("NoSuchConfiguration", 404)


def test_nothing_is_exported(aws, control):
    put(control)
    aws.clock.advance(days=3)
    assert aws.client("s3").list_objects_v2(Bucket="data", Prefix="lens").get("KeyCount") == 0


def test_tags(aws, control):
    tags = [{"Key": "team", "Value": "a"}]
    eve = aws.account().create_user("eve", policies=policy("s3:PutStorageLensConfiguration"))
    denied = fault(lambda: put(eve.client("s3control"), Tags=tags))
    assert "s3:PutStorageLensConfigurationTagging" in denied[2]
    put(control, Tags=tags)
    put(control)
    name = {**ID, "ConfigId": "lens"}
    assert control.get_storage_lens_configuration_tagging(**name)["Tags"] == tags
    condition = {"StringEquals": {"aws:ResourceTag/team": "a"}}
    eve.put_policy(policy("s3:GetStorageLensConfiguration", Condition=condition))
    assert eve.client("s3control").get_storage_lens_configuration(**name)
    control.put_storage_lens_configuration_tagging(**name, Tags=[{"Key": "x", "Value": "y"}])
    assert control.get_storage_lens_configuration_tagging(**name)["Tags"] == [{"Key": "x", "Value": "y"}]
    assert fault(eve.client("s3control").get_storage_lens_configuration, **name)[0] == "AccessDenied"
    control.delete_storage_lens_configuration_tagging(**name)
    assert control.get_storage_lens_configuration_tagging(**name).get("Tags", []) == []


CRITERIA = ("AccountLevel", "BucketLevel", "PrefixLevel", "StorageMetrics", "SelectionCriteria")
DESTINATION = ("DataExport", "S3BucketDestination")


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("Id",), "other", "InvalidConfigId"),
        (("StorageLensArn",), f"arn:aws:s3:us-east-1:{ACCOUNT}:storage-lens/lens", "InvalidStorageLensArn"),
        (("Exclude",), {"Regions": ["us-east-1"]}, "InvalidIncludeExcludeContainers"),
        (("Include",), {"Buckets": []}, "EmptyIncludeContainer"),
        (("Include", "Buckets"), [f"arn:aws:s3:::b-{n:03}" for n in range(51)], "TooManyBuckets"),
        (("Include", "Regions"), [f"us-east-{n}" for n in range(51)], "TooManyRegions"),
        (("AccountLevel", "ActivityMetrics"), {"IsEnabled": False}, "MissingAccountLevelActivityMetrics"),
        (("AccountLevel", "BucketLevel"), {}, "MissingBucketLevelActivityMetrics"),
        ((*CRITERIA, "MaxDepth"), 11, "InvalidMaximumPrefixDepth"),
        ((*CRITERIA, "MinStorageBytesPercentage"), 150.0, "InvalidMinimumStorageBytesPercentage"),
        ((*DESTINATION, "Arn"), "arn:aws:s3:::x/y", "InvalidDestination"),
        ((*DESTINATION, "Encryption"), {}, "MissingEncryptionMethod"),
        (
            (*DESTINATION, "Encryption"),
            {"SSES3": {}, "SSEKMS": {"KeyId": "arn:aws:kms:us-east-1:1:key/1"}},
            "InvalidEncryptionMethod",
        ),
    ],
)
def test_invalid_configurations_are_not_stored(control, path, value, code):
    assert fault(lambda: put(control, changed(path, value), name="lens"))[:2] == (code, 400)
    assert control.list_storage_lens_configurations(**ID).get("StorageLensConfigurationList", []) == []


def test_organizations_are_refused_by_name(control):
    arn = f"arn:aws:organizations::{ACCOUNT}:organization/o-abcdefghij"
    with pytest.raises(NotSupported, match="AwsOrg of s3control:PutStorageLensConfiguration"):
        put(control, {**FULL, "AwsOrg": {"Arn": arn}})


# Groups

BOTH = {"And": {"MatchAnyPrefix": ["a"], "MatchObjectSize": {"BytesGreaterThan": 1, "BytesLessThan": 9}}}


def create(control, content=BOTH, name="g1", **more):
    control.create_storage_lens_group(**ID, StorageLensGroup={"Name": name, "Filter": content}, **more)


def test_groups(control):
    tags = [{"Key": "team", "Value": "a"}]
    create(control, Tags=tags)
    arn = f"arn:aws:s3:us-east-1:{ACCOUNT}:storage-lens-group/g1"
    name = {**ID, "Name": "g1"}
    shown = {"Name": "g1", "Filter": BOTH, "StorageLensGroupArn": arn}
    assert control.get_storage_lens_group(**name)["StorageLensGroup"] == shown
    assert control.list_storage_lens_groups(**ID)["StorageLensGroupList"] == [
        {"Name": "g1", "StorageLensGroupArn": arn, "HomeRegion": "us-east-1"}
    ]
    assert control.list_tags_for_resource(**ID, ResourceArn=arn)["Tags"] == tags
    assert fault(lambda: create(control))[:2] == ("ConfigurationAlreadyExists", 409)
    suffixes = {"MatchAnySuffix": [".csv"]}
    control.update_storage_lens_group(**name, StorageLensGroup={"Name": "g1", "Filter": suffixes})
    assert control.get_storage_lens_group(**name)["StorageLensGroup"]["Filter"] == suffixes
    mismatched = {"Name": "g2", "Filter": suffixes}
    assert (
        fault(control.update_storage_lens_group, **name, StorageLensGroup=mismatched)[0] == "MismatchedName"
    )
    control.delete_storage_lens_group(**name)
    for method in ("get_storage_lens_group", "delete_storage_lens_group"):
        assert fault(getattr(control, method), **name)[:2] == ("NoSuchConfiguration", 404)


@pytest.mark.parametrize("kind", ["configuration", "group"])
def test_tags_of_a_resource_decide_who_reads_it(aws, control, kind):
    """Service Authorization Reference, "Resource types defined by Amazon S3": aws:ResourceTag."""
    tags = [{"Key": "Team", "Value": "a"}]
    if kind == "group":
        create(control, Tags=tags)
        action, call, named = "s3:GetStorageLensGroup", "get_storage_lens_group", {"Name": "g1"}
    else:
        put(control, Tags=tags)
        action, call = "s3:GetStorageLensConfiguration", "get_storage_lens_configuration"
        named = {"ConfigId": FULL["Id"]}
    eve = aws.account().create_user("eve")
    read = getattr(eve.client("s3control"), call)
    eve.put_policy(policy(action, Condition={"StringEquals": {"aws:ResourceTag/team": "b"}}))
    assert fault(read, **ID, **named)[:2] == ("AccessDenied", 403)
    eve.put_policy(policy(action, Condition={"StringEquals": {"aws:ResourceTag/team": "a"}}))
    assert read(**ID, **named)["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({}, "InvalidFilter"),
        ({"And": {"MatchAnyPrefix": ["a"]}}, "InvalidLogicalOperator"),
        ({"MatchAnyPrefix": []}, "InvalidMatchAnyPrefix"),
        ({"MatchAnySuffix": [str(n) for n in range(11)]}, "TooManyElements"),
        ({"MatchObjectAge": {}}, "InvalidMatchObjectAge"),
        ({"MatchObjectAge": {"DaysGreaterThan": 9, "DaysLessThan": 3}}, "InvalidNumericCombination"),
    ],
)
def test_invalid_groups_are_not_created(control, content, code):
    assert fault(lambda: create(control, content))[:2] == (code, 400)
    assert control.list_storage_lens_groups(**ID).get("StorageLensGroupList", []) == []


def test_names_and_number_of_groups(control):
    assert fault(lambda: create(control, name="a b"))[:2] == ("InvalidName", 400)
    for number in range(50):
        create(control, name=f"g{number}")
    assert fault(lambda: create(control, name="more"))[:2] == ("TooManyConfigurations", 400)
