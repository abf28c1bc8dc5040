"""Policies of organizations: SCPs for callers, RCPs for buckets (docs/rules/evaluation.md), and membership."""

from __future__ import annotations

import json
import re

import pytest

from mocks3 import Mocks3Error
from mocks3.policy import PolicySyntaxError
from tests.access.asking import allow, answer, both, deny, message, seen

SCP = r"service control policy: arn:aws:organizations::999999999999:policy/o-1/service_control_policy/p-\w{8}"
RCP = (
    r"resource control policy: arn:aws:organizations::999999999999:policy/o-1/resource_control_policy/p-\w{8}"
)
"""What the message names after an explicit deny (X-42)."""
BUCKET = ["arn:aws:s3:::bkt", "arn:aws:s3:::bkt/*"]


@pytest.fixture
def management(aws):
    return aws.account("999999999999", name="management")


@pytest.fixture
def org(aws, management):
    return aws.organization("o-1", management=management)


def put_policy(a, policy) -> None:
    a.client().put_bucket_policy(Bucket="bkt", Policy=json.dumps(policy))


def put_policy_anyway(a, policy) -> None:
    """Put a bucket policy that an SCP or RCP would not allow its owner to put."""
    with a._aws.store.editing("bkt") as bucket:
        bucket.policy = json.dumps(policy)


def reads(principal, **context) -> int:
    client = principal.client("s3", request_context=context) if context else principal.client("s3")
    return answer(lambda: client.get_object(Bucket="bkt", Key="k"))


def refusal(principal) -> str:
    return message(lambda: principal.client("s3").get_object(Bucket="bkt", Key="k"))


def test_members_go_on_as_before(org, a) -> None:
    """E-1: FullAWSAccess is attached to every level."""
    org.add(a, ou=org.ou("workloads"))
    assert reads(a.root) == 200


def test_W_92_an_scp_denies_members_and_their_root(org, a) -> None:
    """W-92, E-1, E-73."""
    org.add(a)
    org.put_scp(deny("s3:DeleteObject"), on=a)
    admin = a.create_user("admin", policies=allow())
    for who in (admin, a.root, a.create_role("r", policies=allow()).assume()):
        text = message(lambda who=who: who.client("s3").delete_object(Bucket="bkt", Key="k"))
        assert re.search(f"with an explicit deny in a {SCP}$", text)
        assert reads(who) == 200


def test_W_93_every_level_must_allow(org, a) -> None:
    """W-93, E-1: an Allow at each of root, OU, account."""
    unit = org.ou("workloads")
    org.add(a, ou=unit)
    admin = a.create_user("admin", policies=allow())
    for place in (None, unit, a):
        org.put_scp(allow("ec2:*"), on=place, name="ec2")
        org.delete_scp("FullAWSAccess", on=place)
        assert refusal(admin).endswith("because no service control policy allows the s3:GetObject action")
        org.put_scp(allow("s3:Get*"), on=place, name="s3")
        assert reads(admin) == 200


def test_an_scp_grants_nothing(org, a) -> None:
    """E-1: an SCP limits permissions and grants none."""
    org.add(a)
    assert "no identity-based policy" in refusal(a.create_user("dave"))


def test_the_management_account_is_not_bound(org, management, aws) -> None:
    """E-73, E-1, E-2: SCPs do not apply to its principals, nor RCPs to its buckets."""
    management.create_bucket("bkt", objects={"k": b""})
    org.put_scp(deny())
    org.put_rcp(deny(Principal="*"))
    assert reads(management.root) == 200
    assert reads(management.create_user("admin", policies=allow())) == 200


def test_scps_of_the_owner_do_not_bind_foreign_callers(org, a, b) -> None:
    """E-82."""
    org.add(a)
    org.put_scp(deny(), on=a)
    put_policy_anyway(a, allow("s3:GetObject", BUCKET[1], Principal={"AWS": b.id}))
    assert reads(b.root) == 200
    assert reads(a.root) == 403


def test_scps_bind_neither_services_nor_the_anonymous_caller(aws, org, a) -> None:
    """E-1."""
    org.add(a)
    put_policy(a, allow("s3:GetObject", BUCKET[1], Principal="*"))
    org.put_scp(deny())
    assert reads(aws.anonymous) == 200
    assert reads(aws.service("config.amazonaws.com")) == 200


def test_service_linked_roles_are_not_bound(org, a) -> None:
    """E-1, E-2."""
    org.add(a)
    role = a.create_role("AWSServiceRoleForX", path="/aws-service-role/x.amazonaws.com/", policies=allow())
    org.put_scp(deny())
    org.put_rcp(deny(Principal="*"))
    assert reads(role.assume()) == 200
    assert reads(a.create_role("plain", policies=allow()).assume()) == 403


def test_W_170_an_scp_sees_the_request(org, a) -> None:
    """W-170, E-81, C-41: no LocationConstraint is a missing key."""
    org.add(a)
    org.put_scp(
        deny("s3:CreateBucket", Condition={"StringNotEquals": {"s3:LocationConstraint": "eu-west-1"}})
    )
    s3 = a.client("s3", region_name="us-east-1")
    assert re.search(f"with an explicit deny in a {SCP}$", message(lambda: s3.create_bucket(Bucket="here")))
    there = {"LocationConstraint": "eu-west-1"}
    assert answer(lambda: s3.create_bucket(Bucket="there", CreateBucketConfiguration=there)) == 200


OWN_ORG = deny(
    "s3:*",
    Principal="*",
    Condition={
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    },
)


def test_W_94_W_95_an_rcp_keeps_strangers_out(aws, org, a, b) -> None:
    """W-94, W-95, E-2, E-83."""
    org.add(a)
    put_policy(a, allow("s3:GetObject", BUCKET[1], Principal="*"))
    org.put_rcp(OWN_ORG)
    stranger = b.create_user("x", policies=allow())
    assert refusal(stranger) == "Access Denied"
    assert refusal(aws.anonymous) == "Access Denied"
    assert reads(aws.service("config.amazonaws.com")) == 200
    assert reads(a.root) == 200
    org.add(b)
    assert reads(stranger) == 200


def test_an_rcp_s_refusal_within_the_organization_is_told(org, a, b) -> None:
    """W-94, X-42: xRCP if B were in the organization."""
    org.add(a)
    org.add(b)
    put_policy(a, allow("s3:GetObject", BUCKET[1], Principal="*"))
    org.put_rcp(deny("s3:GetObject", Principal="*"), on=a)
    text = refusal(b.create_user("x", policies=allow()))
    assert re.search(f'on resource: "arn:aws:s3:::bkt/k" with an explicit deny in a {RCP}$', text)


def test_rcps_of_the_caller_do_not_bind_foreign_buckets(org, a, b) -> None:
    """E-82."""
    org.add(b)
    org.put_rcp(deny(Principal="*"))
    put_policy(a, allow("s3:GetObject", BUCKET[1], Principal={"AWS": b.id}))
    assert reads(b.root) == 200


def test_an_rcp_only_denies(org) -> None:
    """E-2."""
    with pytest.raises(Mocks3Error, match="must not have statements with the effect Allow"):
        org.put_rcp(allow(Principal="*"))
    with pytest.raises(PolicySyntaxError):
        org.put_rcp(deny(Principal={"AWS": "111111111111"}))
    with pytest.raises(Mocks3Error, match="cannot be detached"):
        org.delete_rcp("RCPFullAWSAccess")


def test_detaching_brings_back(org, a) -> None:
    org.add(a)
    org.put_scp(deny(), name="stop")
    org.put_rcp(deny(Principal="*"), name="halt")
    assert reads(a.root) == 403
    org.delete_scp("stop")
    assert reads(a.root) == 403
    org.delete_rcp("halt")
    assert reads(a.root) == 200


def test_scps_bind_who_assumes_roles(org, a) -> None:
    """E-1: SCPs also apply to sts:AssumeRole."""
    org.add(a)
    role, dave = a.create_role("r"), a.create_user("dave", policies=allow("sts:AssumeRole"))
    org.put_scp(deny("sts:*"))
    assert answer(lambda: dave.client("sts").assume_role(RoleArn=role.arn, RoleSessionName="s1")) == 403


def test_X_44_an_scp_is_named_before_an_rcp(org, a) -> None:
    """X-44, E-80."""
    org.add(a)
    org.put_scp(deny())
    org.put_rcp(deny(Principal="*"))
    put_policy_anyway(a, deny(resources=BUCKET, Principal="*"))
    assert re.search(f"explicit deny in a {SCP}$", refusal(a.root))
    org.delete_scp()
    assert re.search(f"explicit deny in a {RCP}$", refusal(a.root))


# The sentence.


def test_W_111_the_organization_is_told_why(org, a, b) -> None:
    """W-110, W-111, X-40."""
    user = b.create_user("x", policies=allow("s3:GetObject", BUCKET[1]))
    assert refusal(user) == "Access Denied"
    org.add(a)
    assert refusal(user) == "Access Denied"
    org.add(b)
    assert refusal(user) == (
        "User: arn:aws:iam::222222222222:user/x is not authorized to perform: s3:GetObject on resource: "
        '"arn:aws:s3:::bkt/k" because no resource-based policy allows the s3:GetObject action'
    )


def test_x_42_the_policy_that_denies_is_named(org, a, b) -> None:
    """X-42: each attached policy has an ARN of its own; strangers to the organization get none."""
    org.add(a)
    org.put_scp(deny("s3:GetObject"), on=a, name="one")
    org.put_scp(deny("s3:PutObject"), on=a, name="two")
    s3 = a.root.client("s3")
    first = message(lambda: s3.get_object(Bucket="bkt", Key="k"))
    second = message(lambda: s3.put_object(Bucket="bkt", Key="k"))
    assert re.search(f"{SCP}$", first)
    assert re.search(f"{SCP}$", second)
    assert first.rpartition("/")[2] != second.rpartition("/")[2]
    assert first == message(lambda: s3.get_object(Bucket="bkt", Key="k"))
    put_policy(a, allow("s3:GetObject", BUCKET[1], Principal="*"))
    org.put_rcp(deny("s3:GetObject", Principal="*"), on=a)
    assert refusal(b.create_user("x", policies=allow())) == "Access Denied"


# The keys.


def keys_of(aws, principal):
    return seen(
        aws, "s3:ListBucket", lambda: answer(lambda: principal.client("s3").list_objects_v2(Bucket="bkt"))
    )


def test_keys_of_the_caller_s_organization(aws, org, management, a, b) -> None:
    """aws:PrincipalOrgID, aws:PrincipalOrgPaths; missing for callers without an organization."""
    team = org.ou("team", parent=org.ou("workloads"))
    org.add(a, ou=team)
    dave = a.create_user("dave", policies=allow())
    for who in (a.root, dave, a.create_role("r", policies=allow()).assume(), dave.session_token()):
        context = keys_of(aws, who)
        assert context["aws:principalorgid"] == ("o-1",)
        (path,) = context["aws:principalorgpaths"]
        assert path == f"o-1/{org.record.root}/{org.ou('workloads').id}/{team.id}/"
    (path,) = keys_of(aws, management.root)["aws:principalorgpaths"]
    assert path == f"o-1/{org.record.root}/"
    for who in (b.root, aws.anonymous, aws.service("config.amazonaws.com")):
        context = keys_of(aws, who)
        assert "aws:principalorgid" not in context
        assert "aws:principalorgpaths" not in context


def test_keys_of_the_bucket_s_organization(aws, org, a, b) -> None:
    """aws:ResourceOrgID, aws:ResourceOrgPaths."""
    assert "aws:resourceorgid" not in keys_of(aws, b.root)
    org.add(a)
    context = keys_of(aws, b.root)
    assert context["aws:resourceorgid"] == ("o-1",)
    assert context["aws:resourceorgpaths"] == (f"o-1/{org.record.root}/",)


def test_keys_of_a_service_s_source(aws, org, a) -> None:
    """aws:SourceOrgID, aws:SourceOrgPaths."""
    org.add(a)
    context = keys_of(aws, aws.service("config.amazonaws.com", source_account=a.id))
    assert context["aws:sourceorgid"] == ("o-1",)
    assert context["aws:sourceorgpaths"] == (f"o-1/{org.record.root}/",)
    assert "aws:sourceorgid" not in keys_of(aws, aws.service("config.amazonaws.com"))


def test_W_166_a_deny_of_strangers_hits_services(aws, org, a) -> None:
    """W-166, C-41: services have no organization."""
    org.add(a)
    service = aws.service("cloudtrail.amazonaws.com")
    outside = {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}
    put_policy_anyway(
        a,
        both(
            allow("s3:GetObject", BUCKET[1], Principal={"Service": "cloudtrail.amazonaws.com"}),
            deny("s3:GetObject", BUCKET[1], Principal="*", Condition=outside),
        ),
    )
    assert reads(service) == 403
    assert reads(a.root) == 200


def test_paths_are_asked_as_sets(aws, org, a) -> None:
    """ForAnyValue:StringLike on aws:PrincipalOrgPaths."""
    unit = org.ou("workloads")
    org.add(a, ou=unit)
    condition = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"o-1/{org.record.root}/{unit.id}/*"}}
    dave = a.create_user("dave", policies=allow(Condition=condition))
    assert reads(dave) == 200
    org.add(a)
    assert reads(dave) == 403


# Making and moving.


def test_an_account_is_in_one_organization(aws, org, a) -> None:
    org.add(a)
    other = aws.organization("o-2", management=aws.account("888888888888"))
    with pytest.raises(Mocks3Error, match="already a member of the organization o-1"):
        other.add(a)
    with pytest.raises(Mocks3Error, match="already a member of the organization o-1"):
        aws.organization("o-3", management=a)
    org.remove(a)
    other.add(a)
    assert aws.organization("o-2").record.levels.keys() >= {a.id}


def test_what_cannot_be(aws, org, management, a) -> None:
    with pytest.raises(Mocks3Error, match="must begin with o-"):
        aws.organization("1", management=a)
    with pytest.raises(Mocks3Error, match="management account of o-1 is 999999999999"):
        aws.organization("o-1", management=a)
    with pytest.raises(Mocks3Error, match="cannot leave"):
        org.remove(management)
    with pytest.raises(Mocks3Error, match="not in the organization"):
        org.put_scp(deny(), on=a)
    with pytest.raises(Mocks3Error, match="the SCPs are \\['FullAWSAccess'\\]"):
        org.delete_scp("other")
    with pytest.raises(Mocks3Error, match="is named"):
        org.delete_rcp("other")
    with pytest.raises(PolicySyntaxError):
        org.put_scp(deny(Principal="*"))


def test_units_are_found_again(org) -> None:
    assert org.ou("x").id == org.ou("x").id
    assert org.ou("x", parent=org.ou("y")).id != org.ou("x").id


def test_a_member_that_moves_keeps_its_policies(org, a) -> None:
    org.add(a)
    org.put_scp(deny("s3:GetObject"), on=a)
    org.add(a, ou=org.ou("elsewhere"))
    assert reads(a.root) == 403


def test_snapshots_hold_organizations(aws, org, a) -> None:
    org.add(a)
    mark = aws.snapshot()
    org.put_scp(deny())
    later = aws.organization("o-2", management=aws.account("888888888888"))
    assert reads(a.root) == 403
    aws.restore(mark)
    assert reads(a.root) == 200
    with pytest.raises(Mocks3Error, match="after the snapshot"):
        later.ou("x")


def test_decisions_keep_the_guard_rails_they_were_made_under(aws, org, a) -> None:
    org.add(a)
    org.put_scp(deny("s3:GetObject"), name="NoReads")
    assert reads(a.root) == 403
    decision = aws.decisions[-1]
    org.delete_scp("NoReads")
    assert [ref.name for ref in decision.findings.denies["scp"]] == ["NoReads on root"]
