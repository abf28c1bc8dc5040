"""``mocks3 lint``: findings with file:line:column, for policies of identities and buckets."""

from __future__ import annotations

import pytest

from tests.cli.conftest import policy

GOOD = policy({"Sid": "Read"})


def test_nothing_to_say(run, file) -> None:
    identity, bucket = file("a.json", GOOD), file("b.json", policy({"Principal": "*"}))
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = file(
        "c.json", {"Role": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}}}
    )
    assert run("lint", identity, bucket, role) == (0, "", "")


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ('{"Statement": [\n  {"Effect": "allow"}]}', "p.json:2:14: error: "),
        ("[", "p.json:1:2: error: Not JSON"),
        (
            policy({"Action": "s3:GetObjct"}),
            "p.json:6:17: warning: No action is called 's3:GetObjct'; perhaps",
        ),
        (
            policy({"Action": "s3:ListObjects"}),
            "No action is called 's3:ListObjects'; ListObjects is an operation, and it needs 's3:ListBucket'",
        ),
        (
            policy({"Action": "s3:GetBucketEncryption"}),
            "GetBucketEncryption is an operation, and it needs 's3:GetEncryptionConfiguration'",
        ),
        (policy({"Resource": "arn:aws:s3:::data"}), "p.json:6:17: warning: "),
        (policy({"Condition": {"StringEquals": {"s3:prefx": "a"}}}), "[unknown-key]"),
        (policy({"Sid": "A"}, {"Sid": "A"}), "p.json:14:14: error: Sid 'A' is taken [duplicate-sid]"),
        (policy({"Condition": {"NumericEquals": {"s3:max-keys": "ten"}}}), "[bad-number]"),
    ],
)
def test_findings_say_where(run, file, document: object, says: str) -> None:
    done = run("lint", file("p.json", document))
    assert done.code == 1
    assert says in done.out


def test_what_s3_itself_says_of_a_bucket_policy(run, file) -> None:
    document = policy({"Principal": "*"}, {"Principal": "*", "Action": "s3:ListBucket"})
    done = run("lint", file("p.json", document))
    assert done.code == 1
    assert "error: Action does not apply to any resource(s) in statement [MalformedPolicy]" in done.out


def test_the_kind_can_be_said(run, file) -> None:
    done = run("lint", "--kind", "bucket", file("p.json", GOOD))
    assert done.out == "p.json:4:5: error: Missing Principal [missing-principal]\n"


def test_folders_and_json(run, file) -> None:
    file("policies/a.json", policy({"Action": "s3:GetObjct"}))
    file("policies/deep/b.json", GOOD)
    done = run("lint", "--json", "policies")
    (finding,) = done.json
    assert (finding["path"], finding["line"], finding["code"]) == ("policies/a.json", 6, "unknown-action")
    assert finding["severity"] == "warning"


def test_nothing_there(run, file) -> None:
    file("empty/readme.txt", "")
    done = run("lint", "empty")
    assert (done.code, done.err) == (2, "empty:1:1: there is no .json file in this folder\n")
    done = run("lint", "missing.json")
    assert (done.code, done.out) == (1, "missing.json:1:1: error: the file does not exist [unreadable]\n")
