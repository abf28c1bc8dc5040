"""The shortest call of every operation of S3 Control, and an AWS in which each of them finds what it names."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from botocore import xform_name

from mocks3.rules.access_points import multi_region_aliases
from mocks3.wire.models import service_model

from .conftest import ACCOUNT, OTHER, POINT, policy

OL1 = f"arn:aws:s3-object-lambda:us-east-1:{ACCOUNT}:accesspoint/ol1"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:upper"
TRANSFORMED = {
    "SupportingAccessPoint": POINT,
    "TransformationConfigurations": [
        {"Actions": ["GetObject"], "ContentTransformation": {"AwsLambda": {"FunctionArn": FUNCTION}}}
    ],
}
MRAP = f"arn:aws:s3::{ACCOUNT}:accesspoint/{next(multi_region_aliases('all', ACCOUNT))}"
TOKEN = (
    f"arn:aws:s3:us-west-2:{ACCOUNT}:async-request/mrap/create/"
    + sha256(b"CreateMultiRegionAccessPoint/t").hexdigest()[:32]
)
INSTANCE = f"arn:aws:s3:us-east-1:{ACCOUNT}:access-grants/default"
ROLE, ROLE2 = (f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("grants", "grants-2"))
GRANTEE = f"arn:aws:iam::{ACCOUNT}:user/eve"
GRANTED = {"Grantee": {"GranteeType": "IAM", "GranteeIdentifier": GRANTEE}, "Permission": "READ"}
FAR = {"CreateAccessGrantsInstance", "DeleteAccessGrantsInstance"}
"""Operations that are called in another Region, in which the instance has no locations or does not exist."""

JOB = {
    "ConfirmationRequired": True,
    "Operation": {"S3PutObjectTagging": {"TagSet": [{"Key": "a", "Value": "b"}]}},
    "Manifest": {
        "Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Bucket", "Key"]},
        "Location": {"ObjectArn": "arn:aws:s3:::data/manifest.csv", "ETag": "e"},
    },
    "Report": {"Enabled": False},
    "Priority": 1,
    "RoleArn": ROLE,
}

LENS = {"Id": "lens", "AccountLevel": {"BucketLevel": {}}, "IsEnabled": True}

IDS: dict[str, str] = {}
"""Ids that the calls get from earlier calls: ``{grant}``, ``{location}``, ``{job}``."""

TAGS = [{"Key": "team", "Value": "a"}]
BLOCK = {"BlockPublicAcls": True}
MEMBERS: dict[str, dict[str, Any]] = {
    "CreateAccessPoint": {"Name": "ap2", "Bucket": "data"},
    "CreateAccessPointForObjectLambda": {"Name": "ol2", "Configuration": TRANSFORMED},
    "CreateMultiRegionAccessPoint": {
        "ClientToken": "a",
        "Details": {"Name": "other", "Regions": [{"Bucket": "data"}]},
    },
    "DeleteMultiRegionAccessPoint": {"ClientToken": "b", "Details": {"Name": "all"}},
    "DescribeMultiRegionAccessPointOperation": {"RequestTokenARN": TOKEN},
    "PutMultiRegionAccessPointPolicy": {"ClientToken": "c", "Details": {"Name": "all", "Policy": "{}"}},
    "GetMultiRegionAccessPoint": {"Name": "all"},
    "GetMultiRegionAccessPointPolicy": {"Name": "all"},
    "GetMultiRegionAccessPointPolicyStatus": {"Name": "all"},
    "GetMultiRegionAccessPointRoutes": {"Mrap": MRAP},
    "SubmitMultiRegionAccessPointRoutes": {
        "Mrap": MRAP,
        "RouteUpdates": [{"Bucket": "data", "TrafficDialPercentage": 0}],
    },
    "CreateAccessGrant": {
        "AccessGrantsLocationId": "default",
        "AccessGrantsLocationConfiguration": {"S3SubPrefix": "data/b*"},
        **GRANTED,
    },
    "CreateAccessGrantsInstance": {},
    "CreateAccessGrantsLocation": {"LocationScope": "s3://data", "IAMRoleArn": ROLE},
    "DeleteAccessGrant": {"AccessGrantId": "{grant}"},
    "DeleteAccessGrantsLocation": {"AccessGrantsLocationId": "{location}"},
    "GetAccessGrant": {"AccessGrantId": "{grant}"},
    "GetAccessGrantsInstanceForPrefix": {"S3Prefix": "s3://data/a*"},
    "GetAccessGrantsLocation": {"AccessGrantsLocationId": "default"},
    "GetDataAccess": {"Target": "s3://data/a*", "Permission": "READ"},
    "PutAccessGrantsInstanceResourcePolicy": {
        "Policy": policy("s3:ListAccessGrants", principal={"AWS": OTHER}, resource=INSTANCE)
    },
    "UpdateAccessGrantsLocation": {"AccessGrantsLocationId": "default", "IAMRoleArn": ROLE2},
    "CreateJob": {**JOB, "ClientRequestToken": "second"},
    **{name: {"JobId": "{job}"} for name in ("DescribeJob", "GetJobTagging", "DeleteJobTagging")},
    "PutJobTagging": {"JobId": "{job}", "Tags": [{"Key": "a", "Value": "b"}]},
    "UpdateJobPriority": {"JobId": "{job}", "Priority": 9},
    "UpdateJobStatus": {"JobId": "{job}", "RequestedJobStatus": "Cancelled"},
    "PutStorageLensConfiguration": {"ConfigId": "new", "StorageLensConfiguration": {**LENS, "Id": "new"}},
    **{
        f"{verb}StorageLensConfiguration{what}": {"ConfigId": "lens"}
        for verb, what in (("Get", ""), ("Delete", ""), ("Get", "Tagging"), ("Delete", "Tagging"))
    },
    "PutStorageLensConfigurationTagging": {"ConfigId": "lens", "Tags": [{"Key": "a", "Value": "b"}]},
    "CreateStorageLensGroup": {"StorageLensGroup": {"Name": "g2", "Filter": {"MatchAnyPrefix": ["a"]}}},
    "GetStorageLensGroup": {"Name": "g1"},
    "DeleteStorageLensGroup": {"Name": "g1"},
    "UpdateStorageLensGroup": {
        "Name": "g1",
        "StorageLensGroup": {"Name": "g1", "Filter": {"MatchAnyPrefix": ["b"]}},
    },
    "ListTagsForResource": {"ResourceArn": POINT},
    "PutAccessPointConfigurationForObjectLambda": {
        "Configuration": {**TRANSFORMED, "CloudWatchMetricsEnabled": True}
    },
    "PutAccessPointPolicyForObjectLambda": {
        "Policy": policy("s3-object-lambda:GetObject", principal={"AWS": OTHER}, resource=OL1)
    },
    "PutAccessPointPolicy": {
        "Policy": policy("s3:GetObject", principal={"AWS": ACCOUNT}, resource=f"{POINT}/object/x")
    },
    "PutPublicAccessBlock": {"PublicAccessBlockConfiguration": BLOCK},
    "TagResource": {"ResourceArn": POINT, "Tags": [{"Key": "stage", "Value": "x"}]},
    "UntagResource": {"ResourceArn": POINT, "TagKeys": ["team"]},
}
"""Members of the calls, besides ``AccountId`` and the name of an access point, ``ap1`` or ``ol1``."""


def fill(aws: Any) -> None:
    """Create what the calls of ``MEMBERS`` find or change."""
    control = aws.client("s3control")
    aws.account(OTHER)
    text = policy("s3:GetObject", principal={"AWS": ACCOUNT}, resource=f"{POINT}/object/*")
    control.put_access_point_policy(AccountId=ACCOUNT, Name="ap1", Policy=text)
    object_lambda = {"AccountId": ACCOUNT, "Name": "ol1"}
    control.create_access_point_for_object_lambda(**object_lambda, Configuration=TRANSFORMED)
    aws.account().create_bucket("data-eu", region="eu-west-1")
    aws.client("s3control", region_name="us-west-2").create_multi_region_access_point(
        AccountId=ACCOUNT,
        ClientToken="t",
        Details={"Name": "all", "Regions": [{"Bucket": "data"}, {"Bucket": "data-eu"}]},
    )
    for name in ("grants", "grants-2"):
        trust = {"Effect": "Allow", "Principal": {"Service": "access-grants.s3.amazonaws.com"}}
        actions = ["sts:AssumeRole", "sts:SetSourceIdentity"]
        document = {"Version": "2012-10-17", "Statement": {**trust, "Action": actions}}
        aws.account().create_role(name, trust=document, policies=policy("s3:*"))
    control.create_access_grants_instance(AccountId=ACCOUNT)
    resource_policy = policy("s3:ListAccessGrants", principal={"AWS": "333333333333"}, resource=INSTANCE)
    control.put_access_grants_instance_resource_policy(AccountId=ACCOUNT, Policy=resource_policy)
    location = {"AccountId": ACCOUNT, "IAMRoleArn": ROLE}
    control.create_access_grants_location(**location, LocationScope="s3://")
    made = control.create_access_grants_location(**location, LocationScope="s3://data/x*")
    IDS["{location}"] = made["AccessGrantsLocationId"]
    granted = control.create_access_grant(
        AccountId=ACCOUNT,
        AccessGrantsLocationId="default",
        AccessGrantsLocationConfiguration={"S3SubPrefix": "data/a*"},
        **GRANTED,
    )
    IDS["{grant}"] = granted["AccessGrantId"]
    far = aws.client("s3control", region_name="eu-north-1")
    far.create_access_grants_instance(AccountId=ACCOUNT)
    job = control.create_job(AccountId=ACCOUNT, ClientRequestToken="first", Tags=TAGS, **JOB)
    IDS["{job}"] = job["JobId"]
    control.put_storage_lens_configuration(
        AccountId=ACCOUNT, ConfigId="lens", StorageLensConfiguration=LENS, Tags=TAGS
    )
    group = {"Name": "g1", "Filter": {"MatchAnyPrefix": ["a"]}}
    control.create_storage_lens_group(AccountId=ACCOUNT, StorageLensGroup=group)
    text = policy("s3-object-lambda:GetObject", principal={"AWS": ACCOUNT}, resource=OL1)
    control.put_access_point_policy_for_object_lambda(**object_lambda, Policy=text)
    block = {"IgnorePublicAcls": True}
    control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=block)
    control.tag_resource(AccountId=ACCOUNT, ResourceArn=POINT, Tags=TAGS)


def call(principal: Any, operation: str) -> Any:
    """Call an operation as a principal, with the members of ``MEMBERS``."""
    members = {
        name: IDS.get(value, value) if isinstance(value, str) else value
        for name, value in MEMBERS.get(operation, {}).items()
    }
    shape = service_model("s3control").operation_model(operation).input_shape
    if "Name" in shape.required_members:
        members.setdefault("Name", "ol1" if "ForObjectLambda" in operation else "ap1")
    client = principal.client("s3control", region_name=region_of(operation))
    return getattr(client, xform_name(operation))(AccountId=ACCOUNT, **members)


def region_of(operation: str) -> str:
    """Return a Region whose endpoint answers the operation."""
    if operation in FAR:
        return "eu-north-1" if operation.startswith("Delete") else "eu-west-2"
    return "us-west-2" if "MultiRegion" in operation else "us-east-1"


def state(aws: Any) -> Any:
    """Return the state that calls to S3 Control may change."""
    mark = aws.snapshot()
    tags = {name: dict(bucket.configurations) for name, bucket in mark.store.buckets.items()}
    return (
        mark.store.access_points,
        mark.store.object_lambdas,
        dict(mark.store.control),
        mark.guardrails,
        tags,
    )
