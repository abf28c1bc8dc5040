"""Managed policies of the Python handles: created, attached, versioned (IAM user guide, "Managed policies")."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from mocks3 import ManagedPolicy, Mocks3Error, mock_s3
from mocks3.policy import PolicySyntaxError


def policy(effect: str = "Allow", action: str = "s3:ListBucket") -> dict[str, object]:
    return {
        "Version": "2012-10-17",
        "Statement": {"Effect": effect, "Action": action, "Resource": "*"},
    }


@pytest.fixture
def aws():
    with mock_s3() as aws:
        aws.account().create_bucket("data")
        yield aws


def lists(principal) -> bool:
    try:
        principal.client().list_objects_v2(Bucket="data")
    except ClientError as error:
        return error.response["Error"]["Code"] != "AccessDenied"
    return True


class TestAttachments:
    def test_a_policy_attached_to_a_user_applies_at_once_and_no_longer_when_detached(self, aws):
        eve, reading = aws.account().create_user("eve"), aws.account().create_policy("reading", policy())
        assert isinstance(reading, ManagedPolicy)
        assert reading.arn == f"arn:aws:iam::{aws.account().id}:policy/reading"
        assert not lists(eve)
        eve.attach(reading)
        eve.attach(reading)
        assert eve.record.attached == (reading.arn,)
        assert lists(eve)
        eve.detach(reading)
        assert not lists(eve)

    def test_members_of_a_group_have_the_policies_attached_to_it(self, aws):
        eve, bob = aws.account().create_user("eve"), aws.account().create_user("bob")
        group = aws.account().create_group("readers", members=[eve])
        group.attach(aws.account().create_policy("reading", policy()).arn)
        assert (lists(eve), lists(bob)) == (True, False)

    def test_sessions_have_the_policies_attached_to_their_role(self, aws):
        role = aws.account().create_role("reader")
        session = role.assume()
        role.attach(aws.account().create_policy("reading", policy(), path="/team/"))
        assert lists(session)
        role.detach(f"arn:aws:iam::{aws.account().id}:policy/team/reading")
        assert not lists(session)

    def test_the_report_of_a_denial_names_the_policy_by_its_arn(self, aws):
        eve = aws.account().create_user("eve", policies=policy())
        barrier = aws.account().create_policy("barrier", policy("Deny"))
        eve.attach(barrier)
        assert not lists(eve)
        assert f'"{barrier.arn}"' in str(aws.decisions[-1])

    def test_a_group_can_lose_an_inline_policy(self, aws):
        eve = aws.account().create_user("eve")
        group = aws.account().create_group("readers", policies=policy(), members=[eve])
        assert lists(eve)
        group.delete_policy()
        assert not lists(eve)


class TestVersions:
    def test_a_new_version_is_the_default_one(self, aws):
        eve, reading = aws.account().create_user("eve"), aws.account().create_policy("reading", policy())
        eve.attach(reading)
        assert reading.put_document(policy(action="s3:GetObject")) == "v2"
        assert not lists(eve)
        assert "s3:GetObject" in reading.document
        assert list(reading.record.versions) == ["v1", "v2"]

    def test_the_oldest_of_five_versions_makes_room(self, aws):
        reading = aws.account().create_policy("reading", policy())
        made = [reading.put_document(policy(action=f"s3:Get{n}")) for n in range(5)]
        assert made == ["v2", "v3", "v4", "v5", "v6"]
        assert list(reading.record.versions) == made
        assert reading.record.default == "v6"


class TestBoundaries:
    def test_a_managed_policy_limits_a_user(self, aws):
        limit = aws.account().create_policy("limit", policy(action="s3:GetObject"))
        eve = aws.account().create_user("eve", policies=policy(), boundary=limit)
        assert eve.record.boundary == limit.arn
        assert not lists(eve)
        limit.put_document(policy())
        assert lists(eve)
        eve.put_boundary(None)
        assert eve.record.boundary is None

    def test_a_document_becomes_a_managed_policy_and_the_next_one_its_version(self, aws):
        role = aws.account().create_role("reader", policies=policy(), boundary=policy(action="s3:GetObject"))
        arn = f"arn:aws:iam::{aws.account().id}:policy/role-reader-boundary"
        assert role.record.boundary == arn
        role.put_boundary(policy())
        assert role.record.boundary == arn
        assert list(aws.iam.managed_policy(arn).versions) == ["v1", "v2"]
        assert lists(role.assume())

    def test_the_arn_of_a_managed_policy_is_enough(self, aws):
        limit = aws.account().create_policy("limit", policy(action="s3:GetObject"))
        eve = aws.account().create_user("eve", policies=policy())
        eve.put_boundary(limit.arn)
        assert not lists(eve)


def test_a_snapshot_restores_policies_and_attachments(aws):
    eve, reading = aws.account().create_user("eve"), aws.account().create_policy("reading", policy())
    eve.attach(reading)
    mark = aws.snapshot()
    later = aws.account().create_policy("later", policy())
    eve.detach(reading)
    reading.put_document(policy("Deny"))
    aws.restore(mark)
    assert lists(eve)
    assert list(reading.record.versions) == ["v1"]
    with pytest.raises(Mocks3Error, match=r"managed policy .*later was deleted"):
        later.record  # noqa: B018


class TestMistakes:
    def test_a_name_is_used_once_in_an_account(self, aws):
        aws.account().create_policy("reading", policy())
        with pytest.raises(Mocks3Error, match="the name is already in use by arn:aws:iam::"):
            aws.account().create_policy("reading", policy(), path="/team/")
        aws.account("111122223333").create_policy("reading", policy())

    def test_a_malformed_document_creates_nothing(self, aws):
        with pytest.raises(PolicySyntaxError):
            aws.account().create_policy("reading", {"Statement": []})
        aws.account().create_policy("reading", policy())

    def test_a_policy_in_use_is_not_deleted(self, aws):
        eve, reading = aws.account().create_user("eve"), aws.account().create_policy("reading", policy())
        eve.attach(reading)
        with pytest.raises(Mocks3Error, match=r"reading is in use by arn:aws:iam::\d+:user/eve"):
            reading.delete()
        eve.detach(reading)
        eve.put_boundary(reading)
        with pytest.raises(Mocks3Error, match="is in use by"):
            reading.delete()
        eve.put_boundary(None)
        reading.delete()
        with pytest.raises(Mocks3Error, match="there is no managed policy"):
            eve.attach(reading)

    def test_policies_of_other_accounts_are_not_attached(self, aws):
        eve = aws.account().create_user("eve")
        foreign = aws.account("111122223333").create_policy("reading", policy())
        with pytest.raises(Mocks3Error, match="belongs to another account"):
            eve.attach(foreign)
        with pytest.raises(Mocks3Error, match="belongs to another account"):
            eve.put_boundary(foreign)

    def test_what_is_not_attached_is_not_detached(self, aws):
        reading = aws.account().create_policy("reading", policy())
        with pytest.raises(Mocks3Error, match="is not attached"):
            aws.account().create_user("eve").detach(reading)

    def test_a_document_is_not_attached(self, aws):
        with pytest.raises(Mocks3Error, match="policy must be a managed policy"):
            aws.account().create_user("eve").attach(policy())
