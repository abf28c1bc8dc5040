"""The fragments of Python in the reference pages run: each page has a setting here, in which its fragments are run."""

from __future__ import annotations

import importlib.util
import json
import re
import textwrap
from pathlib import Path
from typing import Any, NamedTuple

from . import guides

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TEMPLATE = """\
Parameters:
  Stage: {Type: String}
Resources:
  Data:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Sub "data-${Stage}"}
  Reader:
    Type: AWS::IAM::Role
    Properties:
      RoleName: reader
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}
"""
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:DeleteObject",
            "Resource": "arn:aws:s3:::data/*",
        },
    }
)
EVENT = json.dumps(
    {
        "userIdentity": {
            "type": "Root",
            "arn": "arn:aws:iam::123456789012:root",
            "accountId": "123456789012",
        },
        "eventTime": "2026-03-04T05:06:07Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetBucketLocation",
        "awsRegion": "us-east-1",
        "requestParameters": {"bucketName": "data"},
    }
)


def plan() -> str:
    """Return a plan whose values the page of Terraform gives."""
    path = ROOT / "tests" / "load" / "terraform_documents.py"
    spec = importlib.util.spec_from_file_location("terraform_documents", path)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    document = module.Document(account="111122223333")
    document.add("aws_s3_bucket.logs", bucket="logs", force_destroy=False, tags=None)
    trust = module.trust(Service="lambda.amazonaws.com")
    document.add("aws_iam_role.writer", name="writer", assume_role_policy=trust)
    document.pending_data(
        "aws_iam_policy_document.read",
        statement=[{"actions": ["s3:GetObject"], "resources": [module.ref("aws_s3_bucket.logs.arn")]}],
    )
    document.add(
        "aws_iam_role_policy.read",
        name="read",
        role=module.ref("aws_iam_role.writer.id"),
        policy=module.ref("data.aws_iam_policy_document.read.json"),
    )
    document.add(
        "aws_s3_bucket_policy.logs",
        bucket=module.ref("aws_s3_bucket.logs.id"),
        policy=module.ref("aws_iam_role.writer.arn", "aws_s3_bucket.logs.arn"),
    )
    return json.dumps(document.json())


class Setting(NamedTuple):
    """What the fragments of a page need.

    ``before`` runs before each fragment, and ``after`` after it. ``module`` is the start of the test file.
    ``requires`` are packages.
    """

    before: str = ""
    after: str = ""
    module: str = ""
    files: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()


SETTINGS = {
    "access_points.md": Setting(
        """
        ops = aws.account("111122223333")
        ops.create_bucket("lake", objects={"2026/a.csv": b"1"})
        ops.create_bucket("lake-eu", region="eu-west-1", objects={"2026/a.csv": b"1"})
        s3 = ops.client("s3")
        """,
        requires=("awscrt", "cryptography"),
    ),
    "effects.md": Setting(
        module="from moto import mock_aws\nfrom mocks3 import mock_s3", requires=("moto", "docker")
    ),
    "invariants.md": Setting(
        before="""
        from mocks3.invariants import everything_encrypted_with, no_public_access
        key = aws.account("111122223333").create_kms_key()
        """,
        module="""
        @pytest.fixture
        def aws(aws, s3_policy):
            ops = aws.account("111122223333")
            ops.create_role("cleaner")
            ops.create_bucket("uploads", policy=s3_policy(deny="s3:*", on=["uploads", "uploads/*"], principal="*"))
            return aws
        """,
        requires=("hypothesis",),
    ),
    "load-cloudformation.md": Setting(files=("infra/template.yaml",), requires=("yaml",)),
    "load-terraform.md": Setting(
        before="""
        import mocks3.load
        statement = {
            "Effect": "Allow",
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::logs/*",
            "Principal": {"AWS": "arn:aws:iam::111122223333:role/writer"},
        }
        """,
        after="assert [each.what for each in loaded.unread] == []",
        files=("plan.json",),
    ),
    "load.md": Setting(
        before="import mocks3.load",
        after="assert loaded.aws.client('s3').list_buckets()['Buckets']",
        files=("infra/template.yaml", "get-bucket-policy.json"),
        requires=("yaml",),
    ),
    "matrix.md": Setting(
        """
        for world in (aws, other_aws := __import__("mocks3").MockAWS()):
            world.account().create_bucket("data", objects={"key": b""})
            world.account().create_role("reader")
        reader_arn = aws.account().role("reader").arn
        """
    ),
    "moto.md": Setting(after="assert callable(mock_aws)"),
    "replay.md": Setting('aws.account().create_bucket("data")', files=("event.json",)),
    "sts.md": Setting(before="import boto3", requires=("jwt", "cryptography", "signxml")),
    "why-can.md": Setting(
        'aws.account().create_bucket("data")\naws.account().create_role("reader")',
        "assert not played.allowed",
    ),
}
FILES = {
    "infra/template.yaml": lambda: TEMPLATE,
    "get-bucket-policy.json": lambda: json.dumps({"Policy": POLICY}),
    "event.json": lambda: EVENT,
    "plan.json": plan,
}


def fragments() -> dict[str, list[str]]:
    """Return the fragments of each page of docs/. Doctests are tested as such."""
    found = {page.name: BLOCK.findall(page.read_text("utf-8")) for page in (ROOT / "docs").glob("*.md")}
    blocks = {name: [text for text in texts if ">>> " not in text] for name, texts in found.items()}
    return {name: texts for name, texts in blocks.items() if texts and name != "index.md"}


def test_file(name: str, texts: list[str]) -> str:
    """Return the test file of a page: a fragment without a test becomes the body of one."""
    setting = SETTINGS[name]
    parts = ["import pytest", textwrap.dedent(setting.module)]
    for number, text in enumerate(texts):
        if "def test_" in text:
            parts.append(text)
        else:
            body = "\n".join((textwrap.dedent(setting.before), text, textwrap.dedent(setting.after)))
            parts.append(
                f"def test_fragment_{number}(aws):\n{textwrap.indent(body, '    ')}\n    assert aws\n"
            )
    return "\n\n".join(parts)


test_file.__test__ = False  # type: ignore[attr-defined]


def test_every_page_with_fragments_has_a_setting() -> None:
    assert sorted(fragments()) == sorted(SETTINGS)


def test_the_fragments_run(tmp_path: Path) -> None:
    for name, setting in SETTINGS.items():
        for file in setting.files:
            path = tmp_path / file
            path.parent.mkdir(exist_ok=True)
            path.write_text(FILES[file](), "utf-8")
        if all(importlib.util.find_spec(each) for each in setting.requires):
            stem = name.removesuffix(".md").replace("-", "_")
            text = test_file(name, fragments()[name])
            (tmp_path / f"test_{stem}.py").write_text(text, "utf-8")
    printed = guides.run_pytest(["-q", "--tb=short", "-W", "error", "--rootdir=."], tmp_path)
    assert re.search(r"^\d\d passed in ", printed, re.MULTILINE), printed
