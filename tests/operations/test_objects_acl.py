"""GetObjectAcl, PutObjectAcl, and ACL headers of PutObject; who owns what is written."""

from __future__ import annotations

from typing import Any

import pytest

from mocks3.handles.mock_aws import MockAWS

from .answers import refusal

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
EC2 = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c"
MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"


@pytest.fixture
def held(s3: Any, open_bucket: str) -> dict[str, str]:
    s3.put_object(Bucket=open_bucket, Key="k")
    return {"Bucket": open_bucket, "Key": "k"}


def canonical_id(aws: MockAWS, account: str = "123456789012") -> str:
    return aws.iam.canonical_id(account)


def grants(s3: Any, **named: str) -> list[tuple[str, str]]:
    found = s3.get_object_acl(**named)["Grants"]
    return [(each["Grantee"].get("ID") or each["Grantee"]["URI"], each["Permission"]) for each in found]


def test_the_default_list(aws: MockAWS, s3: Any, held: dict[str, str]) -> None:
    """A-1."""
    me = canonical_id(aws)
    found = s3.get_object_acl(**held)
    assert found["Owner"] == {"ID": me}
    assert found["Grants"] == [{"Grantee": {"ID": me, "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"}]


@pytest.mark.parametrize(
    ("canned", "more"),
    [
        ("private", []),
        ("public-read", [(ALL_USERS, "READ")]),
        ("public-read-write", [(ALL_USERS, "READ"), (ALL_USERS, "WRITE")]),
        ("authenticated-read", [(AUTHENTICATED, "READ")]),
        ("aws-exec-read", [(EC2, "READ")]),
        ("log-delivery-write", []),
        ("bucket-owner-read", []),
        ("bucket-owner-full-control", []),
    ],
)
def test_canned_lists(
    aws: MockAWS, s3: Any, held: dict[str, str], canned: str, more: list[tuple[str, str]]
) -> None:
    """A-30, A-31."""
    expected = [(canonical_id(aws), "FULL_CONTROL"), *more]
    s3.put_object_acl(**held, ACL=canned)
    assert grants(s3, **held) == expected
    s3.put_object(Bucket=held["Bucket"], Key="other", ACL=canned)
    assert grants(s3, Bucket=held["Bucket"], Key="other") == expected


@pytest.mark.parametrize("call", ["put_object", "put_object_acl"])
def test_unknown_canned_list(s3: Any, held: dict[str, str], call: str) -> None:
    assert refusal(getattr(s3, call), **held, ACL="open-sesame") == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": None,  # how botocore reads an empty element
        "ArgumentName": "x-amz-acl",
        "ArgumentValue": "open-sesame",
    }


def test_header_grants_replace_the_default_list(aws: MockAWS, s3: Any, held: dict[str, str]) -> None:
    """A-40, A-41."""
    me = canonical_id(aws)
    s3.put_object_acl(**held, GrantRead=f'uri="{ALL_USERS}", id={me}', GrantWriteACP=f'id="{me}"')
    assert grants(s3, **held) == [(ALL_USERS, "READ"), (me, "READ"), (me, "WRITE_ACP")]


@pytest.mark.parametrize(
    ("value", "message", "argument", "shown"),
    [
        ('uri="http://nowhere"', "Invalid group uri", "uri", "http://nowhere"),
        ('id="12"', "Invalid id", "id", "12"),
        ('fakekey="1234"', "Argument format not recognized", "x-amz-grant-write", 'fakekey="1234"'),
    ],
)
def test_grants_to_nobody(
    s3: Any, held: dict[str, str], value: str, message: str, argument: str, shown: str
) -> None:
    assert refusal(s3.put_object_acl, **held, GrantWrite=value) == {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": message,
        "ArgumentName": argument,
        "ArgumentValue": shown,
    }


def test_grants_to_addresses(s3: Any, held: dict[str, str]) -> None:
    """A-2."""
    found = refusal(s3.put_object_acl, **held, GrantRead='emailAddress="a@example.com"')
    assert (found["Status"], found["Code"]) == (405, "MethodNotAllowed")


def test_canned_list_and_grants(s3: Any, held: dict[str, str]) -> None:
    """A-42."""
    found = refusal(s3.put_object_acl, **held, ACL="private", GrantRead=f'uri="{ALL_USERS}"')
    assert found == {
        "Status": 400,
        "Code": "InvalidRequest",
        "Message": "Specifying both Canned ACLs and Header Grants is not allowed",
    }


def test_headers_and_a_document(aws: MockAWS, s3: Any, held: dict[str, str]) -> None:
    """A-42."""
    document = {"Owner": {"ID": canonical_id(aws)}, "Grants": []}
    found = refusal(s3.put_object_acl, **held, ACL="private", AccessControlPolicy=document)
    assert (found["Code"], found["Message"]) == (
        "UnexpectedContent",
        "This request does not support content",
    )


def test_neither_headers_nor_a_document(s3: Any, held: dict[str, str]) -> None:
    assert refusal(s3.put_object_acl, **held) == {
        "Status": 400,
        "Code": "MissingSecurityHeader",
        "Message": "Your request was missing a required header",
        "MissingHeaderName": "x-amz-acl",
    }


def test_a_document(aws: MockAWS, s3: Any, held: dict[str, str]) -> None:
    group = {"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "READ_ACP"}
    document = {"Owner": {"ID": canonical_id(aws)}, "Grants": [group]}
    s3.put_object_acl(**held, AccessControlPolicy=document)
    assert grants(s3, **held) == [(ALL_USERS, "READ_ACP")]


def _user(**more: str) -> dict[str, Any]:
    return {"Grantee": {"Type": "CanonicalUser", **more}, "Permission": "READ"}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"Grants": []},
        {"Owner": {}, "Grants": []},
        {
            "Owner": {"ID": "me"},
            "Grants": [{"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "FLY"}],
        },
        {"Owner": {"ID": "me"}, "Grants": [{"Grantee": {"Type": "Dog", "ID": "me"}, "Permission": "READ"}]},
        {"Owner": {"ID": "me"}, "Grants": [_user()]},
        {"Owner": {"ID": "me"}, "Grants": [_user(ID="me")] * 101},
    ],
)
def test_malformed_documents(aws: MockAWS, s3: Any, held: dict[str, str], document: dict[str, Any]) -> None:
    """A-3, A-42."""
    me = canonical_id(aws)
    if document.get("Owner", {}).get("ID"):
        grants_sent = [
            {**grant, "Grantee": {**grant["Grantee"], **({"ID": me} if "ID" in grant["Grantee"] else {})}}
            for grant in document["Grants"]
        ]
        document = {"Owner": {"ID": me}, "Grants": grants_sent}
    assert refusal(s3.put_object_acl, **held, AccessControlPolicy=document) == {
        "Status": 400,
        "Code": "MalformedACLError",
        "Message": MALFORMED,
    }


def test_documents_that_name_nobody(aws: MockAWS, s3: Any, held: dict[str, str]) -> None:
    me = canonical_id(aws)
    stranger = {"Owner": {"ID": "12"}, "Grants": [_user(ID=me)]}
    found = refusal(s3.put_object_acl, **held, AccessControlPolicy=stranger)
    assert (found["Message"], found["ArgumentName"], found["ArgumentValue"]) == (
        "Invalid id",
        "CanonicalUser/ID",
        "12",
    )
    nobody = {"Owner": {"ID": me}, "Grants": [_user(ID="12")]}
    found = refusal(s3.put_object_acl, **held, AccessControlPolicy=nobody)
    assert (found["Message"], found["ArgumentName"]) == ("Invalid id", "CanonicalUser/ID")
    group = {"Grantee": {"Type": "Group", "URI": "http://nowhere"}, "Permission": "READ"}
    found = refusal(s3.put_object_acl, **held, AccessControlPolicy={"Owner": {"ID": me}, "Grants": [group]})
    assert (found["Message"], found["ArgumentName"]) == ("Invalid group uri", "Group/URI")


def test_an_acl_does_not_give_away_the_object(aws: MockAWS, s3: Any, held: dict[str, str]) -> None:
    """A-6."""
    other = aws.account("999999999999").record.canonical_id
    document = {"Owner": {"ID": other}, "Grants": []}
    assert refusal(s3.put_object_acl, **held, AccessControlPolicy=document)["Code"] == "AccessDenied"


def test_where_acls_are_disabled(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", ACL="bucket-owner-full-control")
    s3.put_object(Bucket=bucket, Key="k", ACL="private")
    expected = {
        "Status": 400,
        "Code": "AccessControlListNotSupported",
        "Message": "The bucket does not allow ACLs",
    }
    assert refusal(s3.put_object, Bucket=bucket, Key="k", ACL="public-read") == expected
    assert refusal(s3.put_object, Bucket=bucket, Key="k", GrantRead=f'uri="{ALL_USERS}"') == expected
    assert refusal(s3.put_object_acl, Bucket=bucket, Key="k", ACL="private") == expected
    assert len(grants(s3, Bucket=bucket, Key="k")) == 1


def test_where_public_acls_are_blocked(aws: MockAWS) -> None:
    aws.account().create_bucket("amzn-blocked", ownership="ObjectWriter")
    ann = aws.account().create_user(
        "ann",
        policies=[
            {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
        ],
    )
    client = ann.client("s3")
    client.put_object(Bucket="amzn-blocked", Key="k", ACL="bucket-owner-read")
    sentence = (
        f'User: {ann.arn} is not authorized to perform: {{}} on resource: "arn:aws:s3:::amzn-blocked/k" because '
        "public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access."
    )
    found = refusal(client.put_object, Bucket="amzn-blocked", Key="k", ACL="public-read")
    assert (found["Status"], found["Message"]) == (403, sentence.format("s3:PutObject"))
    found = refusal(client.put_object_acl, Bucket="amzn-blocked", Key="k", ACL="authenticated-read")
    assert (found["Status"], found["Message"]) == (403, sentence.format("s3:PutObjectAcl"))


def test_delete_markers(s3: Any, aws: MockAWS) -> None:
    """X-19, R-9."""
    aws.account().create_bucket(
        "amzn-open", ownership="ObjectWriter", public_access_block=None, versioning=True
    )
    marker = s3.delete_object(Bucket="amzn-open", Key="k")["VersionId"]
    for named in ({}, {"VersionId": marker}):
        found = refusal(s3.put_object_acl, Bucket="amzn-open", Key="k", ACL="private", **named)
        assert (found["Status"], found["Code"], found["Method"], found["ResourceType"]) == (
            405,
            "MethodNotAllowed",
            "PUT",
            "DeleteMarker",
        )
    found = refusal(s3.get_object_acl, Bucket="amzn-open", Key="k", VersionId=marker)
    assert (found["Status"], found["Method"]) == (405, "GET")
    assert refusal(s3.get_object_acl, Bucket="amzn-open", Key="k")["Code"] == "NoSuchKey"


def test_every_version_has_its_own(aws: MockAWS, s3: Any) -> None:
    aws.account().create_bucket(
        "amzn-open", ownership="ObjectWriter", public_access_block=None, versioning=True
    )
    first = s3.put_object(Bucket="amzn-open", Key="k", ACL="public-read")["VersionId"]
    s3.put_object(Bucket="amzn-open", Key="k")
    assert len(grants(s3, Bucket="amzn-open", Key="k")) == 1
    assert len(grants(s3, Bucket="amzn-open", Key="k", VersionId=first)) == 2
    s3.put_object_acl(Bucket="amzn-open", Key="k", VersionId=first, ACL="private")
    assert len(grants(s3, Bucket="amzn-open", Key="k", VersionId=first)) == 1


@pytest.mark.parametrize(
    ("ownership", "acl", "owner"),
    [
        ("ObjectWriter", None, "999999999999"),
        ("ObjectWriter", "bucket-owner-full-control", "999999999999"),
        ("BucketOwnerPreferred", None, "999999999999"),
        ("BucketOwnerPreferred", "bucket-owner-read", "999999999999"),
        ("BucketOwnerPreferred", "bucket-owner-full-control", "123456789012"),
        ("BucketOwnerEnforced", None, "123456789012"),
        ("BucketOwnerEnforced", "bucket-owner-full-control", "123456789012"),
    ],
)
def test_who_owns_what_another_account_writes(
    aws: MockAWS, ownership: str, acl: str | None, owner: str
) -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": "999999999999"},
            "Action": ["s3:PutObject", "s3:PutObjectAcl"],
            "Resource": "arn:aws:s3:::amzn-shared/*",
        },
    }
    writer = aws.account("999999999999").root.client("s3")
    aws.account().create_bucket("amzn-shared", ownership=ownership, policy=policy, public_access_block=None)
    writer.put_object(Bucket="amzn-shared", Key="k", **({} if acl is None else {"ACL": acl}))
    bucket = aws.store.bucket("amzn-shared")
    assert bucket is not None
    version = bucket.current("k")
    assert version is not None
    assert version.owner == owner
    reader = writer if owner == "999999999999" else aws.client("s3")
    assert reader.get_object_acl(Bucket="amzn-shared", Key="k")["Owner"] == {"ID": canonical_id(aws, owner)}


def test_the_hand_over_list(aws: MockAWS) -> None:
    aws.account().create_bucket(
        "amzn-shared", ownership="ObjectWriter", public_access_block=None, acl="public-read-write"
    )
    writer = aws.account("999999999999").root.client("s3")
    writer.put_object(Bucket="amzn-shared", Key="k", ACL="bucket-owner-full-control")
    expected = [(canonical_id(aws, "999999999999"), "FULL_CONTROL"), (canonical_id(aws), "FULL_CONTROL")]
    assert grants(writer, Bucket="amzn-shared", Key="k") == expected
