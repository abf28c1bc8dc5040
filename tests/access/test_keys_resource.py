"""Keys about the resource of a request."""

from __future__ import annotations

import boto3

from tests.access.asking import allow, answer, seen

TAGS = {"TagSet": [{"Key": "Team", "Value": "x"}]}


def abac(aws, on: bool) -> None:
    with aws.store.editing("bkt") as bucket:
        bucket.configurations["tagging"] = TAGS
        bucket.configurations["abac"] = {"Status": "Enabled" if on else "Disabled"}


def test_whose_the_bucket_is(aws, a, b) -> None:
    """C-80: aws:ResourceAccount, s3:ResourceAccount are the account that owns the bucket."""
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


def test_the_tags_of_an_access_point(aws, a) -> None:
    """F-123: s3:AccessPointTag/ has them for requests through the access point; they need no ABAC."""
    tags = [{"Key": "Team", "Value": "x"}]
    control = a.client("s3control")
    made = control.create_access_point(AccountId=a.id, Name="ap1", Bucket="bkt", Tags=tags)
    for name, expected in ((made["AccessPointArn"], ("x",)), ("bkt", None)):
        context = seen(aws, "s3:GetObject", lambda name=name: a.client().get_object(Bucket=name, Key="k"))
        assert context.get("s3:accesspointtag/team") == expected


def test_credentials_of_access_grants(aws, a) -> None:
    """F-171: s3:AccessGrantsInstanceArn is in the requests of credentials of GetDataAccess; others have none."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "access-grants.s3.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"],
    }
    role = a.create_role(
        "grants", trust={"Version": "2012-10-17", "Statement": trust}, policies=allow("s3:*")
    )
    eve = a.create_user("eve", policies=allow(["s3:GetDataAccess", "s3:GetObject"]))
    control, me = a.client("s3control", region_name="us-east-1"), {"AccountId": a.id}
    arn = control.create_access_grants_instance(**me)["AccessGrantsInstanceArn"]
    control.create_access_grants_location(**me, LocationScope="s3://bkt", IAMRoleArn=role.arn)
    (place,) = control.list_access_grants_locations(**me)["AccessGrantsLocationsList"]
    control.create_access_grant(
        **me,
        AccessGrantsLocationId=place["AccessGrantsLocationId"],
        Grantee={"GranteeType": "IAM", "GranteeIdentifier": eve.arn},
        Permission="READ",
    )
    client = eve.client("s3control", region_name="us-east-1")
    key = client.get_data_access(**me, Target="s3://bkt/k", Permission="READ")["Credentials"]
    s3 = boto3.client(
        "s3",
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        aws_session_token=key["SessionToken"],
    )
    for each, expected in ((s3, (arn,)), (eve.client(), None)):
        context = seen(aws, "s3:GetObject", lambda each=each: each.get_object(Bucket="bkt", Key="k"))
        assert context.get("s3:accessgrantsinstancearn") == expected


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


def test_an_access_point_is_known_by_its_arn(aws, a, b) -> None:
    """F-123: s3:DataAccessPointArn, s3:DataAccessPointAccount, s3:AccessPointNetworkOrigin; C-80 of either resource."""
    theirs = b.create_access_point("theirs", "bkt", vpc="vpc-1")
    own = a.create_access_point("own", "bkt")
    for point, account, origin in ((theirs, b, "VPC"), (own, a, "Internet")):
        for name in (point.arn, point.alias):
            before = len(aws.decisions)
            answer(lambda name=name: a.client().get_object(Bucket=name, Key="k"))
            at_point, at_bucket = sorted(
                aws.decisions[before].parts, key=lambda part: not part.at_access_point
            )
            for part in (at_point, at_bucket):
                assert part.request.context["s3:dataaccesspointarn"] == (point.arn,)
                assert part.request.context["s3:dataaccesspointaccount"] == (account.id,)
                assert part.request.context["s3:accesspointnetworkorigin"] == (origin,)
            assert at_point.request.context["aws:resourceaccount"] == (account.id,)
            assert at_bucket.request.context["aws:resourceaccount"] == (a.id,)


def test_a_request_to_the_bucket_has_no_access_point(aws, a) -> None:
    """F-123."""
    a.create_access_point("own", "bkt")
    context = seen(aws, "s3:GetObject", lambda: a.client().get_object(Bucket="bkt", Key="k"))
    assert not [key for key in context if "accesspoint" in key]


def test_other_services_know_no_keys_of_s3(aws, a) -> None:
    """sts:AssumeRole does not carry s3:TlsVersion and s3:authType."""
    role = a.create_role("r")
    dave = a.create_user("dave", policies=allow("sts:AssumeRole"))
    context = seen(aws, "sts:AssumeRole", lambda: role.assume(by=dave))
    assert [key for key in context if key.startswith("s3:")] == []
    assert context["aws:resourceaccount"] == ("111111111111",)
    assert context["aws:principalarn"] == (dave.arn,)
