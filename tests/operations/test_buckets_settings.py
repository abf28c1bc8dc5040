"""Versioning, Object Ownership, Block Public Access and ACLs of buckets."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.config import Config

from mocks3.handles.mock_aws import MockAWS

from .answers import answer, no_such_bucket, refusal

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"


@pytest.fixture(autouse=True)
def bucket(aws: MockAWS) -> None:
    aws.account().create_bucket("bkt")


def unchecked(aws: MockAWS) -> Any:
    return aws.client("s3", config=Config(parameter_validation=False))


# Versioning


def versioning(s3: Any, **configuration: str) -> dict[str, Any]:
    return refusal(s3.put_bucket_versioning, Bucket="bkt", VersioningConfiguration=configuration)


def test_versioning_is_not_set_at_first(s3: Any) -> None:
    assert answer(s3.get_bucket_versioning, Bucket="bkt") == {}


def test_versioning_is_enabled_and_suspended(s3: Any) -> None:
    for status in ("Enabled", "Suspended", "Enabled"):
        s3.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": status})
        assert answer(s3.get_bucket_versioning, Bucket="bkt") == {"Status": status}


def test_versioning_without_a_status(s3: Any) -> None:
    """R-16."""
    assert versioning(s3) == {
        "Status": 400,
        "Code": "IllegalVersioningConfigurationException",
        "Message": "The Versioning element must be specified",
    }


@pytest.mark.parametrize("status", ["enabled", "Disabled"])
def test_versioning_has_two_states(aws: MockAWS, status: str) -> None:
    """R-16."""
    error = versioning(unchecked(aws), Status=status)
    assert (error["Status"], error["Code"], error["Message"]) == (400, "MalformedXML", MALFORMED)


def test_object_lock_keeps_versioning_enabled(s3: Any) -> None:
    """R-16."""
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    suspended = {"Status": "Suspended"}
    error = refusal(s3.put_bucket_versioning, Bucket="locked", VersioningConfiguration=suspended)
    assert error == {
        "Status": 409,
        "Code": "InvalidBucketState",
        "Message": "An Object Lock configuration is present on this bucket, so the versioning state cannot be "
        "changed.",
    }
    s3.put_bucket_versioning(Bucket="locked", VersioningConfiguration={"Status": "Enabled"})


# Ownership


def put_ownership(s3: Any, *modes: str) -> Any:
    rules = [{"ObjectOwnership": mode} for mode in modes]
    return s3.put_bucket_ownership_controls(Bucket="bkt", OwnershipControls={"Rules": rules})


@pytest.mark.parametrize("mode", ["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"])
def test_ownership_is_set(s3: Any, mode: str) -> None:
    put_ownership(s3, mode)
    got = answer(s3.get_bucket_ownership_controls, Bucket="bkt")
    assert got == {"OwnershipControls": {"Rules": [{"ObjectOwnership": mode}]}}


@pytest.mark.parametrize("modes", [(), ("ObjectWriter", "ObjectWriter"), ("Nobody",)])
def test_ownership_is_one_rule(aws: MockAWS, modes: tuple[str, ...]) -> None:
    with pytest.raises(Exception, match="MalformedXML"):
        put_ownership(unchecked(aws), *modes)


def test_ownership_is_deleted(s3: Any) -> None:
    for _ in range(2):
        s3.delete_bucket_ownership_controls(Bucket="bkt")
    assert refusal(s3.get_bucket_ownership_controls, Bucket="bkt") == {
        "Status": 404,
        "Code": "OwnershipControlsNotFoundError",
        "Message": "The bucket ownership controls were not found",
        "BucketName": "bkt",
    }


def test_w_144_owner_enforced_does_not_go_with_an_acl_for_others(aws: MockAWS, s3: Any) -> None:
    put_ownership(s3, "ObjectWriter")
    s3.put_bucket_acl(Bucket="bkt", GrantRead=f"id={aws.account('111111111111').canonical_id}")
    with pytest.raises(Exception, match="InvalidBucketAclWithObjectOwnership"):
        put_ownership(s3, "BucketOwnerEnforced")
    assert answer(s3.get_bucket_ownership_controls, Bucket="bkt")["OwnershipControls"]["Rules"] == [
        {"ObjectOwnership": "ObjectWriter"}
    ]


@pytest.mark.parametrize(("verb", "action"), [("get", "Get"), ("delete", "Put")])
def test_x_62_ownership_is_not_for_anonymous_callers(aws: MockAWS, verb: str, action: str) -> None:
    call = getattr(aws.anonymous.client(), f"{verb}_bucket_ownership_controls")
    sentence = f"s3:{action}BucketOwnershipControls does not support Anonymous requests!"
    assert refusal(call, Bucket="bkt")["Message"] == sentence


# Block Public Access


def test_settings_that_are_not_named_are_off(s3: Any) -> None:
    s3.put_public_access_block(Bucket="bkt", PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    assert s3.get_public_access_block(Bucket="bkt")["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": False,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": False,
    }


def test_b_7_settings_are_deleted(s3: Any) -> None:
    for _ in range(2):
        s3.delete_public_access_block(Bucket="bkt")
    assert refusal(s3.get_public_access_block, Bucket="bkt") == {
        "Status": 404,
        "Code": "NoSuchPublicAccessBlockConfiguration",
        "Message": "The public access block configuration was not found",
        "BucketName": "bkt",
    }


# ACLs


def test_a_7_owner_enforced_shows_the_owner_alone(aws: MockAWS, s3: Any) -> None:
    owner = {"ID": aws.account().canonical_id}
    assert answer(s3.get_bucket_acl, Bucket="bkt") == {
        "Owner": owner,
        "Grants": [{"Grantee": {**owner, "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"}],
    }


def test_a_51_owner_enforced_takes_no_acl(s3: Any) -> None:
    assert refusal(s3.put_bucket_acl, Bucket="bkt", ACL="private") == {
        "Status": 400,
        "Code": "AccessControlListNotSupported",
        "Message": "The bucket does not allow ACLs",
    }


@pytest.fixture
def acls(aws: MockAWS) -> str:
    aws.account().create_bucket("acls", ownership="ObjectWriter", public_access_block=None)
    return "acls"


def permissions(s3: Any, name: str) -> list[tuple[str, str]]:
    grants = s3.get_bucket_acl(Bucket=name)["Grants"]
    return [(g["Grantee"].get("URI", "id").rpartition("/")[2], g["Permission"]) for g in grants]


@pytest.mark.parametrize(
    ("acl", "more"),
    [
        ("private", []),
        ("public-read", [("AllUsers", "READ")]),
        ("public-read-write", [("AllUsers", "READ"), ("AllUsers", "WRITE")]),
        ("authenticated-read", [("AuthenticatedUsers", "READ")]),
        ("log-delivery-write", [("LogDelivery", "WRITE"), ("LogDelivery", "READ_ACP")]),
    ],
)
def test_canned_acls(s3: Any, acls: str, acl: str, more: list[tuple[str, str]]) -> None:
    s3.put_bucket_acl(Bucket=acls, ACL=acl)
    assert permissions(s3, acls) == [("id", "FULL_CONTROL"), *more]


def test_public_acls_act(aws: MockAWS, s3: Any, acls: str) -> None:
    stranger = aws.anonymous.client()
    assert refusal(stranger.list_objects_v2, Bucket=acls)["Status"] == 403
    s3.put_bucket_acl(Bucket=acls, ACL="public-read")
    assert answer(stranger.list_objects_v2, Bucket=acls)["KeyCount"] == 0


def test_b_21_a_public_acl_is_blocked(s3: Any, acls: str) -> None:
    s3.put_public_access_block(Bucket=acls, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    error = refusal(s3.put_bucket_acl, Bucket=acls, ACL="public-read")
    assert error["Message"] == (
        "User: arn:aws:iam::123456789012:root is not authorized to perform: s3:PutBucketAcl on resource: "
        '"arn:aws:s3:::acls" because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public '
        "Access."
    )
    assert permissions(s3, acls) == [("id", "FULL_CONTROL")]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (
            {},
            {
                "Code": "MissingSecurityHeader",
                "Message": "Your request was missing a required header",
                "MissingHeaderName": "x-amz-acl",
            },
        ),
        (
            {"ACL": "nonsense"},
            {"Code": "InvalidArgument", "ArgumentName": "x-amz-acl", "ArgumentValue": "nonsense"},
        ),
        (
            {"ACL": "private", "GrantRead": f"uri={ALL_USERS}"},
            {
                "Code": "InvalidRequest",
                "Message": "Specifying both Canned ACLs and Header Grants is not allowed",
            },
        ),
        (
            {"GrantRead": "uri=http://nobody"},
            {
                "Code": "InvalidArgument",
                "Message": "Invalid group uri",
                "ArgumentName": "uri",
                "ArgumentValue": "http://nobody",
            },
        ),
        (
            {"GrantRead": "id=nobody"},
            {
                "Code": "InvalidArgument",
                "Message": "Invalid id",
                "ArgumentName": "id",
                "ArgumentValue": "nobody",
            },
        ),
        (
            {"GrantWrite": 'fakekey="1234"'},
            {
                "Code": "InvalidArgument",
                "Message": "Argument format not recognized",
                "ArgumentName": "x-amz-grant-write",
                "ArgumentValue": 'fakekey="1234"',
            },
        ),
        (
            {"AccessControlPolicy": {}},
            {"Code": "MalformedACLError", "Message": MALFORMED},
        ),
    ],
)
def test_a_42_acls_that_may_not_be(
    s3: Any, acls: str, params: dict[str, Any], expected: dict[str, Any]
) -> None:
    error = refusal(s3.put_bucket_acl, Bucket=acls, **params)
    assert error.pop("Status") == 400
    if params.get("ACL") == "nonsense":
        assert not error.pop("Message", None)
    assert error == expected
    assert permissions(s3, acls) == [("id", "FULL_CONTROL")]


@pytest.mark.parametrize(
    "change",
    [
        {"Owner": None},
        {"Grants": [{"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "LOOK"}]},
        {"Grants": [{"Grantee": {"Type": "Friend", "ID": "x"}, "Permission": "READ"}]},
    ],
    ids=str,
)
def test_documents_that_are_no_acl(aws: MockAWS, acls: str, change: dict[str, Any]) -> None:
    usual = {"Owner": {"ID": aws.account().canonical_id}, "Grants": []}
    document = {name: value for name, value in {**usual, **change}.items() if value is not None}
    error = refusal(unchecked(aws).put_bucket_acl, Bucket=acls, AccessControlPolicy=document)
    assert error == {"Status": 400, "Code": "MalformedACLError", "Message": MALFORMED}


def test_oq_5_b_9_ignored_grants_are_not_shown_but_kept(s3: Any, acls: str) -> None:
    s3.put_bucket_acl(Bucket=acls, ACL="public-read")
    s3.put_public_access_block(Bucket=acls, PublicAccessBlockConfiguration={"IgnorePublicAcls": True})
    assert permissions(s3, acls) == [("id", "FULL_CONTROL")]
    s3.delete_public_access_block(Bucket=acls)
    assert permissions(s3, acls) == [("id", "FULL_CONTROL"), ("AllUsers", "READ")]


def test_an_acl_twice_over(aws: MockAWS, s3: Any, acls: str) -> None:
    owner = {"ID": aws.account().canonical_id}
    document = {"Owner": owner, "Grants": []}
    error = refusal(s3.put_bucket_acl, Bucket=acls, ACL="private", AccessControlPolicy=document)
    assert (error["Code"], error["Message"]) == (
        "UnexpectedContent",
        "This request does not support content",
    )


def test_an_acl_as_a_document(aws: MockAWS, s3: Any, acls: str) -> None:
    owner = {"ID": aws.account().canonical_id}
    grants = [
        {"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "READ_ACP"},
        {"Grantee": {**owner, "Type": "CanonicalUser"}, "Permission": "WRITE"},
    ]
    document = {"Owner": owner, "Grants": grants}
    s3.put_bucket_acl(Bucket=acls, AccessControlPolicy=document)
    assert answer(s3.get_bucket_acl, Bucket=acls) == document


@pytest.mark.parametrize(
    ("owner", "grantee", "name", "value"),
    [
        ("nobody", None, "CanonicalUser/ID", "nobody"),
        (None, {"Type": "CanonicalUser", "ID": "nobody"}, "CanonicalUser/ID", "nobody"),
        (None, {"Type": "Group", "URI": "http://nobody"}, "Group/URI", "http://nobody"),
    ],
)
def test_documents_that_name_nobody(
    aws: MockAWS, s3: Any, acls: str, owner: str | None, grantee: Any, name: str, value: str
) -> None:
    document = {
        "Owner": {"ID": owner or aws.account().canonical_id},
        "Grants": [{"Grantee": grantee, "Permission": "READ"}] if grantee else [],
    }
    error = refusal(s3.put_bucket_acl, Bucket=acls, AccessControlPolicy=document)
    assert (error["Code"], error["ArgumentName"], error["ArgumentValue"]) == ("InvalidArgument", name, value)


def test_x_60_anonymous_callers_put_no_acl(aws: MockAWS, acls: str) -> None:
    """OQ-11."""
    error = refusal(aws.anonymous.client().put_bucket_acl, Bucket=acls, ACL="private")
    assert error["Message"] == "Anonymous users cannot invoke this API. Please authenticate."


@pytest.mark.parametrize(
    "name", ["get_bucket_ownership_controls", "get_public_access_block", "delete_public_access_block"]
)
def test_missing_buckets(s3: Any, name: str) -> None:
    assert refusal(getattr(s3, name), Bucket="nothing") == no_such_bucket("nothing")
