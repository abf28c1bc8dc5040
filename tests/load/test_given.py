"""A misspelt name in ``values=`` is reported, for templates and for plans."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mocks3.load import LoadError, world

from .terraform_documents import Document

TEMPLATE = """
Parameters:
  EnvName: {Type: String, Default: dev}
  OnlyInATag: {Type: String, Default: x}
Resources:
  Data: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "data-${EnvName}"}}
"""


def test_a_misspelt_parameter(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(TEMPLATE)
    loaded = world([tmp_path], values={"EnvNam": "prod"})
    (unread,) = loaded.unread
    assert (unread.what, unread.place.file) == ("EnvNam", "<values>")
    assert unread.reason == "no file asks for a value of this name; did you mean 'EnvName'?"
    assert list(loaded.aws.store.buckets()) == ["data-dev"]
    with pytest.raises(LoadError, match=r"EnvNam: no file asks for a value of this name"):
        world([tmp_path], values={"EnvNam": "prod"}, strict=True)


@pytest.mark.parametrize("given", [{"EnvName": "prod"}, {"OnlyInATag": "y"}, {"AWS::StackName": "s"}])
def test_a_value_that_a_template_takes(tmp_path: Path, given: dict[str, str]) -> None:
    """A parameter that nothing refers to may have a value too."""
    (tmp_path / "t.yaml").write_text(TEMPLATE)
    assert world([tmp_path], values=given).unread == ()


def test_a_parameter_of_a_sam_template(tmp_path: Path) -> None:
    sam = f"Transform: AWS::Serverless-2016-10-31{TEMPLATE}"
    (tmp_path / "t.yaml").write_text(sam)
    loaded = world([tmp_path], values={"EnvName": "prod", "Envname": "test"})
    assert [each.what for each in loaded.unread] == ["Envname"]
    assert list(loaded.aws.store.buckets()) == ["data-prod"]


def test_a_misspelt_address_of_a_plan(tmp_path: Path) -> None:
    plan = Document(account="111122223333")
    plan.add("aws_s3_bucket.logs", bucket="logs-1")
    (tmp_path / "plan.json").write_text(json.dumps(plan.json()))
    given = {"aws_s3_bucket.logs.bucket": "logs-2", "aws_s3_bucket.log.bucket": "logs-3"}
    loaded = world([tmp_path], values=given)
    (unread,) = loaded.unread
    assert unread.what == "aws_s3_bucket.log.bucket"
    assert unread.reason.endswith("did you mean 'aws_s3_bucket.logs.bucket'?")
    assert list(loaded.aws.store.buckets()) == ["logs-2"]


def test_values_without_a_file_that_takes_any(tmp_path: Path) -> None:
    (tmp_path / "get-bucket-location.json").write_text('{"LocationConstraint": null}')
    loaded = world([tmp_path], values={"Stage": "x"}, bucket="data")
    assert "Stage" in [each.what for each in loaded.unread]
