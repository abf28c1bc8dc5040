"""Through an access point, its policy and the bucket policy both decide (F-120 to F-128, B-5, B-43, B-47)."""

from __future__ import annotations

import itertools

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from mocks3 import Mocks3Error, NotSupported
from mocks3.access.bucket_policies.public import is_public
from mocks3.storage import PublicAccessBlock
from tests.access.asking import allow, answer, both, deny, document, message

BUCKET = ["arn:aws:s3:::bkt", "arn:aws:s3:::bkt/*"]
DELEGATE = {"StringEquals": {"s3:DataAccessPointAccount": "111111111111"}}


@pytest.fixture
def bkt(a, aws):
    from mocks3.handles.buckets import BucketHandle

    return BucketHandle(aws, "bkt")


@pytest.fixture
def point(bkt):
    return bkt.create_access_point("own")


def inside(point) -> list[str]:
    return [point.arn, f"{point.arn}/object/*"]


def get(principal, name, **client):
    return lambda: principal.client("s3", **client).get_object(Bucket=name, Key="k")


def delegated(bkt) -> None:
    bkt.put_policy(allow("s3:*", BUCKET, Principal="*", Condition=DELEGATE))


# Both have to allow


def test_F_121_within_the_account_an_identity_policy_is_enough(a, point) -> None:
    dave = a.create_user("dave", policies=allow("s3:GetObject", ["arn:aws:s3:::bkt/*", *inside(point)]))
    assert answer(get(dave, point.arn)) == 200
    assert answer(get(dave, point.alias)) == 200


def test_OQ_27_what_the_identity_policy_names(a, bkt, point) -> None:
    """F-122: a policy must name the access point. One that names nothing else needs a bucket that delegates."""
    by_bucket = a.create_user("by-bucket", policies=allow("s3:GetObject", "arn:aws:s3:::bkt/*"))
    by_point = a.create_user("by-point", policies=allow("s3:GetObject", f"{point.arn}/object/*"))
    assert answer(get(by_bucket, point.arn)) == 403
    assert answer(get(by_point, point.arn)) == 403
    delegated(bkt)
    assert answer(get(by_point, point.arn)) == 200
    assert answer(get(by_point, "bkt")) == 403
    assert message(get(by_bucket, point.arn)).endswith(
        f'on resource: "{point.arn}/object/k" because no identity-based policy allows the s3:GetObject action'
    )


@pytest.mark.parametrize("owner", ["A", "B"])
@pytest.mark.parametrize("kind", ["role", "federated"])
def test_F_122_a_session_policy_names_the_access_point(a, b, bkt, owner, kind) -> None:
    """F-122: a session policy that names only the bucket does not allow a call through an access point."""
    account = a if owner == "A" else b
    point = bkt.create_access_point("named", account=account)
    named = allow("s3:GetObject", f"{point.arn}/object/*")
    bucket_only = allow("s3:GetObject", "arn:aws:s3:::bkt/*")
    point.put_policy(allow("s3:GetObject", f"{point.arn}/object/*", Principal={"AWS": account.id}))
    to_account = {"StringEquals": {"s3:DataAccessPointAccount": account.id}}
    bkt.put_policy(allow("s3:*", BUCKET, Principal="*", Condition=to_account))
    base = (
        account.create_role("r", policies=named)
        if kind == "role"
        else account.create_user("u", policies=named)
    )
    begin = base.assume if kind == "role" else base.federate
    first = {} if kind == "role" else {"name": "fed"}
    assert answer(get(begin(**first, policy=named), point.arn)) == 200
    assert answer(get(begin(**first, policy=bucket_only), point.arn)) == 403


def test_a_bucket_may_delegate_to_the_account_alone(a, bkt, point) -> None:
    """User guide, "Configuring IAM policies for Object Lambda access points": the account's ARN as the Principal."""
    by_point = a.create_user("by-point", policies=allow("s3:GetObject", f"{point.arn}/object/*"))
    bkt.put_policy(allow("s3:*", BUCKET, Principal={"AWS": a.id}, Condition=DELEGATE))
    assert answer(get(by_point, point.arn)) == 200


def test_F_120_across_accounts_both_policies_must_allow(aws, b, bkt, point) -> None:
    eve = b.create_user("eve", policies=allow("s3:GetObject"))
    to_eve = allow("s3:GetObject", f"{point.arn}/object/*", Principal={"AWS": eve.arn})
    assert message(get(eve, point.arn)) == "Access Denied"
    point.put_policy(to_eve)
    with aws.denied("s3:GetObject", by="bucket-policy"):
        get(eve, point.arn)()
    delegated(bkt)
    with aws.allowed("s3:GetObject", by="access-point-policy"):
        get(eve, point.arn)()
    with aws.allowed("s3:GetObject", by="bucket-policy"):
        get(eve, point.arn)()
    point.delete_policy()
    with aws.denied("s3:GetObject", by="access-point-policy"):
        get(eve, point.arn)()


@pytest.mark.parametrize("where", ["point", "bucket", "identity on point", "identity on bucket"])
def test_F_120_a_deny_anywhere_denies(a, bkt, point, where) -> None:
    admin = a.create_user("admin", policies=allow("s3:*"))
    on_point, on_bucket = f"{point.arn}/object/k", "arn:aws:s3:::bkt/k"
    if where == "point":
        point.put_policy(deny("s3:GetObject", on_point, Principal="*"))
    elif where == "bucket":
        bkt.put_policy(deny("s3:GetObject", on_bucket, Principal="*"))
    else:
        admin.put_policy(deny("s3:GetObject", on_point if "point" in where else on_bucket), "deny")
    reason = "an identity-based policy" if "identity" in where else "a resource-based policy"
    assert message(get(admin, point.arn)) == (
        f"User: {admin.arn} is not authorized to perform: s3:GetObject on resource: "
        f'"{on_point}" with an explicit deny in {reason}'
    )
    assert answer(get(admin, "bkt")) == (200 if where in ("point", "identity on point") else 403)


def test_the_silence_names_the_access_point(a, point) -> None:
    """F-122, X-41."""
    dave = a.create_user("dave")
    assert message(get(dave, point.alias)) == (
        f"User: {dave.arn} is not authorized to perform: s3:GetObject on resource: "
        f'"{point.arn}/object/k" because no identity-based policy allows the s3:GetObject action'
    )
    assert message(lambda: dave.client("s3").list_objects_v2(Bucket=point.arn)).endswith(
        f'on resource: "{point.arn}" because no identity-based policy allows the s3:ListBucket action'
    )


def test_F_125_an_access_point_of_another_account_opens_nothing(a, b, bkt) -> None:
    theirs = bkt.create_access_point("theirs", account=b, policy=None)
    eve = b.create_user("eve", policies=allow("s3:GetObject"))
    assert theirs.arn == "arn:aws:s3:us-east-1:222222222222:accesspoint/theirs"
    assert message(get(eve, theirs.arn)) == "Access Denied"
    through = {"StringEquals": {"s3:DataAccessPointArn": theirs.arn}}
    bkt.put_policy(allow("s3:GetObject", "arn:aws:s3:::bkt/*", Principal={"AWS": b.id}, Condition=through))
    assert answer(get(eve, theirs.arn)) == 200
    assert answer(get(eve, "bkt")) == 403
    assert answer(get(a, theirs.arn)) == 403, "its own account has the say of it"


def test_F_124_an_endpoint_must_allow_both(aws, a, point) -> None:
    """E-84."""
    admin = a.create_user("admin", policies=allow("s3:*"))
    endpoint = aws.vpc_endpoint("vpce-1", vpc="vpc-1")
    for resources, status in ((["arn:aws:s3:::bkt/*"], 403), (inside(point), 403), ("*", 200)):
        endpoint.put_policy(allow("s3:GetObject", resources, Principal="*"))
        with aws.request_context(source_vpce="vpce-1"):
            assert answer(get(admin, point.arn)) == status


def test_service_control_policies_and_boundaries_may_name_either(aws, a, point) -> None:
    """OQ-27."""
    organization = aws.organization("o-1")
    organization.add(a)
    for name, arn in {"bucket": "arn:aws:s3:::bkt/*", "point": f"{point.arn}/object/*"}.items():
        bounded = a.create_user(name, policies=allow("s3:*"), boundary=allow("s3:GetObject", arn))
        assert answer(get(bounded, point.arn)) == 200
    organization.put_scp(deny("s3:*", f"{point.arn}/object/*"), on=a)
    assert answer(get(bounded, point.arn)) == 403


def test_an_acl_grants_on_the_bucket_side_only(a, b) -> None:
    """F-120: an access point has no ACL."""
    bucket = a.create_bucket(
        "acls", ownership="ObjectWriter", public_access_block=None, objects={"k": b"body"}
    )
    point = bucket.create_access_point("own", public_access_block=None)
    eve = b.create_user("eve", policies=allow("s3:GetObject"))
    a.client().put_object_acl(Bucket="acls", Key="k", GrantRead=f"id={b.canonical_id}")
    assert answer(get(eve, "acls")) == 200
    assert answer(get(eve, point.arn)) == 403
    point.put_policy(allow("s3:GetObject", f"{point.arn}/object/*", Principal={"AWS": b.id}))
    assert answer(get(eve, point.arn)) == 200


# Every world there is, of a few pieces, against the rules as they are written

_PIECES = {
    "owner": "AB",  # the account of the access point; the bucket is A's
    "caller": ("A/x", "B/x", "A root", "B root"),
    "identity": ("", "allow point", "allow bucket", "allow both", "deny point", "deny bucket"),
    "point": ("", "user", "account", "wild", "deny"),
    "bucket": ("", "user", "account", "wild", "deny"),
    "vpc": (False, True),
}


def naive(owner, caller, identity, point, bucket, vpc) -> bool:
    """F-120 to F-125, OQ-27 and docs/rules/evaluation.md, for one user and one key; nobody calls from a VPC."""
    user = caller.endswith("/x")
    if vpc or "deny" in (point, bucket) or (user and identity.startswith("deny")):
        return False

    def allows(account: str, grant: str, identity_allows: bool) -> bool:
        named = grant in ("account", "wild") or (grant == "user" and user)
        own = identity_allows or not user
        if caller[0] != account:
            return own and named
        return own or (named and grant != "account")

    on_point = identity in ("allow point", "allow both")
    granted = bucket in ("account", "wild") or (bucket == "user" and user)
    on_bucket = identity in ("allow bucket", "allow both") or (on_point and granted)
    return allows(owner, point, on_point) and allows("A", bucket, on_bucket)


@pytest.mark.parametrize("caller", _PIECES["caller"])
def test_every_world_of_a_few_pieces(aws, a, b, bkt, caller) -> None:
    accounts = {"A": a, "B": b}
    user = accounts[caller[0]].create_user("x")
    principal = user if caller.endswith("/x") else accounts[caller[0]].root
    names = {"user": {"AWS": user.arn}, "account": {"AWS": user.account}, "wild": "*", "deny": "*"}
    points = {
        (owner, vpc): bkt.create_access_point(
            f"of-{vpc}".lower(),
            account=accounts[owner],
            vpc="vpc-1" if vpc else None,
            public_access_block=None,
        )
        for owner in "AB"
        for vpc in (False, True)
    }

    def policy(kind: str, arn: str):
        effect = deny if kind == "deny" else allow
        return effect("s3:GetObject", arn, Principal=names[kind])

    wrong = []
    rest = [_PIECES[name] for name in ("owner", "identity", "point", "bucket", "vpc")]
    for owner, identity, at_point, at_bucket, vpc in itertools.product(*rest):
        point = points[owner, vpc]
        key, own = f"{point.arn}/object/k", "arn:aws:s3:::bkt/k"
        user.put_policy(allow("s3:ListAllMyBuckets"), "p")
        if identity:
            effect, _, on = identity.partition(" ")
            arns = {"point": [key], "bucket": [own], "both": [key, own]}[on]
            user.put_policy((deny if effect == "deny" else allow)("s3:GetObject", arns), "p")
        point.delete_policy()
        if at_point:
            point.put_policy(policy(at_point, key))
        bkt.put_policy(
            policy(at_bucket, own) if at_bucket else deny("s3:DeleteBucket", BUCKET[0], Principal="*")
        )
        got = aws.explain(principal, "s3:GetObject", key).allowed
        if got != naive(owner, caller, identity, at_point, at_bucket, vpc):
            wrong.append((owner, identity, at_point, at_bucket, vpc, got))
    assert wrong == []


# Networks


def test_F_123_a_vpc_s_access_point_is_for_that_vpc(aws, a, b, bkt) -> None:
    """F-123; the sentence is re:Post's, "Managing FSxN S3 Access Points in Centralized VPC Endpoint Architectures"."""
    aws.vpc_endpoint("vpce-1", vpc="vpc-1")
    aws.vpc_endpoint("vpce-2", vpc="vpc-2")
    point = bkt.create_access_point("own", vpc="vpc-1")
    root = a.root
    refusal = f'"{point.arn}/object/k" with an explicit deny in a resource-based policy'
    assert message(get(root, point.arn)).endswith(refusal), "also the owner's root"
    for facts, status in (
        ({"source_vpce": "vpce-1"}, 200),
        ({"source_vpc": "vpc-1"}, 200),
        ({"source_vpce": "vpce-2"}, 403),
        ({"source_vpc": "vpc-2"}, 403),
    ):
        with aws.request_context(**facts):
            assert answer(get(root, point.arn)) == status
    assert message(get(b.root, point.arn)) == "Access Denied"
    with aws.denied(by="network-origin"):
        get(root, point.arn)()


def test_F_123_policies_ask_for_the_network_origin(a, bkt, point) -> None:
    """User guide, "Configuring IAM policies for using access points": only through access points of a VPC."""
    elsewhere = {"StringNotEquals": {"s3:AccessPointNetworkOrigin": "VPC"}}
    bkt.put_policy(deny("s3:GetObject", "arn:aws:s3:::bkt/*", Principal="*", Condition=elsewhere))
    private = bkt.create_access_point("private", vpc="vpc-1")
    assert answer(get(a, point.arn)) == 403
    assert answer(get(a, "bkt")) == 403
    assert answer(get(a, private.arn, request_context={"source_vpc": "vpc-1"})) == 200


# Block Public Access


def test_F_128_a_public_policy_is_prevented(a, b, bkt, point) -> None:
    """F-128, B-5, B-20, B-43, B-47."""
    public = allow("s3:GetObject", f"{point.arn}/object/*", Principal="*", Condition=DELEGATE)
    with pytest.raises(Mocks3Error, match=r"own is public, and Block Public Access rejects"):
        point.put_policy(public)
    assert point.policy is None
    private = bkt.create_access_point("private", vpc="vpc-1")
    private.put_policy(allow("s3:GetObject", f"{private.arn}/object/*", Principal="*"))
    blocked = a.create_bucket("blocked")
    for account, refused in ((a, True), (b, False)):
        opened = blocked.create_access_point("opened", account=account, public_access_block=None)
        text = allow("s3:GetObject", f"{opened.arn}/object/*", Principal="*")
        if refused:
            with pytest.raises(Mocks3Error, match="public"):
                opened.put_policy(text)
        else:
            opened.put_policy(text)


def test_B_43_an_access_point_s_own_keys_fix_nobody_in_its_policy() -> None:
    import json

    text = json.dumps(allow("s3:GetObject", "arn:x", Principal="*", Condition=DELEGATE))
    assert not is_public(text)
    assert is_public(text, of_access_point=True)


@pytest.mark.parametrize("at", ["point", "bucket"])
def test_B_4_public_buckets_are_restricted_by_either(aws, a, b, at) -> None:
    """B-4, B-5: the settings of the access point and of the bucket apply to requests through it."""
    restricting = PublicAccessBlock(False, False, False, True)
    bucket = a.create_bucket("wide", public_access_block=None, objects={"k": b"body"})
    point = bucket.create_access_point("own", public_access_block=restricting if at == "point" else None)
    bucket.put_policy(allow("s3:GetObject", "arn:aws:s3:::wide/*", Principal="*"))
    point.put_policy(allow("s3:GetObject", f"{point.arn}/object/*", Principal={"AWS": b.id}))
    eve = b.create_user("eve", policies=allow("s3:GetObject"))
    dave = a.create_user("dave", policies=allow("s3:GetObject"))
    if at == "bucket":
        with aws.store.editing("wide") as stored:
            stored.public_access_block = restricting
    with aws.denied("s3:GetObject", by="block-public-access"):
        get(eve, point.arn)()
    assert answer(get(eve, "wide")) == (200 if at == "point" else 403)
    assert answer(get(dave, point.arn)) == 200


def test_B_4_the_remedy_opens_both_where_both_policies_are_public(aws, a, b) -> None:
    bucket = a.create_bucket("opened", objects={"k": b""}, public_access_block=None)
    point = bucket.create_access_point("opened", public_access_block=None)
    bucket.put_policy(allow("s3:GetObject", "arn:aws:s3:::opened/*", Principal="*"))
    point.put_policy(allow("s3:GetObject", f"{point.arn}/object/*", Principal="*"))
    eve = b.create_user("eve", policies=allow())
    assert answer(get(eve, point.arn)) == 200
    a.client().put_public_access_block(
        Bucket="opened", PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
    )
    assert answer(get(eve, point.arn)) == 403
    (remedy,) = aws.decisions[-1].remedies()
    at_point, at_bucket = (step.statement for step in remedy)
    assert at_point["Principal"] == at_bucket["Principal"] == {"AWS": eve.arn}
    point.put_policy({"Version": "2012-10-17", "Statement": [at_point]})
    bucket.put_policy({"Version": "2012-10-17", "Statement": [at_bucket]})
    assert answer(get(eve, point.arn)) == 200
    assert answer(get(b.create_user("mallory", policies=allow()), point.arn)) == 403


def test_B_1_public_acls_are_blocked_through_it(a) -> None:
    bucket = a.create_bucket("acls", ownership="ObjectWriter", public_access_block=None)
    point, open_point = (
        bucket.create_access_point("own"),
        bucket.create_access_point("opened", public_access_block=None),
    )
    s3 = a.client()
    put = {"Key": "k", "ACL": "public-read"}
    assert message(lambda: s3.put_object(Bucket=point.arn, **put)) == (
        f"User: {a.root.arn} is not authorized to perform: s3:PutObject on resource: "
        f'"{point.arn}/object/k" because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public '
        "Access."
    )
    assert bucket.keys == []
    assert answer(lambda: s3.put_object(Bucket=open_point.arn, **put)) == 200
    assert len(s3.get_object_acl(Bucket=open_point.arn, Key="k")["Grants"]) == 2
    assert len(s3.get_object_acl(Bucket=point.arn, Key="k")["Grants"]) == 1, (
        "IgnorePublicAcls shows no public grant"
    )


# What access points take from nobody


def test_unsigned_and_otherwise_signed_requests_are_refused(aws, a, point) -> None:
    """User guide, "Access points restrictions and limitations"."""
    open_point = a.create_access_point("opened", "bkt", public_access_block=None)
    open_point.put_policy(allow("s3:GetObject", f"{open_point.arn}/object/*", Principal="*"))
    unsigned = requests.get(f"https://{open_point.host}/k", timeout=5)
    assert (unsigned.status_code, "<Message>Access Denied</Message>" in unsigned.text) == (403, True)
    root = a.root.access_key
    older = boto3.client(
        "s3",
        aws_access_key_id=root.id,
        aws_secret_access_key=root.secret,
        config=Config(signature_version="s3"),
        region_name="us-east-1",
    )
    with pytest.raises(ClientError) as refused:
        older.get_object(Bucket=point.alias, Key="k")
    assert refused.value.response["Error"]["Code"] == "InvalidRequest"
    assert refused.value.response["Error"]["Message"] == (
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
    )
    url = a.client(config=Config(signature_version="s3v4")).generate_presigned_url(
        "get_object", Params={"Bucket": point.arn, "Key": "k"}
    )
    assert url.startswith(f"https://{point.host}/k?")
    assert requests.get(url, timeout=5).content == b"body"


def test_explain_lets_nobody_in_unsigned(aws, a, b) -> None:
    """User guide, "Access points restrictions and limitations": unsigned requests are denied."""
    bucket = a.create_bucket("opened", objects={"k": b""}, public_access_block=None)
    point = bucket.create_access_point("opened", public_access_block=None)
    bucket.put_policy(allow("s3:GetObject", "arn:aws:s3:::opened/*", Principal="*"))
    point.put_policy(allow("s3:GetObject", f"{point.arn}/object/*", Principal="*"))
    assert requests.get(f"https://{point.host}/k", timeout=5).status_code == 403
    decision = aws.explain(aws.anonymous, "s3:GetObject", f"{point.arn}/object/k")
    assert (decision.allowed, decision.layer) == (False, "unsigned")
    assert decision.reason.startswith("access points accept signed requests only")
    assert [step.text for (step,) in decision.remedies()] == ["sign the request"]
    eve = b.create_user("eve", policies=allow())
    assert aws.explain(eve, "s3:GetObject", f"{point.arn}/object/k").allowed


def test_plain_http_is_refused(a, point) -> None:
    """User guide, "Access points restrictions and limitations"."""
    assert answer(get(a, point.arn, use_ssl=False)) == 403


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("{arn}x", "NoSuchAccessPoint", "The specified accesspoint does not exist"),
        (
            "own-nothing-s3alias",
            "InvalidAccessPointAliasError",
            "The specified access point alias name is not valid.",
        ),
        ("arn:aws:s3:eu-west-1:111111111111:accesspoint/own", "NoSuchAccessPoint", None),
        ("arn:aws:s3:us-east-1:222222222222:accesspoint/own", "NoSuchAccessPoint", None),
    ],
)
def test_an_access_point_that_there_is_not(a, point, name, code, said) -> None:
    s3 = a.client()
    for call in (
        lambda bucket: s3.get_object(Bucket=bucket, Key="k"),
        lambda bucket: s3.copy_object(Bucket="bkt", Key="c", CopySource={"Bucket": bucket, "Key": "k"}),
    ):
        with pytest.raises(ClientError) as refused:
            call(name.format(arn=point.arn))
        error = refused.value.response["Error"]
        assert error["Code"] == code
        assert said in (None, error["Message"])


@pytest.mark.parametrize(
    ("host", "named"),
    [
        ("own-111111111111.op-01.s3-outposts.us-east-1.amazonaws.com", "S3 on Outposts"),
    ],
)
def test_other_kinds_of_access_points_name_themselves(aws, host, named) -> None:
    with pytest.raises(NotSupported, match=named):
        requests.get(f"https://{host}/k", timeout=5)


# For people


def test_explain_speaks_of_both(aws, b, bkt, point) -> None:
    eve = b.create_user("eve", policies=allow("s3:GetObject"))
    key = f"{point.arn}/object/k"
    decision = aws.explain(eve, "s3:GetObject", key)
    assert (decision.layer, decision.resource, decision.also[0].resource) == (
        "access-point",
        key,
        "arn:aws:s3:::bkt/k",
    )
    assert "the access point policy of the owner's account 111111111111" in decision.reason
    (remedy,) = decision.remedies()
    assert [step.text for step in remedy] == [
        "add to the access point policy of own",
        "add to the bucket policy of bkt",
    ]
    at_point, at_bucket = (step.statement for step in remedy)
    point.put_policy(document(at_point))
    assert not aws.explain(eve, "s3:GetObject", key).allowed
    (rest,) = aws.explain(eve, "s3:GetObject", key).remedies()
    assert [step.text for step in rest] == ["add to the bucket policy of bkt"]
    bkt.put_policy(document(at_bucket))
    allowed = aws.explain(eve, "s3:GetObject", key)
    assert allowed.allowed
    assert str(allowed) == (
        f"ALLOWED s3:GetObject on {key}\n"
        f"Asked   by {eve.arn}\n"
        "Because the caller's account allows it, and so does the access point policy [E-32]\n"
        "And     arn:aws:s3:::bkt/k: the caller's account allows it, and so does the bucket policy [E-32]\n"
        "By      Statement[0] of the access point policy of own\n"
        '        Statement[0] of the identity policy "inline"\n'
        "        Statement[0] of the bucket policy of bkt\n\n"
        "Rules   mocks3 rule E-32"
    )


def test_where_the_bucket_delegates_one_statement_is_enough(a, b, aws, bkt, point) -> None:
    delegated(bkt)
    eve = b.create_user("eve")
    point.put_policy(allow("s3:GetObject", f"{point.arn}/object/*", Principal={"AWS": eve.arn}))
    first = aws.explain(eve, "s3:GetObject", f"{point.arn}/object/k").remedies()[0]
    assert [step.text for step in first] == ["add to the identity policies of user eve"]


def test_the_remedy_for_a_vpc_s_access_point_is_to_call_from_there(aws, a, bkt) -> None:
    point = bkt.create_access_point("own", vpc="vpc-1")
    dave = a.create_user("dave")
    decision = aws.explain(dave, "s3:GetObject", f"{point.arn}/object/k")
    assert decision.layer == "network-origin"
    assert "accepts requests from vpc-1 only" in decision.reason
    remedies = decision.remedies()
    assert all(remedy[0].text.startswith("call from vpc-1") and len(remedy) > 1 for remedy in remedies)
    (only,) = aws.explain(a.root, "s3:GetObject", f"{point.arn}/object/k").remedies()
    assert len(only) == 1


def test_every_remedy_does_what_it_says(aws, a, b, bkt, point) -> None:
    """Apply each one in a new mock; then the call is allowed."""
    dave = a.create_user("dave")
    key = f"{point.arn}/object/k"
    mark = aws.snapshot()
    remedies = aws.explain(dave, "s3:GetObject", key).remedies()
    assert len(remedies) == 4
    for remedy in remedies:
        aws.restore(mark)
        for number, step in enumerate(remedy):
            if "access point policy" in step.text:
                point.put_policy(document(step.statement))
            elif "bucket policy" in step.text:
                bkt.put_policy(document(step.statement))
            else:
                dave.put_policy(document(step.statement), f"p{number}")
        assert answer(get(dave, point.arn)) == 200


def test_explain_names_an_access_point_that_there_is_not(aws, a) -> None:
    with pytest.raises(Mocks3Error, match="an existing access point"):
        aws.explain(a.root, "s3:GetObject", "arn:aws:s3:us-east-1:111111111111:accesspoint/nope/object/k")


# The handle


def test_a_handle_says_what_there_is(aws, a, b, bkt) -> None:
    point = a.create_access_point("a-name-that-is-so-long-that-the-alias-cuts-it", bkt)
    assert (point.name, point.host) == (
        "a-name-that-is-so-long-that-the-alias-cuts-it",
        "a-name-that-is-so-long-that-the-alias-cuts-it-111111111111.s3-accesspoint.us-east-1.amazonaws.com",
    )
    assert point.alias.startswith("a-name-that-is-so-lo-")
    assert (point.alias[-8:], len(point.alias)) == ("-s3alias", 63)
    given = both(
        allow("s3:GetObject", f"{point.arn}/object/*", Principal={"AWS": b.id}),
        allow("s3:ListBucket", point.arn, Principal={"AWS": b.id}),
    )
    point.put_policy(given)
    assert point.policy == given
    eve = b.create_user("eve")
    point.put_policy(allow("s3:GetObject", f"{point.arn}/object/*", Principal={"AWS": eve.arn}))
    unique_id = eve.record.unique_id
    eve.delete()
    assert point.policy["Statement"][0]["Principal"] == {"AWS": unique_id}, "PE-14"
    point.delete()
    with pytest.raises(Mocks3Error, match="was deleted"):
        point.alias  # noqa: B018 - looking is what fails
    assert answer(get(a, point.arn)) == 404


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        ("arn:aws:s3:::bkt/*", "Policy has invalid resource"),
        ("arn:aws:s3:us-east-1:111111111111:accesspoint/other", "Policy has invalid resource"),
        (
            "arn:aws:s3:us-east-1:111111111111:accesspoint/own",
            "Action does not apply to any resource(s) in statement",
        ),
    ],
)
def test_V_51_what_its_policy_may_say(point, resources, said) -> None:
    import re

    with pytest.raises(Mocks3Error, match=re.escape(f"{said} (MalformedPolicy)")):
        point.put_policy(allow("s3:GetObject", resources, Principal={"AWS": "111111111111"}))


@pytest.mark.parametrize("name", ["ab", "A-b", "-abc", "abc-", "a.bc", "x" * 51, "abc-s3alias", "abc--ol-s3"])
def test_names_that_it_may_not_have(a, name) -> None:
    with pytest.raises(Mocks3Error, match="InvalidAccessPoint"):
        a.create_access_point(name, "bkt")


def test_it_is_made_once_and_of_a_bucket(aws, a, b, point) -> None:
    with pytest.raises(Mocks3Error, match="AccessPointAlreadyOwnedByYou"):
        a.create_access_point("own", "bkt")
    with pytest.raises(Mocks3Error, match="no bucket named 'nowhere'"):
        a.create_access_point("other", "nowhere")
    with pytest.raises(Mocks3Error, match="Policy has invalid resource"):
        a.create_access_point("other", "bkt", policy=allow("s3:GetObject", "*", Principal={"AWS": a.id}))
    assert [each.name for each in aws.store.access_points()] == ["own"]
    assert b.create_access_point("own", "bkt").arn.split(":")[4] == b.id


def test_snapshots_remember_access_points(aws, a, point) -> None:
    mark = aws.snapshot()
    alias = point.alias
    point.delete()
    assert answer(get(a, alias)) == 400
    aws.restore(mark)
    assert answer(get(a, alias)) == 200
