"""The handles of keys: ``account.create_kms_key``, ``account.kms_key``."""

from __future__ import annotations

import pytest

from mocks3 import Mocks3Error
from mocks3.policy import PolicySyntaxError

from .conftest import OPS
from .documents import allow, document, error_of


def test_a_key_knows_its_names(ops, kms):
    key = ops.create_kms_key(alias="alias/data", description="for data")
    assert key.arn == f"arn:aws:kms:us-east-1:{OPS}:key/{key.id}"
    assert ops.kms_key("alias/data").arn == ops.kms_key(key.id).arn == ops.kms_key(key.arn).arn == key.arn
    assert kms.describe_key(KeyId="alias/data")["KeyMetadata"]["Description"] == "for data"
    assert repr(key) == f"KmsKey({key.arn})"


def test_keys_with_the_same_settings_are_different(ops):
    assert ops.create_kms_key().arn != ops.create_kms_key().arn


def test_a_key_of_another_region(ops):
    key = ops.create_kms_key(alias="alias/data", region="eu-west-1")
    assert key.arn.startswith("arn:aws:kms:eu-west-1:")
    assert ops.kms_key("alias/data", region="eu-west-1").id == key.id
    with pytest.raises(Mocks3Error, match="Alias .* is not found"):
        ops.kms_key("alias/data")


def test_its_policy(ops):
    key = ops.create_kms_key()
    assert key.policy["Statement"][0]["Principal"] == {"AWS": f"arn:aws:iam::{OPS}:root"}
    other = document(allow("kms:*", to="*"))
    key.put_policy(other)
    assert key.policy == other
    assert ops.create_kms_key(other).policy == other
    with pytest.raises(PolicySyntaxError):
        key.put_policy(document(allow("kms:*")))


def test_its_states(ops):
    key = ops.create_kms_key()
    key.disable()
    assert key.state == "Disabled"
    key.enable()
    assert key.state == "Enabled"
    key.schedule_deletion(days=7)
    assert key.state == "PendingDeletion"
    key.cancel_deletion()
    assert key.state == "Disabled"


def test_a_deleted_key(ops, time_machine):
    time_machine.move_to("2026-11-21T12:00:00Z")
    key = ops.create_kms_key()
    key.schedule_deletion(days=7)
    time_machine.move_to("2026-11-29T12:00:00Z")
    with pytest.raises(Mocks3Error, match="was deleted"):
        key.enable()


@pytest.mark.parametrize("alias", ["data", "alias/aws/s3"])
def test_invalid_aliases(ops, alias):
    with pytest.raises(Mocks3Error, match="an alias must be a name like"):
        ops.create_kms_key(alias=alias)


def test_an_alias_is_unique(ops):
    ops.create_kms_key(alias="alias/data")
    with pytest.raises(Mocks3Error, match="already exists"):
        ops.create_kms_key(alias="alias/data")


def test_the_aws_managed_key_of_s3(ops):
    key = ops.kms_key()
    assert key.arn == ops.kms_key("alias/aws/s3").arn
    with pytest.raises(Mocks3Error, match="AWS managed key"):
        key.disable()


@pytest.mark.parametrize("name", ["nothing", "alias/none", "00000000-0000-4000-8000-000000000000"])
def test_a_key_that_does_not_exist(ops, name):
    with pytest.raises(Mocks3Error):
        ops.kms_key(name)


def test_grants(ops, aws, kms):
    key, dave = ops.create_kms_key(), ops.create_user("dave")
    grant = key.grant(dave, ["Decrypt"])
    assert kms.list_grants(KeyId=key.id)["Grants"][0]["GrantId"] == grant.id
    key.grant(aws.account("444455556666").root)
    key.revoke(grant)
    key.revoke(kms.list_grants(KeyId=key.id)["Grants"][0]["GrantId"])
    assert kms.list_grants(KeyId=key.id)["Grants"] == []
    with pytest.raises(Mocks3Error):
        key.grant(aws.anonymous)


def test_a_snapshot_contains_keys_aliases_states_and_grants(aws, ops, kms):
    key, dave = ops.create_kms_key(alias="alias/data"), ops.create_user("dave")
    mark = aws.snapshot()
    key.disable()
    key.add_alias("alias/more")
    key.grant(dave)
    later = ops.create_kms_key()
    for _ in range(2):
        aws.restore(mark)
        assert key.state == "Enabled"
        assert kms.list_grants(KeyId=key.id)["Grants"] == []
        assert error_of(kms.describe_key, KeyId="alias/more")[1] == "NotFoundException"
        assert error_of(kms.describe_key, KeyId=later.id)[1] == "NotFoundException"
    assert ops.create_kms_key().arn != later.arn, "an id is never given twice"


def test_explain(aws, ops):
    key, dave = ops.create_kms_key(), ops.create_user("dave", policies=document(allow("kms:Decrypt")))
    decision = aws.explain(dave, "kms:Decrypt", key.arn)
    assert (decision.allowed, decision.resource) == (True, key.arn)
    assert not aws.explain(dave, "kms:Encrypt", key.arn).allowed
    with pytest.raises(Mocks3Error, match="there is no key"):
        aws.explain(dave, "kms:Decrypt", key.arn[:-1] + "x")
    assert aws.decisions == []
