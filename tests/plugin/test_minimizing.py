"""``--mocks3-policy-out`` and ``mocks3 minimize``: the smallest policies of a run, a record, and CloudTrail events."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROJECT = """
import pytest

READ = {"Version": "2012-10-17", "Statement": [
    {"Sid": "All", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}

@pytest.fixture
def eve(aws):
    account = aws.account()
    account.create_bucket("data", objects={"k": b"x"})
    return account.create_user("eve", policies=READ).client("s3")

def test_eve_reads(eve):
    eve.get_object(Bucket="data", Key="k")
"""
SMALLER = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "All", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/k"}
    ],
}


def mocks3(folder, *arguments):
    command = [sys.executable, "-m", "mocks3", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_policies_of_a_run(pytester):
    pytester.makepyfile(PROJECT)
    done = pytester.runpytest("--mocks3-policy-out=smaller")
    done.assert_outcomes(passed=1)
    path = pytester.path / "smaller" / "123456789012" / "user" / "eve" / "inline.json"
    assert json.loads(path.read_text("utf-8")) == SMALLER
    done.stdout.fnmatch_lines(
        [
            "*mocks3: least privilege*",
            "arn:aws:iam::123456789012:user/eve",
            "*verified: 1 decision of the run is allowed again; nothing more than before is allowed, for all*",
        ]
    )


def test_a_run_without_users_and_roles(pytester):
    pytester.makepyfile("def test_root(s3): s3.create_bucket(Bucket='data')")
    done = pytester.runpytest("--mocks3-policy-out=smaller")
    done.stdout.fnmatch_lines(["No user and no role made a call."])


def test_several_processes(pytester, monkeypatch):
    """Each worker of pytest-xdist sees a part of the run. The policies are those of the whole run."""
    pytest.importorskip("xdist")
    monkeypatch.setenv(
        "PYTEST_ADDOPTS", "-p no:randomly -p no:asyncio -p no:hypothesispytest -p no:time_machine"
    )
    more = "\ndef test_eve_writes(eve):\n    eve.put_object(Bucket='data', Key='new')\n"
    pytester.makepyfile(PROJECT.replace('"Action": "s3:*"', '"Action": "s3:*", "Condition": IF') + more)
    condition = '{"StringNotEquals": {"aws:username": "${aws:PrincipalAccount}"}}'
    pytester.makepyfile(conftest=f"import builtins\nbuiltins.IF = {condition}\n")
    written = []
    for folder, several in (("one", ()), ("two", ("-n", "2", "--dist=each"))):
        done = pytester.runpytest_subprocess(f"--mocks3-policy-out={folder}", *several)
        assert done.ret == 0
        done.stdout.fnmatch_lines(["*verified: 2 different decisions of the run are allowed again*"])
        path = pytester.path / folder / "123456789012" / "user" / "eve" / "inline.json"
        written.append(json.loads(path.read_text("utf-8")))
    assert written[0] == written[1]
    used = [(each["Action"], each["Resource"]) for each in written[0]["Statement"]]
    assert used == [("s3:GetObject", "arn:aws:s3:::data/k"), ("s3:PutObject", "arn:aws:s3:::data/new")]
    done = pytester.runpytest_subprocess("--mocks3-policy-out=load", "-n", "2")
    path = pytester.path / "load" / "123456789012" / "user" / "eve" / "inline.json"
    assert json.loads(path.read_text("utf-8")) == written[0]


@pytest.fixture
def infra(pytester):
    """The present policies as the AWS CLI prints them."""
    folder = pytester.mkdir("infra")
    document = json.loads(PROJECT.partition("READ = ")[2].partition("\n\n")[0])
    user = {
        "Path": "/",
        "UserName": "eve",
        "UserId": "AIDAEXAMPLEEVE000001",
        "Arn": "arn:aws:iam::123456789012:user/eve",
        "CreateDate": "2026-01-01T00:00:00+00:00",
        "UserPolicyList": [{"PolicyName": "inline", "PolicyDocument": document}],
        "GroupList": [],
        "AttachedManagedPolicies": [],
        "Tags": [],
    }
    details = {"UserDetailList": [user], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    (folder / "account.json").write_text(json.dumps(details), "utf-8")
    return folder


def test_the_record_of_a_run(pytester, infra):
    pytester.makepyfile(PROJECT)
    pytester.runpytest("--mocks3-record=run.jsonl").assert_outcomes(passed=1)
    done = mocks3(pytester.path, "minimize", infra, "run.jsonl", "--out", "smaller")
    assert (done.returncode, done.stderr) == (0, "")
    path = pytester.path / "smaller" / "123456789012" / "user" / "eve" / "inline.json"
    assert json.loads(path.read_text("utf-8")) == SMALLER
    assert "arn:aws:iam::123456789012:user/eve\n" in done.stdout


def test_events_of_cloudtrail(pytester, infra):
    event = {
        "eventVersion": "1.09",
        "eventSource": "s3.amazonaws.com",
        "eventName": "GetObject",
        "eventTime": "2026-02-03T04:05:06Z",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "203.0.113.9",
        "userAgent": "[test]",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDAEXAMPLEEVE000001",
            "arn": "arn:aws:iam::123456789012:user/eve",
            "accountId": "123456789012",
            "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
            "userName": "eve",
        },
        "requestParameters": {"bucketName": "data", "key": "k", "Host": "data.s3.us-east-1.amazonaws.com"},
        "responseElements": None,
        "resources": [
            {"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::data/k"},
            {"accountId": "123456789012", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::data"},
        ],
        "eventType": "AwsApiCall",
        "recipientAccountId": "123456789012",
    }
    (pytester.path / "events.json").write_text(json.dumps({"Records": [event]}), "utf-8")
    done = mocks3(
        pytester.path, "minimize", infra, "events.json", "--out", "smaller", "--format", "terraform"
    )
    assert done.returncode == 0, done.stderr
    text = (pytester.path / "smaller" / "123456789012" / "user" / "eve" / "inline.tf").read_text("utf-8")
    assert 'actions   = ["s3:GetObject"]' in text
    assert 'resources = ["arn:aws:s3:::data/k"]' in text


def test_nothing_to_use(pytester, infra):
    (pytester.path / "run.jsonl").write_text('{"format": "mocks3-record", "version": 1}\n', "utf-8")
    done = mocks3(pytester.path, "minimize", infra, "run.jsonl")
    assert (done.returncode, done.stdout) == (1, "")
