"""What PutBucketPolicy refuses, and how it says so: docs/rules/bucket-policies.md, rule by rule."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mocks3 import Mocks3Error
from mocks3.handles.mock_aws import MockAWS

from .answers import answer, refusal, status

DAVE = "arn:aws:iam::123456789012:user/dave"
KEYS = "arn:aws:s3:::bkt/*"
BUCKET = "arn:aws:s3:::bkt"


@pytest.fixture(autouse=True)
def people(aws: MockAWS) -> None:
    aws.account().create_bucket("bkt")
    aws.account().create_user("dave")
    aws.account().create_group("staff")
    aws.account().create_role("reader", path="/p/")
    aws.account("111111111111")


def allow(**changes: Any) -> dict[str, Any]:
    """A statement that is all right, with changes; None takes a member out."""
    usual = {"Effect": "Allow", "Principal": {"AWS": DAVE}, "Action": "s3:GetObject", "Resource": KEYS}
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def put(s3: Any, *statements: Any, **top: Any) -> int:
    document = {"Version": "2012-10-17", "Statement": list(statements), **top}
    return status(s3.put_bucket_policy, Bucket="bkt", Policy=json.dumps(document))


def refused(s3: Any, *statements: Any, **top: Any) -> str:
    """The sentence with which a document is refused; nothing is stored."""
    document = {"Version": "2012-10-17", "Statement": list(statements), **top}
    return refused_text(s3, json.dumps(document))


def refused_text(s3: Any, text: str) -> str:
    error = refusal(s3.put_bucket_policy, Bucket="bkt", Policy=text)
    assert (error["Status"], error["Code"]) == (400, "MalformedPolicy")
    assert refusal(s3.get_bucket_policy, Bucket="bkt")["Code"] == "NoSuchBucketPolicy"
    return str(error["Message"])


# The document


@pytest.mark.parametrize("text", ["", "invalid json", "[]", '"{}"', " {}", "\ufeff{}", "null"])
def test_v_30_w_181_the_first_byte_must_be_a_brace(s3: Any, text: str) -> None:
    assert refused_text(s3, text) == "Policies must be valid JSON and the first byte must be '{'"


@pytest.mark.parametrize("text", ['{"Statement": ', "{'a': 1}", "{" * 100_000, '{"a": NaN}'])
def test_v_31_text_that_only_begins_like_json(s3: Any, text: str) -> None:
    assert refused_text(s3, text) == "This policy contains invalid Json"


def test_v_32_w_180_a_document_without_statements(s3: Any) -> None:
    assert refused_text(s3, "{}") == "Missing required field Statement"


def test_v_33_an_empty_list_of_statements(s3: Any) -> None:
    assert refused(s3) == "Could not parse the policy: Statement is empty!"


@pytest.mark.parametrize("version", ["2012-10-18", "", None, 2012])
def test_v_34_versions(s3: Any, version: Any) -> None:
    assert refused(s3, allow(), Version=version) == "The policy must contain a valid version string"


def test_v_10_the_older_version_and_none_are_fine(s3: Any) -> None:
    assert put(s3, allow(), Version="2008-10-17") == 204
    document = json.dumps({"Id": "mine", "Statement": allow(Sid="with blanks")})
    assert status(s3.put_bucket_policy, Bucket="bkt", Policy=document) == 204


def test_v_48_a_document_that_is_too_long(s3: Any) -> None:
    """V-3."""
    resources = [f"{BUCKET}/{number:0240d}" for number in range(100)]
    assert refused(s3, allow(Resource=resources)) == TOO_LARGE


TOO_LARGE = "Normalized policy document exceeds the maximum allowed size of 20480 bytes"


def of_size(size: int, resource: str) -> str:
    """Return a policy of this many bytes as JSON without blanks."""
    document = {"Statement": allow(Sid="", Resource=resource)}
    document["Statement"]["Sid"] = "s" * (size - len(json.dumps(document, separators=(",", ":"))))
    return json.dumps(document, indent=2)


def test_v_3_the_largest_document(aws: MockAWS, s3: Any) -> None:
    """Reported by users: the normal form is shorter than JSON without blanks."""
    assert status(s3.put_bucket_policy, Bucket="bkt", Policy=of_size(24_620, KEYS)) == 204
    found = refusal(s3.put_bucket_policy, Bucket="bkt", Policy=of_size(24_861, KEYS))
    assert (found["Code"], found["Message"]) == ("MalformedPolicy", TOO_LARGE)
    point = aws.account().create_access_point("point", "bkt")
    point.put_policy(of_size(24_620, f"{point.arn}/object/*"))
    with pytest.raises(Mocks3Error, match=TOO_LARGE):
        point.put_policy(of_size(24_861, f"{point.arn}/object/*"))


def test_v_3_blanks_do_not_count(s3: Any) -> None:
    document = json.dumps({"Statement": allow()}, indent=1000)
    assert len(document) > 5000
    assert status(s3.put_bucket_policy, Bucket="bkt", Policy=document + " " * 20_000) == 204


# One element after the other


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"Effect": None}, "Missing required field Effect"),
        ({"Effect": "allow"}, "Invalid effect: allow"),
        ({"Effect": 1}, "Invalid policy syntax."),
        ({"Principal": None}, "Missing required field Principal"),
        ({"Principal": {}}, "Missing required field Principal cannot be empty!"),
        ({"Principal": ""}, "Missing required field Principal cannot be empty!"),
        ({"Action": None}, "Missing required field Action"),
        ({"Action": []}, "Missing required field Action cannot be empty!"),
        ({"Action": [None]}, "Invalid policy syntax."),
        ({"Resource": None}, "Missing required field Resource"),
        ({"Resource": []}, "Missing required field Resource cannot be empty!"),
        ({"Resource": 5}, "Invalid policy syntax."),
        ({"NotAction": "s3:*"}, "Invalid policy syntax."),
        ({"Conditions": {}}, "Invalid policy syntax."),
        ({"Condition": []}, "Invalid policy syntax."),
        ({"Condition": {"StringEquals": "x"}}, "Invalid policy syntax."),
    ],
)
def test_v_35_v_36_v_37_v_47_v_49_the_grammar(s3: Any, change: dict[str, Any], sentence: str) -> None:
    statement = allow(**change)
    if change.get("Principal", 0) == "":
        statement["Principal"] = ""
    assert refused(s3, statement) == sentence


def test_v_47_null_is_no_action(s3: Any) -> None:
    assert refused(s3, {**allow(), "Action": None}) == "Invalid policy syntax."


def test_v_49_members_twice_and_unknown_members(s3: Any) -> None:
    """OQ-16."""
    doubled = '{"Statement": {"Effect": "Allow", "Effect": "Deny", "Principal": "*", "Action": "s3:*"}}'
    assert refused_text(s3, doubled) == "Invalid policy syntax."
    assert refused(s3, allow(), Remark="hello") == "Invalid policy syntax."


def test_v_20_sids_are_unique(s3: Any) -> None:
    sentence = "Statement IDs (SID) in a single policy must be unique."
    assert refused(s3, allow(Sid="a"), allow(Sid="a")) == sentence
    assert put(s3, allow(Sid="a"), allow(Sid="b"), allow(), allow()) == 204


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": ""},
        {"AWS": []},
        {"AWS": "arn:aws:iam::123456789012:user/*"},
        {"AWS": "arn:aws:iam::123456789012:user/nobody"},
        {"AWS": "arn:aws:iam::123456789012:user/Dave"},
        {"AWS": "arn:aws:iam::123456789012:group/staff"},
        {"AWS": "arn:aws:iam::123456789012:role/reader"},
        {"AWS": "arn:aws:sts::123456789012:assumed-role/nobody/s"},
        {"AWS": "arn:aws:iam::999999999999:root"},
        {"AWS": "999999999999"},
        {"AWS": "dave"},
        {"AWS": "AIDAEXAMPLEEXAMPLEEX"},
        {"CanonicalUser": "0" * 64},
        {"Service": "*"},
        {"Service": "nonsense"},
        {"Human": "dave"},
        "dave",
        {"AWS": [DAVE, "arn:aws:iam::123456789012:user/nobody"]},
    ],
)
def test_v_38_w_189_w_190_principals_that_are_not(s3: Any, principal: Any) -> None:
    """PE-13, PE-19."""
    assert refused(s3, allow(Principal=principal)) == "Invalid principal in policy"


def test_v_38_the_offending_value_is_named(s3: Any) -> None:
    nobody = "arn:aws:iam::123456789012:user/nobody"
    text = json.dumps({"Statement": allow(Principal={"AWS": [DAVE, nobody]})})
    assert refusal(s3.put_bucket_policy, Bucket="bkt", Policy=text)["Detail"] == nobody


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": ["123456789012", "arn:aws:iam::111111111111:root", DAVE]},
        {"AWS": "arn:aws:iam::123456789012:role/p/reader"},
        {"AWS": "arn:aws:sts::123456789012:assumed-role/reader/never-started"},
        {"AWS": "arn:aws:sts::123456789012:federated-user/fed"},
        {"Service": ["cloudtrail.amazonaws.com", "logs.eu-west-1.amazonaws.com"]},
        {"Federated": "cognito-identity.amazonaws.com"},
        {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"},
    ],
)
def test_v_19_pe_15_principals_that_are(s3: Any, principal: Any) -> None:
    s3.delete_public_access_block(Bucket="bkt")  # it refuses a Federated principal (B-40)
    assert put(s3, allow(Principal=principal)) == 204


def test_pe_8_a_canonical_id(aws: MockAWS, s3: Any) -> None:
    assert put(s3, allow(Principal={"CanonicalUser": aws.account("111111111111").canonical_id})) == 204


def test_v_39_w_191_not_principal_only_denies(s3: Any) -> None:
    statement = allow(Principal=None, NotPrincipal={"AWS": DAVE})
    assert refused(s3, statement) == "Allow with NotPrincipal is not allowed."
    assert put(s3, {**statement, "Effect": "Deny"}) == 204


@pytest.mark.parametrize(
    "action",
    [
        "s3:HeadObject",
        "s3:ListObjectsV2",
        "s3:CopyObject",
        "s3:PutObjectLockConfiguration",
        "s3:CreateBucket",
        "s3:ListAllMyBuckets",
        "s3:PutAccountPublicAccessBlock",
        "s3:Nothing*",
        "ec2:*",
        "GetObject",
        "",
    ],
)
def test_v_12_v_40_w_188_actions_that_are_not(s3: Any, action: str) -> None:
    assert refused(s3, {**allow(), "Action": action}) == "Policy has invalid action"
    assert refused(s3, {**allow(), "Action": ["s3:GetObject", action]}) == "Policy has invalid action"


@pytest.mark.parametrize(
    "action",
    [
        "*",
        "s3:*",
        "s3:get*",
        "S3:GETOBJECT",
        "s3:?etObject",
        "s3:ReplicateObject",
        "s3:ReplicateObjectAnnotation",
        "s3:GetObjectVersionAnnotationForReplication",
    ],
)
def test_v_12_actions_that_are(s3: Any, action: str) -> None:
    assert put(s3, allow(Action=action)) == 204


@pytest.mark.parametrize(
    "resource",
    [
        "*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::other/*",
        "arn:aws:s3:::bkt2",
        "arn:aws:s3:::bk*",
        "arn:aws:s3:us-east-1::bkt/*",
        "arn:aws:sqs:us-east-1:123456789012:bkt",
        "bkt/*",
        "",
    ],
)
def test_v_13_v_41_w_182_resources_that_are_elsewhere(s3: Any, resource: str) -> None:
    assert refused(s3, {**allow(), "Resource": resource}) == "Policy has invalid resource"
    assert refused(s3, {**allow(), "Resource": [KEYS, resource]}) == "Policy has invalid resource"


def test_v_13_wildcards_and_variables_in_keys(s3: Any) -> None:
    assert put(s3, allow(Resource=[f"{BUCKET}/home/${{aws:username}}/*", f"{BUCKET}/a?b"])) == 204


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", BUCKET),  # W-183
        (["s3:GetObject", "s3:ListBucket"], KEYS),  # W-184
        ("s3:ListBucket", KEYS),
        ("s3:PutObject*", BUCKET),
        (["s3:*", "s3:ListBucket"], KEYS),
    ],
)
def test_v_14_v_42_w_183_w_184_actions_that_fit_no_resource(s3: Any, action: Any, resource: str) -> None:
    sentence = "Action does not apply to any resource(s) in statement"
    assert refused(s3, allow(Action=action, Resource=resource)) == sentence


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:*", KEYS),  # W-185
        ("s3:*", BUCKET),
        (["s3:GetObject", "s3:ListBucket"], [BUCKET, KEYS]),
        ("s3:GetObject", [BUCKET, KEYS]),
        ("s3:Get*", BUCKET),
    ],
)
def test_v_14_w_185_actions_that_fit(s3: Any, action: Any, resource: Any) -> None:
    assert put(s3, allow(Action=action, Resource=resource)) == 204


def test_v_11_not_action_and_not_resource(s3: Any) -> None:
    statement = {"Effect": "Deny", "Principal": "*", "NotAction": "s3:GetObject", "NotResource": KEYS}
    assert put(s3, statement) == 204
    assert refused_after(s3, {**statement, "NotAction": "s3:HeadObject"}) == "Policy has invalid action"


def refused_after(s3: Any, statement: Any) -> str:
    s3.delete_bucket_policy(Bucket="bkt")
    return refused(s3, statement)


# Conditions


def equals(key: str) -> dict[str, Any]:
    return {"StringEquals": {key: "x"}}


@pytest.mark.parametrize("key", ["s3:VersionStatus", "s3:nothing/x", "s3:"])
def test_v_43_w_192_keys_that_are_not(s3: Any, key: str) -> None:
    assert refused(s3, allow(Condition=equals(key))) == "Policy has an invalid condition key"


@pytest.mark.parametrize(
    ("action", "resource", "key"),
    [
        (["s3:GetObject", "s3:ListBucket"], [BUCKET, KEYS], "s3:prefix"),  # W-186
        ("s3:DeleteObject", KEYS, "s3:ExistingObjectTag/x"),  # W-187
        ("s3:PutObject", KEYS, "s3:ExistingObjectTag/x"),
        (["s3:GetObject", "s3:PutObject"], KEYS, "s3:x-amz-acl"),
        ("s3:GetObject", KEYS, "s3:x-amz-server-side-encryption"),
        ("s3:List*", BUCKET, "s3:x-amz-acl"),
        ("s3:*", BUCKET, "s3:x-amz-copy-source"),
    ],
)
def test_v_15_v_44_w_186_w_187_keys_that_do_not_fit(s3: Any, action: Any, resource: Any, key: str) -> None:
    sentence = "Conditions do not apply to combination of actions and resources in statement"
    assert refused(s3, allow(Action=action, Resource=resource, Condition=equals(key))) == sentence


@pytest.mark.parametrize(
    ("action", "resource", "key"),
    [
        ("s3:ListBucket", BUCKET, "s3:prefix"),
        ("s3:*", [BUCKET, KEYS], "s3:prefix"),
        ("s3:PutObject", KEYS, "S3:X-Amz-ACL"),
        ("s3:GetObject", KEYS, "s3:ExistingObjectTag/Any Thing"),
        ("s3:GetObjectAttributes", KEYS, "s3:ExistingObjectTag/x"),  # V-16
        ("s3:GetObject", KEYS, "s3:BucketTag/x"),  # V-16
        ("s3:GetObject", KEYS, "s3:authType"),
        ("s3:GetObject", KEYS, "s3:DataAccessPointAccount"),
        ("s3:GetObject", KEYS, "aws:NoSuchKey"),  # V-17
        ("s3:GetObject", KEYS, "ec2:Region"),
    ],
)
def test_v_15_v_16_v_17_keys_that_fit(s3: Any, action: Any, resource: Any, key: str) -> None:
    assert put(s3, allow(Action=action, Resource=resource, Condition=equals(key))) == 204


def test_v_18_v_45_operators_that_are_not(s3: Any) -> None:
    condition = {"stringEquals": {"aws:userid": "x"}}
    assert refused(s3, allow(Condition=condition)) == "Invalid Condition type : stringEquals"


@pytest.mark.parametrize("value", ["300.0.0.0/8", "10.0.0.0/33", "here"])
def test_v_18_v_46_addresses_that_are_not(s3: Any, value: str) -> None:
    condition = {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", value]}}
    assert refused(s3, allow(Condition=condition)) == "Invalid IP address in Conditions"


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("NumericLessThan", "many"),
        ("DateLessThan", "tomorrow"),
        ("Bool", "perhaps"),
        ("Null", "x"),
    ],
)
def test_v_18_values_that_their_operator_cannot_read(s3: Any, operator: str, value: str) -> None:
    condition = {operator: {"aws:userid": value}}
    assert refused(s3, allow(Condition=condition)) == "Invalid policy syntax."


# Order


def test_v_50_the_first_fault_of_the_first_bad_statement_is_named(s3: Any) -> None:
    """Everything is wrong with a statement; mended from the front, each fault comes up in its turn."""
    wrong = {
        "Effect": "allow",
        "Principal": {"AWS": "dave"},
        "Action": "s3:HeadObject",
        "Resource": "arn:aws:s3:::other",
        "Condition": {"Stringy": {"s3:nothing": "x"}},
    }
    sentences = [refused(s3, wrong, {"Effect": "never looked at"})]
    for name, value in allow(Principal={"AWS": DAVE}, Resource=BUCKET).items():
        wrong[name] = value
        sentences.append(refused(s3, wrong, {"Effect": "never looked at"}))
    wrong["Resource"] = KEYS
    sentences.append(refused(s3, wrong, {"Effect": "never looked at"}))
    wrong["Condition"] = {"Stringy": {"s3:prefix": "x"}}
    sentences.append(refused(s3, wrong, {"Effect": "never looked at"}))
    wrong["Condition"] = {"Stringy": {"aws:userid": "x"}}
    sentences.append(refused(s3, wrong, {"Effect": "never looked at"}))
    wrong["Condition"] = {"IpAddress": {"aws:SourceIp": "x"}}
    sentences.append(refused(s3, wrong, {"Effect": "never looked at"}))
    del wrong["Condition"]
    sentences.append(refused(s3, wrong, {"Effect": "then this one"}))
    assert sentences == [
        "Invalid effect: allow",
        "Invalid principal in policy",
        "Policy has invalid action",
        "Policy has invalid resource",
        "Action does not apply to any resource(s) in statement",
        "Policy has an invalid condition key",
        "Conditions do not apply to combination of actions and resources in statement",
        "Invalid Condition type : Stringy",
        "Invalid IP address in Conditions",
        "Invalid effect: then this one",
    ]


def test_w_193_permission_comes_before_the_document(aws: MockAWS) -> None:
    dave = aws.account().create_user("other")
    error = refusal(dave.client().put_bucket_policy, Bucket="bkt", Policy="not json")
    assert error["Status"] == 403
    assert error["Message"].endswith(
        'perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::bkt" because no identity-based policy allows the '
        "s3:PutBucketPolicy action"
    )


def test_a_refused_policy_leaves_the_former_one(s3: Any) -> None:
    put(s3, allow(Sid="first"))
    refusal(s3.put_bucket_policy, Bucket="bkt", Policy="{}")
    assert '"first"' in answer(s3.get_bucket_policy, Bucket="bkt")["Policy"]
