"""``mocks3 lint``: placeholders, ARNs that are too short, and a Deny of requests without TLS that covers only half."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import policy


def codes(run, file, *statements: dict[str, Any], version: str = "2012-10-17") -> list[tuple[str, str]]:
    document = {**policy(*statements), "Version": version}
    done = run("lint", "--json", file("p.json", document))
    return [(each["code"], each["message"]) for each in done.json]


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:s3:::<your-bucket>/*",
        "arn:aws:s3:::<BUCKET>",
        "arn:aws:s3:::YOUR-BUCKET-NAME/*",
        "arn:aws:s3:::your-bucket-name/*",
        "arn:aws:s3:::DOC-EXAMPLE-BUCKET/*",
        "arn:aws:s3:::MY-BUCKET/*",
        "arn:aws:s3:::REPLACE_ME/*",
        "arn:aws:s3:::REPLACE_WITH_BUCKET/*",
        "arn:aws:s3:::CHANGEME/*",
        "arn:aws:s3:::{{ bucket }}/*",
        "arn:aws:s3:::%BUCKET%/*",
        "arn:aws:s3:::data/AWSLogs/YOUR-ACCOUNT-ID/*",
        "arn:aws:s3:::data/AWSLogs/ACCOUNT_ID/*",
        "arn:aws:s3:::data-xxxxxxxxxxxx/*",
        "arn:aws:s3:::BUCKET_NAME/*",
    ],
)
def test_placeholders(run, file, resource: str) -> None:
    found = codes(run, file, {"Action": "s3:*", "Resource": resource})
    assert [code for code, _ in found] == ["placeholder"]
    assert found[0][1].endswith("was not replaced by a real value")


@pytest.mark.parametrize(
    "name", ["${bucket_name}", "${var.bucket}", "${AWS::AccountId}", "${BucketName}", "${local.a-b}"]
)
@pytest.mark.parametrize("in_condition", [False, True])
def test_variables_of_templates(run, file, name: str, in_condition: bool) -> None:
    changed: dict[str, Any] = {"Resource": f"arn:aws:s3:::{name}/*", "Action": "s3:*"}
    if in_condition:
        changed = {"Condition": {"StringEquals": {"aws:userid": name}}}
    assert [code for code, _ in codes(run, file, changed)] == ["template-variable"]


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:s3:::my-bucket/*",
        "arn:aws:s3:::example-bucket/*",
        "arn:aws:s3:::account-id-reports/*",
        "arn:aws:s3:::amzn-s3-demo-bucket/*",
        "arn:aws:s3:::data/${aws:username}/*",
        "arn:aws:s3:::data/${aws:PrincipalTag/team, 'none'}/*",
        "arn:aws:s3:::data/Identity/Region/Key",
        "arn:aws:s3:::maxxxx/*",
        "arn:aws:s3:::data/REPLACEMENTS/*",
        "arn:aws:s3:::data/INDEX_ID/*",
    ],
)
def test_real_names(run, file, resource: str) -> None:
    assert codes(run, file, {"Action": "s3:*", "Resource": resource}) == []


def test_placeholders_in_principals_and_conditions(run, file) -> None:
    document = policy(
        {
            "Principal": {"Service": "cloudtrail.amazonaws.com", "CanonicalUser": ["<canonical id>"]},
            "Action": "s3:PutObject",
            "Condition": {"StringEquals": {"aws:SourceAccount": ["111122223333", "YOUR_ACCOUNT_ID"]}},
        }
    )
    text = json.dumps(document, indent=1)
    done = run("lint", "--json", file("p.json", text))
    lines = text.splitlines()
    places = [
        (each["code"], lines[each["line"] - 1][each["column"] - 1 :].strip(", "))
        for each in done.json
        if each["severity"] == "warning"
    ]
    assert places == [("placeholder", '"<canonical id>"'), ("placeholder", '"YOUR_ACCOUNT_ID"')]


NO_TLS = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
BUCKET, OBJECTS = "arn:aws:s3:::data", "arn:aws:s3:::data/*"


@pytest.mark.parametrize(
    ("resources", "missing"),
    [
        (BUCKET, OBJECTS),
        ([OBJECTS], BUCKET),
        ([BUCKET, OBJECTS, "arn:aws-cn:s3:::other"], "arn:aws-cn:s3:::other/*"),
    ],
)
def test_deny_without_tls_that_covers_half(run, file, resources: Any, missing: str) -> None:
    found = [
        each for each in codes(run, file, {**NO_TLS, "Resource": resources}) if each[0] != "MalformedPolicy"
    ]
    assert [code for code, _ in found] == ["half-covered-deny"]
    assert found[0][1].endswith(f"{missing!r} is missing")


@pytest.mark.parametrize(
    "statements",
    [
        [{**NO_TLS, "Resource": [BUCKET, OBJECTS]}],
        [{**NO_TLS, "Resource": "*"}],
        [{**NO_TLS, "Resource": "arn:aws:s3:::data*"}],
        [{**NO_TLS, "Resource": BUCKET}, {**NO_TLS, "Resource": OBJECTS}],
        [{**NO_TLS, "Resource": OBJECTS, "Action": ["s3:GetObject", "s3:PutObject"]}],
        [{**NO_TLS, "Resource": OBJECTS, "Effect": "Allow"}],
        [{**NO_TLS, "Resource": OBJECTS, "Condition": {"Bool": {"aws:ViaAWSService": "false"}}}],
    ],
)
def test_deny_without_tls_that_covers_everything(run, file, statements: list[dict[str, Any]]) -> None:
    assert "half-covered-deny" not in [code for code, _ in codes(run, file, *statements)]


def test_old_tls_versions(run, file) -> None:
    statement = {**NO_TLS, "Resource": BUCKET, "Condition": {"NumericLessThan": {"s3:TlsVersion": 1.2}}}
    assert [code for code, _ in codes(run, file, statement)] == ["half-covered-deny"]


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ({"Effect": "Deny", "NotResource": ["arn:aws:s3::data"], "Resource": None}, "exempts nothing"),
        ({"Effect": "Deny", "Condition": {"StringNotLike": {"aws:PrincipalArn": "arn:aws:a"}}}, "exempts nothing"),
        ({"Condition": {"StringEquals": {"aws:SourceArn": "arn:aws:sns:topic"}}}, "matches nothing"),
        ({"Action": "s3:*", "Resource": "arn:aws:s3:data"}, "matches nothing"),
    ],
)  # fmt: skip
def test_arns_with_fewer_than_six_parts(run, file, statement: dict[str, Any], says: str) -> None:
    document = policy(statement)
    (only,) = document["Statement"]
    document["Statement"] = [{name: value for name, value in only.items() if value is not None}]
    done = run("lint", "--json", file("p.json", document))
    messages = [each["message"] for each in done.json if each["code"] == "short-arn"]
    assert [message.endswith(f"has fewer than six parts, so it {says}") for message in messages] == [True]


def test_resource_without_arn_is_refused_by_s3(run, file) -> None:
    """V-14: a bucket policy whose resources are no ARNs is refused for each bucket."""
    found = codes(run, file, {"Principal": "*", "Resource": "my-website/*"})
    assert ("MalformedPolicy", "Policy has invalid resource") in found
    key = {"Principal": {"AWS": "111122223333"}, "Action": "kms:*", "Resource": "*"}
    assert codes(run, file, key) == []
