"""S3 Access Grants through boto3: the instance, locations, grants, and the credentials of GetDataAccess."""

from __future__ import annotations

import json

import boto3
import pytest
from freezegun import freeze_time

from mocks3 import Mocks3Error, NotSupported

from .conftest import ACCOUNT, OTHER, fault, policy

INSTANCE = f"arn:aws:s3:us-east-1:{ACCOUNT}:access-grants/default"
ID = {"AccountId": ACCOUNT}


def trust(*actions):
    return {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "access-grants.s3.amazonaws.com"},
            "Action": list(actions),
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": INSTANCE}},
        },
    }


TRUST = trust("sts:AssumeRole", "sts:SetSourceIdentity")


@pytest.fixture
def role(aws):
    """The role of the locations, which may do everything in S3."""
    return aws.account().create_role("grants", trust=TRUST, policies=policy("s3:*"))


@pytest.fixture
def location(control, role) -> str:
    """The id of the location "s3://data", in a new instance."""
    control.create_access_grants_instance(**ID)
    made = control.create_access_grants_location(**ID, LocationScope="s3://data", IAMRoleArn=role.arn)
    return str(made["AccessGrantsLocationId"])


@pytest.fixture
def eve(aws):
    """A user that may ask for credentials and has no other permission."""
    return aws.account().create_user("eve", policies=policy("s3:GetDataAccess", "s3:ListCallerAccessGrants"))


def grant(control, location, grantee, permission="READ", prefix="a/*", **more):
    configuration = {} if prefix is None else {"AccessGrantsLocationConfiguration": {"S3SubPrefix": prefix}}
    return control.create_access_grant(
        **ID,
        AccessGrantsLocationId=location,
        Grantee={"GranteeType": "IAM", "GranteeIdentifier": grantee},
        Permission=permission,
        **configuration,
        **more,
    )


def access(principal, target="s3://data/a/*", permission="READ", **more):
    return principal.client("s3control", region_name="us-east-1").get_data_access(
        **ID, Target=target, Permission=permission, **more
    )


def client_of(answer):
    """An S3 client with the credentials of GetDataAccess."""
    key = answer["Credentials"]
    return boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        aws_session_token=key["SessionToken"],
    )


def may(call, **members):
    """Whether a call is allowed."""
    from botocore.exceptions import ClientError

    try:
        call(**members)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("AccessDenied", "403"):
            raise
        return False
    return True


@freeze_time("2026-03-04T05:06:07Z")
def test_create_get_list_delete(aws, control, role):
    made = control.create_access_grants_instance(**ID)
    assert (made["AccessGrantsInstanceId"], made["AccessGrantsInstanceArn"]) == ("default", INSTANCE)
    assert made["CreatedAt"].isoformat() == "2026-03-04T05:06:07+00:00"
    assert fault(control.create_access_grants_instance, **ID)[:2] == (
        "AccessGrantsInstanceAlreadyExists",
        409,
    )
    everywhere = control.create_access_grants_location(**ID, LocationScope="s3://", IAMRoleArn=role.arn)
    assert everywhere["AccessGrantsLocationArn"] == f"{INSTANCE}/location/default"
    location = control.create_access_grants_location(**ID, LocationScope="s3://data/a*", IAMRoleArn=role.arn)
    name = {**ID, "AccessGrantsLocationId": location["AccessGrantsLocationId"]}
    found = control.get_access_grants_location(**name)
    assert (found["LocationScope"], found["IAMRoleArn"]) == ("s3://data/a*", role.arn)
    granted = grant(control, "default", role.arn, "READWRITE", "data/b/*")
    assert granted["GrantScope"] == "s3://data/b/*"
    shown = control.get_access_grant(**ID, AccessGrantId=granted["AccessGrantId"])
    for member in ("AccessGrantArn", "GrantScope", "Grantee", "Permission", "CreatedAt"):
        assert shown[member] == granted[member]
    assert shown["Permission"] == "READWRITE"
    assert fault(lambda: grant(control, "default", role.arn, "READWRITE", "data/b/*"))[0] == (
        "AccessGrantAlreadyExists"
    )
    listed = control.list_access_grants(**ID, GrantScope="s3://data/b/*")["AccessGrantsList"]
    assert [each["AccessGrantId"] for each in listed] == [granted["AccessGrantId"]]
    assert control.list_access_grants(**ID, Permission="READ")["AccessGrantsList"] == []
    locations = control.list_access_grants_locations(**ID)["AccessGrantsLocationsList"]
    assert {each["LocationScope"] for each in locations} == {"s3://", "s3://data/a*"}
    assert [
        each["AccessGrantsInstanceArn"]
        for each in control.list_access_grants_instances(**ID)["AccessGrantsInstancesList"]
    ] == [INSTANCE]
    prefix = control.get_access_grants_instance_for_prefix(**ID, S3Prefix="s3://data/a*")
    assert prefix["AccessGrantsInstanceArn"] == INSTANCE
    in_use = {**ID, "AccessGrantsLocationId": "default"}
    assert fault(control.delete_access_grants_location, **in_use)[:2] == (
        "AccessGrantsLocationNotEmptyError",
        400,
    )
    assert fault(control.delete_access_grants_instance, **ID)[:2] == (
        "AccessGrantsInstanceNotEmptyError",
        400,
    )
    control.delete_access_grant(**ID, AccessGrantId=granted["AccessGrantId"])
    for each in locations:
        control.delete_access_grants_location(**ID, AccessGrantsLocationId=each["AccessGrantsLocationId"])
    control.delete_access_grants_instance(**ID)
    assert fault(control.get_access_grants_instance, **ID) == (
        "AccessGrantsInstanceNotExistsError",
        404,
        "Access Grants Instance does not exist",
    )


def test_credentials_do_what_the_grant_says(aws, control, location, eve):
    """F-171."""
    grant(control, location, eve.arn, "READ", "a/*")
    answer = access(eve)
    assert answer["MatchedGrantTarget"] == "s3://data/a/*"
    assert answer["Grantee"] == {"GranteeType": "IAM", "GranteeIdentifier": eve.arn}
    aws.account().root.client("s3").put_object(Bucket="data", Key="a/1", Body=b"one")
    reader = client_of(answer)
    assert reader.get_object(Bucket="data", Key="a/1")["Body"].read() == b"one"
    assert reader.list_objects_v2(Bucket="data", Prefix="a/")["KeyCount"] == 1
    for call, members in (
        (reader.get_object, {"Key": "k"}),
        (reader.list_objects_v2, {}),
        (reader.list_objects_v2, {"Prefix": "b/"}),
        (reader.put_object, {"Key": "a/2", "Body": b""}),
        (reader.delete_object, {"Key": "a/1"}),
        (reader.get_bucket_policy, {}),
    ):
        assert not may(call, Bucket="data", **members), members
    grant(control, location, eve.arn, "READWRITE", "w/*")
    writer = client_of(access(eve, "s3://data/w/*", "READWRITE"))
    assert may(writer.put_object, Bucket="data", Key="w/2", Body=b"")
    assert may(writer.get_object, Bucket="data", Key="w/2")
    assert may(writer.delete_object, Bucket="data", Key="w/2")
    only = client_of(access(eve, "s3://data/w/*", "WRITE"))
    assert may(only.put_object, Bucket="data", Key="w/3", Body=b"")
    assert not may(only.get_object, Bucket="data", Key="w/3")


def test_minimal_privilege_is_the_target(aws, control, location, eve):
    """F-171."""
    grant(control, location, eve.arn, "READWRITE", "a/*")
    answer = access(eve, "s3://data/a/x", "READWRITE", Privilege="Minimal", TargetType="Object")
    assert answer["MatchedGrantTarget"] == "s3://data/a/x"
    s3 = client_of(answer)
    assert may(s3.put_object, Bucket="data", Key="a/x", Body=b"")
    assert not may(s3.put_object, Bucket="data", Key="a/xy", Body=b"")


def test_the_role_limits_the_credentials_too(aws, control, location, role, eve):
    """F-171."""
    grant(control, location, eve.arn, "READWRITE", "a/*")
    condition = {"ArnEquals": {"s3:AccessGrantsInstanceArn": INSTANCE}}
    role.put_policy(policy("s3:PutObject", Condition=condition))
    s3 = client_of(access(eve, permission="READWRITE"))
    assert may(s3.put_object, Bucket="data", Key="a/x", Body=b"")
    assert not may(s3.get_object, Bucket="data", Key="a/x")
    role.put_policy(policy("s3:PutObject", Condition={"ArnNotEquals": condition["ArnEquals"]}))
    assert not may(s3.put_object, Bucket="data", Key="a/x", Body=b"")


def test_the_grant_with_the_longest_scope_counts(aws, control, location, eve):
    """F-170."""
    grant(control, location, eve.arn, "READ", None)
    grant(control, location, eve.arn, "READ", "a/*")
    grant(control, location, eve.arn, "READWRITE", "a/b/*")
    for target, permission, matched in (
        ("s3://data/z", "READ", "s3://data"),
        ("s3://data/a/x", "READ", "s3://data/a/*"),
        ("s3://data/a/b/x", "READ", "s3://data/a/b/*"),
        ("s3://data/a/b/*", "READWRITE", "s3://data/a/b/*"),
    ):
        assert access(eve, target, permission)["MatchedGrantTarget"] == matched
    assert fault(lambda: access(eve, "s3://data/a/*", "WRITE")) == (
        "AccessDenied",
        403,
        "You do not have WRITE permissions to the requested S3 Prefix: s3://data/a/*",
    )
    assert aws.decisions[-1].layer == "access-grant"
    assert fault(lambda: access(eve, "s3://other/*"))[0] == "AccessDenied"


def test_a_grant_of_one_object(aws, control, location, eve):
    """F-170."""
    grant(control, location, eve.arn, "READ", "k", S3PrefixType="Object")
    s3 = client_of(access(eve, "s3://data/k", TargetType="Object"))
    assert s3.get_object(Bucket="data", Key="k")["Body"].read() == b"body"
    assert fault(lambda: access(eve, "s3://data/k*"))[0] == "AccessDenied"


def test_a_role_is_a_grantee(aws, control, location):
    """F-170."""
    account = aws.account()
    role = account.create_role("reader", policies=policy("s3:GetDataAccess"))
    grant(control, location, role.arn)
    assert access(role.assume())["Grantee"]["GranteeIdentifier"] == role.arn
    other = account.create_role("other", policies=policy("s3:GetDataAccess"))
    assert fault(lambda: access(other.assume()))[0] == "AccessDenied"


def test_the_role_must_trust_access_grants(aws, control, location, role, eve):
    """F-170."""
    grant(control, location, eve.arn)
    for document, action in (
        (trust("sts:SetSourceIdentity"), "sts:AssumeRole"),
        (trust("sts:AssumeRole"), "sts:SetSourceIdentity"),
    ):
        aws.client("iam").update_assume_role_policy(RoleName="grants", PolicyDocument=json.dumps(document))
        assert fault(lambda: access(eve)) == (
            "StsNotAuthorizedError",
            403,
            f"User: access-grants.s3.amazonaws.com is not authorized to perform: {action} on resource: {role.arn}",
        )
        assert aws.decisions[-1].principal == "access-grants.s3.amazonaws.com"


def test_durations(aws, control, location, role, eve):
    grant(control, location, eve.arn)
    with freeze_time("2026-03-04T05:06:07Z"):
        until = access(eve, DurationSeconds=900)["Credentials"]["Expiration"]
        assert until.isoformat() == "2026-03-04T05:21:07+00:00"
        assert access(eve)["Credentials"]["Expiration"].isoformat() == "2026-03-04T06:06:07+00:00"
        assert fault(lambda: access(eve, DurationSeconds=7200))[:2] == ("StsValidationError", 400)
    with freeze_time("2026-03-04T05:06:07Z") as now:
        s3 = client_of(access(eve, DurationSeconds=900))
        now.tick(901)
        assert fault(s3.get_object, Bucket="data", Key="a/x")[0] == "ExpiredToken"


def test_the_caller_lists_its_own_grants(aws, control, location, eve):
    grant(control, location, eve.arn, "READ", "a/*")
    grant(control, location, eve.arn, "WRITE", "b/*")
    grant(control, location, aws.account().create_user("other").arn, "READ", "c/*")
    client = eve.client("s3control")
    listed = client.list_caller_access_grants(**ID)["CallerAccessGrantsList"]
    assert sorted((each["Permission"], each["GrantScope"]) for each in listed) == [
        ("READ", "s3://data/a/*"),
        ("WRITE", "s3://data/b/*"),
    ]
    some = client.list_caller_access_grants(**ID, GrantScope="s3://data/b*")["CallerAccessGrantsList"]
    assert [each["GrantScope"] for each in some] == ["s3://data/b/*"]


def test_the_resource_policy_lets_other_accounts_in(aws, control, location):
    theirs = aws.account(OTHER).create_user("theirs", policies=policy("s3:GetDataAccess"))
    grant(control, location, theirs.arn)
    assert fault(lambda: access(theirs))[0] == "AccessDenied"
    missing = ("AccessGrantsInstanceResourcePolicyNotExists", 404)
    assert fault(control.get_access_grants_instance_resource_policy, **ID)[:2] == missing
    text = policy("s3:GetDataAccess", principal={"AWS": OTHER}, resource=INSTANCE)
    put = control.put_access_grants_instance_resource_policy(**ID, Policy=text, Organization="o-abcdefghij")
    assert json.loads(put["Policy"]) == json.loads(text)
    assert access(theirs)["MatchedGrantTarget"] == "s3://data/a/*"
    stored = control.get_access_grants_instance_resource_policy(**ID)
    assert (json.loads(stored["Policy"]), stored["Organization"]) == (json.loads(text), "o-abcdefghij")
    control.delete_access_grants_instance_resource_policy(**ID)
    assert fault(lambda: access(theirs))[0] == "AccessDenied"
    assert fault(control.delete_access_grants_instance_resource_policy, **ID)[:2] == missing
    bad = {**ID, "Policy": '{"Version": "2012-10-17", "Statement": []}'}
    assert fault(control.put_access_grants_instance_resource_policy, **bad)[:2] == (
        "InvalidResourcePolicy",
        400,
    )


def test_a_new_role_for_a_location(aws, control, location, role):
    second = aws.account().create_role("second", trust=TRUST)
    name = {**ID, "AccessGrantsLocationId": location}
    assert control.update_access_grants_location(**name, IAMRoleArn=second.arn)["IAMRoleArn"] == second.arn
    assert control.get_access_grants_location(**name)["IAMRoleArn"] == second.arn
    gone = f"arn:aws:iam::{ACCOUNT}:role/gone"
    assert fault(control.update_access_grants_location, **name, IAMRoleArn=gone)[:2] == (
        "InvalidIamRole",
        400,
    )


def test_the_role_must_be_passed(aws, control, location, role):
    eve = aws.account().create_user("eve", policies=policy("s3:CreateAccessGrantsLocation"))
    create = {**ID, "LocationScope": "s3://data/n*", "IAMRoleArn": role.arn}
    assert "iam:PassRole" in fault(eve.client("s3control").create_access_grants_location, **create)[2]
    condition = {"StringEquals": {"iam:PassedToService": "access-grants.s3.amazonaws.com"}}
    passes = json.loads(policy("iam:PassRole", resource=role.arn, Condition=condition))["Statement"]
    creates = json.loads(policy("s3:CreateAccessGrantsLocation"))["Statement"]
    eve.put_policy({"Version": "2012-10-17", "Statement": [*passes, *creates]})
    eve.client("s3control").create_access_grants_location(**create)


@pytest.mark.parametrize(
    ("scope", "code", "status"),
    [
        ("s3://data", "AccessGrantsLocationAlreadyExistsError", 409),
        ("s3://gone/a*", "InvalidAccessGrantsLocation", 400),
        ("s3://far", "InvalidAccessGrantsLocation", 400),
        ("data/a*", "InvalidAccessGrantsLocation", 400),
    ],
)
def test_invalid_locations(aws, control, location, role, scope, code, status):
    aws.account().create_bucket("far", region="eu-west-1")
    create = {**ID, "LocationScope": scope, "IAMRoleArn": role.arn}
    assert fault(control.create_access_grants_location, **create)[:2] == (code, status)
    assert len(control.list_access_grants_locations(**ID)["AccessGrantsLocationsList"]) == 1


def test_invalid_grants(control, location, role):
    control.create_access_grants_location(**ID, LocationScope="s3://", IAMRoleArn=role.arn)
    for name, grantee, more, expected in (
        ("gone", role.arn, {}, ("NoSuchAccessGrantsLocationError", 404)),
        (location, "eve", {}, ("InvalidAccessGrant", 400)),
        (location, role.arn, {"prefix": "a"}, ("InvalidAccessGrant", 400)),
        (location, role.arn, {"S3PrefixType": "Object"}, ("InvalidAccessGrant", 400)),
        ("default", role.arn, {"prefix": None}, ("InvalidAccessGrant", 400)),
    ):
        assert fault(lambda: grant(control, name, grantee, **more))[:2] == expected  # noqa: B023 - called immediately
    nobody = {**ID, "AccessGrantsLocationId": location, "Grantee": {}, "Permission": "READ"}
    assert fault(control.create_access_grant, **nobody)[:2] == ("InvalidAccessGrant", 400)
    assert control.list_access_grants(**ID)["AccessGrantsList"] == []
    assert fault(control.get_access_grant, **ID, AccessGrantId="gone")[:2] == ("NoSuchAccessGrantError", 404)
    assert fault(control.delete_access_grant, **ID, AccessGrantId="gone")[:2] == (
        "NoSuchAccessGrantError",
        404,
    )


def test_tags_and_scopes_are_conditions(aws, control, location):
    eve = aws.account().create_user("eve")
    tags = [{"Key": "team", "Value": "a"}]
    granted = grant(control, location, eve.arn, Tags=tags)
    name = {**ID, "AccessGrantId": granted["AccessGrantId"]}
    read = control.list_tags_for_resource(**ID, ResourceArn=granted["AccessGrantArn"])["Tags"]
    assert read == tags
    for key, good, bad in (
        ("s3:AccessGrantScope", "s3://data/a/*", "s3://data/b/*"),
        ("aws:ResourceTag/team", "a", "b"),
    ):
        for value, code in ((good, None), (bad, "AccessDenied")):
            eve.put_policy(policy("s3:GetAccessGrant", Condition={"StringEquals": {key: value}}))
            if code is None:
                assert eve.client("s3control").get_access_grant(**name)["Permission"] == "READ"
            else:
                assert fault(eve.client("s3control").get_access_grant, **name)[0] == code
    condition = {"StringEquals": {"s3:AccessGrantsLocationScope": "s3://data"}}
    eve.put_policy(policy("s3:GetAccessGrantsLocation", Condition=condition))
    place = {**ID, "AccessGrantsLocationId": location}
    assert eve.client("s3control").get_access_grants_location(**place)["LocationScope"] == "s3://data"


def test_what_is_not_supported_is_named(control, location, role):
    arn = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
    far = {**ID, "IdentityCenterArn": arn}
    with pytest.raises(NotSupported, match="IAM Identity Center"):
        control.create_access_grants_instance(**far)
    with pytest.raises(NotSupported, match="DIRECTORY_USER"):
        control.create_access_grant(
            **ID,
            AccessGrantsLocationId=location,
            Grantee={
                "GranteeType": "DIRECTORY_USER",
                "GranteeIdentifier": "83d43802-00b1-7054-db02-f1d683aacba5",
            },
            Permission="READ",
        )
    with pytest.raises(NotSupported, match="s3control:AssociateAccessGrantsIdentityCenter"):
        control.associate_access_grants_identity_center(**far)


def test_handles_and_calls_see_one_state(aws, control, role, eve):
    account = aws.account()
    handle = account.create_access_grant(eve, "s3://data/a/*", "READWRITE", role=role)
    assert control.get_access_grant(**ID, AccessGrantId=handle.id)["GrantScope"] == "s3://data/a/*"
    assert access(eve, permission="WRITE")["MatchedGrantTarget"] == "s3://data/a/*"
    (location,) = control.list_access_grants_locations(**ID)["AccessGrantsLocationsList"]
    assert location["LocationScope"] == "s3://data"
    mark = aws.snapshot()
    control.delete_access_grant(**ID, AccessGrantId=handle.id)
    with pytest.raises(Mocks3Error, match="was deleted"):
        handle.id  # noqa: B018 - looking is what fails
    aws.restore(mark)
    handle.delete()
    assert control.list_access_grants(**ID)["AccessGrantsList"] == []
    other = account.create_role("other", trust=TRUST)
    account.create_access_grant(eve, "s3://data", role=role)
    for call, said in (
        (lambda: account.create_access_grant(eve, "s3://data", role=role), "AccessGrantAlreadyExists"),
        (lambda: account.create_access_grant(eve, "s3://gone/*", role=role), "existing bucket"),
        (
            lambda: account.create_access_grant(eve, "s3://data/*", "ALL", role=role),
            "READ, WRITE or READWRITE",
        ),
        (lambda: account.create_access_grant(aws.anonymous, "s3://data/*", role=role), "anonymous"),
        (lambda: account.create_access_grant(eve, "s3://data/b*", role=other), "has one role for all grants"),
    ):
        with pytest.raises(Mocks3Error, match=said):
            call()


def test_ids_of_deleted_locations_and_grants_are_never_used_again(aws, control, location, eve, role):
    """S3 generates them (API_control_CreateAccessGrant); a policy that names one does not mean the next one."""
    grants, locations = [], [location]
    for _ in range(3):
        made = grant(control, locations[-1], eve.arn)["AccessGrantId"]
        assert (
            fault(grant, control=control, location=locations[-1], grantee=eve.arn)[0]
            == "AccessGrantAlreadyExists"
        )
        control.delete_access_grant(**ID, AccessGrantId=made)
        control.delete_access_grants_location(**ID, AccessGrantsLocationId=locations[-1])
        grants.append(made)
        new = control.create_access_grants_location(**ID, LocationScope="s3://data", IAMRoleArn=role.arn)
        locations.append(new["AccessGrantsLocationId"])
        assert [
            each["AccessGrantsLocationId"]
            for each in control.list_access_grants_locations(**ID)["AccessGrantsLocationsList"]
        ] == locations[-1:]
    handle = aws.account().create_access_grant(eve, "s3://data/a/*", role=role)
    assert handle.record.location == locations[-1]
    handle.delete()
    grants += [
        handle.arn.rpartition("/")[2],
        aws.account().create_access_grant(eve, "s3://data/a/*", role=role).id,
    ]
    assert len(set(grants)) == len(grants) == 5
    assert len(set(locations)) == len(locations) == 4
    with pytest.raises(Mocks3Error, match="was deleted"):
        handle.record  # noqa: B018
