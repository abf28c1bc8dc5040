"""What the AWS CLI prints of a deployed stack: names, parameters and exports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mocks3 import load
from mocks3.load.cloudformation.physical import ROWS

from .reading import evaluated

STACK = "arn:aws:cloudformation:eu-west-1:444455556666:stack/orders/0a0a0a0a-0000-4000-8000-000000000000"
TEMPLATE = """\
Parameters: {Prefix: {Type: String}}
Resources:
  Data: {Type: AWS::S3::Bucket}
  Reader:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: read
          PolicyDocument:
            Version: 2012-10-17
            Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: !Sub "${Data.Arn}/${Prefix}/*"}]
"""


def resource(logical_id: str, physical_id: str, **more: Any) -> dict[str, Any]:
    return {"LogicalResourceId": logical_id, "PhysicalResourceId": physical_id, "ResourceType": "-", **more}


IDS = [resource("Data", "orders-data-1abc"), resource("Reader", "orders-Reader-XYZ")]
STACKS = {
    "Stacks": [
        {
            "StackName": "orders",
            "StackId": STACK,
            "Parameters": [
                {"ParameterKey": "Prefix", "ParameterValue": "in"},
                {"ParameterKey": "Secret", "ParameterValue": "****"},
            ],
            "Outputs": [{"OutputKey": "A", "OutputValue": "shared-bucket", "ExportName": "Shared"}],
        }
    ]
}
RESOURCES = {"StackResources": [{**each, "StackName": "orders", "StackId": STACK} for each in IDS]}
SUMMARIES = {"StackResourceSummaries": IDS}


def world(folder, *documents, **options):
    (folder / "template.yaml").write_text(TEMPLATE, "utf-8")
    for number, each in enumerate(documents):
        (folder / f"{number}.json").write_text(json.dumps(each), "utf-8")
    return load.world([folder], **options)


@pytest.mark.parametrize("documents", [(STACKS, RESOURCES), (RESOURCES, STACKS)])
def test_names_and_parameters_of_the_deployed_stack(tmp_path, documents):
    loaded = world(tmp_path, *documents, strict=True)
    owner = loaded.aws.account("444455556666")
    bucket = loaded.aws.store.bucket("orders-data-1abc")
    assert (bucket.owner, bucket.region) == (owner.id, "eu-west-1")
    owner.root.client("s3", region_name="eu-west-1").put_object(Bucket="orders-data-1abc", Key="in/a")
    client = owner.role("orders-Reader-XYZ").assume().client("s3", region_name="eu-west-1")
    assert client.get_object(Bucket="orders-data-1abc", Key="in/a")
    with loaded.aws.denied("s3:GetObject"):
        client.get_object(Bucket="orders-data-1abc", Key="out/a")


def test_summaries_belong_to_the_template_with_their_logical_ids(tmp_path):
    (tmp_path / "other.yaml").write_text("Resources: {Data: {Type: AWS::S3::Bucket}}", "utf-8")
    loaded = world(tmp_path, SUMMARIES, values={"Prefix": "in"}, strict=True)
    assert "orders-data-1abc" in loaded.aws.store.buckets()
    assert len(list(loaded.aws.store.buckets())) == 2
    assert loaded.aws.account().role("orders-Reader-XYZ")


def test_outputs_of_other_stacks_name_nothing(tmp_path):
    loaded = world(tmp_path, {"StackResources": [{**resource("X", "x"), "StackName": "other"}]})
    assert [each.what for each in loaded.unread] == ["AWS::IAM::Role Reader.Policies.0.PolicyDocument"]
    assert loaded.aws.store.bucket("orders-data-1abc") is None


def test_export_of_a_deployed_stack():
    assert evaluated("!ImportValue Shared", documents={"a.json": STACKS}) == "shared-bucket"


def test_physical_id_that_the_caller_gives():
    resources = "Resources:\n  X: {Type: AWS::IAM::Role, Properties: {Path: /a/}}\n"
    assert (
        evaluated("!GetAtt X.Arn", resources, values={"X": "r-1"}) == "arn:aws:iam::123456789012:role/a/r-1"
    )


@pytest.mark.parametrize("type_", sorted(set(ROWS) - {"AWS::S3::BucketPolicy", "AWS::IAM::OIDCProvider",
                                                      "AWS::KMS::ReplicaKey"}))  # fmt: skip
def test_physical_id_of_every_type(type_):
    arn = {
        "AWS::IAM::ManagedPolicy": "arn:aws:iam::123456789012:policy/x-1",
        "AWS::IAM::SAMLProvider": "arn:aws:iam::123456789012:saml-provider/x-1",
        "AWS::SQS::Queue": "https://sqs.us-east-1.amazonaws.com/123456789012/x-1",
        "AWS::SNS::Topic": "arn:aws:sns:us-east-1:123456789012:x-1",
        "AWS::StepFunctions::StateMachine": "arn:aws:states:us-east-1:123456789012:stateMachine:x-1",
        "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:us-east-1:123456789012:secret:x-1",
    }
    given = arn.get(type_, "x-1")
    found = evaluated("!Ref X", f"Resources:\n  X: {{Type: {type_}}}\n", values={"X": given})
    assert found.endswith("x-1")
    if type_ in arn:
        assert found == given


def test_stack_without_its_template(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(RESOURCES), "utf-8")
    loaded = load.world([tmp_path])
    assert [each.reason for each in loaded.unread] == [
        "load the stack's template too: aws cloudformation get-template --stack-name NAME"
    ]
