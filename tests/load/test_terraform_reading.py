"""What the reader of Terraform understands, what it names as unread, and what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mocks3 import load
from mocks3.errors import Mocks3Error
from mocks3.load.descriptions import (
    BucketDescription,
    FileContents,
    Options,
    RoleDescription,
    UserDescription,
)
from mocks3.load.terraform import read
from mocks3.load.terraform.types import DATA_SOURCES, RESOURCES

from .terraform_documents import Document, policy, ref, trust
from .terraform_resources import ACCOUNT, OTHER, allow, bucket, bucket_policy, deny, role, state
from .terraform_world import World

SECRET = "do-not-print-this-value"


def reading(document: Document | dict[str, Any], **options: Any) -> FileContents:
    value = document.json() if isinstance(document, Document) else document
    return read(value, json.dumps(value, indent=2), "plan.json", Options(**options))


def buckets(found: FileContents) -> dict[str | None, BucketDescription]:
    return {each.name: each for each in found.descriptions if isinstance(each, BucketDescription)}


def names(found: FileContents) -> set[str]:
    return {each.what for each in found.unread}


@pytest.mark.parametrize("version", ["2.0", "3.1", "", 1, None, ["1.0"]])
def test_other_major_versions_are_refused(version: object) -> None:
    with pytest.raises(load.LoadError, match="format_version"):
        load.world([{"format_version": version, "terraform_version": "3.0.0", "values": {"root_module": {}}}])


@pytest.mark.parametrize("version", ["0.1", "0.2", "1.0", "1.2", "1.99"])
def test_minor_versions_are_read(version: str) -> None:
    document = {**state().json(), "format_version": version}
    assert load.world([document]).unread == ()


def test_empty_state() -> None:
    assert load.world([{"format_version": "1.0"}]).unread == ()


def test_plan_of_opentofu_in_a_file_has_lines(tmp_path: Path) -> None:
    plan = Document(account=ACCOUNT)
    plan.add("aws_s3_bucket.logs", bucket="logs-1")
    plan.add("aws_s3_bucket_policy.logs", bucket="logs-1", policy=ref("aws_s3_bucket.logs.arn"))
    document = plan.json()
    for each in document["planned_values"]["root_module"]["resources"]:
        each["provider_name"] = "registry.opentofu.org/hashicorp/aws"
    path = tmp_path / "any-name.json"
    path.write_text(json.dumps(document, indent=2), "utf-8")
    (unread,) = load.world([path]).unread
    place = unread.place
    assert (place.file, place.pointer) == (str(path), "/planned_values/root_module/resources/1/values/policy")
    lines = path.read_text("utf-8").splitlines()
    assert lines[place.line - 1].strip().startswith('"values": {')


def test_strict_refuses_what_is_unknown() -> None:
    plan = Document(account=ACCOUNT)
    plan.add("aws_s3_bucket.logs", bucket="logs-1")
    plan.add("aws_s3_bucket_policy.logs", bucket="logs-1", policy=ref("aws_s3_bucket.logs.arn"))
    with pytest.raises(Mocks3Error, match=r"aws_s3_bucket_policy\.logs\.policy"):
        load.world([plan.json()], strict=True)


def test_types_are_read_skipped_or_named() -> None:
    document = state()
    for kind in ("aws_lambda_function", "aws_instance", "random_id", "null_resource", "aws_s3_bucket_metric"):
        document.add(f"{kind}.x", id="x", policy="no policy of S3")
    expected = set()
    for kind in (
        "aws_s3control_access_grant",
        "aws_s3tables_table",
        "awscc_s3_bucket",
        "aws_cloudformation_stack",
    ):
        document.add(f"{kind}.x", id="x")
        expected.add(f"{kind}.x")
    found = reading(document)
    assert names(found) == expected
    assert {each.reason for each in found.unread} == {
        f"mocks3 does not read resources of the type {each[:-2]}" for each in expected
    }


def test_attributes_that_are_not_modelled_are_named() -> None:
    document = state()
    bucket(
        document, "new-1", object_lambda=[{"mode": "future", "empty": ""}], unused=None, off=False, none=[]
    )
    document.add(
        "aws_s3_bucket_lifecycle_configuration.l",
        bucket="new-1",
        rule=[{"id": "a", "status": "Enabled", "expiration": [{"days": 3}], "action": [{"invented": 1}]}],
    )
    found = reading(document)
    assert names(found) == {
        "aws_s3_bucket.new_1.object_lambda",
        "aws_s3_bucket_lifecycle_configuration.l.rule[0].action",
    }


def test_accounts_and_regions_of_several_providers() -> None:
    plan = Document(account=ACCOUNT, variables={"replica_region": "us-west-2"})
    plan.provider(
        "replica",
        region={"references": ["var.replica_region"]},
        assume_role=[{"role_arn": {"constant_value": f"arn:aws:iam::{OTHER}:role/terraform"}}],
    )
    plan.add("aws_s3_bucket.main", bucket="main-1")
    plan.add("aws_s3_bucket.replica", provider="aws.replica", bucket="replica-1")
    plan.add(
        "aws_iam_role.copy",
        provider="aws.replica",
        name="copy",
        assume_role_policy=trust(Service="s3.amazonaws.com"),
    )
    plan.add(
        "aws_s3_bucket_versioning.replica",
        bucket="replica-1",
        versioning_configuration=[{"status": "Enabled"}],
    )
    found = [
        each for each in reading(plan).descriptions if isinstance(each, BucketDescription) and each.region
    ]
    places = {each.name: (each.account, each.region) for each in found}
    assert places == {"main-1": (ACCOUNT, "eu-west-1"), "replica-1": (OTHER, "us-west-2")}
    world = World(plan)
    assert world.aws.account(OTHER).role("copy").arn == f"arn:aws:iam::{OTHER}:role/copy"
    assert world.call(f"root@{OTHER}", "get_bucket_versioning", Bucket="replica-1")["Status"] == "Enabled"


def test_account_comes_from_arns_then_from_the_caller_then_from_other_files() -> None:
    plan = Document(region=None)
    plan.add("aws_iam_role.app", name="app", assume_role_policy=trust(Service="ec2.amazonaws.com"))
    plan.add("aws_iam_policy.read", name="read", policy=policy(allow("s3:GetObject", "*")))
    plan.add("aws_iam_role_policy_attachment.read", role="app", policy_arn=ref("aws_iam_policy.read.arn"))
    given = {"aws_iam_role.app.arn": f"arn:aws:iam::{OTHER}:role/app"}
    identity = {"UserId": "AIDA", "Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/ann"}
    for options, sources, account in (
        ({"values": given}, [plan.json()], OTHER),
        ({"account": OTHER}, [plan.json()], OTHER),
        ({}, [plan.json(), identity], ACCOUNT),
        ({}, [plan.json()], "123456789012"),
    ):
        loaded = load.world(sources, **options)  # type: ignore[arg-type]
        role_ = loaded.aws.account(account).role("app")
        attached = loaded.aws.account(account).client("iam").list_attached_role_policies(RoleName="app")
        assert role_.arn == f"arn:aws:iam::{account}:role/app"
        assert [each["PolicyArn"] for each in attached["AttachedPolicies"]] == [
            f"arn:aws:iam::{account}:policy/read"
        ]


def test_names_that_aws_chooses_stay_the_same_and_can_be_given() -> None:
    plan = Document(account=ACCOUNT)
    plan.add("aws_s3_bucket.prefixed", bucket_prefix="team-", bucket=ref())
    plan.add("aws_s3_bucket.random", bucket=ref("random_id.suffix.hex"))
    plan.add(
        "aws_iam_role.app",
        name_prefix="app-",
        name=ref(),
        assume_role_policy=trust(Service="ec2.amazonaws.com"),
    )
    first, second = reading(plan), reading(plan)
    assert first.descriptions == second.descriptions
    made = [each.name or "" for each in buckets(first).values()]
    assert [each[:5] for each in made] == ["team-", "terra"]
    assert all(len(each) <= 63 for each in made)
    found = reading(plan, values={"aws_s3_bucket.random.bucket": "mine-1", "aws_iam_role.app.name": "app-7"})
    assert "mine-1" in buckets(found)
    assert [each.name for each in found.descriptions if isinstance(each, RoleDescription)] == ["app-7"]


def test_what_a_plan_destroys_is_gone_and_what_it_does_not_touch_stays() -> None:
    """A plan with -target has only some resources. The others are in the state before it."""
    plan = Document(account=ACCOUNT)
    plan.add("aws_s3_bucket.kept", bucket="kept-1")
    for name in ("gone", "untouched", "forgotten"):
        plan.prior.append(
            {
                "address": f"aws_s3_bucket.{name}",
                "mode": "managed",
                "type": "aws_s3_bucket",
                "name": name,
                "values": {"bucket": f"{name}-1"},
            }
        )
    for name, action in (("gone", "delete"), ("forgotten", "forget")):
        plan.changes.append(
            {"address": f"aws_s3_bucket.{name}", "change": {"actions": [action], "after": None}}
        )
    assert set(buckets(reading(plan))) == {"kept-1", "untouched-1", "forgotten-1"}


def test_plan_without_planned_values_is_read_from_its_changes() -> None:
    plan = Document(account=ACCOUNT)
    plan.add("aws_s3_bucket.logs", bucket="logs-1")
    plan.add(
        "aws_s3_bucket_policy.logs",
        bucket=ref("aws_s3_bucket.logs.id"),
        policy=policy(deny("s3:*", "arn:aws:s3:::logs-1")),
    )
    document = plan.json()
    del document["planned_values"]
    document["resource_changes"].append(
        {
            "address": "aws_s3_bucket.old",
            "type": "aws_s3_bucket",
            "name": "old",
            "change": {"actions": ["delete"], "after": None},
        }
    )
    assert set(buckets(reading(document))) == {"logs-1"}
    world = World(document)
    world.denied(f"stranger@{ACCOUNT}", "list_objects_v2", Bucket="logs-1")


def test_incomplete_plan_is_named() -> None:
    document = {**Document(account=ACCOUNT).json(), "errored": True}
    assert names(reading(document)) == {"errored"}


def test_documents_with_sources_and_overrides() -> None:
    """Later statements with the same Sid replace earlier ones (data source aws_iam_policy_document)."""
    plan = Document(account=ACCOUNT)
    plan.data(
        "aws_iam_policy_document.base",
        json=policy(allow("s3:GetObject", "*", Sid="Read"), allow("s3:PutObject", "*", Sid="Put")),
    )
    plan.add("aws_iam_role.app", name="app", assume_role_policy=trust(Service="ec2.amazonaws.com"))
    plan.pending_data(
        "aws_iam_policy_document.strict",
        statement=[{"sid": "Own", "effect": "Deny", "actions": ["s3:PutObject"], "resources": ["*"]}],
    )
    plan.pending_data(
        "aws_iam_policy_document.whole",
        source_policy_documents=[
            policy(allow("s3:GetObject", "*", Sid="Read"), allow("s3:PutObject", "*", Sid="Own"))
        ],
        override_policy_documents=[ref("data.aws_iam_policy_document.strict.json")],
        statement=[
            {
                "sid": "Home",
                "actions": ["s3:ListBucket"],
                "resources": ["arn:aws:s3:::home"],
                "condition": [
                    {"test": "StringLike", "variable": "s3:prefix", "values": ["&{aws:username}/*"]}
                ],
            }
        ],
        version="2012-10-17",
        policy_id="whole",
    )
    plan.add(
        "aws_iam_role_policy.app",
        name="own",
        role="app",
        policy=ref("data.aws_iam_policy_document.whole.json"),
    )
    found = reading(plan)
    assert names(found) == set()
    (inline,) = [
        each.inline["own"] for each in found.descriptions if isinstance(each, RoleDescription) and each.inline
    ]
    assert inline == {
        "Version": "2012-10-17",
        "Id": "whole",
        "Statement": [
            {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
            {"Sid": "Own", "Effect": "Deny", "Action": ["s3:PutObject"], "Resource": ["*"]},
            {
                "Sid": "Home",
                "Effect": "Allow",
                "Action": ["s3:ListBucket"],
                "Resource": ["arn:aws:s3:::home"],
                "Condition": {"StringLike": {"s3:prefix": ["${aws:username}/*"]}},
            },
        ],
    }


def test_sensitive_values_are_used_and_not_printed() -> None:
    document = state()
    bucket(document, "data-1")
    document.add("aws_iam_user.ann", arn=f"arn:aws:iam::{ACCOUNT}:user/ann", name="ann", path="/")
    document.add(
        "aws_iam_access_key.ann", user="ann", id="AKIAEXAMPLE123456789", secret=SECRET, status="Active"
    )
    document.add("aws_iam_user_policy.ann", user="ann", name="broken", policy=f"{{{SECRET}")
    document.add("aws_s3_object.o", bucket="data-1", key="k", content=SECRET, surprise=SECRET)
    found = reading(document)
    assert names(found) == {"aws_iam_user_policy.ann.policy", "aws_s3_object.o.surprise"}
    assert SECRET not in repr(found.unread)
    keys = [
        each.access_keys
        for each in found.descriptions
        if isinstance(each, UserDescription) and each.access_keys
    ]
    assert keys == [("AKIAEXAMPLE123456789",)]
    world = World(document)
    body = world.call(f"root@{ACCOUNT}", "get_object", Bucket="data-1", Key="k")["Body"].read()
    assert body == SECRET.encode()


def test_cloudfront_that_does_not_exist_yet() -> None:
    """A bucket policy for a distribution with origin access control. Its ARN is chosen during the apply."""
    plan = Document(account=ACCOUNT)
    plan.add("aws_s3_bucket.site", bucket="site-1")
    plan.add("aws_cloudfront_distribution.site", enabled=True)
    plan.pending_data(
        "aws_iam_policy_document.site",
        statement=[
            {
                "actions": ["s3:GetObject"],
                "resources": ["arn:aws:s3:::site-1/*"],
                "principals": [{"type": "Service", "identifiers": ["cloudfront.amazonaws.com"]}],
                "condition": [
                    {
                        "test": "StringEquals",
                        "variable": "AWS:SourceArn",
                        "values": [ref("aws_cloudfront_distribution.site.arn")],
                    }
                ],
            }
        ],
    )
    plan.add(
        "aws_s3_bucket_policy.site",
        bucket=ref("aws_s3_bucket.site.id"),
        policy=ref("data.aws_iam_policy_document.site.json"),
    )
    world = World(plan, values={"aws_cloudfront_distribution.site.id": "E2EXAMPLE"})
    assert world.names == set()
    arn = f"arn:aws:cloudfront::{ACCOUNT}:distribution/E2EXAMPLE"
    world.call(f"root@{ACCOUNT}", "put_object", Bucket="site-1", Key="a", Body=b"a")
    service = world.aws.service("cloudfront.amazonaws.com", source_arn=arn)
    assert service.client("s3").get_object(Bucket="site-1", Key="a")["Body"].read() == b"a"
    world.denied("anonymous", "get_object", Bucket="site-1", Key="a")


def test_deep_documents_are_refused() -> None:
    deep: Any = {}
    for _ in range(3000):
        deep = {"a": deep}
    document = state().json()
    document["values"]["root_module"]["resources"].append(
        {
            "address": "aws_s3_bucket.b",
            "mode": "managed",
            "type": "aws_s3_bucket",
            "name": "b",
            "values": deep,
        }
    )
    with pytest.raises(load.LoadError, match="too deep"):
        read(document, "", "plan.json", Options())


def test_large_states_are_read_in_linear_time() -> None:
    """Reading twice as many resources runs about twice as many lines: no resource looks at all others."""
    import sys

    def lines(number: int) -> int:
        document = state()
        for each in range(number):
            bucket(document, f"many-{each}")
            bucket_policy(document, f"many-{each}", allow("s3:GetObject", "*", Principal={"AWS": OTHER}))
            role(document, f"many{each}", allow("s3:GetObject", "*"))
        value, count = document.json(), 0

        def trace(*_: object) -> Any:
            nonlocal count
            count += 1

        sys.setprofile(trace)
        try:
            read(value, "", "state.json", Options())
        finally:
            sys.setprofile(None)
        return count

    lines(1)
    assert lines(40) < 2.5 * lines(20)


def test_page_lists_the_types_that_are_read() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "load-terraform.md").read_text("utf-8")
    *rows, data = [line for line in page.splitlines() if line.startswith("| ") and "`aws_" in line]
    listed = [set(re.findall(r"`(aws_\w+)`", line)) for line in rows]
    assert sum(map(len, listed)) == len(set().union(*listed))
    assert set().union(*listed) == set(RESOURCES)
    assert set(re.findall(r"`(aws_\w+)`", data)) == {
        *DATA_SOURCES,
        "aws_caller_identity",
        "aws_region",
        "aws_iam_policy_document",
    }
