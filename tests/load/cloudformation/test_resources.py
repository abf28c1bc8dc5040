"""Resources: what ``Ref`` and ``Fn::GetAtt`` return, which properties are read, and what is listed as unread."""

from __future__ import annotations

import json
import re
import sys

import pytest

from mocks3.errors import Mocks3Error
from mocks3.load.cloudformation import TYPES, read
from mocks3.load.cloudformation.physical import ROWS
from mocks3.load.cloudformation.types import decides_nothing
from mocks3.load.descriptions import BucketDescription, Options, RoleDescription

from .reading import evaluated, policy_with, reading, reason

A = "arn:aws:iam::123456789012"
SUFFIX = "[A-Z2-7]{12}"
LOWER = "[a-z2-7]{12}"
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


@pytest.mark.parametrize(
    ("resource", "value", "expected"),
    [
        ("AWS::S3::Bucket", "!Ref X", f"app-x-{LOWER}"),
        ("AWS::S3::Bucket, Properties: {BucketName: b-1}", "!Ref X", "b-1"),
        ("AWS::S3::Bucket, Properties: {BucketName: b-1}", "!GetAtt X.Arn", "arn:aws:s3:::b-1"),
        ("AWS::S3::Bucket, Properties: {BucketName: b-1}", "!GetAtt X.DomainName", "b-1.s3.amazonaws.com"),
        (
            "AWS::S3::Bucket, Properties: {BucketName: b-1}",
            "!GetAtt X.RegionalDomainName",
            "b-1.s3.us-east-1.amazonaws.com",
        ),
        (
            "AWS::S3::Bucket, Properties: {BucketName: b-1}",
            "!GetAtt X.DualStackDomainName",
            "b-1.s3.dualstack.us-east-1.amazonaws.com",
        ),
        (
            "AWS::S3::Bucket, Properties: {BucketName: b-1}",
            "!GetAtt X.WebsiteURL",
            "http://b-1.s3-website-us-east-1.amazonaws.com",
        ),
        ("AWS::S3::AccessPoint, Properties: {Name: p, Bucket: b}", "!Ref X", "p"),
        (
            "AWS::S3::AccessPoint, Properties: {Name: p, Bucket: b}",
            "!GetAtt X.Arn",
            "arn:aws:s3:us-east-1:123456789012:accesspoint/p",
        ),
        ("AWS::S3::AccessPoint, Properties: {Name: p, Bucket: b}", "!GetAtt X.NetworkOrigin", "Internet"),
        (
            "AWS::S3::AccessPoint, Properties: {Name: p, Bucket: b, VpcConfiguration: {VpcId: vpc-1}}",
            "!GetAtt X.NetworkOrigin",
            "VPC",
        ),
        (
            "AWS::S3::AccessPoint, Properties: {Name: p, Bucket: b}",
            "!GetAtt X.Alias",
            "p-[0-9a-f]{34}-s3alias",
        ),
        ("AWS::IAM::Role", "!Ref X", f"app-X-{SUFFIX}"),
        ("AWS::IAM::Role, Properties: {RoleName: r, Path: /a/b/}", "!GetAtt X.Arn", f"{A}:role/a/b/r"),
        ("AWS::IAM::Role", "!GetAtt X.RoleId", "AROA[A-Z2-7]{17}"),
        ("AWS::IAM::User, Properties: {UserName: u}", "!GetAtt X.Arn", f"{A}:user/u"),
        ("AWS::IAM::Group, Properties: {GroupName: g}", "!GetAtt X.Arn", f"{A}:group/g"),
        ("AWS::IAM::InstanceProfile", "!GetAtt X.Arn", f"{A}:instance-profile/app-X-{SUFFIX}"),
        ("AWS::IAM::ManagedPolicy", "!Ref X", f"{A}:policy/app-X-{SUFFIX}"),
        (
            "AWS::IAM::ManagedPolicy, Properties: {ManagedPolicyName: m, Path: /a/}",
            "!Ref X",
            f"{A}:policy/a/m",
        ),
        ("AWS::IAM::AccessKey, Properties: {UserName: u}", "!Ref X", "AKIA[A-Z2-7]{16}"),
        ("AWS::IAM::AccessKey, Properties: {UserName: u}", "!GetAtt X.SecretAccessKey", ".{40}"),
        ("AWS::IAM::OIDCProvider, Properties: {Url: 'https://a.b/c'}", "!Ref X", f"{A}:oidc-provider/a.b/c"),
        ("AWS::IAM::SAMLProvider, Properties: {Name: s}", "!Ref X", f"{A}:saml-provider/s"),
        ("AWS::KMS::Key", "!Ref X", UUID),
        ("AWS::KMS::Key", "!GetAtt X.Arn", f"arn:aws:kms:us-east-1:123456789012:key/{UUID}"),
        ("AWS::KMS::Key, Properties: {MultiRegion: true}", "!GetAtt X.KeyId", "mrk-[0-9a-f]{32}"),
        (
            "AWS::KMS::ReplicaKey, Properties: {PrimaryKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/mrk-1'}",
            "!GetAtt X.Arn",
            "arn:aws:kms:us-east-1:123456789012:key/mrk-1",
        ),
        ("AWS::KMS::Alias, Properties: {AliasName: alias/a}", "!Ref X", "alias/a"),
        ("AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}", "!GetAtt X.CidrBlock", "10.0.0.0/16"),
        ("AWS::EC2::VPC", "!Ref X", "vpc-[0-9a-f]{17}"),
        ("AWS::EC2::VPCEndpoint", "!Ref X", "vpce-[0-9a-f]{17}"),
        ("AWS::EC2::SecurityGroup", "!GetAtt X.GroupId", "sg-[0-9a-f]{17}"),
        ("AWS::Organizations::Policy", "!Ref X", "p-[a-z2-7]{10}"),
        ("AWS::Organizations::Organization", "!Ref X", "o-[a-z2-7]{10}"),
        ("AWS::Organizations::Organization", "!GetAtt X.RootId", "r-[a-z2-7]{4}"),
        (
            "AWS::Organizations::OrganizationalUnit, Properties: {ParentId: r-ab12}",
            "!Ref X",
            "ou-ab12-[a-z2-7]{8}",
        ),
        (
            "AWS::Organizations::OrganizationalUnit, Properties: {ParentId: ou-ab12-cdefghij}",
            "!Ref X",
            "ou-ab12-.{8}",
        ),
        ("AWS::Organizations::Account", "!GetAtt X.AccountId", r"[1-9]\d{11}"),
        ("AWS::CloudFront::CloudFrontOriginAccessIdentity", "!Ref X", f"E{SUFFIX}"),
        ("AWS::CloudFront::CloudFrontOriginAccessIdentity", "!GetAtt X.S3CanonicalUserId", "[0-9a-f]{64}"),
        ("AWS::CloudFront::Distribution", "!GetAtt X.DomainName", "d[0-9a-f]{13}.cloudfront.net"),
        (
            "AWS::SQS::Queue, Properties: {QueueName: q}",
            "!Ref X",
            "https://sqs.us-east-1.amazonaws.com/123456789012/q",
        ),
        (
            "AWS::SQS::Queue, Properties: {QueueName: q}",
            "!GetAtt X.Arn",
            "arn:aws:sqs:us-east-1:123456789012:q",
        ),
        ("AWS::SNS::Topic, Properties: {TopicName: t}", "!Ref X", "arn:aws:sns:us-east-1:123456789012:t"),
        (
            "AWS::SNS::Topic, Properties: {TopicName: t}",
            "!GetAtt X.TopicArn",
            "arn:aws:sns:us-east-1:123456789012:t",
        ),
        ("AWS::Lambda::Function, Properties: {FunctionName: f}", "!Ref X", "f"),
        (
            "AWS::Lambda::Function, Properties: {FunctionName: f}",
            "!GetAtt X.Arn",
            "arn:aws:lambda:us-east-1:123456789012:function:f",
        ),
        (
            "AWS::DynamoDB::Table",
            "!GetAtt X.Arn",
            f"arn:aws:dynamodb:us-east-1:123456789012:table/app-X-{SUFFIX}",
        ),
        (
            "AWS::Logs::LogGroup, Properties: {LogGroupName: l}",
            "!GetAtt X.Arn",
            "arn:aws:logs:.*:log-group:l:\\*",
        ),
    ],
)
def test_return_value(resource, value, expected):
    found = evaluated(value, f"Resources:\n  X: {{Type: {resource}}}\n")
    assert re.fullmatch(expected, found), found


def test_generated_names_differ_by_stack_account_and_region():
    resources = "Resources:\n  X: {Type: AWS::S3::Bucket}\n"
    names = {
        evaluated("!Ref X", resources, **options)
        for options in (
            {},
            {"region": "eu-west-1"},
            {"account": "444455556666"},
            {"values": {"AWS::StackName": "b"}},
        )
    }
    assert len(names) == 4
    assert evaluated("!Ref X", resources) in names


def test_generated_names_fit():
    name = "X" * 200
    resources = f"Resources:\n  {name}: {{Type: AWS::S3::Bucket}}\n  {name}R: {{Type: AWS::IAM::Role}}\n"
    found = reading(resources, values={"AWS::StackName": "s" * 128}).descriptions
    assert [len(each.name) for each in found] == [63, 64]
    assert re.fullmatch(f"s+-x+-{LOWER}", found[0].name)


def test_name_of_the_stack_is_the_name_of_the_file():
    assert evaluated("!Ref AWS::StackName", file="infra/my app.v2.template.json") == "my-app-v2"


def test_attribute_that_only_the_deployment_knows():
    resources = """
    Resources:
      X: {Type: Custom::Lookup}
    """
    found = reading(
        f"{resources}  Y: {{Type: AWS::S3::Bucket, Properties: {{BucketName: !GetAtt X.Name}}}}\n"
    )
    assert found.descriptions == ()
    assert [(each.what, each.reason) for each in found.unread] == [
        (
            "Custom::Lookup X",
            "a custom resource runs code when the stack is deployed; what it changes is not known",
        ),
        (
            "AWS::S3::Bucket Y",
            "only the deployment can say Fn::GetAtt X.Name; give it: values={'X.Name': ...}",
        ),
    ]


@pytest.mark.parametrize(
    ("value", "name"), [("!GetAtt X.Arn", "X.Arn"), ("!Ref X", "X"), ("!GetAtt V.Foo", "V.Foo")]
)
def test_stand_in_in_a_policy(value, name):
    resources = "Resources:\n  X: {Type: Custom::Lookup}\n  V: {Type: AWS::EC2::VPC}\n"
    found = policy_with(value, resources)
    assert isinstance(found.descriptions[0].document["Value"], str)
    (listed,) = (
        each for each in found.unread if each.what.endswith(f" {name}") and "Custom::" not in each.what
    )
    assert listed.reason == (
        f"only the deployment can say this value; mocks3 uses a stand-in; give it: values={{{name!r}: ...}}"
    )
    assert evaluated(value, resources, values={name: "given"}) == "given"


class TestBucket:
    """Settings of AWS::S3::Bucket."""

    @pytest.mark.parametrize(
        ("properties", "operation", "parameters"),
        [
            (
                "VersioningConfiguration: {Status: Suspended}",
                "PutBucketVersioning",
                {"VersioningConfiguration": {"Status": "Suspended"}},
            ),
            (
                "AccelerateConfiguration: {AccelerationStatus: Enabled}",
                "PutBucketAccelerateConfiguration",
                {"AccelerateConfiguration": {"Status": "Enabled"}},
            ),
            ("AbacStatus: Enabled", "PutBucketAbac", {"AbacStatus": {"Status": "Enabled"}}),
            (
                "Tags: [{Key: a, Value: 1}]",
                "PutBucketTagging",
                {"Tagging": {"TagSet": [{"Key": "a", "Value": "1"}]}},
            ),
            (
                "BucketEncryption: {ServerSideEncryptionConfiguration: [{BucketKeyEnabled: 'true', "
                "ServerSideEncryptionByDefault: {SSEAlgorithm: 'aws:kms'}}]}",
                "PutBucketEncryption",
                {
                    "ServerSideEncryptionConfiguration": {
                        "Rules": [
                            {
                                "BucketKeyEnabled": True,
                                "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"},
                            }
                        ]
                    }
                },
            ),
            (
                "LoggingConfiguration: {LogFilePrefix: l/}",
                "PutBucketLogging",
                {"BucketLoggingStatus": {"LoggingEnabled": {"TargetBucket": "b-1", "TargetPrefix": "l/"}}},
            ),
            (
                "ObjectLockConfiguration: {ObjectLockEnabled: Enabled, Rule: {DefaultRetention: {Mode: GOVERNANCE, "
                "Days: '3'}}}",
                "PutObjectLockConfiguration",
                {
                    "ObjectLockConfiguration": {
                        "ObjectLockEnabled": "Enabled",
                        "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}},
                    }
                },
            ),
            (
                "LifecycleConfiguration: {TransitionDefaultMinimumObjectSize: varies_by_storage_class, Rules: [{"
                "Status: Enabled, Transition: {StorageClass: GLACIER, TransitionInDays: 9}, "
                "NoncurrentVersionExpirationInDays: 5}]}",
                "PutBucketLifecycleConfiguration",
                {
                    "TransitionDefaultMinimumObjectSize": "varies_by_storage_class",
                    "LifecycleConfiguration": {
                        "Rules": [
                            {
                                "Status": "Enabled",
                                "Filter": {"Prefix": ""},
                                "NoncurrentVersionExpiration": {"NoncurrentDays": 5},
                                "Transitions": [{"Days": 9, "StorageClass": "GLACIER"}],
                            }
                        ]
                    },
                },
            ),
            (
                "LifecycleConfiguration: {Rules: [{Status: Enabled, TagFilters: [{Key: a, Value: b}], "
                "ExpiredObjectDeleteMarker: true, AbortIncompleteMultipartUpload: {DaysAfterInitiation: 2}}]}",
                "PutBucketLifecycleConfiguration",
                {
                    "LifecycleConfiguration": {
                        "Rules": [
                            {
                                "Status": "Enabled",
                                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2},
                                "Filter": {"Tag": {"Key": "a", "Value": "b"}},
                                "Expiration": {"ExpiredObjectDeleteMarker": True},
                            }
                        ]
                    }
                },
            ),
            (
                "NotificationConfiguration: {EventBridgeConfiguration: {EventBridgeEnabled: true}, "
                "TopicConfigurations: [{Event: 's3:ObjectRemoved:*', Topic: t}]}",
                "PutBucketNotificationConfiguration",
                {
                    "NotificationConfiguration": {
                        "EventBridgeConfiguration": {},
                        "TopicConfigurations": [{"Events": ["s3:ObjectRemoved:*"], "TopicArn": "t"}],
                    }
                },
            ),
            (
                "WebsiteConfiguration: {RedirectAllRequestsTo: {HostName: a.b, Protocol: https}}",
                "PutBucketWebsite",
                {"WebsiteConfiguration": {"RedirectAllRequestsTo": {"HostName": "a.b", "Protocol": "https"}}},
            ),
            (
                "ReplicationConfiguration: {Role: r, Rules: [{Id: i, Status: Enabled, Filter: {And: {Prefix: p, "
                "TagFilters: [{Key: a, Value: b}]}}, Destination: {Bucket: d}}]}",
                "PutBucketReplication",
                {
                    "ReplicationConfiguration": {
                        "Role": "r",
                        "Rules": [
                            {
                                "ID": "i",
                                "Status": "Enabled",
                                "Filter": {"And": {"Prefix": "p", "Tags": [{"Key": "a", "Value": "b"}]}},
                                "Destination": {"Bucket": "d"},
                            }
                        ],
                    }
                },
            ),
        ],
    )
    def test_setting(self, properties, operation, parameters):
        found = reading(
            f"Resources: {{B: {{Type: AWS::S3::Bucket, Properties: {{BucketName: b-1, {properties}}}}}}}"
        )
        assert found.descriptions[0].settings == {operation: parameters}
        assert not found.unread

    @pytest.mark.parametrize(
        ("properties", "what", "why"),
        [
            ("Nonsense: 1", "Nonsense", "mocks3 does not read this property"),
            ("InventoryConfigurations: []", "InventoryConfigurations", "mocks3 does not read this property"),
            (
                "VersioningConfiguration: {Statsu: Enabled}",
                "VersioningConfiguration",
                "VersioningConfiguration has no member 'Statsu'",
            ),
            (
                "VersioningConfiguration: Enabled",
                "VersioningConfiguration",
                "VersioningConfiguration must be a mapping",
            ),
            (
                "LifecycleConfiguration: {Rules: x}",
                "LifecycleConfiguration",
                "its structure is not the one that CloudFormation documents",
            ),
            ("ObjectLockEnabled: maybe", "ObjectLockEnabled", "it must be true or false, not 'maybe'"),
            ("Tags: x", "Tags", "TagSet must be a mapping"),
            (
                "PublicAccessBlockConfiguration: {BlockPublicAcls: 5}",
                "PublicAccessBlockConfiguration.BlockPublicAcls",
                "it must be true or false, not 5",
            ),
        ],
    )
    def test_property_that_is_not_read(self, properties, what, why):
        found = reading(f"Resources: {{B: {{Type: AWS::S3::Bucket, Properties: {{{properties}}}}}}}")
        assert {(each.what, each.reason) for each in found.unread} >= {
            (f"AWS::S3::Bucket B.{what}", why)
        } or (what == "Tags" and found.unread[0].what == "AWS::S3::Bucket B.Tags")
        assert isinstance(found.descriptions[0], BucketDescription)


class TestUnread:
    """Everything that is not understood is listed, with the place and the reason."""

    @pytest.mark.parametrize(
        ("type_", "expected"),
        [
            ("AWS::S3::StorageLens", "mocks3 does not read this resource type"),
            ("AWS::S3::AccessGrant", "mocks3 does not read this resource type"),
            ("AWS::S3Express::DirectoryBucket", "mocks3 does not read this resource type"),
            ("AWS::SSO::PermissionSet", "mocks3 does not read this resource type"),
            ("AWS::IAM::ServiceLinkedRole", "mocks3 does not read this resource type"),
            ("Nonsense", "mocks3 does not read this resource type"),
            (
                "Custom::X",
                "a custom resource runs code when the stack is deployed; what it changes is not known",
            ),
            (
                "AWS::CloudFormation::CustomResource",
                "a custom resource runs code when the stack is deployed; what it changes is not known",
            ),
            ("My::Team::Bucket::MODULE", "the resources of a module are not in the template"),
        ],
    )
    def test_type(self, type_, expected):
        found = reading(f"\nResources:\n  X:\n    Type: {type_}\n")
        ((unread),) = found.unread
        assert (unread.what, unread.reason) == (f"{type_} X", expected)
        assert (unread.place.pointer, unread.place.line, unread.place.column) == ("/Resources/X", 4, 3)

    @pytest.mark.parametrize(
        "type_", ["AWS::Lambda::Function", "AWS::CDK::Metadata", "AWS::EC2::Instance", "AWS::Logs::LogGroup"]
    )
    def test_type_that_decides_nothing(self, type_):
        assert not reading(f"Resources: {{X: {{Type: {type_}}}}}").unread

    def test_macro(self):
        found = reading(
            "Transform: [Team-Macro, AWS::SecretsManager-2020-07-23]\nResources: {X: {Type: AWS::S3::Bucket}}"
        )
        assert [each.what for each in found.unread] == ["Transform Team-Macro"]

    def test_attribute_and_section(self):
        found = reading("Resourcez: {}\nResources: {X: {Type: AWS::S3::Bucket, DependOn: Y, DependsOn: Y}}")
        assert [(each.what, each.reason) for each in found.unread] == [
            ("Resourcez", "a template has no section of this name"),
            ("AWS::S3::Bucket X", "a resource has no attribute 'DependOn'"),
        ]

    def test_policy_whose_value_is_not_known_leaves_the_others(self):
        found = reading(
            """
            Parameters: {Name: {Type: String}}
            Resources:
              R:
                Type: AWS::IAM::Role
                Properties:
                  AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: []}
                  Policies:
                    - PolicyName: open
                      PolicyDocument: {Statement: [{Resource: !Ref Name}]}
                    - PolicyName: known
                      PolicyDocument: {Statement: [{Resource: x}]}
                    - !If [Nothing, {PolicyName: never, PolicyDocument: {Statement: []}}, !Ref AWS::NoValue]
                    - {PolicyName: broken}
            Conditions: {Nothing: !Equals [a, b]}
            """
        )
        assert [each.inline for each in found.descriptions if isinstance(each, RoleDescription)] == [
            {},
            {"known": {"Statement": [{"Resource": "x"}]}},
        ]
        assert [(each.what, each.place.line) for each in found.unread] == [
            ("AWS::IAM::Role R.Policies.0.PolicyDocument", 11),
            ("AWS::IAM::Role R.Policies.3", 15),
        ]
        assert found.descriptions[1].place.line == 13

    def test_yaml_and_sam_without_the_library(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "samtranslator", None)
        monkeypatch.setitem(sys.modules, "samtranslator.model.exceptions", None)
        with pytest.raises(Mocks3Error, match=r"pip install 'mocks3\[sam\]'"):
            reading("Transform: AWS::Serverless-2016-10-31\nResources: {}\n")

    def test_template_that_sam_refuses(self):
        found = reading(
            """
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Data: {Type: AWS::S3::Bucket}
              F:
                Type: AWS::Serverless::Function
                Properties: {CodeUri: a, Handler: a.b, Runtime: python3.12, Policies: [{S3ReadPolicy: {}}]}
            """
        )
        assert [type(each) for each in found.descriptions] == [BucketDescription]
        assert [(each.what, each.place.line) for each in found.unread] == [
            ("Transform AWS::Serverless F", 6),
            ("AWS::Serverless::Function F", 6),
        ]
        assert "'BucketName'" in found.unread[0].reason


class TestTypes:
    """The table of types."""

    def test_every_type_has_an_id_of_its_own(self):
        without = {"AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy",
                   "AWS::IAM::UserToGroupAddition"}  # fmt: skip
        assert set(TYPES) - set(ROWS) == without

    def test_no_type_is_both_read_and_skipped(self):
        assert [name for name in TYPES if decides_nothing(name) and name != "AWS::EC2::VPCEndpoint"] == []

    @pytest.mark.parametrize("name", sorted(TYPES))
    def test_resource_without_properties(self, name):
        found = reading(f"Resources: {{X: {{Type: {name}}}}}")
        assert all(each.place.line == 2 for each in found.descriptions)


@pytest.mark.parametrize("as_text", [True, False])
def test_output_of_get_template(as_text):
    template = {"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b-1", "X": 1}}}}
    body = "Resources:\n  B: {Type: AWS::S3::Bucket, Properties: {BucketName: b-1, X: 1}}\n"
    document = {"TemplateBody": body if as_text else template, "StagesAvailable": ["Original"]}
    text = json.dumps(document, indent=1)
    found = read(document, text, "t.json", Options())
    assert [each.name for each in found.descriptions] == ["b-1"]
    (unread,) = found.unread
    assert (unread.place.line, unread.what) == (2 if as_text else 8, "AWS::S3::Bucket B.X")


def test_policy_as_json_text():
    found = reading(
        """
        Resources:
          P: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: '{"Statement": []}'}}
          Q: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: 'x'}}
        """
    )
    assert [each.document for each in found.descriptions] == [{"Statement": []}, None]
    assert [each.reason for each in found.unread] == ["it must be a policy document"]


def test_reason_names_the_resource_that_refers():
    assert (
        reason("!GetAtt X.Y.Z", "Resources:\n  Z: {Type: AWS::S3::Bucket}\n")
        == "the template has no resource 'X'"
    )
