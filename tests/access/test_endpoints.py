"""VPC endpoints: the policy of the request's endpoint, and its condition keys (docs/rules/evaluation.md)."""

from __future__ import annotations

import json

import pytest

from mocks3 import Mocks3Error
from mocks3.policy import PolicySyntaxError
from tests.access.asking import allow, answer, both, deny, message, seen

BUCKET = ["arn:aws:s3:::bkt", "arn:aws:s3:::bkt/*"]
THROUGH = {"source_vpce": "vpce-1"}


def through(principal):
    return principal.client("s3", request_context=THROUGH)


def reads(principal) -> int:
    return answer(lambda: through(principal).get_object(Bucket="bkt", Key="k"))


@pytest.fixture
def admin(a):
    return a.create_user("admin", policies=allow())


def test_W_220_the_endpoint_allows_another_bucket_only(aws, a, admin) -> None:
    """W-220, E-3, E-84: the policy does not apply to other requests."""
    endpoint = aws.vpc_endpoint(
        "vpce-1", vpc="vpc-1", policy=allow("s3:*", "arn:aws:s3:::bkt2*", Principal="*")
    )
    text = message(lambda: through(admin).get_object(Bucket="bkt", Key="k"))
    assert text.endswith("because no VPC endpoint policy allows the s3:GetObject action")
    assert answer(lambda: admin.client("s3").get_object(Bucket="bkt", Key="k")) == 200
    endpoint.put_policy(None)
    assert reads(admin) == 200


def test_by_default_an_endpoint_allows_everything(aws, admin) -> None:
    """E-3; so does an endpoint that the mock does not have."""
    assert reads(admin) == 200
    aws.vpc_endpoint("vpce-1", vpc="vpc-1")
    assert reads(admin) == 200


def test_an_endpoint_denies(aws, admin) -> None:
    """X-42."""
    aws.vpc_endpoint(
        "vpce-1", vpc="vpc-1", policy=both(allow(Principal="*"), deny("s3:GetObject", Principal="*"))
    )
    text = message(lambda: through(admin).get_object(Bucket="bkt", Key="k"))
    assert text.endswith("with an explicit deny in a VPC endpoint policy")


def test_E_84_an_endpoint_names_principals(aws, a, admin) -> None:
    """E-84."""
    aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=allow(Principal={"AWS": admin.arn}))
    assert reads(admin) == 200
    assert reads(a.create_user("other", policies=allow())) == 403


def test_E_84_an_endpoint_grants_nothing(aws, a) -> None:
    aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=allow(Principal="*"))
    text = message(lambda: through(a.create_user("dave")).get_object(Bucket="bkt", Key="k"))
    assert "no identity-based policy" in text


def test_W_221_default_rights_do_not_pass_an_endpoint(aws, a) -> None:
    """W-221, E-85."""
    aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=allow("s3:PutObject", Principal="*"))
    dave = a.create_user("dave", policies=allow("s3:PutObject"))
    s3 = through(dave)
    upload = s3.create_multipart_upload(Bucket="bkt", Key="m")["UploadId"]
    ask = {"Bucket": "bkt", "Key": "m", "UploadId": upload}
    assert message(lambda: s3.abort_multipart_upload(**ask)).endswith(
        "because no VPC endpoint policy allows the s3:AbortMultipartUpload action"
    )
    assert answer(lambda: dave.client("s3").abort_multipart_upload(**ask)) == 204


def test_E_85_the_owner_s_default_rights_neither(aws, a) -> None:
    aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=allow("s3:PutObject", Principal="*"))
    assert reads(a.root) == 403


def test_X_43_across_accounts_the_endpoint_s_refusal_is_plain(aws, a, b) -> None:
    """X-43: even within an organization."""
    org = aws.organization("o-1", management=a)
    org.add(b)
    aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=allow("s3:PutObject", Principal="*"))
    assert message(lambda: through(b.root).get_object(Bucket="bkt", Key="k")) == "Access Denied"
    assert "VPC endpoint policy" in message(lambda: through(a.root).get_object(Bucket="bkt", Key="k"))


def test_anonymous_requests_are_bound(aws, a) -> None:
    """E-3: every request through the endpoint."""
    policy = json.dumps(allow("s3:GetObject", BUCKET[1], Principal="*"))
    a.client().put_bucket_policy(Bucket="bkt", Policy=policy)
    aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=allow("s3:PutObject", Principal="*"))
    assert reads(aws.anonymous) == 403
    assert answer(lambda: aws.anonymous.client("s3").get_object(Bucket="bkt", Key="k")) == 200


def test_what_a_service_passes_on_does_not_come_through_it(aws, a, admin) -> None:
    """P-10."""
    aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=allow("s3:PutObject", Principal="*"))
    with aws.request_context(called_via="athena.amazonaws.com", **THROUGH):
        assert answer(lambda: admin.client("s3").get_object(Bucket="bkt", Key="k")) == 200


def test_keys_of_the_endpoint(aws, a, admin) -> None:
    """aws:SourceVpc, aws:SourceVpcArn, aws:VpceAccount, aws:VpceOrgID, aws:VpceOrgPaths."""
    org = aws.organization("o-1", management=a)
    aws.vpc_endpoint("vpce-1", vpc="vpc-1", account=a)
    context = seen(aws, "s3:GetObject", lambda: through(admin).get_object(Bucket="bkt", Key="k"))
    assert context["aws:sourcevpc"] == ("vpc-1",)
    assert context["aws:sourcevpcarn"] == ("arn:aws:ec2:us-east-1:111111111111:vpc/vpc-1",)
    assert context["aws:vpceaccount"] == ("111111111111",)
    assert context["aws:vpceorgid"] == ("o-1",)
    assert context["aws:vpceorgpaths"] == (f"o-1/{org.record.root}/",)
    outside = seen(aws, "s3:GetObject", lambda: admin.client("s3").get_object(Bucket="bkt", Key="k"))
    for key in ("aws:sourcevpc", "aws:sourcevpcarn", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths"):
        assert key not in outside


def test_an_endpoint_may_be_told_another_vpc(aws, admin) -> None:
    aws.vpc_endpoint("vpce-1", vpc="vpc-1")
    with aws.request_context(source_vpc="vpc-2"):
        context = seen(aws, "s3:GetObject", lambda: through(admin).get_object(Bucket="bkt", Key="k"))
    assert context["aws:sourcevpc"] == ("vpc-2",)


def test_snapshots_hold_endpoints(aws, a, admin) -> None:
    mark = aws.snapshot()
    endpoint = aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=allow("s3:PutObject", Principal="*"))
    assert reads(admin) == 403
    aws.restore(mark)
    assert reads(admin) == 200
    with pytest.raises(Mocks3Error, match="after the snapshot"):
        endpoint.put_policy(None)


def test_an_endpoint_s_policy_names_principals(aws) -> None:
    """PE-18, E-84."""
    with pytest.raises(PolicySyntaxError):
        aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=allow())


def test_explain_comes_through_the_endpoint(aws, a, admin) -> None:
    aws.vpc_endpoint("vpce-1", vpc="vpc-1", policy=allow("s3:PutObject", Principal="*"))
    with aws.request_context(**THROUGH):
        decision = aws.explain(admin, "s3:GetObject", "arn:aws:s3:::bkt/k")
    assert (decision.allowed, decision.layer) == (False, "vpc-endpoint")
    said = {"aws:SourceVpce": "vpce-1"}
    decision = aws.explain(admin, "s3:GetObject", "arn:aws:s3:::bkt/k", context=said)
    assert (decision.allowed, decision.layer) == (False, "vpc-endpoint")
