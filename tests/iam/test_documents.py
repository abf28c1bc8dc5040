"""Policy documents that IAM refuses, with IAM's sentences; names of service-linked roles; ARNs of policies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import ACCOUNT, TRUST, document, fault

MALFORMED = ("MalformedPolicyDocument", 400)
LEGACY = "The policy failed legacy parsing"
SYNTAX = "Syntax errors in policy."
OLD = "Policy document must be version 2012-10-17 or greater."
PATHS = (
    'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, '
    "mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/."
)
VENDOR = "Resource vendor must be fully qualified and cannot contain regexes."


def on(resource: Any) -> str:
    return document("s3:*", resource=resource)


REFUSED = {
    "not-json": ("{", SYNTAX),
    "leading-space": (" " + document("s3:*"), LEGACY),
    "no-statement": (json.dumps({"Version": "2012-10-17", "Statement": []}), SYNTAX),
    "future-version": (document("s3:*").replace("2012", "2013"), SYNTAX),
    "effect-in-lower-case": (document("s3:*", effect="allow"), LEGACY),
    "effect-of-another-word": (document("s3:*", effect="Permit"), SYNTAX),
    "bad-date": (document("s3:*", Condition={"DateLessThan": {"aws:CurrentTime": "soon"}}), LEGACY),
    "no-actions": (document(), "Policy statement must contain actions."),
    "no-resources": (on([]), "Policy statement must contain resources."),
    "two-colons": (document("ec2:ec2:RunInstances"), "Actions/Condition can contain only one colon."),
    "blank-in-vendor": (document("s 3:GetObject"), "Vendor s 3 is not valid"),
    "four-parts": (on("arn:aws:s3::bucket"), LEGACY),
    "no-service": (on("arn:aws::us-east-1:bucket"), LEGACY),
    "no-arn": (on("bucket"), 'Resource bucket must be in ARN format or "*".'),
    "empty-partition": (on("arn::s3:::b"), 'Partition "" is not valid for resource "arn::s3:::b".'),
    "partition-alone": (on("arn:b"), 'Partition "b" is not valid for resource "arn:b:*:*:*:*".'),
    "wildcard-service": (on("arn:aws:*:::b"), VENDOR),
    "partition-only": (on("arn:aws"), VENDOR),
    "iam-in-a-region": (
        on("arn:aws:iam:us-east-1:111122223333:role/*"),
        "IAM resource arn:aws:iam:us-east-1:111122223333:role/* cannot contain region information.",
    ),
    "bucket-in-a-region": (
        on("arn:aws:s3:us-west-2:111122223333:b/k"),
        "Resource arn:aws:s3:us-west-2:111122223333:b/k can not contain region information.",
    ),
    "no-iam-resource": (on("arn:aws:iam::111122223333:*/*"), PATHS),
}

ACCEPTED = (
    "arn:aws:s3:::b",
    "arn:aws:s3",
    "arn:aws:s3:us-east-1:111122223333:accesspoint/ap",
    "arn:aws:s3:*:111122223333:*",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:*",
    "arn:aws:iam::*:user/${aws:username}",
    "arn:aws-cn:s3:::b",
    "*",
)


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_a_policy_is_refused_with_iams_sentence(iam, user, text: str, message: str) -> None:
    assert fault(iam.create_policy, PolicyName="p", PolicyDocument=text) == (*MALFORMED, message)
    assert fault(iam.put_user_policy, UserName=user, PolicyName="p", PolicyDocument=text) == (
        *MALFORMED,
        message,
    )
    assert iam.list_policies(Scope="Local")["Policies"] == []
    assert iam.list_user_policies(UserName=user)["PolicyNames"] == []


@pytest.mark.parametrize("resource", ACCEPTED)
def test_a_resource_of_another_form_is_accepted(iam, resource: str) -> None:
    made = iam.create_policy(PolicyName="p", PolicyDocument=on(resource))["Policy"]
    stored = iam.get_policy_version(PolicyArn=made["Arn"], VersionId="v1")["PolicyVersion"]["Document"]
    assert stored["Statement"][0]["Resource"] == resource


@pytest.mark.parametrize("version", ["2008-10-17", None])
def test_only_a_managed_policy_needs_the_newest_version(iam, user, version: str | None) -> None:
    policy = {**json.loads(document("s3:*")), "Version": version}
    text = json.dumps({name: value for name, value in policy.items() if value is not None})
    assert fault(iam.create_policy, PolicyName="p", PolicyDocument=text) == (*MALFORMED, OLD)
    iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "This policy contains invalid Json"),
        ("trust.json", "This policy contains invalid Json"),
        (" " + json.dumps(TRUST), "JSON strings must not have leading spaces"),
        (
            json.dumps(TRUST).replace(
                '"Action"', '"Condition": {"StringEquals": {"https://a.example:sub": "x"}}, "Action"'
            ),
            "Condition can contain only one colon.",
        ),
    ],
)
def test_a_trust_policy_is_refused_with_its_own_sentence(iam, role, text: str, message: str) -> None:
    assert fault(iam.create_role, RoleName="new", AssumeRolePolicyDocument=text) == (*MALFORMED, message)
    assert fault(iam.update_assume_role_policy, RoleName=role, PolicyDocument=text) == (*MALFORMED, message)
    assert [each["RoleName"] for each in iam.list_roles()["Roles"]] == [role]


def test_a_condition_on_a_tag_whose_key_has_a_colon_is_accepted(iam) -> None:
    key = "aws:PrincipalTag/team:name"
    text = json.dumps(TRUST).replace(
        '"Action"', f'"Condition": {{"StringEquals": {{"{key}": "x"}}}}, "Action"'
    )
    made = iam.create_role(RoleName="new", AssumeRolePolicyDocument=text)["Role"]
    assert key in made["AssumeRolePolicyDocument"]["Statement"][0]["Condition"]["StringEquals"]


def test_a_note_says_what_is_wrong_with_an_arn(iam) -> None:
    with pytest.raises(iam.exceptions.MalformedPolicyDocumentException) as refused:
        iam.create_policy(PolicyName="p", PolicyDocument=on("arn:aws:s3::bucket"))
    assert any("arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE" in note for note in refused.value.__notes__)


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("autoscaling", "AutoScaling"),
        ("ecs", "ECS"),
        ("es", "AmazonElasticsearchService"),
        ("dynamodb.application-autoscaling", "ApplicationAutoScaling_DynamoDBTable"),
        ("new.application-autoscaling", "ApplicationAutoScaling_New"),
        ("brand-new", "BrandNew"),
    ],
)
def test_a_service_linked_role_has_the_services_name(iam, service: str, name: str) -> None:
    principal = f"{service}.amazonaws.com"
    made = iam.create_service_linked_role(AWSServiceName=principal)["Role"]
    assert made["RoleName"] == f"AWSServiceRoleFor{name}"
    assert made["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/{principal}/{made['RoleName']}"
    assert fault(iam.create_service_linked_role, AWSServiceName=principal) == (
        "InvalidInput",
        400,
        f"Service role name {made['RoleName']} has been taken in this account, please try a different suffix.",
    )
    suffixed = iam.create_service_linked_role(AWSServiceName=principal, CustomSuffix="two")["Role"]
    assert suffixed["RoleName"] == f"AWSServiceRoleFor{name}_two"


def test_only_service_linked_roles_have_their_path(iam) -> None:
    path = "/aws-service-role/ecs.amazonaws.com/"
    assert fault(iam.create_role, RoleName="r", Path=path, AssumeRolePolicyDocument=json.dumps(TRUST)) == (
        "InvalidInput",
        400,
        "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles",
    )


@pytest.mark.parametrize(
    ("arn", "code", "message"),
    [
        ("a-policy-but-not-an-arn", "ValidationError", "Invalid ARN:  Could not be parsed!"),
        ("arn:aws-cn:iam::aws:policy/AdministratorAccess", "ValidationError", "Invalid ARN partition"),
        (
            f"arn:aws:iam::{ACCOUNT}:role/reader",
            "InvalidInput",
            f"ARN arn:aws:iam::{ACCOUNT}:role/reader is not valid.",
        ),
    ],
)
def test_an_arn_that_no_policy_has_is_refused(iam, role, arn: str, code: str, message: str) -> None:
    calls = [
        (iam.attach_role_policy, {"RoleName": role, "PolicyArn": arn}),
        (iam.detach_role_policy, {"RoleName": role, "PolicyArn": arn}),
        (iam.get_policy, {"PolicyArn": arn}),
        (iam.list_entities_for_policy, {"PolicyArn": arn}),
        (iam.put_role_permissions_boundary, {"RoleName": role, "PermissionsBoundary": arn}),
    ]
    assert [fault(call, **members) for call, members in calls] == [(code, 400, message)] * len(calls)
