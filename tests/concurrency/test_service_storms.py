"""Storms of calls to IAM, STS, KMS, Organizations and S3 Control. A permission that is revoked allows no later call.

``MOCKS3_STORM`` is the number of rounds of each thread, as in ``test_storms.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from mocks3.handles.mock_aws import MockAWS

from .test_storms import impatient_interpreter, one_of, together
from .threads import A, B, allow, code

__all__ = ["impatient_interpreter"]  # a fixture

EVERYTHING = allow("*")
READ = json.dumps(allow("s3:GetObject"))
NAMED = {"Bucket": "bkt", "Key": "k"}


class Permission(NamedTuple):
    """A permission: calls that give it, calls that revoke it, and the call that needs it."""

    give: Callable[[], object]
    revoke: Callable[[], object]
    use: Callable[[], object]


def _bucket(aws: MockAWS) -> None:
    aws.account(A).create_bucket("bkt", objects={"k": b"x"})


def session_of_a_role(aws: MockAWS) -> Permission:
    """The policy of the role of a session."""
    _bucket(aws)
    iam = aws.account(A).client("iam")
    s3 = aws.account(A).create_role("app").assume().client("s3")
    named = {"RoleName": "app", "PolicyName": "p"}
    return Permission(
        lambda: iam.put_role_policy(**named, PolicyDocument=READ),
        lambda: iam.delete_role_policy(**named),
        lambda: s3.get_object(**NAMED),
    )


def default_version(aws: MockAWS) -> Permission:
    """The default version of a managed policy that is attached to the role of a session."""
    _bucket(aws)
    account = aws.account(A)
    iam = account.client("iam")
    policy = account.create_policy("reading", allow("s3:ListBucket"))
    s3 = account.create_role("app").assume().client("s3")
    iam.attach_role_policy(RoleName="app", PolicyArn=policy.arn)
    iam.create_policy_version(PolicyArn=policy.arn, PolicyDocument=READ)
    return Permission(
        lambda: iam.set_default_policy_version(PolicyArn=policy.arn, VersionId="v2"),
        lambda: iam.set_default_policy_version(PolicyArn=policy.arn, VersionId="v1"),
        lambda: s3.get_object(**NAMED),
    )


def membership(aws: MockAWS) -> Permission:
    """The policy of a group, which is renamed meanwhile."""
    _bucket(aws)
    account = aws.account(A)
    iam, s3 = account.client("iam"), account.create_user("eve").client("s3")
    account.create_group("team", policies=allow("s3:GetObject"))

    def give() -> None:
        iam.add_user_to_group(GroupName="team", UserName="eve")
        iam.update_group(GroupName="team", NewGroupName="Team")

    def revoke() -> None:
        iam.remove_user_from_group(GroupName="Team", UserName="eve")
        iam.update_group(GroupName="Team", NewGroupName="team")

    return Permission(give, revoke, lambda: s3.get_object(**NAMED))


def boundary(aws: MockAWS) -> Permission:
    """The permissions boundary of a user."""
    _bucket(aws)
    account = aws.account(A)
    iam, s3 = account.client("iam"), account.create_user("eve", policies=allow("s3:*")).client("s3")
    narrow = account.create_policy("narrow", allow("s3:ListBucket")).arn
    iam.put_user_permissions_boundary(UserName="eve", PermissionsBoundary=narrow)
    return Permission(
        lambda: iam.delete_user_permissions_boundary(UserName="eve"),
        lambda: iam.put_user_permissions_boundary(UserName="eve", PermissionsBoundary=narrow),
        lambda: s3.get_object(**NAMED),
    )


def access_point(aws: MockAWS) -> Permission:
    """The policy of an access point, to which the bucket delegates."""
    account = aws.account(A)
    through = {"StringEquals": {"s3:DataAccessPointAccount": A}}
    delegating = allow("s3:GetObject", Principal="*", Resource="arn:aws:s3:::bkt/*", Condition=through)
    account.create_bucket("bkt", policy=delegating, objects={"k": b"x"})
    point = account.create_access_point("point", "bkt")
    eve, control = account.create_user("eve"), account.client("s3control")
    s3, named = eve.client("s3"), {"AccountId": A, "Name": "point"}
    statement = {"Effect": "Allow", "Principal": {"AWS": eve.arn}, "Action": "s3:GetObject"}
    text = json.dumps(
        {"Version": "2012-10-17", "Statement": {**statement, "Resource": f"{point.arn}/object/*"}}
    )
    return Permission(
        lambda: control.put_access_point_policy(**named, Policy=text),
        lambda: control.delete_access_point_policy(**named),
        lambda: s3.get_object(Bucket=point.arn, Key="k"),
    )


def service_control_policy(aws: MockAWS) -> Permission:
    """A service control policy of the caller's account."""
    organization = aws.organization("o-abcdefghij", management=aws.account(B))
    organization.add(aws.account(A))
    _bucket(aws)
    client, s3 = aws.account(B).client("organizations"), aws.account(A).client("s3")
    deny = json.dumps(
        {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:Get*", "Resource": "*"}}
    )
    made = client.create_policy(Name="deny", Description="", Type="SERVICE_CONTROL_POLICY", Content=deny)
    named = {"PolicyId": made["Policy"]["PolicySummary"]["Id"], "TargetId": A}
    client.attach_policy(**named)
    return Permission(
        lambda: client.detach_policy(**named),
        lambda: client.attach_policy(**named),
        lambda: s3.get_object(**NAMED),
    )


def grant_of_a_key(aws: MockAWS) -> Permission:
    """A grant of a KMS key."""
    account = aws.account(A)
    key, kms = account.create_kms_key(), account.client("kms")
    account.create_bucket("bkt")
    account.client("s3").put_object(**NAMED, Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=key.arn)
    eve = account.create_user("eve", policies=allow("s3:GetObject"))
    s3, grants = eve.client("s3"), []

    def give() -> None:
        made = kms.create_grant(KeyId=key.id, GranteePrincipal=eve.arn, Operations=["Decrypt"])
        grants.append(made["GrantId"])

    return Permission(
        give, lambda: kms.revoke_grant(KeyId=key.id, GrantId=grants.pop()), lambda: s3.get_object(**NAMED)
    )


def access_grant(aws: MockAWS) -> Permission:
    """A grant of S3 Access Grants."""
    _bucket(aws)
    account = aws.account(A)
    actions = ["sts:AssumeRole", "sts:SetSourceIdentity"]
    trust = {"Effect": "Allow", "Principal": {"Service": "access-grants.s3.amazonaws.com"}, "Action": actions}
    role = account.create_role(
        "grants", trust={"Version": "2012-10-17", "Statement": trust}, policies=EVERYTHING
    )
    eve, control = account.create_user("eve", policies=EVERYTHING), account.client("s3control")
    mine = eve.client("s3control")
    control.create_access_grants_instance(AccountId=A)
    place = control.create_access_grants_location(AccountId=A, LocationScope="s3://bkt", IAMRoleArn=role.arn)
    grants = []

    def give() -> None:
        made = control.create_access_grant(
            AccountId=A,
            AccessGrantsLocationId=place["AccessGrantsLocationId"],
            AccessGrantsLocationConfiguration={"S3SubPrefix": "*"},
            Grantee={"GranteeType": "IAM", "GranteeIdentifier": eve.arn},
            Permission="READ",
        )
        grants.append(made["AccessGrantId"])

    return Permission(
        give,
        lambda: control.delete_access_grant(AccountId=A, AccessGrantId=grants.pop()),
        lambda: mine.get_data_access(AccountId=A, Target="s3://bkt/*", Permission="READ"),
    )


PERMISSIONS = [
    session_of_a_role,
    default_version,
    membership,
    boundary,
    access_point,
    service_control_policy,
    grant_of_a_key,
    access_grant,
]


@pytest.mark.parametrize("made", PERMISSIONS)
def test_what_is_revoked_is_in_force_for_no_later_call(
    aws: MockAWS, made: Callable[[MockAWS], Permission]
) -> None:
    permission = made(aws)

    def use() -> None:
        one_of(code(permission.use), "OK", "AccessDenied")

    def change() -> None:
        permission.give()
        one_of(code(permission.use), "OK")
        permission.revoke()
        one_of(code(permission.use), "AccessDenied")

    together(use, use, change)


def _attempts(client: Any, *calls: tuple[str, dict[str, Any]]) -> Callable[[], None]:
    """Return a job that makes the calls in order. Each may be refused, because other threads do the same."""

    def run() -> None:
        for name, params in calls:
            code(getattr(client, name), **params)

    return run


def test_resources_are_created_listed_and_deleted_by_many_threads(aws: MockAWS) -> None:
    """Each job is the whole life of some resources, and each runs in two threads: nothing is left of any."""
    account, trust = aws.account(A), json.dumps({
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": {"AWS": A}, "Action": "sts:AssumeRole"},
    })  # fmt: skip
    _bucket(aws)
    iam, control, organizations = (account.client(each) for each in ("iam", "s3control", "organizations"))
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    role, policy, user = {"RoleName": "r"}, {"PolicyArn": f"arn:aws:iam::{A}:policy/p"}, {"UserName": "u"}
    profile, group, point = (
        {"InstanceProfileName": "i"},
        {"GroupName": "g"},
        {"AccountId": A, "Name": "point"},
    )
    lens = {"AccountId": A, "ConfigId": "lens"}
    content = {"Id": "lens", "AccountLevel": {"BucketLevel": {}}, "IsEnabled": True}
    jobs = [
        _attempts(
            iam,
            ("create_role", {**role, "AssumeRolePolicyDocument": trust}),
            ("create_policy", {"PolicyName": "p", "PolicyDocument": READ}),
            ("attach_role_policy", {**role, **policy}),
            ("create_instance_profile", profile),
            ("add_role_to_instance_profile", {**role, **profile}),
            ("get_account_authorization_details", {}),
            ("list_entities_for_policy", policy),
            ("remove_role_from_instance_profile", {**role, **profile}),
            ("delete_instance_profile", profile),
            ("detach_role_policy", {**role, **policy}),
            ("delete_policy", policy),
            ("delete_role", role),
        ),
        _attempts(
            iam,
            ("create_user", user),
            ("create_group", group),
            ("add_user_to_group", {**user, **group}),
            ("put_user_policy", {**user, "PolicyName": "p", "PolicyDocument": READ}),
            ("list_groups_for_user", user),
            ("generate_credential_report", {}),
            ("delete_user_policy", {**user, "PolicyName": "p"}),
            ("remove_user_from_group", {**user, **group}),
            ("delete_group", group),
            ("delete_user", user),
        ),
        _attempts(
            control,
            ("create_access_point", {**point, "Bucket": "bkt"}),
            ("put_storage_lens_configuration", {**lens, "StorageLensConfiguration": content}),
            ("list_access_points", {"AccountId": A}),
            ("list_storage_lens_configurations", {"AccountId": A}),
            ("delete_storage_lens_configuration", lens),
            ("delete_access_point", point),
        ),
    ]

    def units() -> None:
        code(organizations.create_organizational_unit, ParentId=root, Name="unit")
        listed = organizations.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"]
        for each in listed:
            found = code(organizations.delete_organizational_unit, OrganizationalUnitId=each["Id"])
            one_of(found, "OK", "OrganizationalUnitNotFoundException")

    def look() -> None:
        aws.snapshot()
        account.client("s3").get_object(**NAMED)

    together(*jobs, *jobs, units, units, look)
    for job in jobs:  # what a thread could not delete because another used it
        job()
    units()
    details = iam.get_account_authorization_details()
    assert not any(details[f"{kind}DetailList"] for kind in ("User", "Group", "Role"))
    assert not details["Policies"]
    assert not iam.list_instance_profiles()["InstanceProfiles"]
    assert not control.list_access_points(AccountId=A)["AccessPointList"]
    assert not organizations.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"]
