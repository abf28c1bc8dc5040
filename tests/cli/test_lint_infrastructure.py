"""``mocks3 lint``: the policies in templates and plans, with file and line; and the entry of the pre-commit hook."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings

from mocks3.cli.checking import check
from tests.load.terraform_documents import Document, ref, trust
from tests.load.terraform_documents import policy as as_text
from tests.load.test_terraform_mangled import CHANGES, mangled

from .conftest import policy

ROOT = Path(__file__).parents[2]
TEMPLATE = """\
Parameters:
  Stage: {Type: String}
  Team: {Type: String, AllowedValues: [red, blue]}
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub "logs-${Stage}"
  LogsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Logs
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Deny
            Principal: "*"
            Action: s3:*
            Resource: !Sub "${Logs.Arn}/*"
            Condition:
              Bool: {aws:SecureTransport: false}
          - Effect: Allow
            Principal: "*"
            Action: s3:ListBucket
            Resource: !Sub "${Logs.Arn}/*"
  Reader:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: read
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action:
                  - s3:GetObject
                  - s3:GetObjct
                Resource: "*"
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {AWS: !Ref "AWS::AccountId"}, Action: kms:*, Resource: "*"}]
"""


def at(text: str, finding: dict[str, Any]) -> str:
    return text.splitlines()[finding["line"] - 1].strip()


def test_template_in_yaml(run, file) -> None:
    done = run("lint", "--json", file("template.yaml", TEMPLATE))
    found = [(each["severity"], each["code"], at(TEMPLATE, each)) for each in done.json]
    assert found == [
        ("warning", "half-covered-deny", 'Resource: !Sub "${Logs.Arn}/*"'),
        ("warning", "action-resource-mismatch", "Action: s3:ListBucket"),
        ("error", "MalformedPolicy", "Action: s3:ListBucket"),
        ("warning", "unknown-action", "- s3:GetObjct"),
    ]
    assert done.code == 1


def test_template_in_json_has_lines(run, file) -> None:
    statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:Zap"], "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    role = {"Ref": "Role"}
    template = {
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": json.loads(trust(AWS="*"))},
            },
            "P": {
                "Type": "AWS::IAM::Policy",
                "Properties": {"PolicyName": "p", "Roles": [role], "PolicyDocument": document},
            },
        }
    }
    text = json.dumps(template, indent=2)
    done = run("lint", "--json", file("stack.template.json", text))
    assert [(each["code"], at(text, each)) for each in done.json] == [("unknown-action", '"s3:Zap"')]


def test_policy_that_a_template_does_not_know_is_a_note(run, file) -> None:
    text = TEMPLATE.replace('Resource: "*"\n  Key', "Resource: !ImportValue other\n  Key")
    done = run("lint", "--json", file("template.yaml", text))
    notes = [each for each in done.json if each["severity"] == "note"]
    assert [each["code"] for each in notes] == ["not-checked"]
    assert "is not checked" in notes[0]["message"]


def plan() -> Document:
    document = Document(account="111122223333")
    document.add("aws_s3_bucket.logs", bucket="logs-1")
    document.add("aws_iam_role.app", name="app", assume_role_policy=trust(Service="ec2.amazonaws.com"))
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObjct",
        "Resource": "arn:aws:s3:::logs-1/*",
    }
    document.add("aws_s3_bucket_policy.logs", bucket=ref("aws_s3_bucket.logs.id"), policy=as_text(statement))
    return document


def test_plan_of_terraform(run, file) -> None:
    document = plan()
    document.add("aws_iam_role_policy.app", name="own", role="app", policy=ref("aws_s3_bucket.logs.arn"))
    text = json.dumps(document.json(), indent=1)
    done = run("lint", "--json", file("plan.json", text))
    found = [(each["severity"], each["code"]) for each in done.json]
    assert found == [("warning", "unknown-action"), ("error", "MalformedPolicy"), ("note", "not-checked")]
    assert all(at(text, each).startswith('"policy": "{') for each in done.json[:2])
    assert done.json[2]["message"].startswith(
        "aws_iam_role_policy.app.policy is not checked: the value is known only"
    )
    assert done.code == 1


SOURCE = """
resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = data.aws_iam_policy_document.logs.json
}

data "aws_iam_policy_document" "other" {
  statement {
    actions = ["s3:GetObjct"]
  }
}

data "aws_iam_policy_document" "logs" {
  statement {
    actions   = ["s3:GetObjct"]
  }
}
"""


def test_a_finding_in_a_plan_has_the_place_in_the_source_of_terraform(run, file) -> None:
    """The plan is one line. A user edits the source."""
    file("main.tf", SOURCE)
    done = run("lint", file("plan.json", plan().json()))
    line = 1 + SOURCE[: SOURCE.rindex('"s3:GetObjct"')].count("\n")
    assert done.out.startswith(f"main.tf:{line}:18: warning: No action is called 's3:GetObjct'")
    found = run("lint", "--format", "sarif", "plan.json").json["runs"][0]["results"][0]
    place = found["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("main.tf", line)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (SOURCE.replace('"s3:GetObjct"', "local.actions"), "main.tf:2:1:"),
        (SOURCE + SOURCE, "plan.json:"),
        ("", "plan.json:"),
    ],
)
def test_a_source_that_does_not_have_the_text(run, file, source: str, place: str) -> None:
    """The place is that of the block; of the plan, if there is no such block or several."""
    file("main.tf", source)
    done = run("lint", file("plan.json", plan().json()))
    assert done.out.startswith(place)


def test_notes_alone_are_no_failure(run, file) -> None:
    document = Document(account="111122223333")
    document.add("aws_s3_bucket.logs", bucket="logs-1")
    document.add("aws_s3_bucket_policy.logs", bucket="logs-1", policy=ref("aws_s3_bucket.logs.arn"))
    path = file("plan.json", document.json())
    done = run("lint", path)
    assert (done.code, done.err) == (0, "")
    assert "plan.json:" in done.out
    assert ": note: aws_s3_bucket_policy.logs.policy is not checked" in done.out
    (only,) = run("lint", "--format", "sarif", path).json["runs"][0]["results"]
    assert (only["level"], only["ruleId"]) == ("note", "not-checked")


HCL = 'resource "aws_s3_bucket" "b" {\n  bucket = "b"\n}\n'


def test_terraform_source_is_refused_by_name(run, file) -> None:
    done = run("lint", file("main.tf", HCL))
    assert done.code == 1
    assert done.out.startswith(
        "main.tf:1:1: error: this is Terraform source; run 'terraform plan -out=plan.tfplan'"
    )
    file("infra/main.tf", HCL)
    done = run("lint", "infra")
    assert done.code == 2
    assert "this is Terraform source" in done.err


def test_folder_with_all_kinds_of_files(run, file) -> None:
    file("infra/template.yaml", TEMPLATE)
    file("infra/plan.json", plan().json())
    file("infra/policies/p.json", policy({"Action": "s3:Zap"}))
    file("infra/package.json", {"name": "x", "version": "1.0.0"})
    file("infra/list.json", [1, 2])
    file("infra/deployment.yaml", "kind: Deployment\nmetadata: [\n")
    file("infra/main.tf", HCL)
    done = run("lint", "--json", "infra")
    assert {each["path"] for each in done.json} == {
        "infra/template.yaml",
        "infra/plan.json",
        "infra/policies/p.json",
    }


@pytest.mark.parametrize(
    "broken", ["Resources: {A: [", "Resources:\n  A: {Type: AWS::S3::Bucket, Type: x}\n"]
)
def test_broken_yaml_has_a_place(run, file, broken: str) -> None:
    done = run("lint", file("t.yaml", broken))
    assert done.code == 1
    assert done.out.startswith("t.yaml:")
    assert done.out.endswith("[unreadable]\n")


@pytest.mark.parametrize(
    "value", [None, 1, [], {}, {"Resources": None}, {"format_version": "1.0", "values": 3}]
)
def test_other_documents_are_findings(run, file, value: Any) -> None:
    done = run("lint", file("x.json", value))
    assert done.code in (0, 1)
    assert done.err == ""


def test_a_missing_library_is_a_finding(run, file, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    done = run("lint", file("p.json", policy({"Sid": "Read"})), file("template.yaml", TEMPLATE))
    assert (done.code, done.err) == (1, "")
    assert done.out.startswith("template.yaml:1:1: error: ")
    assert "pip install" in done.out


@example([(("resource_changes", 1, "change", "after_unknown", "inline_policy", 0, "policy"), {"id": True})])
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(CHANGES)
def test_mangled_plans_have_findings_or_none(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "plan.json")
        path.write_text(json.dumps(mangled(changes)), "utf-8")
        found = list(check(path, None))
    assert all(each.path == path and each.line >= 1 and each.column >= 1 for each in found)


def test_sarif_describes_each_rule(run, file) -> None:
    done = run("lint", "--format", "sarif", file("template.yaml", TEMPLATE))
    rules = done.json["runs"][0]["tool"]["driver"]["rules"]
    assert {each["id"] for each in rules} == {
        "half-covered-deny",
        "action-resource-mismatch",
        "MalformedPolicy",
        "unknown-action",
    }
    assert all(each["shortDescription"]["text"] != each["id"] for each in rules)


def test_the_entry_of_the_pre_commit_hook(tmp_path: Path) -> None:
    """pre-commit runs the entry with the names of the changed files that ``types_or`` and ``files`` select."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert (hook["id"], hook["language"]) == ("mocks3-lint", "python")
    assert {"json", "yaml"} == set(hook["types_or"])
    command, *arguments = shlex.split(hook["entry"])
    assert command == "mocks3"
    good, bad = tmp_path / "policies.json", tmp_path / "template.yaml"
    good.write_text(json.dumps(policy({"Sid": "Read"})), "utf-8")
    bad.write_text(TEMPLATE, "utf-8")
    run_it = [sys.executable, "-m", "mocks3", *arguments]
    passed = subprocess.run([*run_it, str(good)], capture_output=True, text=True, check=False)
    failed = subprocess.run([*run_it, str(good), str(bad)], capture_output=True, text=True, check=False)
    assert (passed.returncode, passed.stdout, passed.stderr) == (0, "", "")
    assert failed.returncode == 1
    assert "template.yaml:" in failed.stdout


WRONG = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObjekt", "Resource": "arn:aws:s3:::data/*"}]}
OUTPUTS: dict[str, Any] = {
    "organizations describe-policy": {
        "Policy": {
            "PolicySummary": {"Id": "p-12345678", "Name": "scp", "Type": "SERVICE_CONTROL_POLICY"},
            "Content": json.dumps(WRONG),
        }
    },
    "ec2 describe-vpc-endpoints": {
        "VpcEndpoints": [
            {
                "VpcEndpointId": "vpce-1",
                "VpcId": "vpc-1",
                "ServiceName": "com.amazonaws.us-east-1.s3",
                "PolicyDocument": json.dumps({"Statement": [{**WRONG["Statement"][0], "Principal": "*"}]}),
            }
        ]
    },
    "iam get-account-authorization-details": {
        "UserDetailList": [
            {
                "UserName": "eve",
                "Arn": "arn:aws:iam::111122223333:user/eve",
                "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": WRONG}],
            }
        ],
        "GroupDetailList": [],
        "RoleDetailList": [],
        "Policies": [],
    },
}


@pytest.mark.parametrize("command", OUTPUTS)
def test_policies_in_output_of_the_aws_cli_are_checked(run, tmp_path, command: str) -> None:
    file = tmp_path / "output.json"
    file.write_text(json.dumps(OUTPUTS[command], indent=2))
    done = run("lint", str(file))
    assert done.code == 1, done.err
    assert "s3:GetObjekt" in done.out
    line = int(done.out.split("output.json:")[1].split(":")[0])
    assert any(
        word in file.read_text().splitlines()[line - 1] for word in ("Content", "PolicyDocument", "GetObjekt")
    )
