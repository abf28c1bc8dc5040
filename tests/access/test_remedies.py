"""Each kind of remedy: what is proposed first, that it works when it is applied, and what is never proposed."""

# ruff: noqa: E501 -- a row of a table stays on its line

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from freezegun import freeze_time

from mocks3.access import Decision
from mocks3.access.explain.remedies import Kind, Remedy
from mocks3.handles.accounts import Account
from mocks3.handles.mock_aws import MockAWS
from tests.access.asking import allow, answer, both, deny, document
from tests.access.fixing import A, Attempt, B, Scene, apply

BKT, OBJECTS, K = "arn:aws:s3:::bkt", "arn:aws:s3:::bkt/*", "arn:aws:s3:::bkt/k"
SSE = "s3:x-amz-server-side-encryption"


def denial(aws: MockAWS, call: Callable[[], Any]) -> Decision:
    """Make a call that must be denied, and return the decision."""
    with pytest.raises(ClientError) as refused:
        call()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403)
    assert not aws.decisions[-1].allowed
    return aws.decisions[-1]


def texts(decision: Decision) -> list[str]:
    """Return the remedies, each as one text."""
    return [" and ".join(step.text for step in remedy) for remedy in decision.remedies()]


def first(decision: Decision) -> Remedy:
    return decision.remedies()[0]


def fixed(aws: MockAWS, holder: Any, attempt: Attempt) -> str:
    """Make a denied call, apply the first remedy, and make the call again. Return the text of the remedy."""
    scene = Scene(aws, holder)
    denied = attempt.denied(scene)
    assert denied is not None
    remedy = first(denied)
    apply(scene, attempt, remedy)
    assert attempt.denied(scene) is None
    return " and ".join(step.text for step in remedy)


OVER_TLS = {"Bool": {"aws:SecureTransport": "true"}}
WRITES = {"Bucket": "bkt", "Key": "k"}


class TestChangeTheRequest:
    """A request is changed before any policy is."""

    @pytest.mark.parametrize(
        ("statement", "call", "text"),
        [
            (
                deny("s3:PutObject", OBJECTS, Principal="*", Condition={"StringNotEquals": {SSE: "AES256"}}),
                Attempt("put_object", WRITES),
                'send ServerSideEncryption="AES256" (the header x-amz-server-side-encryption)',
            ),
            (
                deny("s3:PutObject", OBJECTS, Principal="*", Condition={"Null": {SSE: "true"}}),
                Attempt("put_object", WRITES),
                'send ServerSideEncryption="AES256" (the header x-amz-server-side-encryption)',
            ),
            (
                deny("s3:GetObject", OBJECTS, Principal="*", Condition={"Bool": {"aws:SecureTransport": False}}),
                Attempt("get_object", WRITES, secure=False),
                "send the request over https, without use_ssl=False and with an https endpoint_url",
            ),
            (
                deny("s3:*", OBJECTS, Principal="*", Condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
                Attempt("get_object", WRITES, {"tls_version": "1.1"}),
                "send the request over https with TLS 1.3",
            ),
            (
                deny("s3:*", OBJECTS, Principal="*", Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}),
                Attempt("get_object", WRITES),
                "send the request through the VPC endpoint vpce-1: in a test, "
                'aws.request_context(source_vpce="vpce-1")',
            ),
            (
                deny("s3:*", OBJECTS, Principal="*", Condition={"StringNotEquals": {"aws:SourceVpc": "vpc-1"}}),
                Attempt("get_object", WRITES),
                "send the request from vpc-1, through its VPC endpoint: in a test, "
                'aws.request_context(source_vpc="vpc-1")',
            ),
            (
                deny("s3:*", OBJECTS, Principal="*", Condition={"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
                Attempt("get_object", WRITES),
                'send the request from an address in 192.0.2.0/24: in a test, aws.request_context(source_ip="192.0.2.1")',
            ),
            (
                deny("s3:*", OBJECTS, Principal="*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
                Attempt("get_object", WRITES, {"mfa": False}, mfa=True),
                "sign in with MFA, with the credentials of sts.get_session_token(SerialNumber=..., TokenCode=...): in a test, user.session_token(mfa=True)",
            ),
            (
                deny("s3:PutObject", OBJECTS, Principal="*", Condition={"StringLike": {"s3:x-amz-acl": "bucket-*"}}),
                Attempt("put_object", {**WRITES, "ACL": "bucket-owner-read"}),
                "leave out ACL",
            ),
            (
                deny("s3:PutObject", OBJECTS, Principal="*", Condition={"StringNotEquals": {"s3:RequestObjectTag/team": "x"}}),
                Attempt("put_object", {**WRITES, "Tagging": "a=b"}),
                'send the tag team=x: Tagging="a=b&team=x"',
            ),
            (
                deny("s3:ListBucket", BKT, Principal="*", Condition={"StringNotLike": {"s3:prefix": "team/${aws:username}/*"}}),
                Attempt("list_objects_v2", {"Bucket": "bkt"}),
                'send Prefix="team/dave/"',
            ),
            (
                deny("s3:ListBucket", BKT, Principal="*", Condition={"NumericGreaterThan": {"s3:max-keys": 10}}),
                Attempt("list_objects", {"Bucket": "bkt", "MaxKeys": 11}),
                "send MaxKeys=10",
            ),
            (
                deny("s3:PutObject", OBJECTS, Principal="*", Condition={"Null": {"s3:if-none-match": "true"}}),
                Attempt("put_object", {**WRITES, "Key": "new"}),
                'send IfNoneMatch="*"',
            ),
            (
                deny("s3:GetObject", OBJECTS, Principal="*", Condition={"StringNotLike": {"aws:Referer": "https://a.example/*"}}),
                Attempt("get_object", WRITES),
                "send the header Referer: https://a.example/",
            ),
        ],
        ids=["header", "missing header", "https", "tls", "endpoint", "vpc", "address", "mfa", "no acl", "tag", "prefix", "max-keys", "if-none-match", "referer"],
    )  # fmt: skip
    def test_a_deny_is_not_weakened(
        self, aws: MockAWS, a: Account, statement: Any, call: Attempt, text: str
    ) -> None:
        a.client().put_bucket_policy(Bucket="bkt", Policy=json.dumps(statement))
        dave = a.create_user("dave", policies=allow())
        attempt = Attempt(call.operation, dict(call.params), dict(call.context), call.secure, call.mfa)
        denied = attempt.denied(Scene(aws, dave))
        assert denied is not None
        assert all(step.kind is not Kind.WEAKENING for remedy in denied.remedies() for step in remedy)
        assert fixed(aws, dave, attempt) == text

    def test_several_denies_need_several_changes(self, aws: MockAWS, a: Account) -> None:
        """E-20: every Deny must stop to match."""
        policy = both(
            deny("s3:PutObject", OBJECTS, Principal="*", Condition={"StringNotEquals": {SSE: "AES256"}}),
            deny("s3:*", OBJECTS, Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}}),
        )
        a.client().put_bucket_policy(Bucket="bkt", Policy=json.dumps(policy))
        dave = a.create_user("dave", policies=allow())
        text = fixed(aws, dave, Attempt("put_object", dict(WRITES), secure=False))
        assert "ServerSideEncryption" in text
        assert "https" in text

    def test_a_changed_request_may_still_need_a_statement(self, aws: MockAWS, a: Account) -> None:
        condition = {"Bool": {"aws:SecureTransport": "false"}}
        policy = deny("s3:*", OBJECTS, Principal="*", Condition=condition)
        a.client().put_bucket_policy(Bucket="bkt", Policy=json.dumps(policy))
        dave = a.create_user("dave")
        text = fixed(aws, dave, Attempt("get_object", dict(WRITES), secure=False))
        assert text.startswith("send the request over https")
        assert text.endswith("and add to the identity policies of user dave")

    @pytest.mark.parametrize(
        ("condition", "attempt", "text"),
        [
            ({"StringLike": {"s3:prefix": "team/*"}}, Attempt("list_objects_v2", {"Bucket": "bkt"}), 'send Prefix="team/"'),
            ({"IpAddress": {"aws:SourceIp": "192.0.2.7"}}, Attempt("list_objects_v2", {"Bucket": "bkt"}), "send the request from the address 192.0.2.7"),
            ({"StringEquals": {"s3:prefix": "a/", "s3:delimiter": "/"}}, Attempt("list_objects_v2", {"Bucket": "bkt"}), 'send Prefix="a/", and send Delimiter="/"'),
        ],
    )  # fmt: skip
    def test_the_condition_of_a_near_miss_is_met(
        self, aws: MockAWS, a: Account, condition: Any, attempt: Attempt, text: str
    ) -> None:
        dave = a.create_user("dave", policies=allow("s3:ListBucket", BKT, Condition=condition))
        call = Attempt(attempt.operation, dict(attempt.params))
        assert fixed(aws, dave, call).startswith(text)

    def test_what_is_added_says_which_condition_it_does_without(self, aws: MockAWS, a: Account) -> None:
        condition = {"IpAddress": {"aws:SourceIp": "192.0.2.7"}}
        dave = a.create_user("dave", policies=allow("s3:GetObject", OBJECTS, Condition=condition))
        assert texts(aws.explain(dave, "s3:GetObject", K))[1] == (
            "add to the identity policies of user dave (this allows it without the condition on aws:SourceIp)"
        )

    def test_an_anonymous_caller_signs_before_everyone_is_let_in(self, aws: MockAWS, a: Account) -> None:
        """PE-1."""
        attempt = Attempt("get_object", dict(WRITES))
        denied = attempt.denied(Scene(aws, None))
        assert denied is not None
        signs, opens = texts(denied)
        assert signs.startswith(f"sign the request, for example with credentials of the account {A}")
        assert opens == "add to the bucket policy of bkt (this allows everyone)"
        fixed(aws, None, attempt)

    def test_a_call_on_no_bucket_is_signed(self, aws: MockAWS) -> None:
        decision = aws.explain(aws.anonymous, "s3:ListAllMyBuckets", "*")
        assert texts(decision) == ["sign the request: unsigned requests belong to no account"]

    def test_the_acl_is_left_out(self, aws: MockAWS, a: Account) -> None:
        """F-21: s3:PutObjectAcl is only checked because of the ACL."""
        dave = a.create_user("dave", policies=allow("s3:PutObject"))
        attempt = Attempt("put_object", {**WRITES, "ACL": "bucket-owner-full-control"})
        assert fixed(aws, dave, attempt) == (
            'leave out ACL="bucket-owner-full-control": then S3 does not check s3:PutObjectAcl'
        )

    def test_an_acl_that_the_policy_requires_is_not_left_out(self, aws: MockAWS, a: Account) -> None:
        condition = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
        dave = a.create_user("dave", policies=allow("s3:PutObject", Condition=condition))
        call = {**WRITES, "ACL": "bucket-owner-full-control"}
        denied = denial(aws, lambda: dave.client("s3").put_object(**call))
        assert denied.action == "s3:PutObjectAcl"
        assert not any("leave out" in text for text in texts(denied))

    def test_the_version_is_named_or_not(self, aws: MockAWS, a: Account) -> None:
        """F-50: another action for versions."""
        versioning = {"Status": "Enabled"}
        a.client().put_bucket_versioning(Bucket="bkt", VersioningConfiguration=versioning)
        version = a.client().put_object(Bucket="bkt", Key="k", Body=b"2")["VersionId"]
        dave = a.create_user("dave", policies=allow("s3:GetObject"))
        eve = a.create_user("eve", policies=allow("s3:GetObjectVersion"))
        named = {**WRITES, "VersionId": version}
        assert (
            fixed(aws, dave, Attempt("get_object", named)) == "leave out VersionId: it is the current version"
        )
        assert (
            fixed(aws, eve, Attempt("get_object", dict(WRITES))) == f'name the version: VersionId="{version}"'
        )

    def test_a_missing_key_is_put_first(self, aws: MockAWS, a: Account) -> None:
        """X-1."""
        dave = a.create_user("dave", policies=allow("s3:GetObject"))
        assert fixed(aws, dave, Attempt("get_object", {"Bucket": "bkt", "Key": "new"})) == (
            "ask for a key that exists: this key does not exist"
        )

    def test_a_listing_s_parameters_are_not_sent_with_a_get(self, aws: MockAWS, a: Account) -> None:
        """X-2: the check of s3:ListBucket for a missing key has no prefix."""
        listing = allow("s3:ListBucket", BKT, Condition={"StringLike": {"s3:prefix": "team/*"}})
        dave = a.create_user("dave", policies=both(allow("s3:GetObject"), listing))
        denied = denial(aws, lambda: dave.client("s3").get_object(Bucket="bkt", Key="team/x"))
        assert not any("Prefix" in text for text in texts(denied))

    def test_assume_role_sends_the_external_id(self, aws: MockAWS, a: Account, b: Account) -> None:
        dave = b.create_user("dave", policies=allow("sts:AssumeRole"))
        trust = {"Effect": "Allow", "Principal": {"AWS": dave.arn}, "Action": "sts:AssumeRole"}
        condition = {"StringEquals": {"sts:ExternalId": "e-1"}}
        role = a.create_role("r", trust=document({**trust, "Condition": condition}))
        sts = dave.client("sts")
        call = {"RoleArn": role.arn, "RoleSessionName": "session"}
        denied = denial(aws, lambda: sts.assume_role(**call))
        (step,) = first(denied)
        assert step.text == 'send ExternalId="e-1"'
        assert sts.assume_role(**call, **step.change.members)["Credentials"]


class TestSignAndConnect:
    """What a policy requires of the signature, the Region and the key is done in the request."""

    @staticmethod
    def denies(a: Account, condition: Any) -> Any:
        """Deny objects under a condition, and return a user whom all else is allowed to."""
        policy = deny("s3:*", OBJECTS, Principal="*", Condition=condition)
        a.client().put_bucket_policy(Bucket="bkt", Policy=json.dumps(policy))
        return a.create_user("dave", policies=both(allow(), allow("kms:*")))

    def test_the_body_is_signed(self, aws: MockAWS, a: Account) -> None:
        dave = self.denies(a, {"StringEquals": {"s3:x-amz-content-sha256": "UNSIGNED-PAYLOAD"}})

        def put(signed: bool) -> Any:
            config = Config(
                s3={"payload_signing_enabled": signed}, request_checksum_calculation="when_required"
            )
            return dave.client("s3", config=config).put_object(**WRITES, Body=b"1")

        denied = denial(aws, lambda: put(signed=False))
        assert texts(denied) == ['sign the body too: Config(s3={"payload_signing_enabled": True})']
        assert put(signed=True)

    def test_signature_version_4(self, aws: MockAWS, a: Account) -> None:
        """F-101."""
        dave = self.denies(a, {"StringNotEquals": {"s3:signatureversion": "AWS4-HMAC-SHA256"}})
        old = dave.client("s3", config=Config(signature_version="s3"))
        assert texts(denial(aws, lambda: old.get_object(**WRITES))) == ["sign with Signature Version 4"]
        assert dave.client("s3").get_object(**WRITES)

    def test_no_presigned_url(self, aws: MockAWS, a: Account) -> None:
        """F-101, OQ-13."""
        dave = self.denies(a, {"StringNotEquals": {"s3:authType": "REST-HEADER"}})
        url = dave.client("s3", region_name="us-east-1").generate_presigned_url("get_object", WRITES)
        with pytest.raises(HTTPError):
            urlopen(url)
        assert texts(aws.decisions[-1]) == [
            "sign the request in its Authorization header, and do not use a presigned URL or a form"
        ]
        assert dave.client("s3").get_object(**WRITES)

    def test_a_new_signature(self, aws: MockAWS, a: Account) -> None:
        """F-101: s3:signatureAge is in milliseconds."""
        dave = self.denies(a, {"NumericGreaterThan": {"s3:signatureAge": "600000"}})
        s3 = dave.client("s3", region_name="us-east-1", config=Config(signature_version="s3v4"))
        with freeze_time("2026-01-01T00:00:00Z") as clock:
            url = s3.generate_presigned_url("get_object", WRITES, ExpiresIn=3600)
            clock.tick(601)
            with pytest.raises(HTTPError):
                urlopen(url)
            assert texts(aws.decisions[-1]) == ["sign the request again: its signature is too old"]
            assert urlopen(s3.generate_presigned_url("get_object", WRITES)).status == 200

    def test_the_endpoint_of_a_region(self, aws: MockAWS, a: Account) -> None:
        condition = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
        policies = both(allow(), deny("s3:CreateBucket", Condition=condition))
        dave = a.create_user("dave", policies=policies)
        there = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
        s3 = dave.client("s3", region_name="us-east-1")
        denied = denial(aws, lambda: s3.create_bucket(Bucket="new", **there))
        assert texts(denied) == ["use the endpoint of the Region eu-west-1"]
        assert dave.client("s3", region_name="eu-west-1").create_bucket(Bucket="new", **there)

    def test_a_key_is_named_together_with_its_algorithm(self, aws: MockAWS, a: Account) -> None:
        key = a.create_kms_key()
        dave = self.denies(a, {"StringNotEquals": {f"{SSE}-aws-kms-key-id": key.arn}})
        assert fixed(aws, dave, Attempt("put_object", dict(WRITES))) == (
            f'send ServerSideEncryption="aws:kms", SSEKMSKeyId="{key.arn}" (the header '
            "x-amz-server-side-encryption-aws-kms-key-id)"
        )

    def test_the_encryption_of_an_upload_is_said_at_its_start(self, aws: MockAWS, a: Account) -> None:
        """OQ-8: parts carry the encryption that the upload was started with."""
        dave = a.create_user("dave", policies=allow())
        s3 = dave.client("s3", region_name="us-east-1")
        part: Any = {**WRITES, "PartNumber": 1, "Body": b""}
        plain = s3.create_multipart_upload(**WRITES)["UploadId"]
        policy = deny("s3:PutObject", OBJECTS, Principal="*", Condition={"StringNotEquals": {SSE: "AES256"}})
        a.client().put_bucket_policy(Bucket="bkt", Policy=json.dumps(policy))
        denied = denial(aws, lambda: s3.upload_part(**part, UploadId=plain))
        (step,) = first(denied)
        assert step.text.startswith('start the upload with ServerSideEncryption="AES256"')
        started = s3.create_multipart_upload(**WRITES, **step.change.members)["UploadId"]
        assert s3.upload_part(**part, UploadId=started)


class TestCorrect:
    """The one wrong element of a statement is corrected, and its conditions stay."""

    @pytest.mark.parametrize(
        ("wrong", "right", "why"),
        [
            ({"Action": "s3:GetObject", "Resource": BKT}, {"Resource": OBJECTS}, f"s3:GetObject acts on objects, and {BKT} is the bucket"),
            ({"Action": "s3:GetObject", "Resource": f"{BKT}/"}, {"Resource": OBJECTS}, "acts on objects"),
            ({"Action": "s3:GetObject", "Resource": f"{BKT}/logs"}, {"Resource": f"{BKT}/logs/*"}, f"{BKT}/logs is one object"),
            ({"Action": "s3:GetObject", "Resource": f"{BKT}/logs/"}, {"Resource": f"{BKT}/logs/*"}, "is one object"),
            ({"Action": "s3:GetObject", "Resource": "arn:aws-cn:s3:::bkt/logs/1"}, {"Resource": f"{BKT}/logs/1"}, "is in another partition"),
            ({"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": BKT}, {"Resource": [BKT, OBJECTS]}, "acts on objects"),
            ({"Action": "s3:HeadObject", "Resource": OBJECTS}, {"Action": "s3:GetObject"}, "HeadObject is an operation, and no action is called s3:HeadObject"),
            ({"Action": "s3:SelectObjectContent", "Resource": OBJECTS}, {"Action": "s3:GetObject"}, "is an operation"),
            ({"Action": "s3:GetObjects", "Resource": OBJECTS}, {"Action": "s3:GetObject"}, "no action is called s3:GetObjects"),
        ],
    )  # fmt: skip
    def test_of_a_read(self, aws: MockAWS, a: Account, wrong: Any, right: Any, why: str) -> None:
        a.client().put_object(Bucket="bkt", Key="logs/1")
        statement = {"Effect": "Allow", **wrong, "Condition": OVER_TLS}
        dave = a.create_user("dave", policies=document(statement))
        attempt = Attempt("get_object", {"Bucket": "bkt", "Key": "logs/1"})
        denied = attempt.denied(Scene(aws, dave))
        assert denied is not None
        (step,) = first(denied)
        assert step.kind is Kind.CORRECTION
        assert step.statement == {**statement, **right}
        assert why in fixed(aws, dave, attempt)

    @pytest.mark.parametrize(
        ("wrong", "right", "why"),
        [
            ({"Action": "s3:ListBucket", "Resource": OBJECTS}, {"Resource": BKT}, f"s3:ListBucket acts on the bucket, and {OBJECTS} is in the bucket"),
            ({"Action": "s3:ListObjects", "Resource": BKT}, {"Action": "s3:ListBucket"}, "ListObjects needs s3:ListBucket"),
            ({"Action": ["s3:ListObjectsV2", "s3:GetObject"], "Resource": BKT}, {"Action": ["s3:ListBucket", "s3:GetObject"]}, "ListObjectsV2 is an operation"),
        ],
    )  # fmt: skip
    def test_of_a_listing(self, aws: MockAWS, a: Account, wrong: Any, right: Any, why: str) -> None:
        statement = {"Effect": "Allow", **wrong, "Condition": OVER_TLS}
        dave = a.create_user("dave", policies=document(statement))
        attempt = Attempt("list_objects_v2", {"Bucket": "bkt"})
        denied = attempt.denied(Scene(aws, dave))
        assert denied is not None
        (step,) = first(denied)
        assert step.statement == {**statement, **right}
        assert why in fixed(aws, dave, attempt)

    @pytest.mark.parametrize(
        ("condition", "right", "why"),
        [
            ({"StringLike": {"s3:prefix": "bkt/team/*"}}, {"StringLike": {"s3:prefix": "team/*"}}, "its s3:prefix bkt/team/* begins with the bucket's name"),
            ({"StringLike": {"s3:prefix": ["/team/*"]}}, {"StringLike": {"s3:prefix": "team/*"}}, "begins with a slash"),
            ({"StringEquals": {"s3:prefix": "team/*"}}, {"StringLike": {"s3:prefix": "team/*"}}, "StringEquals has no wildcards; use StringLike"),
        ],
    )  # fmt: skip
    def test_of_a_prefix(self, aws: MockAWS, a: Account, condition: Any, right: Any, why: str) -> None:
        """C-48: wildcards only in StringLike."""
        statement = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": BKT, "Condition": condition}
        dave = a.create_user("dave", policies=document(statement))
        call = {"Bucket": "bkt", "Prefix": "team/dave/"}
        denied = denial(aws, lambda: dave.client("s3").list_objects_v2(**call))
        corrected = [step for remedy in denied.remedies() for step in remedy if step.kind is Kind.CORRECTION]
        assert [step.statement for step in corrected] == [{**statement, "Condition": right}]
        assert why in corrected[0].text
        scene = Scene(aws, dave)
        apply(scene, Attempt("list_objects_v2", call), (corrected[0],))
        assert dave.client("s3").list_objects_v2(**call)

    def test_the_id_of_a_role_has_a_session_after_it(self, aws: MockAWS, a: Account) -> None:
        role = a.create_role("r")
        condition = {"StringEquals": {"aws:userid": role.unique_id}}
        role.put_policy(allow("s3:GetObject", OBJECTS, Condition=condition))
        text = fixed(aws, role, Attempt("get_object", dict(WRITES)))
        assert f"write {role.unique_id}:*" in text

    def test_a_deleted_user_is_named_by_its_id(self, aws: MockAWS, a: Account) -> None:
        """PE-14: the new user has another id."""
        dave = a.create_user("dave")
        a.client().put_bucket_policy(
            Bucket="bkt", Policy=json.dumps(allow("s3:GetObject", OBJECTS, Principal={"AWS": dave.arn}))
        )
        gone = dave.unique_id
        dave.delete()
        text = fixed(aws, a.create_user("dave"), Attempt("get_object", dict(WRITES)))
        assert f"it names {gone}, the id of a user or role that no longer exists" in text

    def test_a_session_is_replaced_by_its_role(self, aws: MockAWS, a: Account, b: Account) -> None:
        """E-41."""
        role = b.create_role("r", policies=allow())
        session = role.assume(session_name="old")
        named = allow("s3:GetObject", OBJECTS, Principal={"AWS": session.arn}, Condition=OVER_TLS)
        a.client().put_bucket_policy(Bucket="bkt", Policy=json.dumps(named))
        attempt = Attempt("get_object", dict(WRITES))
        denied = attempt.denied(Scene(aws, role))
        assert denied is not None
        (step,) = first(denied)
        assert step.statement == {**named["Statement"][0], "Principal": {"AWS": role.arn}}
        assert "it names one session of the role; name the role" in fixed(aws, role, attempt)

    def test_another_partition(self, aws: MockAWS, a: Account, b: Account) -> None:
        """PE-13: key policies can name accounts that do not exist."""
        dave = b.create_user("dave", policies=allow("kms:*"))
        own = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{A}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
        foreign = {**own, "Principal": {"AWS": f"arn:aws-cn:iam::{B}:root"}, "Action": "kms:Decrypt"}
        key = a.create_kms_key(document(own, foreign))
        decision = aws.explain(dave, "kms:Decrypt", key.arn)
        (step,) = first(decision)
        assert "is in another partition" in step.text
        key.put_policy(document(own, step.statement))
        assert aws.explain(dave, "kms:Decrypt", key.arn).allowed

    def test_a_service_s_account_is_added_to_its_condition(
        self, aws: MockAWS, a: Account, b: Account
    ) -> None:
        """P-9: the condition against confused deputies stays, and no statement goes around it."""
        service = {"Service": "cloudtrail.amazonaws.com"}
        condition = {"StringEquals": {"aws:SourceAccount": A}}
        policy = allow("s3:PutObject", OBJECTS, Principal=service, Condition=condition)
        a.client().put_bucket_policy(Bucket="bkt", Policy=json.dumps(policy))
        trail = aws.service("cloudtrail.amazonaws.com", source_account=B)
        (remedy,) = aws.explain(trail, "s3:PutObject", K).remedies()
        (step,) = remedy
        assert step.statement["Condition"] == {"StringEquals": {"aws:SourceAccount": [A, B]}}


class TestAdd:
    """A statement is added, for exactly this request."""

    def test_it_keeps_the_conditions_of_a_near_miss(self, aws: MockAWS, a: Account) -> None:
        condition = {"Bool": {"aws:SecureTransport": "true"}}
        dave = a.create_user("dave", policies=allow("s3:PutObject", OBJECTS, Condition=condition))
        (step,) = first(aws.explain(dave, "s3:GetObject", K))
        assert step.statement == {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": K,
            "Condition": condition,
        }

    def test_a_key_policy_gets_the_caller_of_its_own_account(self, aws: MockAWS, a: Account) -> None:
        """M-50: no identity policy can replace the key policy."""
        dave, other = (a.create_user(name, policies=allow("kms:*")) for name in ("dave", "other"))
        named = {"Effect": "Allow", "Principal": {"AWS": other.arn}, "Action": "kms:*", "Resource": "*"}
        key = a.create_kms_key(document(named))
        (remedy,) = aws.explain(dave, "kms:Decrypt", key.arn).remedies()
        (step,) = remedy
        assert step.text == f"add to the key policy of {key.arn}"
        key.put_policy(document(named, step.statement))
        assert aws.explain(dave, "kms:Decrypt", key.arn).allowed
        assert not aws.explain(a.create_user("eve", policies=allow("kms:*")), "kms:Decrypt", key.arn).allowed

    def test_a_trust_policy_gets_the_caller_of_its_own_account(self, aws: MockAWS, a: Account) -> None:
        """P-5."""
        dave, other = (a.create_user(name, policies=allow("sts:*")) for name in ("dave", "other"))
        named = {"Effect": "Allow", "Principal": {"AWS": other.arn}, "Action": "sts:AssumeRole"}
        role = a.create_role("r", trust=document(named))
        (remedy,) = denial(aws, lambda: role.assume(by=dave)).remedies()
        (step,) = remedy
        assert step.text == f"add to the trust policy of {role.arn}"
        a.create_role("again", trust=document(named, step.statement)).assume(by=dave)

    def test_the_role_is_named_never_its_session(self, aws: MockAWS, a: Account, b: Account) -> None:
        """E-41: a statement for one session is useless for the next one."""
        role = b.create_role("r", policies=allow())
        session = role.assume(session_name="now")
        for remedy in aws.explain(session, "s3:GetObject", K).remedies():
            assert all("assumed-role" not in json.dumps(step.statement) for step in remedy)
        assert "add to the bucket policy of bkt" in fixed(aws, role, Attempt("get_object", dict(WRITES)))

    def test_an_identity_policy_comes_before_a_switch_of_block_public_access(
        self, aws: MockAWS, a: Account
    ) -> None:
        """B-2: a signed caller of the account needs no public ACL."""
        owner = a.client()
        ownership = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
        owner.put_bucket_ownership_controls(Bucket="bkt", OwnershipControls=ownership)
        owner.put_object_acl(Bucket="bkt", Key="k", ACL="public-read")
        block = {"IgnorePublicAcls": True}
        owner.put_public_access_block(Bucket="bkt", PublicAccessBlockConfiguration=block)
        dave = a.create_user("dave")
        denied = denial(aws, lambda: dave.client("s3").get_object(**WRITES))
        assert texts(denied)[0] == "add to the identity policies of user dave"
        assert not any("IgnorePublicAcls" in text for text in texts(denied))


class TestWeaken:
    """Only if nothing else helps, and the text says what is weakened."""

    def test_a_deny_gets_an_exception_for_the_caller(self, aws: MockAWS, a: Account) -> None:
        """E-20: the Deny still matches all others."""
        a.client().put_bucket_policy(
            Bucket="bkt", Policy=json.dumps(deny("s3:DeleteObject", OBJECTS, Principal="*"))
        )
        dave, eve = (a.create_user(name, policies=allow()) for name in ("dave", "eve"))
        text = fixed(aws, dave, Attempt("delete_object", dict(WRITES)))
        assert text == "weaken Statement[0] of the bucket policy of bkt, so that it does not deny user dave"
        assert not aws.explain(eve, "s3:DeleteObject", K).allowed

    @pytest.mark.parametrize(
        ("condition", "right"),
        [
            ({"StringNotLike": {"aws:userId": ["AROAX:*"]}}, lambda role: {"StringNotLike": {"aws:userId": ["AROAX:*", f"{role.unique_id}:*"]}}),
            ({"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/x"}}, lambda role: {"ArnNotEquals": {"aws:PrincipalArn": ["arn:aws:iam::111111111111:role/x", role.arn]}}),
            ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, lambda role: {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}, "ArnNotEquals": {"aws:PrincipalArn": role.arn}}),
        ],
        ids=["userid", "arn", "new"],
    )  # fmt: skip
    def test_the_caller_is_added_to_the_exceptions_of_a_deny(
        self, aws: MockAWS, a: Account, condition: Any, right: Any
    ) -> None:
        policy = deny("s3:GetObject", OBJECTS, Principal="*", Condition=condition)
        a.client().put_bucket_policy(Bucket="bkt", Policy=json.dumps(policy))
        role = a.create_role("r", policies=allow())
        attempt = Attempt("get_object", dict(WRITES))
        denied = attempt.denied(Scene(aws, role))
        assert denied is not None
        (step,) = first(denied)
        assert step.statement is not None
        assert step.statement["Condition"] == right(role)
        fixed(aws, role, attempt)

    def test_a_way_around_a_boundary_says_so(self, aws: MockAWS, a: Account) -> None:
        """E-42, E-86: a grant to the user itself is not limited by the boundary."""
        dave = a.create_user("dave", policies=allow(), boundary=allow("s3:ListBucket"))
        widens, around = texts(aws.explain(dave, "s3:GetObject", K))
        assert widens == "add to the permissions boundary (this widens the permissions boundary)"
        assert around == "add to the bucket policy of bkt (this goes around the permissions boundary)"

    def test_the_policy_of_a_managed_key_is_not_edited(self, aws: MockAWS, a: Account, b: Account) -> None:
        """F-61: another key, or no KMS key."""
        a.client().put_object(Bucket="bkt", Key="k", ServerSideEncryption="aws:kms")
        dave = b.create_user("dave", policies=both(allow(), allow("kms:*")))
        policy = allow("s3:GetObject", OBJECTS, Principal={"AWS": B})
        a.client().put_bucket_policy(Bucket="bkt", Policy=json.dumps(policy))
        denied = denial(aws, lambda: dave.client("s3").get_object(**WRITES))
        assert denied.action == "kms:Decrypt"
        (text,) = texts(denied)
        assert "the policy of an AWS managed key cannot be changed" in text
        a.client().copy_object(Bucket="bkt", Key="k", CopySource="bkt/k", ServerSideEncryption="AES256")
        assert answer(lambda: dave.client("s3").get_object(**WRITES)) == 200

    def test_a_write_under_a_managed_key_of_another_account(
        self, aws: MockAWS, a: Account, b: Account
    ) -> None:
        """F-61: the bucket's default key is the owner's ``aws/s3``."""
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": a.kms_key().arn}
        rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
        a.client().put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration=rules)
        policy = allow("s3:PutObject", OBJECTS, Principal={"AWS": B})
        a.client().put_bucket_policy(Bucket="bkt", Policy=json.dumps(policy))
        dave = b.create_user("dave", policies=both(allow(), allow("kms:*")))
        text = fixed(aws, dave, Attempt("put_object", dict(WRITES)))
        assert text.startswith('write the object with ServerSideEncryption="AES256"')

    def test_a_managed_policy_is_corrected_for_all_who_have_it(self, aws: MockAWS, a: Account) -> None:
        dave = a.create_user("dave")
        dave.attach(a.create_policy("reads", allow("s3:GetObject", BKT)))
        text = texts(aws.explain(dave, "s3:GetObject", K))[0]
        assert (
            '"arn:aws:iam::111111111111:policy/reads" for all who have the policy: s3:GetObject acts on'
            in text
        )

    def test_a_public_policy_is_made_not_public(self, aws: MockAWS, a: Account, b: Account) -> None:
        """B-4: before RestrictPublicBuckets is switched off."""
        owner = a.client()
        owner.put_bucket_policy(
            Bucket="bkt", Policy=json.dumps(allow("s3:GetObject", OBJECTS, Principal="*"))
        )
        block = {"RestrictPublicBuckets": True}
        owner.put_public_access_block(Bucket="bkt", PublicAccessBlockConfiguration=block)
        dave = b.create_user("dave", policies=allow())
        text = fixed(aws, dave, Attempt("get_object", dict(WRITES)))
        assert "it allows everyone, so the policy is public; name the callers" in text
        assert not aws.explain(b.create_user("eve", policies=allow()), "s3:GetObject", K).allowed


class TestWhyItIsChecked:
    """A note says why S3 checks a permission that is not the operation's own."""

    def note(self, aws: MockAWS, call: Callable[[], Any]) -> str:
        text = str(denial(aws, call))
        lines = text.partition("Note")[2].partition("\n\n")[0]
        return " ".join(lines.split())

    def test_of_parameters(self, aws: MockAWS, a: Account) -> None:
        """F-20, F-21, F-1."""
        s3 = a.create_user("dave", policies=allow(["s3:PutObject", "s3:GetObject"])).client("s3")
        a.client().put_object_tagging(Bucket="bkt", Key="k", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
        copy = {"Bucket": "bkt", "Key": "n", "CopySource": "bkt/k"}
        assert self.note(aws, lambda: s3.put_object(**WRITES, ACL="private")) == (
            "S3 checks s3:PutObjectAcl because ACL is given [F-21]"
        )
        assert self.note(aws, lambda: s3.put_object(**WRITES, Tagging="a=b")) == (
            "S3 checks s3:PutObjectTagging because Tagging is given [F-20]"
        )
        assert self.note(aws, lambda: s3.copy_object(**copy)) == (
            "S3 checks s3:GetObjectTagging because tags are copied from the source [F-1]"
        )

    def test_of_keys(self, aws: MockAWS, a: Account) -> None:
        """F-60."""
        key = a.create_kms_key()
        a.client().put_object(Bucket="bkt", Key="k", ServerSideEncryption="aws:kms", SSEKMSKeyId=key.arn)
        s3 = a.create_user("dave", policies=allow()).client("s3")
        assert self.note(aws, lambda: s3.get_object(**WRITES)) == (
            "S3 uses the KMS key with the caller's permissions (kms:Decrypt), because the object is encrypted with "
            "this key [F-60]"
        )
        asked = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key.arn}
        assert "because the request asks for this encryption" in self.note(
            aws, lambda: s3.put_object(**WRITES, **asked)
        )

    def test_of_a_version(self, aws: MockAWS, a: Account) -> None:
        """F-50."""
        a.client().put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})
        version = a.client().put_object(**WRITES)["VersionId"]
        s3 = a.create_user("dave").client("s3")
        assert self.note(aws, lambda: s3.get_object(**WRITES, VersionId=version)) == (
            "S3 checks s3:GetObjectVersion because a version is named [F-50]"
        )


def test_an_object_gets_the_tag_that_a_statement_wants(aws: MockAWS, a: Account) -> None:
    """F-80. The tag is tried, and comes before a weaker Deny."""
    unless = {"StringNotEquals": {"s3:ExistingObjectTag/class": "public"}}
    dave = a.create_user("dave", policies=allow())
    policy = deny("s3:GetObject", OBJECTS, Principal={"AWS": f"arn:aws:iam::{A}:user/dave"}, Condition=unless)
    a.client().put_bucket_policy(Bucket="bkt", Policy=json.dumps(policy))
    said = fixed(aws, dave, Attempt("get_object", {"Bucket": "bkt", "Key": "k"}))
    assert said.startswith("tag the object with class=public (PutObjectTagging)")


def test_a_denial_without_a_remedy_says_so(aws: MockAWS) -> None:
    """A service has no identity policies, and the call names no bucket whose policy could allow it."""
    decision = aws.explain(aws.service("cloudtrail.amazonaws.com"), "s3:ListAllMyBuckets", "*")
    assert decision.remedies() == ()
    assert "What would allow it\n  - nothing: no change of this request or of its policies allows it" in str(
        decision
    )
