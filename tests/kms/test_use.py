"""Use of a key through S3: key policy, identity policy, both across accounts (M-50, F-60 to F-64, X-47)."""

from __future__ import annotations

from typing import Any

import pytest

from mocks3 import mock_s3

from .conftest import OPS, PARTNER
from .documents import allow, deny, document, error_of, no_allow, no_details

S3 = allow("s3:*")
WITH_KMS = {"Bucket": "amzn-data", "Key": "k", "ServerSideEncryption": "aws:kms"}


def put(who, key):
    return who.client().put_object(**WITH_KMS, SSEKMSKeyId=key.arn, Body=b"x")


def refused_put(who, key):
    return error_of(who.client().put_object, **WITH_KMS, SSEKMSKeyId=key.arn)


def refused_get(who):
    return error_of(who.client().get_object, Bucket="amzn-data", Key="k")


class TestWithinTheAccount:
    def test_s3_permission_alone_is_not_enough(self, ops, bucket, key):
        """F-60, W-78, W-79."""
        put(ops.root, key)
        dave = ops.create_user("dave", policies=document(S3))
        assert refused_put(dave, key) == no_allow(dave.arn, "kms:GenerateDataKey", key.arn)
        assert refused_get(dave) == no_allow(dave.arn, "kms:Decrypt", key.arn)

    def test_a_key_policy_that_delegates_lets_identity_policies_decide(self, ops, bucket, key):
        """M-50."""
        writer = ops.create_user("writer", policies=document(S3, allow("kms:GenerateDataKey")))
        put(writer, key)
        assert refused_get(writer) == no_allow(writer.arn, "kms:Decrypt", key.arn)

    def test_a_key_policy_that_names_the_user_is_enough(self, ops, bucket, key):
        """M-50."""
        dave = ops.create_user("dave", policies=document(S3))
        key.put_policy(document(allow("kms:GenerateDataKey", "kms:Decrypt", to=dave.arn)))
        put(dave, key)
        assert dave.client().get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"

    def test_a_key_policy_that_names_the_role_is_enough(self, ops, bucket, key):
        role = ops.create_role("app", policies=document(S3))
        key.put_policy(document(allow("kms:*", to=role.arn)))
        put(role.assume(), key)

    def test_without_delegation_identity_policies_have_no_effect(self, ops, bucket, key):
        """M-50: an account has no permissions that the key policy does not delegate to it."""
        dave = ops.create_user("dave", policies=document(S3, allow("kms:*")))
        key.put_policy(document(allow("kms:*", to=ops.create_user("keeper").arn)))
        expected = no_allow(dave.arn, "kms:GenerateDataKey", key.arn, "resource-based policy")
        assert refused_put(dave, key) == expected

    def test_root_needs_the_key_policy_too(self, ops, bucket, key):
        key.put_policy(document(allow("kms:*", to=ops.create_user("keeper").arn)))
        root = f"arn:aws:iam::{OPS}:root"
        expected = no_allow(root, "kms:GenerateDataKey", key.arn, "resource-based policy")
        assert refused_put(ops.root, key) == expected

    @pytest.mark.parametrize(("where", "layer"), [("key", "a resource-based"), ("user", "an identity-based")])
    def test_an_explicit_deny_wins(self, ops, bucket, key, where, layer):
        """E-20, X-47."""
        no = deny("kms:GenerateDataKey")
        dave = ops.create_user(
            "dave", policies=document(S3, allow("kms:*"), *([no] if where == "user" else []))
        )
        if where == "key":
            named = deny("kms:GenerateDataKey", to=dave.arn)
            key.put_policy(document(allow("kms:*", to=f"arn:aws:iam::{OPS}:root"), named))
        assert refused_put(dave, key) == (
            403,
            "AccessDenied",
            f"User: {dave.arn} is not authorized to perform: kms:GenerateDataKey on resource: {key.arn} with an "
            f"explicit deny in {layer} policy",
        )

    def test_boundaries_and_session_policies_apply_to_kms(self, ops, bucket, key):
        dave = ops.create_user("dave", policies=document(S3, allow("kms:*")), boundary=document(S3))
        expected = no_allow(dave.arn, "kms:GenerateDataKey", key.arn, "permissions boundary")
        assert refused_put(dave, key) == expected
        session = ops.create_role("app", policies=document(S3, allow("kms:*"))).assume(policy=document(S3))
        expected = no_allow(session.arn, "kms:GenerateDataKey", key.arn, "session policy")
        assert refused_put(session, key) == expected

    def test_s3_is_asked_first(self, aws, ops, bucket, key):
        """F-64: a call that S3 denies is not checked by KMS."""
        dave = ops.create_user("dave", policies=document(allow("kms:*")))
        status, _, message = refused_put(dave, key)
        assert status == 403
        assert "s3:PutObject" in message
        assert [decision.action for decision in aws.decisions] == ["s3:PutObject"]


class TestAcrossAccounts:
    @pytest.fixture
    def key(self, ops):
        return ops.create_kms_key(document(allow("kms:*", to=f"arn:aws:iam::{OPS}:root")))

    def share(self, key):
        accounts = [f"arn:aws:iam::{account}:root" for account in (OPS, PARTNER)]
        key.put_policy(document(*(allow("kms:*", to=root) for root in accounts)))

    def test_both_sides_must_allow(self, partner, bucket, key):
        """M-50."""
        eve = partner.create_user("eve", policies=document(S3, allow("kms:*")))
        self.share(key)
        put(eve, key)

    def test_the_keys_side_is_told_vaguely(self, ops, partner, bucket, key):
        """X-47."""
        put(ops.root, key)
        eve = partner.create_user("eve", policies=document(S3, allow("kms:*")))
        assert refused_put(eve, key) == no_details(eve.arn, "kms:GenerateDataKey")
        assert refused_get(eve) == no_details(eve.arn, "kms:Decrypt")

    def test_an_explicit_deny_of_the_key_policy_too(self, partner, bucket, key):
        """X-47: "or a resource-based policy explicitly denies access"."""
        eve = partner.create_user("eve", policies=document(S3, allow("kms:*")))
        everyone = allow("kms:*", to="*")
        key.put_policy(document(everyone, deny("kms:*", to=eve.arn)))
        assert refused_put(eve, key) == no_details(eve.arn, "kms:GenerateDataKey")

    def test_a_denial_by_the_callers_account_has_details(self, partner, bucket, key):
        eve = partner.create_user("eve", policies=document(S3))
        self.share(key)
        assert refused_put(eve, key) == no_allow(eve.arn, "kms:GenerateDataKey", key.arn)

    def test_a_missing_key_of_another_account_gives_the_same_error(self, partner, bucket, key):
        eve = partner.create_user("eve", policies=document(S3, allow("kms:*")))
        missing = key.arn[:-12] + "0" * 12
        expected = no_details(eve.arn, "kms:GenerateDataKey")
        assert error_of(eve.client().put_object, **WITH_KMS, SSEKMSKeyId=missing) == expected


class TestTheKeyOfS3:
    """The AWS managed key aws/s3 (F-61, W-113)."""

    def test_every_principal_of_the_account_may_use_it_through_s3(self, ops, bucket):
        dave = ops.create_user("dave", policies=document(S3))
        written = dave.client().put_object(**WITH_KMS)
        assert written["SSEKMSKeyId"] == ops.kms_key("alias/aws/s3").arn
        assert dave.client().get_object(Bucket=bucket, Key="k")["SSEKMSKeyId"] == written["SSEKMSKeyId"]

    def test_it_belongs_to_the_callers_account(self, ops, partner, bucket):
        eve = partner.create_user("eve", policies=document(S3))
        written = eve.client().put_object(**WITH_KMS)
        assert written["SSEKMSKeyId"] == partner.kms_key().arn
        assert refused_get(ops.root) == no_details(f"arn:aws:iam::{OPS}:root", "kms:Decrypt")

    def test_other_accounts_cannot_use_it(self, ops, partner, bucket):
        """W-113."""
        ops.client().put_object(**WITH_KMS)
        eve = partner.create_user("eve", policies=document(S3, allow("kms:*")))
        assert refused_get(eve) == no_details(eve.arn, "kms:Decrypt")

    def test_only_through_s3(self, aws, ops):
        dave = ops.create_user("dave", policies=document(S3))
        arn = ops.kms_key().arn
        via = {"kms:ViaService": "s3.us-east-1.amazonaws.com"}
        assert aws.explain(dave, "kms:Decrypt", arn, via).allowed
        assert not aws.explain(dave, "kms:Decrypt", arn).allowed

    def test_every_region_has_its_own(self, ops, bucket):
        ops.create_bucket("amzn-ireland", region="eu-west-1")
        client = ops.root.client("s3", region_name="eu-west-1")
        written = client.put_object(Bucket="amzn-ireland", Key="k", ServerSideEncryption="aws:kms")
        assert written["SSEKMSKeyId"] == ops.kms_key(region="eu-west-1").arn
        assert written["SSEKMSKeyId"].startswith("arn:aws:kms:eu-west-1:")


class TestUnsigned:
    SENTENCE = "Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4."

    @pytest.fixture
    def public(self, ops):
        policy = document(
            {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::amzn-open/*"}
        )
        return ops.create_bucket("amzn-open", policy=policy, public_access_block=None).name

    def test_reads_need_an_identity(self, aws, s3, public):
        """X-65, F-62."""
        s3.put_object(Bucket=public, Key="k", ServerSideEncryption="aws:kms")
        nobody = aws.anonymous.client("s3")
        expected = (400, "InvalidArgument", self.SENTENCE)
        assert error_of(nobody.get_object, Bucket=public, Key="k") == expected

    def test_writes_too(self, aws, public):
        nobody = aws.anonymous.client("s3")
        found = error_of(nobody.put_object, Bucket=public, Key="k", ServerSideEncryption="aws:kms")
        assert found == (400, "InvalidArgument", self.SENTENCE)


class TestWhatPoliciesAreAsked:
    """The request that S3 makes for its caller."""

    def test_via_service_and_caller_account(self, ops, bucket, key):
        dave = ops.create_user("dave", policies=document(S3))
        via = {"kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": OPS}
        key.put_policy(document(allow("kms:GenerateDataKey", to="*", Condition={"StringEquals": via})))
        put(dave, key)

    def test_via_aws_service(self, ops, bucket, key):
        """P-10: S3 makes the KMS call with the caller's credentials."""
        only = {"Bool": {"aws:ViaAWSService": "true"}}
        key.put_policy(document(allow("kms:GenerateDataKey", to=f"arn:aws:iam::{OPS}:root", Condition=only)))
        put(ops.root, key)

    def test_network_keys_of_the_caller_are_absent(self, aws, ops, bucket, key):
        here = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
        key.put_policy(document(allow("kms:GenerateDataKey", to=f"arn:aws:iam::{OPS}:root", Condition=here)))
        with aws.request_context(source_ip="203.0.113.5"):
            assert refused_put(ops.root, key)[1] == "AccessDenied"

    @pytest.mark.parametrize(
        ("bucket_key", "arn"),
        [(False, "arn:aws:s3:::amzn-data/k"), (True, "arn:aws:s3:::amzn-data")],
        ids=["object", "bucket key"],
    )
    def test_the_encryption_context_is_the_object_or_under_a_bucket_key_the_bucket(
        self, aws, ops, bucket, key, bucket_key, arn
    ):
        """F-63."""
        names = {"StringEquals": {"kms:EncryptionContext:aws:s3:arn": arn}}
        key.put_policy(document(allow("kms:*", to=f"arn:aws:iam::{OPS}:root", Condition=names)))
        asked = {**WITH_KMS, "SSEKMSKeyId": key.arn}
        client = ops.client()
        client.put_object(**asked, BucketKeyEnabled=bucket_key)
        client.get_object(Bucket=bucket, Key="k")
        found = error_of(client.put_object, **asked, BucketKeyEnabled=not bucket_key)
        assert found[1] == "AccessDenied"

    def test_the_alias_it_was_named_by(self, ops, bucket, key):
        key.add_alias("alias/data")
        named = {"StringEquals": {"kms:RequestAlias": "alias/data"}}
        key.put_policy(document(allow("kms:*", to=f"arn:aws:iam::{OPS}:root", Condition=named)))
        ops.client().put_object(**WITH_KMS, SSEKMSKeyId="alias/data")
        assert refused_put(ops.root, key)[1] == "AccessDenied"

    def test_a_key_that_its_arn_names_has_no_request_alias(self, ops, bucket, key):
        key.add_alias("alias/data")
        named = {"StringLike": {"kms:RequestAlias": "*"}}
        key.put_policy(document(allow("kms:*", to=f"arn:aws:iam::{OPS}:root", Condition=named)))
        ops.client().put_object(**WITH_KMS, SSEKMSKeyId="alias/data")
        assert refused_put(ops.root, key)[1] == "AccessDenied"

    def test_the_aliases_it_has(self, ops, bucket, key):
        key.add_alias("alias/data")
        owned = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/data"}}
        key.put_policy(document(allow("kms:*", to=f"arn:aws:iam::{OPS}:root", Condition=owned)))
        put(ops.root, key)


class TestTheJournal:
    def test_every_check_is_a_decision(self, aws, ops, bucket, key):
        put(ops.root, key)
        last = aws.decisions[-1]
        assert (last.action, last.resource, last.allowed) == ("kms:GenerateDataKey", key.arn, True)
        assert (last.operation, last.owner) == ("PutObject", OPS)

    def test_report_mode_allows_it(self):
        with mock_s3(account=OPS, enforce="report") as aws:
            ops = aws.account()
            ops.create_bucket("amzn-data")
            key = ops.create_kms_key()
            dave = ops.create_user("dave", policies=document(S3))
            assert put(dave, key)["SSEKMSKeyId"] == key.arn
            assert [d.action for d in aws.decisions if not d.allowed] == ["kms:GenerateDataKey"]


def test_grants_allow_their_grantee(ops: Any, bucket: str, key: Any) -> None:
    """M-50; KMS developer guide, "Grants"."""
    dave = ops.create_user("dave", policies=document(S3))
    grant = key.grant(dave, ["GenerateDataKey"])
    put(dave, key)
    assert refused_get(dave) == no_allow(dave.arn, "kms:Decrypt", key.arn)
    key.revoke(grant)
    assert refused_put(dave, key)[1] == "AccessDenied"


def test_a_deny_overrides_a_grant(ops: Any, bucket: str, key: Any) -> None:
    dave = ops.create_user("dave", policies=document(S3, deny("kms:*")))
    key.grant(dave)
    assert "explicit deny" in refused_put(dave, key)[2]


@pytest.mark.parametrize("kind", ["EncryptionContextSubset", "EncryptionContextEquals"])
def test_grants_apply_to_their_encryption_context_only(ops: Any, bucket: str, key: Any, kind: str) -> None:
    role = ops.create_role("app", policies=document(S3))
    key.grant(role, ["GenerateDataKey"], {kind: {"aws:s3:arn": "arn:aws:s3:::amzn-data/k"}})
    session = role.assume()
    put(session, key)
    other = {**WITH_KMS, "Key": "other", "SSEKMSKeyId": key.arn}
    assert error_of(session.client().put_object, **other)[1] == "AccessDenied"
