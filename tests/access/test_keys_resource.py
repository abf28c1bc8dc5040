"""Keys about what a request is for."""

from __future__ import annotations

from mocks3.access.context import RequestContext, scene_of
from mocks3.call import Address, Authenticated, Parsed, Signature, Target, WireRequest
from tests.access.asking import allow, answer, seen

TAGS = {"TagSet": [{"Key": "Team", "Value": "x"}]}


def abac(aws, on: bool) -> None:
    with aws.store.editing("bkt") as bucket:
        bucket.documents["tagging"] = TAGS
        bucket.documents["abac"] = {"Status": "Enabled" if on else "Disabled"}


def test_whose_the_bucket_is(aws, a, b) -> None:
    """C-80: aws:ResourceAccount, s3:ResourceAccount are those of the bucket, not of the object or the caller."""
    context = seen(aws, "s3:GetObject", lambda: answer(lambda: b.client().get_object(Bucket="bkt", Key="k")))
    assert context["aws:resourceaccount"] == ("111111111111",)
    assert context["s3:resourceaccount"] == ("111111111111",)


def test_each_side_of_a_copy_has_its_own(aws, a, b) -> None:
    """C-80."""
    b.create_bucket("theirs")
    before = len(aws.decisions)
    answer(lambda: b.client().copy_object(Bucket="theirs", Key="c", CopySource="bkt/k"))
    seen_by = {each.action: each.request.context["aws:resourceaccount"] for each in aws.decisions[before:]}
    assert seen_by["s3:GetObject"] == ("111111111111",)


def test_calls_on_no_bucket_are_about_the_caller_s_account(aws, a) -> None:
    context = seen(aws, "s3:ListAllMyBuckets", a.client().list_buckets)
    assert context["aws:resourceaccount"] == ("111111111111",)
    assert "s3:resourceaccount" not in context
    context = seen(aws, "s3:CreateBucket", lambda: a.client().create_bucket(Bucket="other"))
    assert context["aws:resourceaccount"] == ("111111111111",)


def test_bucket_tags_show_once_abac_is_on(aws, a) -> None:
    """F-81: aws:ResourceTag/, s3:BucketTag/, for the bucket and for its objects."""
    for on, expected in ((False, None), (True, ("x",))):
        abac(aws, on)
        for action, call in (
            ("s3:ListBucket", lambda: a.client().list_objects_v2(Bucket="bkt")),
            ("s3:GetObject", lambda: a.client().get_object(Bucket="bkt", Key="k")),
        ):
            context = seen(aws, action, call)
            assert context.get("aws:resourcetag/team") == expected
            assert context.get("s3:buckettag/team") == expected


def test_W_222_attributes_decide(aws, a) -> None:
    """W-222."""
    condition = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    same = a.create_user("same", policies=allow(Condition=condition), tags={"team": "x"})
    other = a.create_user("other", policies=allow(Condition=condition), tags={"team": "y"})
    abac(aws, True)
    assert answer(lambda: same.client("s3").get_object(Bucket="bkt", Key="k")) == 200
    assert answer(lambda: other.client("s3").get_object(Bucket="bkt", Key="k")) == 403
    abac(aws, False)
    assert answer(lambda: same.client("s3").get_object(Bucket="bkt", Key="k")) == 403


def test_an_access_point_is_known_by_its_arn(aws, a) -> None:
    """F-123: s3:DataAccessPointArn, s3:DataAccessPointAccount."""
    arn = "arn:aws:s3:us-east-1:111111111111:accesspoint/ap"
    request = WireRequest(
        "GET", "https", "ap-111111111111.s3-accesspoint.us-east-1.amazonaws.com", "/k", "", {}
    )
    address = Address("access-point", arn, "k", "us-east-1", "s3-accesspoint.us-east-1.amazonaws.com", arn)
    parsed = Parsed(request, "s3", "GetObject", address, {}, None)
    scene = scene_of(aws, Authenticated(parsed, a.root.caller(), Signature("REST-HEADER")))
    context = RequestContext(scene, "s3:GetObject", Target("bkt", aws.store.bucket("bkt"), "k"))
    assert context["s3:dataaccesspointarn"] == (arn,)
    assert context["s3:dataaccesspointaccount"] == ("111111111111",)


def test_other_services_know_no_keys_of_s3(aws, a) -> None:
    """A role's trust policy is asked about sts:AssumeRole; s3:TlsVersion and s3:authType are S3's."""
    role = a.create_role("r")
    dave = a.create_user("dave", policies=allow("sts:AssumeRole"))
    context = seen(aws, "sts:AssumeRole", lambda: role.assume(by=dave))
    assert [key for key in context if key.startswith("s3:")] == []
    assert context["aws:resourceaccount"] == ("111111111111",)
    assert context["aws:principalarn"] == (dave.arn,)
