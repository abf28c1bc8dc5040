"""``aws.dump``: a world that is written and loaded again answers the same."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest

import mocks3.load
from mocks3 import MockAWS, Mocks3Error
from tests.load.conftest import OPS, policy
from tests.load.seeded_world import CALLS, PRINCIPALS, played, principal, questions, resource, seed


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> tuple[MockAWS, MockAWS, Path]:
    """The seeded world, the world loaded from its dump, and the folder of the dump."""
    folder = tmp_path_factory.mktemp("dump")
    first = seed()
    assert first.dump(folder) == ()
    loaded = mocks3.load.world([folder], strict=True)
    assert loaded.assumed == ()
    return first, loaded.aws, folder


def test_500_questions_have_the_same_answers(worlds) -> None:
    first, second, _ = worlds
    who = {name: (principal(first, name), principal(second, name)) for name in PRINCIPALS}
    answers = set()
    for name, action, place, context in questions(500):
        arn = resource(action, place)
        ours, theirs = (
            aws.explain(caller, action, arn, context)
            for aws, caller in zip((first, second), who[name], strict=True)
        )
        asked = (name, action, place, context)
        assert (asked, ours.allowed, ours.reason) == (asked, theirs.allowed, theirs.reason)
        answers.add((ours.allowed, ours.outcome.reason))
    assert len(answers) > 5, answers  # the questions are not all answered by one rule


def test_calls_have_the_same_outcome(worlds) -> None:
    first, second, _ = worlds
    outcomes = set()
    for name, (operation, parameters) in itertools.product(PRINCIPALS, CALLS):
        ours, theirs = (played(aws, name, operation, parameters) for aws in (first, second))
        assert (name, operation, parameters, ours) == (name, operation, parameters, theirs)
        outcomes.add(ours)
    assert "ok" in outcomes
    assert len(outcomes) > 8


def _stable(folder: Path) -> dict[str, Any]:
    """The outputs of a dump without dates, and what follows from bodies, versions and new ids."""

    def kept(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: kept(inner) for name, inner in value.items() if name not in changing}
        return [kept(inner) for inner in value] if isinstance(value, list) else value

    changing = {
        "LastModified", "ETag", "Size", "ContentLength", "VersionId", "ChecksumAlgorithm", "CreateDate", "UpdateDate",
        "CreationDate", "JoinedTimestamp", "PolicyId", "Policy",
    }  # fmt: skip
    return {
        str(path.relative_to(folder)): kept(json.loads(path.read_text("utf-8")))
        for path in sorted(folder.rglob("*.json"))
    }


def test_what_is_loaded_is_written_again(worlds, tmp_path) -> None:
    _, second, folder = worlds
    second.dump(tmp_path / "again")
    assert _stable(tmp_path / "again") == _stable(folder)


def test_file_names_say_the_command(worlds) -> None:
    commands = {path.name for path in worlds[2].rglob("*.json")}
    assert {
        "get-account-authorization-details.json", "get-bucket-policy.json", "get-bucket-acl.json", "head-object.json",
        "get-object-acl.json", "get-key-policy.json", "list-grants.json", "describe-key.json",
        "describe-vpc-endpoints.json",
        "get-access-point.json", "get-access-point-policy.json", "list-roots.json", "describe-organization.json",
    } <= commands  # fmt: skip
    assert all(re.match(r"(s3control-)?(get|list|describe|head)-", name) for name in commands)


def test_a_dump_changes_nothing(worlds, tmp_path) -> None:
    first = worlds[0]
    before = first.snapshot()
    first.dump(tmp_path / "x")
    after = first.snapshot()
    assert (before.store.buckets, before.iam, before.kms, before.guardrails) == (
        after.store.buckets,
        after.iam,
        after.kms,
        after.guardrails,
    )
    assert (before.calls, before.decisions, before.notes) == (after.calls, after.decisions, after.notes)


def test_the_folder_must_be_empty(tmp_path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(Mocks3Error, match="is not empty"):
        MockAWS().dump(tmp_path)


def test_a_policy_that_denies_the_owner_everything_is_written_and_loaded(tmp_path) -> None:
    aws = MockAWS()
    locked = policy(
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::box", "arn:aws:s3:::box/*"],
        }
    )
    aws.account(OPS).create_bucket("box", objects={"k": b""}, policy=locked, versioning=True)
    aws.dump(tmp_path)
    again = mocks3.load.world([tmp_path], strict=True).aws
    assert again.store.bucket("box").versioning == "Enabled"
    assert played(again, "ops", "get_object", {"Bucket": "box", "Key": "k"}).startswith("AccessDenied")


def test_what_cannot_be_written_is_said(tmp_path) -> None:
    aws = MockAWS()
    bucket = aws.account(OPS).create_bucket("box", objects={".": b""})
    point = bucket.create_access_point("point")
    tags = [{"Key": "team", "Value": "a"}]
    control = aws.account(OPS).client("s3control")
    control.tag_resource(AccountId=OPS, ResourceArn=point.arn, Tags=tags)
    control.create_access_grants_instance(AccountId=OPS)
    aws.account(OPS).create_multi_region_access_point("everywhere", [bucket])
    aws.account(OPS).create_object_lambda_access_point("lambda", point, lambda event: None)
    s3 = aws.account(OPS).client()
    unblocked = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BlockedEncryptionTypes": {"EncryptionType": ["NONE"]},
    }
    s3.put_bucket_encryption(Bucket="box", ServerSideEncryptionConfiguration={"Rules": [unblocked]})
    s3.put_object(Bucket="box", Key="c", SSECustomerKey="0" * 32, SSECustomerAlgorithm="AES256")
    left_out = aws.dump(tmp_path)
    assert [each.partition(":")[0] for each in left_out] == [
        "the object box/.",
        "head-object of box/c",
        "the Object Lambda access point arn",
        "the tags of the access point arn",
        "the S3 Access Grants instance arn",
        "the Multi-Region Access Point arn",
    ]
