"""What is not understood: listed with its place, or refused with what it looks like and what to run. No tracebacks."""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mocks3.load
from mocks3 import MockAWS, Mocks3Error
from mocks3.load import LoadError, looks
from tests.load.conftest import OPS, policy, text
from tests.load.outputs import OUTPUTS, READ

EVENT = {"eventVersion": "1.09", "eventSource": "s3.amazonaws.com", "eventName": "GetObject"}
BUCKET = {
    "Policy": text(policy({"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}))
}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("main.tf", 'resource "aws_s3_bucket" "b" {\n}\n', "this is Terraform source; run 'terraform plan"),
        ("acl.json", "OWNER\tops\t7f7f\nGRANTS\tREAD\n", "--output text; run the command with --output json"),
        ("acl.json", "-----------\n|  GetBucketAcl  |\n", "--output table; run the command with --output json"),
        ("acl.json", "<?xml version='1.0'?><Error/>", "this is XML or HTML"),
        ("x.json", '{"a": 1,}', "Not JSON"),
        ("x.json", '{"Status": "Enabled", "Status": "Enabled"}', "Member 'Status' appears twice"),
        ("x.json", json.dumps(EVENT), "this is a CloudTrail event; replay it: mocks3 replay FILE"),
        ("x.json", json.dumps({"Records": [EVENT]}), "this is a CloudTrail event"),
        ("x.json", json.dumps({"Events": [{"CloudTrailEvent": "{}"}]}), "this is a CloudTrail event"),
        ("x.json", json.dumps({"detail": EVENT}), "this is a CloudTrail event"),
        ("x.tfstate", json.dumps({"version": 4, "serial": 1, "lineage": "x", "resources": []}), "terraform show -json"),
        ("x.json", json.dumps({"version": 3, "deployment": {}}), "this is a state of Pulumi"),
        (
            "x.json",
            json.dumps({"InventoryConfiguration": {}}),
            "this looks like the output of 'aws s3api get-bucket-inventory-configuration', which mocks3 does not read",
        ),
        ("x.json", '{"name": "web", "dependencies": {}}', "its members are 'name', 'dependencies'. mocks3 loads"),
        ("x.json", "[1, 2]", "this is a list"),
        ("x.json", "null", "this is no JSON object"),
        ("x.json", "\ufeff[", "Not JSON"),
    ],
)  # fmt: skip
def test_a_file_that_fits_nothing_is_refused(write, name: str, content: str, said: str) -> None:
    file = write(name, content)
    with pytest.raises(LoadError) as caught:
        mocks3.load.world([file])
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{file}:")


def test_in_a_folder_it_is_listed(write) -> None:
    write("package.json", {"name": "web"})
    write("events/one.json", EVENT)
    write("empty.json", "\n")
    write(".git/config.json", "not read")
    write("node_modules/x.json", "not read")
    write("README.md", "not read")
    folder = write("get-bucket-policy.json", BUCKET).parent
    loaded = mocks3.load.world([folder])
    assert [(Path(each.what).name, each.reason.partition(";")[0][:30]) for each in loaded.unread] == [
        ("empty.json", "the file is empty: either the "),
        ("package.json", "this fits no known format"),
        ("one.json", "this is a CloudTrail event"),
    ]
    assert "data" in loaded.aws.store.buckets()
    with pytest.raises(LoadError, match="this fits no known format"):
        mocks3.load.world([folder], strict=True)


def test_a_folder_of_terraform_source_says_what_to_run(write) -> None:
    folder = write("main.tf", 'resource "aws_s3_bucket" "b" {}').parent
    (unread,) = mocks3.load.world([folder]).unread
    assert (unread.place.file, unread.reason) == (str(folder / "main.tf"), looks.TERRAFORM)


def test_files_that_cannot_be_read(tmp_path, write) -> None:
    with pytest.raises(LoadError, match="the file does not exist"):
        mocks3.load.world([tmp_path / "missing.json"])
    binary = tmp_path / "b.json"
    binary.write_bytes(b"\x80\x81")
    with pytest.raises(LoadError, match="the file is not text in UTF-8"):
        mocks3.load.world([binary])
    cut = tmp_path / "cut.json.gz"
    cut.write_bytes(gzip.compress(b"{}")[:-4])
    with pytest.raises(LoadError, match="the file cannot be read"):
        mocks3.load.world([cut])
    with pytest.raises(LoadError, match="a source must be a path or a dict, not 5"):
        mocks3.load.world([5])
    with pytest.raises(LoadError, match="cannot be converted to JSON"):
        mocks3.load.world([{"Policy": object()}])


def test_encodings_compression_and_several_values_in_a_file(tmp_path) -> None:
    """PowerShell's > writes UTF-16; a loop with >> writes one value after the other."""
    (tmp_path / "get-bucket-policy.json").write_bytes(json.dumps(BUCKET).encode("utf-16"))
    with gzip.open(tmp_path / "versioning.json.gz", "wt") as file:
        file.write(json.dumps({"Status": "Enabled"}))
    several = [{"UserName": "eve", "PolicyName": str(n), "PolicyDocument": READ} for n in range(2)]
    (tmp_path / "lines.jsonl").write_text("\n".join(map(json.dumps, several)))
    more = [{"UserName": "dave", "PolicyName": str(n), "PolicyDocument": READ} for n in range(3)]
    (tmp_path / "appended.json").write_text("\n".join(json.dumps(each, indent=2) for each in more))
    aws = mocks3.load.world([tmp_path], strict=True, account=OPS).aws
    assert aws.store.bucket("data").versioning == "Enabled"
    assert [len(aws.account(OPS).user(name).record.policies) for name in ("eve", "dave")] == [2, 3]


def test_places_in_files_with_several_values(tmp_path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text('{"Status": "Enabled"}\n{"Payer": "Requester", "More": 1}\n')
    (unread,) = mocks3.load.world([file], bucket="data").unread
    assert (unread.what, unread.place.line, unread.place.column) == ("More", 2, 32)


def test_yaml_output(write) -> None:
    file = write("get-bucket-request-payment.yaml", "Payer: Requester\nMore:\n  - 1\n")
    loaded = mocks3.load.world([file], bucket="data")
    assert [(each.what, each.place.line, each.place.column) for each in loaded.unread] == [("More", 2, 1)]
    assert loaded.aws.account().client().get_bucket_request_payment(Bucket="data")["Payer"] == "Requester"


def test_unknown_members_are_listed_with_their_places(write) -> None:
    details = {
        "UserDetailList": [{"UserName": "eve", "Arn": f"arn:aws:iam::{OPS}:user/eve", "Clearance": "high"}]
    }
    file = write("details.json", details)
    (unread,) = mocks3.load.world([file]).unread
    assert (unread.what, unread.place.pointer) == ("Clearance", "/UserDetailList/0/Clearance")
    line = file.read_text().splitlines()[unread.place.line - 1]
    assert line[unread.place.column - 1 :] == '"high"'
    with pytest.raises(LoadError) as caught:
        mocks3.load.world([file], strict=True)
    assert str(caught.value).startswith(f"{file}:{unread.place.line}:{unread.place.column}: Clearance: ")


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ({"Payer": 5}, ":2:14: Payer must be text, not 5"),
        ({"Grants": {}, "Owner": {"ID": "x"}}, "Grants must be a list, not an object"),
        ({"Grants": [{"Permission": "READ"}], "Owner": {"ID": "x"}}, "a grant must have a Grantee"),
        (
            {"Grants": [{"Permission": "FLY", "Grantee": {"ID": "7f" * 32}}], "Owner": {"ID": "7f" * 32}},
            "Permission must be one of READ, WRITE, READ_ACP, WRITE_ACP, FULL_CONTROL, not 'FLY'",
        ),
        ({"PublicAccessBlockConfiguration": {"BlockPublicAcls": "yes"}}, "BlockPublicAcls must be true or false"),
        ({"UserName": "eve", "PolicyDocument": "{"}, "the text of this policy cannot be read: Not JSON"),
        ({"UserName": "eve", "PolicyName": "p", "PolicyDocument": {"Statement": 5}}, "the policy is malformed"),
        ({"UserName": "e v e", "PolicyDocument": READ}, "the name of a user must have"),
        ({"Policy": text(policy({"Principal": "*", "Action": "s3:Fly", "Resource": "arn:aws:s3:::d-1"}))}, "invalid"),
        ({"Policy": "[]"}, "a policy must be a JSON object, not a list"),
        ({"Role": {"RoleName": "r", "Arn": "arn:aws:iam::12:role/r", "AssumeRolePolicyDocument": {}}}, "malformed"),
    ],
)  # fmt: skip
def test_known_outputs_with_wrong_values_are_refused(write, output: Any, said: str) -> None:
    file = write("bucket-x.json", output)
    with pytest.raises(LoadError) as caught:
        mocks3.load.world([file], bucket="data")
    assert said in str(caught.value)


def test_settings_that_s3_refuses_are_listed(write) -> None:
    file = write(
        "get-bucket-logging.json", {"LoggingEnabled": {"TargetBucket": "missing-logs", "TargetPrefix": ""}}
    )
    (unread,) = mocks3.load.world([file], bucket="data").unread
    assert unread.what == "PutBucketLogging"
    assert "S3 refuses it for data: The target bucket for logging does not exist" in unread.reason


def test_policies_without_documents_are_listed_with_the_command_that_prints_them(write) -> None:
    arn = f"arn:aws:iam::{OPS}:policy/read"
    user = {"UserName": "eve", "Arn": f"arn:aws:iam::{OPS}:user/eve", "GroupList": ["devs"]}
    details = {
        "UserDetailList": [{**user, "AttachedManagedPolicies": [{"PolicyName": "read", "PolicyArn": arn}]}]
    }
    loaded = mocks3.load.world([write("details.json", details)])
    assert [each.what for each in loaded.unread] == ["the group devs", arn]
    assert f"aws iam get-policy-version --policy-arn {arn}" in loaded.unread[1].reason


def test_a_load_that_fails_changes_nothing(write) -> None:
    aws = MockAWS()
    before = aws.snapshot()
    write("a.json", {"UserName": "eve", "PolicyDocument": READ})
    folder = write("b.json", {"UserName": "d v", "PolicyDocument": READ}).parent
    with pytest.raises(LoadError):
        aws.load(folder)
    after = aws.snapshot()
    assert (before.iam, before.guardrails, before.store.buckets) == (
        after.iam,
        after.guardrails,
        after.store.buckets,
    )


def test_a_load_adds_to_what_exists(write) -> None:
    aws = MockAWS()
    aws.account(OPS).create_bucket("data", objects={"k": b"1"})
    aws.account(OPS).create_user("eve")
    aws.load(
        write("get-user-policy.json", {"UserName": "eve", "PolicyName": "p", "PolicyDocument": READ}),
        account=OPS,
    )
    aws.load({"Status": "Enabled"}, bucket="data", account=OPS)
    assert aws.account(OPS).user("eve").client().get_object(Bucket="data", Key="k")["Body"].read() == b"1"
    assert aws.store.bucket("data").versioning == "Enabled"


NAMES = sorted(
    {name for output in OUTPUTS.values() for name in output} | {"Statement", "Effect", "Resources", "values"}
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(["", "x", "arn:aws:iam::1:x", OPS, "{", "*"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


def loads_or_is_refused(value: Any, **names: str) -> None:
    """Load a value from a file. A LoadError is an answer; any other exception fails the test."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "object-bucket.json")
        file.write_text(json.dumps(value))
        try:
            mocks3.load.world([file], **names)
        except LoadError:
            return


@given(value=VALUES)
def test_any_json_is_loaded_or_refused(value: Any) -> None:
    loads_or_is_refused(value)


@given(data=st.data())
def test_any_mangled_output_is_loaded_or_refused(data: st.DataObject) -> None:
    """One value in a real output is replaced by another."""
    output = json.loads(json.dumps(OUTPUTS[data.draw(st.sampled_from(sorted(OUTPUTS)))]))
    place: Any = output
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            place[key] = data.draw(VALUES)
            break
        place = place[key]
    loads_or_is_refused(output, bucket="data", key="k", user="eve", policy="p", kms_key="k", target=OPS)


def test_every_error_is_a_mocks3_error() -> None:
    assert issubclass(LoadError, Mocks3Error)
