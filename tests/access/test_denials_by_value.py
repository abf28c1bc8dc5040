"""A Deny is explained by values: what each element wants, what the request had, and why a key is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3.access.context import ROWS, TAG_ROWS
from mocks3.access.decision import Decision
from mocks3.access.explain.rendering import explain, record
from mocks3.handles.accounts import Account
from mocks3.handles.mock_aws import MockAWS

from .asking import allow, both, deny
from .stories import A, attempted

Call = Callable[[Any], Any]


def get(s3: Any) -> Any:
    return s3.get_object(Bucket="bkt", Key="k")


def put(s3: Any, **params: Any) -> Any:
    return s3.put_object(Bucket="bkt", Key="k", **params)


def upload_part(s3: Any) -> Any:
    upload = s3.create_multipart_upload(Bucket="bkt", Key="m")["UploadId"]
    return s3.upload_part(Bucket="bkt", Key="m", UploadId=upload, PartNumber=1, Body=b"")


def listing(s3: Any) -> Any:
    return s3.list_objects_v2(Bucket="bkt")


def flat(decision: Decision) -> str:
    """Return the report on one line."""
    return " ".join(explain(decision).split())


def put_bucket_policy(a: Account, policy: Any) -> None:
    a.client().put_bucket_policy(Bucket="bkt", Policy=json.dumps(policy))


def denied(
    a: Account, aws: MockAWS, condition: Any, call: Call, actions: Any = "s3:*", **client: Any
) -> Decision:
    """Make a call that a Deny of the user's policy denies, and return the decision."""
    policy = both(allow(), deny(actions, Condition=condition))
    dave = a.create_user("dave", policies=policy)
    s3 = dave.client("s3", **client)
    return attempted(aws, lambda: call(s3))


MISSING: list[tuple[str, Call, str]] = [
    ("aws:SourceVpce", get, "it did not come through a VPC endpoint"),
    ("aws:SourceVpc", get, "it did not come through a VPC endpoint"),
    ("aws:VpcSourceIp", get, "it did not come through a VPC endpoint"),
    ("aws:VpceAccount", get, "it did not come through a VPC endpoint"),
    ("aws:VpceOrgID", get, "it did not come through a VPC endpoint"),
    ("aws:referer", get, "it was sent without the header Referer"),
    ("aws:PrincipalOrgID", get, "the caller's account 111111111111 is in no organization"),
    ("aws:ResourceOrgID", get, "the resource's account 111111111111 is in no organization"),
    ("aws:SourceOrgID", get, "the caller is not an AWS service"),
    ("aws:SourceArn", get, "the caller is not an AWS service"),
    ("aws:PrincipalServiceName", get, "the caller is not an AWS service"),
    ("aws:SourceIdentity", get, "the session has no source identity"),
    ("aws:TokenIssueTime", get, "it was not signed with temporary credentials"),
    (
        "aws:MultiFactorAuthPresent",
        get,
        "it was not signed with temporary credentials of a role or of GetSessionToken",
    ),
    ("aws:MultiFactorAuthAge", get, "it was signed without MFA"),
    ("aws:CalledVia", get, "no AWS service forwarded it"),
    ("aws:PrincipalTag/Team", get, "the caller has no tag Team"),
    (
        "aws:ResourceTag/Team",
        get,
        "the bucket has no tag Team, or attribute-based access control is not enabled for it",
    ),
    ("s3:DataAccessPointArn", get, "it did not come through an access point"),
    ("s3:ExistingObjectTag/Sec", get, "the object has no tag Sec"),
    ("s3:ExistingObjectTag/Sec", put, "requests for s3:PutObject never have this key"),
    (
        "s3:ExistingObjectTag/Sec",
        lambda s3: s3.get_object_attributes(Bucket="bkt", Key="k", ObjectAttributes=["ETag"]),
        "GetObjectAttributes does not carry the tags of the object",
    ),
    ("s3:RequestObjectTag/Sec", put, "it was sent without tags"),
    ("s3:RequestObjectTag/Sec", lambda s3: put(s3, Tagging="a=b"), "it was sent without the tag Sec"),
    ("s3:x-amz-acl", put, "it was sent without the header x-amz-acl"),
    ("s3:x-amz-acl", get, "requests for s3:GetObject never have this key"),
    (
        "s3:x-amz-server-side-encryption",
        put,
        "it was sent without the header x-amz-server-side-encryption; default encryption does not count",
    ),
    ("s3:object-lock-mode", put, "it sets no retention mode"),
    ("s3:if-none-match", put, "it was sent without the header If-None-Match"),
    ("s3:prefix", listing, "it was sent without the parameter prefix"),
    (
        "s3:versionid",
        lambda s3: s3.get_object_tagging(Bucket="bkt", Key="k"),
        "requests for s3:GetObjectTagging never have this key",
    ),
    ("s3express:SessionMode", get, "s3:GetObject is not an action of s3express"),
    (
        "aws:FederatedProvider",
        get,
        "the caller is not a session of AssumeRoleWithWebIdentity or AssumeRoleWithSAML",
    ),
]


@pytest.mark.parametrize(
    ("key", "call", "why"), MISSING, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_missing_key_says_why_it_is_missing(
    aws: MockAWS, a: Account, key: str, call: Call, why: str
) -> None:
    """C-32, C-82."""
    decision = denied(a, aws, {"Null": {key: "true"}}, call)
    said = flat(decision)
    assert f"its Null {key} wants true: no such key saw nothing: the request has no {key}: {why} its " in said


def test_a_key_that_is_not_aws_s_says_only_that_it_is_missing(aws: MockAWS, a: Account) -> None:
    said = flat(denied(a, aws, {"Null": {"aws:SorceIp": "true"}}, get))
    assert "saw nothing: the request has no aws:SorceIp its Action" in said


def test_the_later_calls_of_an_upload_name_its_creation(aws: MockAWS, a: Account) -> None:
    """OQ-8."""
    condition = {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}
    statement = deny("s3:PutObject", "arn:aws:s3:::bkt/m", Condition=condition)
    dave = a.create_user("dave", policies=allow())
    s3 = dave.client("s3")
    upload = s3.create_multipart_upload(Bucket="bkt", Key="m")["UploadId"]
    dave.put_policy(both(allow(), statement), name="inline")
    part = {"Bucket": "bkt", "Key": "m", "UploadId": upload, "PartNumber": 1, "Body": b""}
    said = flat(attempted(aws, lambda: s3.upload_part(**part)))
    assert "CreateMultipartUpload was sent without the header x-amz-server-side-encryption note" in said


def test_the_network_of_a_vpc_endpoint(aws: MockAWS, a: Account) -> None:
    """F-166."""
    through = {"request_context": {"source_vpce": "vpce-9"}}
    said = flat(denied(a, aws, {"Null": {"aws:SourceIp": "true"}}, get, **through))
    assert "it came through a VPC endpoint, and such requests have aws:VpcSourceIp instead" in said
    s3 = a.create_user("eve", policies=deny(Condition={"Null": {"aws:SourceVpc": "true"}})).client(
        "s3", **through
    )
    said = flat(attempted(aws, lambda: get(s3)))
    assert "it came through a VPC endpoint that aws.vpc_endpoint did not create" in said
    s3 = a.create_user("fay", policies=deny(Condition={"Null": {"aws:VpcSourceIp": "true"}})).client(
        "s3", **through
    )
    assert "but its request context has no vpc_source_ip" in flat(attempted(aws, lambda: get(s3)))


def test_anonymous_callers_and_services(aws: MockAWS, a: Account) -> None:
    """P-9, P-11."""
    for key, who, why in (
        ("aws:PrincipalArn", aws.anonymous, "it is not signed"),
        ("s3:signatureversion", aws.anonymous, "it is not signed"),
        ("aws:PrincipalOrgID", aws.anonymous, "it is not signed"),
        ("aws:PrincipalArn", aws.service("logging.s3.amazonaws.com"), "the caller is an AWS service"),
        (
            "aws:SourceArn",
            aws.service("logging.s3.amazonaws.com"),
            "the service does not name the resource that it acts for",
        ),
    ):
        condition = {"Null": {key: "true"}}
        put_bucket_policy(a, deny("s3:GetObject", "arn:aws:s3:::bkt/*", Principal="*", Condition=condition))
        s3 = who.client("s3")
        assert f"the request has no {key}: {why} its " in flat(attempted(aws, lambda s3=s3: get(s3)))


def test_http_has_no_tls_version(aws: MockAWS, a: Account) -> None:
    """F-167."""
    condition = {"NumericLessThanIfExists": {"s3:TlsVersion": "1.2"}}
    said = flat(denied(a, aws, condition, get, use_ssl=False))
    assert (
        "its NumericLessThanIfExists s3:TlsVersion wants 1.2 saw nothing: the request has no s3:TlsVersion: it came "
        "over http, without TLS note NumericLessThanIfExists also matches requests without the key [C-33]"
    ) in said
    assert said.endswith("mocks3 rule E-20 C-33")


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.key)
def test_every_key_that_can_be_missing_says_why(row: Any) -> None:
    always = {
        "aws:SecureTransport", "aws:RequestedRegion", "aws:CurrentTime", "aws:EpochTime", "aws:ViaAWSService",
        "s3:ObjectCreationOperation",
    }  # fmt: skip
    assert bool(row.missing) is (row.key not in always)


def test_every_tag_key_says_why() -> None:
    assert [row.key for row in TAG_ROWS.values() if not row.missing] == ["s3express:BucketTag/<key>"]


def test_bool_over_http(aws: MockAWS, a: Account) -> None:
    """W-150."""
    said = flat(denied(a, aws, {"Bool": {"aws:SecureTransport": "false"}}, get, use_ssl=False))
    assert (
        "its Bool aws:SecureTransport wants false saw false: the request came over http, without TLS its"
        in said
    )


def test_variables_show_their_values(aws: MockAWS, a: Account) -> None:
    """C-60."""
    policy = both(
        allow(), deny("s3:GetObject", NotResource="arn:aws:s3:::bkt/home/${aws:username}/*", resources="*")
    )
    statement = policy["Statement"][1]
    del statement["Resource"]
    s3 = a.create_user("dave", policies=policy).client("s3")
    said = flat(attempted(aws, lambda: get(s3)))
    home = "arn:aws:s3:::bkt/home"
    assert f"wants none of {home}/${{aws:username}}/* (here {home}/dave/*) saw arn:aws:s3:::bkt/k its" in said


def test_not_principal_names_the_account_root(aws: MockAWS, a: Account) -> None:
    """PE-17."""
    dave = a.create_user("dave", policies=allow())
    statement = {
        "Effect": "Deny",
        "NotPrincipal": {"AWS": dave.arn},
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::bkt/*",
    }
    put_bucket_policy(a, {"Version": "2012-10-17", "Statement": statement})
    said = flat(attempted(aws, lambda: get(dave.client("s3"))))
    assert f"missing from the list: arn:aws:iam::{A}:root" in said
    statement["NotPrincipal"] = {"AWS": [dave.arn, f"arn:aws:iam::{A}:root"]}
    put_bucket_policy(a, {"Version": "2012-10-17", "Statement": statement})
    assert get(dave.client("s3"))["Body"].read() == b"body"


def test_several_conditions_are_all_shown_and_marked(aws: MockAWS, a: Account) -> None:
    condition = {
        "StringNotEquals": {"s3:x-amz-storage-class": ["STANDARD", "STANDARD_IA"]},
        "Bool": {"aws:SecureTransport": "true"},
    }
    decision = denied(a, aws, condition, lambda s3: put(s3, StorageClass="GLACIER"), "s3:PutObject")
    said = flat(decision)
    assert (
        "its StringNotEquals s3:x-amz-storage-class wants none of STANDARD or STANDARD_IA saw GLACIER its Bool"
        in said
    )
    marked = [line for line in explain(decision).splitlines() if line.startswith("  > ")]
    assert [("storage-class" in line, "SecureTransport" in line) for line in marked] == [
        (True, False),
        (False, True),
    ]


def test_the_arrow_is_at_the_deciding_element(aws: MockAWS, a: Account) -> None:
    dave = a.create_user("dave", policies=both(allow(), deny("s3:GetObject")))
    decision = attempted(aws, lambda: get(dave.client("s3")))
    (marked,) = [line for line in explain(decision).splitlines() if line.startswith("  > ")]
    assert '"Action": "s3:GetObject"' in marked


def test_json_has_the_same(aws: MockAWS, a: Account) -> None:
    condition = {"StringNotEquals": {"s3:x-amz-acl": ["private", "bucket-owner-read"]}}
    (statement,) = record(denied(a, aws, condition, put, ["s3:Put*", "s3:Get*"]))["statements"]
    assert (statement["layer"], statement["statement"]) == ("identity", 1)
    elements = {each["element"]: each for each in statement["elements"]}
    assert elements["Action"] == {
        "element": "Action",
        "written": "Action",
        "key": None,
        "matched": True,
        "wants": ["s3:Put*", "s3:Get*"],
        "matching": ["s3:Put*"],
        "expansions": {},
        "saw": ["s3:PutObject"],
        "missingBecause": None,
        "missingFromList": [],
        "note": None,
    }
    assert elements["Condition"]["saw"] is None
    assert elements["Condition"]["missingBecause"] == "it was sent without the header x-amz-acl"
    assert elements["Condition"]["note"] == "StringNotEquals also matches requests without the key"


def outside() -> dict[str, Any]:
    return {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}


def within() -> dict[str, Any]:
    return {"StringEquals": {"aws:SourceVpce": "vpce-1"}}


ABSENT, OUTSIDE = "the request has no aws:SourceVpce", "it did not come through a VPC endpoint"


def bucket_policy(aws: MockAWS, a: Account) -> Call:
    put_bucket_policy(a, deny("s3:*", "arn:aws:s3:::bkt/*", Principal="*", Condition=outside()))
    return lambda: get(a.create_user("dave", policies=allow()).client("s3"))


def identity(aws: MockAWS, a: Account) -> Call:
    return lambda: get(a.create_user("dave", policies=both(allow(), deny(Condition=outside()))).client("s3"))


def boundary(aws: MockAWS, a: Account) -> Call:
    dave = a.create_user("dave", policies=allow(), boundary=both(allow(), deny(Condition=outside())))
    return lambda: get(dave.client("s3"))


def session(aws: MockAWS, a: Account) -> Call:
    role = a.create_role("r", policies=allow())
    return lambda: get(role.assume(policy=both(allow(), deny(Condition=outside()))).client("s3"))


def scp(aws: MockAWS, a: Account) -> Call:
    aws.organization("o-1").add(a)
    aws.organization("o-1").put_scp(deny(Condition=outside()), on=a, name="Perimeter")
    return lambda: get(a.create_user("dave", policies=allow()).client("s3"))


def rcp(aws: MockAWS, a: Account) -> Call:
    aws.organization("o-1").add(a)
    aws.organization("o-1").put_rcp(deny(Principal="*", Condition=outside()), on=a, name="Perimeter")
    return lambda: get(a.create_user("dave", policies=allow()).client("s3"))


def endpoint(aws: MockAWS, a: Account) -> Call:
    policy = both(allow(Principal="*"), deny(Principal="*", Condition=outside()))
    aws.vpc_endpoint("vpce-2", vpc="vpc-2", policy=policy)
    dave = a.create_user("dave", policies=allow())
    return lambda: get(dave.client("s3", request_context={"source_vpce": "vpce-2"}))


def access_point(aws: MockAWS, a: Account) -> Call:
    point = a.create_access_point("point", bucket="bkt")
    objects = f"{point.arn}/object/*"
    point.put_policy(deny("s3:GetObject", objects, Principal="*", Condition=outside()))
    dave = a.create_user("dave", policies=allow())
    return lambda: dave.client("s3").get_object(Bucket=point.arn, Key="k")


def key_policy(aws: MockAWS, a: Account) -> Call:
    key = a.create_kms_key()
    a.client().put_object(Bucket="bkt", Key="s", ServerSideEncryption="aws:kms", SSEKMSKeyId=key.arn)
    key.put_policy(
        both(allow("kms:*", Principal={"AWS": A}), deny("kms:Decrypt", Principal="*", Condition=outside()))
    )
    dave = a.create_user("dave", policies=both(allow(), allow("kms:*")))
    return lambda: dave.client("s3").get_object(Bucket="bkt", Key="s")


def trust_policy(aws: MockAWS, a: Account) -> Call:
    statement = allow("sts:AssumeRole", Principal={"AWS": A})["Statement"][0]
    refusal = deny("sts:AssumeRole", Principal="*", Condition=outside())["Statement"][0]
    trust = [
        {name: value for name, value in each.items() if name != "Resource"} for each in (statement, refusal)
    ]
    role = a.create_role("r", trust={"Version": "2012-10-17", "Statement": trust})
    dave = a.create_user("dave", policies=allow("sts:AssumeRole"))
    return lambda: role.assume(by=dave)


PLACES = {
    bucket_policy: "Statement[0] of the bucket policy of bkt",
    access_point: "Statement[0] of the access point policy of point",
    endpoint: 'Statement[1] of the VPC endpoint policy "vpce-2"',
    identity: 'Statement[1] of the identity policy "inline"',
    boundary: 'Statement[1] of the permissions boundary "arn:aws:iam::111111111111:policy/user-dave-boundary"',
    session: 'Statement[1] of the session policy "session-policy"',
    scp: 'Statement[0] of the service control policy "Perimeter on account 111111111111"',
    rcp: 'Statement[0] of the resource control policy "Perimeter on account 111111111111"',
    key_policy: "Statement[1] of the key policy of ",
    trust_policy: "Statement[1] of the trust policy of ",
}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_every_kind_of_policy_is_explained(aws: MockAWS, a: Account, place: Any) -> None:
    """E-20, C-41."""
    decision = attempted(aws, place(aws, a))
    said = flat(decision)
    assert PLACES[place] in said
    missing = f"{ABSENT}: {'an AWS service forwarded it' if place is key_policy else OUTSIDE}"
    saw = "vpce-2" if place is endpoint else f"nothing: {missing} note StringNotEquals also matches"
    assert f"its StringNotEquals aws:SourceVpce wants none of vpce-1 saw {saw}" in said
    assert all(len(line) <= 100 for line in explain(decision).splitlines())


def test_both_parts_of_a_request_through_an_access_point(aws: MockAWS, a: Account) -> None:
    """F-120."""
    call = access_point(aws, a)
    put_bucket_policy(a, deny("s3:GetObject", "arn:aws:s3:::bkt/*", Principal="*", Condition=outside()))
    said = flat(attempted(aws, call))
    assert said.count("its StringNotEquals aws:SourceVpce") == 2
    assert "Statement[0] of the access point policy of point its" in said
    assert "Statement[0] of the bucket policy of bkt its" in said
    put_bucket_policy(a, deny("s3:GetObject", "arn:aws:s3:::bkt/*", Principal={"AWS": A}, Condition=within()))
    assert flat(attempted(aws, call)).count("its StringNotEquals aws:SourceVpce") == 1


@pytest.mark.parametrize(
    ("context", "came"),
    [
        ({}, "the request has no aws:SourceVpc: it did not come through a VPC endpoint"),
        ({"source_vpc": "vpc-2"}, "this request came from vpc-2"),
        (
            {"source_vpce": "vpce-9"},
            "the request has no aws:SourceVpc: it came through a VPC endpoint that aws.vpc_endpoint did not create",
        ),
    ],
)
def test_the_network_of_an_access_point(aws: MockAWS, a: Account, context: Any, came: str) -> None:
    """F-123."""
    point = a.create_access_point("point", bucket="bkt", vpc="vpc-1")
    s3 = a.create_user("dave", policies=allow()).client("s3", request_context=context)
    said = flat(attempted(aws, lambda: s3.get_object(Bucket=point.arn, Key="k")))
    assert f"the access point accepts requests from vpc-1 only, and {came} [F-123]" in said


def test_an_error_s_note_stays_one_line(aws: MockAWS, a: Account) -> None:
    with pytest.raises(ClientError) as caught:
        bucket_policy(aws, a)()
    notes = [note for note in getattr(caught.value, "__notes__", ()) if note.startswith("mocks3: ")]
    assert [("\n" in note) for note in notes] == [False]
