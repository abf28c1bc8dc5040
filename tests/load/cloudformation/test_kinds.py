"""Types and values that are rare: each is read, or listed with its reason."""

from __future__ import annotations

import json

import pytest

from mocks3 import load
from mocks3.load.cloudformation import read
from mocks3.load.descriptions import (
    GroupDescription,
    InstanceProfileDescription,
    KmsKeyDescription,
    Options,
    OrganizationPolicyDescription,
    RoleDescription,
    UserDescription,
    VpcEndpointDescription,
)

from .reading import evaluated, reading, reason

DOCUMENT = "PolicyDocument: {Statement: []}"


def only(text: str, **options):
    """Return the one description of a template without unread parts."""
    found = reading(f"Resources: {{X: {{{text}}}}}", **options)
    assert not found.unread
    (description,) = found.descriptions
    return description


class TestIam:
    """Policies that are resources of their own, and what belongs to users and groups."""

    @pytest.mark.parametrize(
        ("type_", "holder", "kind"),
        [
            ("RolePolicy", "RoleName", RoleDescription),
            ("UserPolicy", "UserName", UserDescription),
            ("GroupPolicy", "GroupName", GroupDescription),
        ],
    )
    def test_policy_of_one_holder(self, type_, holder, kind):
        found = only(f"Type: AWS::IAM::{type_}, Properties: {{PolicyName: p, {holder}: h, {DOCUMENT}}}")
        assert (type(found), found.name, found.inline) == (kind, "h", {"p": {"Statement": []}})
        assert found.place.pointer == "/Resources/X/Properties/PolicyDocument"

    def test_policy_of_many_holders(self):
        found = reading(
            f"Resources: {{X: {{Type: AWS::IAM::Policy, Properties: {{PolicyName: p, Roles: [a, b], Users: [c], "
            f"Groups: [d], {DOCUMENT}}}}}}}"
        )
        assert [(type(each), each.name) for each in found.descriptions] == [
            (RoleDescription, "a"),
            (RoleDescription, "b"),
            (UserDescription, "c"),
            (GroupDescription, "d"),
        ]

    def test_policy_without_a_holder(self):
        found = reading(
            f"Resources: {{X: {{Type: AWS::IAM::Policy, Properties: {{PolicyName: p, {DOCUMENT}}}}}}}"
        )
        assert [each.reason for each in found.unread] == ["the policy names no user, group or role"]

    def test_managed_policy_that_is_attached_to_roles_and_users(self):
        found = reading(
            f"Resources: {{X: {{Type: AWS::IAM::ManagedPolicy, Properties: {{ManagedPolicyName: m, Roles: [a], "
            f"Users: [c], {DOCUMENT}}}}}}}"
        )
        arn = "arn:aws:iam::123456789012:policy/m"
        assert [(each.name, getattr(each, "attached", None)) for each in found.descriptions] == [
            ("m", None),
            ("a", (arn,)),
            ("c", (arn,)),
        ]

    def test_policies_that_a_function_returns_as_a_whole(self):
        found = reading(
            """
            Conditions: {Always: !Equals [a, a]}
            Resources:
              X:
                Type: AWS::IAM::User
                Properties:
                  UserName: u
                  Policies: !If [Always, [{PolicyName: p, PolicyDocument: {Statement: []}}, {PolicyName: q}], []]
            """
        )
        assert [each.inline for each in found.descriptions] == [{}, {"p": {"Statement": []}}]
        assert [each.reason for each in found.unread] == [
            "a policy must have a PolicyName and a PolicyDocument"
        ]

    def test_access_key(self):
        found = only("Type: AWS::IAM::AccessKey, Properties: {UserName: u}")
        assert (found.name, len(found.access_keys)) == ("u", 1)

    def test_inactive_access_key(self):
        found = reading(
            "Resources: {X: {Type: AWS::IAM::AccessKey, Properties: {UserName: u, Status: Inactive}}}"
        )
        assert [each.reason for each in found.unread] == ["mocks3 does not load an inactive access key"]

    def test_instance_profile(self):
        found = only(
            "Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: i, Path: /p/, Roles: [r]}"
        )
        assert isinstance(found, InstanceProfileDescription)
        assert (found.name, found.path, found.role) == ("i", "/p/", "r")

    @pytest.mark.parametrize("tags", ["x", "[{Key: a}]", "[1]"])
    def test_malformed_tags(self, tags):
        found = reading(f"Resources: {{X: {{Type: AWS::IAM::User, Properties: {{Tags: {tags}}}}}}}")
        assert [each.reason for each in found.unread] == ["Tags must be a list of keys and values"]

    @pytest.mark.parametrize(
        ("value", "expected"), [("7200", 7200), ("'7200'", 7200), ("x", None), ("[]", None)]
    )
    def test_number(self, value, expected):
        found = reading(
            f"Resources: {{X: {{Type: AWS::IAM::Role, Properties: {{MaxSessionDuration: {value}}}}}}}"
        )
        assert found.descriptions[0].max_session == expected
        assert len(found.unread) == (expected is None)

    @pytest.mark.parametrize(("value", "expected"), [("a", ("a",)), ("[a, b]", ("a", "b")), ("{x: y}", ())])
    def test_list_of_texts(self, value, expected):
        found = reading(f"Resources: {{X: {{Type: AWS::IAM::User, Properties: {{Groups: {value}}}}}}}")
        assert found.descriptions[0].groups == expected
        assert len(found.unread) == (not expected)


class TestOthers:
    """Keys, endpoints and organizations."""

    @pytest.mark.parametrize(
        ("target", "expected"),
        [
            ("abc", ("abc", "123456789012", "us-east-1")),
            ("'arn:aws:kms:eu-west-1:444455556666:key/abc'", ("abc", "444455556666", "eu-west-1")),
        ],
    )
    def test_alias(self, target, expected):
        found = only(f"Type: AWS::KMS::Alias, Properties: {{AliasName: alias/a, TargetKeyId: {target}}}")
        assert isinstance(found, KmsKeyDescription)
        assert (found.id, found.account, found.region) == expected
        assert found.aliases == ("alias/a",)

    def test_key_that_is_disabled(self):
        assert only("Type: AWS::KMS::Key, Properties: {Enabled: false}").enabled is False

    @pytest.mark.parametrize(
        ("service", "count"), [("com.amazonaws.us-east-1.s3", 1), ("com.amazonaws.us-east-1.dynamodb", 0)]
    )
    def test_endpoint(self, service, count):
        found = reading(
            f"Resources: {{X: {{Type: AWS::EC2::VPCEndpoint, Properties: {{ServiceName: {service}}}}}}}"
        )
        assert [type(each) for each in found.descriptions] == [VpcEndpointDescription] * count
        assert not found.unread

    def test_policy_of_an_organization(self):
        found = only(
            "Type: AWS::Organizations::Policy, Properties: {Name: n, Type: RESOURCE_CONTROL_POLICY, "
            "Content: '{\"Statement\": []}', TargetIds: [r-ab12]}"
        )
        assert isinstance(found, OrganizationPolicyDescription)
        assert (found.kind, found.targets, found.document) == (
            "RESOURCE_CONTROL_POLICY",
            ("r-ab12",),
            {"Statement": []},
        )


class TestConditions:
    """Conditions in unusual forms."""

    @pytest.mark.parametrize(
        ("condition", "expected"),
        [
            ("true", "a"),
            ("'false'", "b"),
            ("!Not [!Equals [!Ref AWS::Region, us-east-1]]", "b"),
            ("!Equals [[a], [a]]", "a"),
            ("!Equals [1, '1']", "a"),
            ("!Equals [true, 'true']", "a"),
            ("!FindInMap [M, k, v]", "a"),
        ],
    )
    def test_value(self, condition, expected):
        sections = f"Mappings: {{M: {{k: {{v: 'true'}}}}}}\nConditions: {{C: {condition}}}\n"
        assert evaluated("!If [C, a, b]", sections) == expected

    def test_value_that_is_no_condition(self):
        assert (
            reason("!If [C, a, b]", "Conditions: {C: maybe}\n")
            == "a condition must be true or false, not 'maybe'"
        )


class TestSeveralTemplates:
    """Exports and nested templates that are ambiguous or malformed."""

    def test_export_of_two_templates_in_other_folders(self, tmp_path):
        for name in ("a", "b", "c"):
            (tmp_path / name).mkdir()
            output = {"Value": f"{name}-1", "Export": {"Name": "Shared"}}
            (tmp_path / name / "t.json").write_text(
                json.dumps(
                    {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}, "Outputs": {"O": output}}
                )
            )
        bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::ImportValue": "Shared"}}}
        (tmp_path / "c" / "u.json").write_text(json.dumps({"Resources": {"B": bucket}}))
        assert load.world([tmp_path]).aws.store.bucket("c-1") is not None
        (tmp_path / "c" / "t.json").unlink()
        (unread,) = load.world([tmp_path]).unread
        assert unread.reason == "several loaded templates export 'Shared'; give it: values={'Shared': ...}"

    @pytest.mark.parametrize("manifest", ["{", "[]", '{"artifacts": 1}', '{"artifacts": {"A": 1}}'])
    def test_manifest_that_is_malformed(self, tmp_path, manifest):
        (tmp_path / "manifest.json").write_text(manifest)
        (tmp_path / "t.template.json").write_text('{"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}')
        loaded = load.world([tmp_path / "t.template.json"])
        assert loaded.aws.store.buckets()

    def test_stacks_that_nest_each_other(self):
        documents = {
            name: {
                "Resources": {
                    "S": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": other}}
                }
            }
            for name, other in (("a.json", "b.json"), ("b.json", "a.json"))
        }
        for name, document in documents.items():
            found = read(document, "", name, Options(documents=documents))
            assert found.descriptions == ()
            assert [each.reason for each in found.unread] == [f"the template {name} creates itself"]

    @pytest.mark.parametrize("parameters", [5, "x", [1], {"P": {"Ref": "Missing"}}])
    def test_parameters_of_a_nested_stack_that_are_malformed(self, parameters):
        nested = {"TemplateURL": "b.json", "Parameters": parameters}
        documents = {
            "a.json": {"Resources": {"S": {"Type": "AWS::CloudFormation::Stack", "Properties": nested}}},
            "b.json": {"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b-1"}}}},
        }
        found = read(documents["a.json"], "", "a.json", Options(documents=documents))
        assert [each.name for each in found.descriptions] == ["b-1"]

    def test_application_of_sam(self, tmp_path):
        (tmp_path / "child.yaml").write_text(
            "Resources: {B: {Type: AWS::S3::Bucket, Properties: {BucketName: b-1}}}"
        )
        (tmp_path / "main.yaml").write_text(
            "Transform: AWS::Serverless-2016-10-31\n"
            "Resources: {A: {Type: AWS::Serverless::Application, Properties: {Location: ./child.yaml}}}\n"
        )
        loaded = load.world([tmp_path], strict=True)
        assert list(loaded.aws.store.buckets()) == ["b-1"]

    def test_output_of_get_template_that_is_not_json(self):
        with pytest.raises(load.LoadError, match="the template is not JSON"):
            read({"TemplateBody": "{"}, '{"TemplateBody": "{"}', "t.json", Options())
