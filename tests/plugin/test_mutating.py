"""``--mocks3-mutate``: which changes of policies the tests of a project notice."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

PROJECT = """
import pytest
from botocore.exceptions import ClientError

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "DenyDelete", "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject",
            "Resource": "arn:aws:s3:::data/*",
        },
    ],
}
READ = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::data/*"}],
}
SEEDS = []

@pytest.fixture(scope="session")
def aws_seed(aws_seed):
    SEEDS.append(1)
    account = aws_seed.account()
    account.create_bucket("data", policy=POLICY, objects={"k": b"x"})
    account.create_user("eve", policies=READ)
    return aws_seed

@pytest.fixture
def eve(aws):
    return aws.account().user("eve").client("s3")

def test_eve_reads(eve):
    assert eve.get_object(Bucket="data", Key="k")["Body"].read() == b"x"
"""
NO_DELETE = """
def test_eve_does_not_delete(eve):
    with pytest.raises(ClientError):
        eve.delete_object(Bucket="data", Key="k")
"""


def results(pytester: pytest.Pytester, *arguments: str) -> tuple[pytest.RunResult, dict[str, str]]:
    """Run the project with a JSON report. Return the result of each change, by its text."""
    done = pytester.runpytest("--mocks3-mutate=term,json", *arguments)
    values = json.loads((pytester.path / "mocks3-mutation.json").read_text("utf-8"))
    assert values["format"] == "mocks3-mutation"
    return done, {each["text"]: each["status"] for each in values["mutants"]}


def test_a_survivor_is_reported(pytester):
    pytester.makepyfile(PROJECT)
    done, found = results(pytester)
    done.assert_outcomes(passed=1)
    assert found["'DenyDelete' is dropped"] == "survived"
    assert found["'Read' is dropped"] == "noticed"
    done.stdout.fnmatch_lines(
        [
            "*mocks3: policy mutation*",
            "Policy * Mutants  Noticed  Survived  Equivalent  Not tried  Score",
            "*_survivor_is_reported.py:* bucket policy of data *",
            "Survivors:",
            "  *.py:*  no test notices if 'DenyDelete' is dropped",
            "    no test makes a call that this changes",
        ]
    )


def test_a_test_that_notices(pytester):
    pytester.makepyfile(PROJECT + NO_DELETE)
    done, found = results(pytester)
    done.assert_outcomes(passed=2)
    assert found["'DenyDelete' is dropped"] == "noticed"
    assert found["the effect of 'DenyDelete' is Allow instead of Deny"] == "noticed"
    assert found["Action of 'DenyDelete' has s3:* instead of s3:DeleteObject"] == "noticed"


def test_a_test_that_makes_the_call_but_asserts_nothing(pytester):
    pytester.makepyfile(
        PROJECT
        + """
def test_eve_tries_to_delete(eve):
    try:
        eve.delete_object(Bucket="data", Key="k")
    except ClientError:
        pass
"""
    )
    done, found = results(pytester)
    assert found["'DenyDelete' is dropped"] == "survived"
    done.stdout.fnmatch_lines(
        ["*no test notices if 'DenyDelete' is dropped", "    1 test was run with it, and does not fail"]
    )


def test_equivalent_changes_are_not_counted(pytester):
    """A statement that another one contains: no request is decided differently."""
    pytester.makepyfile(
        PROJECT.replace(
            '"Statement": [{"Sid": "Read"',
            '"Statement": [{"Sid": "Twice", "Effect": "Allow", "Action": "s3:GetObject", '
            '"Resource": "arn:aws:s3:::data/*"}, {"Sid": "Read"',
        )
    )
    _, found = results(pytester)
    assert found["'Twice' is dropped"] == "equivalent"
    assert found["Action of 'Twice' has s3:* instead of s3:GetObject"] == "equivalent"


def test_the_seed_is_made_once_and_nothing_stays_changed(pytester):
    """The last test that runs sees the policies and the seed as they are."""
    pytester.makepyfile(
        PROJECT
        + NO_DELETE
        + """
@pytest.fixture(scope="session", autouse=True)
def last(request):
    yield
    from mocks3 import mock_s3
    with mock_s3() as aws:
        account = aws.account()
        account.create_bucket("data", policy=POLICY, objects={"k": b"x"})
        account.create_user("eve", policies=READ)
        client = account.user("eve").client("s3")
        client.get_object(Bucket="data", Key="k")
        with pytest.raises(ClientError):
            client.delete_object(Bucket="data", Key="k")
    print("seeds:", len(SEEDS))
"""
    )
    done, _ = results(pytester, "-s")
    done.stdout.fnmatch_lines(["*seeds: 1"])
    assert done.ret == 0


def test_policies_that_tests_put_themselves(pytester):
    """The change is in place when the call stores the policy, also in a mock of the test's own."""
    pytester.makepyfile(
        """
import json
import pytest
from botocore.exceptions import ClientError
from mocks3 import mock_s3

@mock_s3
def test_put():
    import boto3
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="data")
    statement = {
        "Sid": "NoTags", "Effect": "Deny", "Principal": "*", "Action": "s3:GetBucketTagging",
        "Resource": "arn:aws:s3:::data",
    }
    s3.put_bucket_policy(Bucket="data", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    assert json.loads(s3.get_bucket_policy(Bucket="data")["Policy"])["Statement"] == [statement]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_bucket_tagging(Bucket="data")
"""
    )
    done, found = results(pytester)
    done.assert_outcomes(passed=1)
    assert found["'NoTags' is dropped"] == "noticed"


def test_settings_of_a_bucket(pytester):
    """Grants of ACLs, Object Ownership and Block Public Access, if somebody chose them."""
    pytester.makepyfile(
        """
import pytest
from botocore.exceptions import ClientError
from mocks3 import PublicAccessBlock

@pytest.fixture
def bucket(aws):
    block = PublicAccessBlock(False, True, False, False)
    aws.account().create_bucket(
        "data", acl="public-read", ownership="ObjectWriter", public_access_block=block, objects={"k": b""}
    )

def test_anonymous_callers_do_not_list(aws, bucket):
    with pytest.raises(ClientError):
        aws.anonymous.client("s3").list_objects_v2(Bucket="data")
"""
    )
    _, found = results(pytester)
    assert found["IgnorePublicAcls of Block Public Access is off"] == "noticed"
    assert found["its ACL does not grant READ to AllUsers"] == "survived"
    assert found["its Object Ownership is BucketOwnerEnforced instead of ObjectWriter"] == "survived"
    assert "BlockPublicAcls of Block Public Access is off" not in found


def test_unittest_and_fixtures_of_classes(pytester):
    pytester.makepyfile(
        """
import unittest
from botocore.exceptions import ClientError
from mocks3 import mock_s3

READ = {"Version": "2012-10-17", "Statement": [
    {"Sid": "Read", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::data"}]}

class TestReading(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.mock = mock_s3()
        cls.account = cls.mock.start().account()
        cls.account.create_bucket("data")
        cls.eve = cls.account.create_user("eve", policies=READ).client("s3")
        cls.eve.list_objects_v2(Bucket="data")

    @classmethod
    def tearDownClass(cls):
        cls.mock.stop()

    def test_lists(self):
        self.eve.list_objects_v2(Bucket="data")
"""
    )
    done, found = results(pytester)
    done.assert_outcomes(passed=1)
    assert found["'Read' is dropped"] == "noticed"


def test_tests_that_do_not_pass_are_not_used(pytester):
    pytester.makepyfile(PROJECT + NO_DELETE + "    assert False\n")
    done, found = results(pytester)
    done.assert_outcomes(passed=1, failed=1)
    assert found["'DenyDelete' is dropped"] == "survived"
    done.stdout.fnmatch_lines(["1 test does not pass without a mutant, and is not used."])


def test_the_budget(pytester):
    pytester.makepyfile(PROJECT)
    done, found = results(pytester, "--mocks3-mutate-budget=0.000001s")
    assert set(found.values()) <= {"not tried", "noticed", "survived"}
    assert list(found.values()).count("not tried") >= len(found) - 1
    done.stdout.fnmatch_lines(
        ["The time was over before * mutants were tried: --mocks3-mutate-budget sets it."]
    )


@pytest.mark.parametrize(("least", "code"), [("10", 0), ("99", 1)])
def test_fail_under(pytester, least, code):
    pytester.makepyfile(PROJECT)
    done = pytester.runpytest("--mocks3-mutate", f"--mocks3-mutate-fail-under={least}")
    assert done.ret == code
    if code:
        done.stdout.fnmatch_lines(["FAIL Required mutation score of 99% not reached. Score: *%"])


def test_the_html_page(pytester):
    pytester.makepyfile(PROJECT + NO_DELETE)
    pytester.runpytest("--mocks3-mutate=html:out/page.html")
    page = (pytester.path / "out" / "page.html").read_text("utf-8")
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "&#x27;DenyDelete&#x27; is dropped<td>noticed by " in page


def test_several_processes(pytester, monkeypatch):
    """Each worker of pytest-xdist tries the mutants with its own tests. One that notices is enough."""
    pytest.importorskip("xdist")
    monkeypatch.setenv(
        "PYTEST_ADDOPTS", "-p no:randomly -p no:asyncio -p no:hypothesispytest -p no:time_machine"
    )
    pytester.makepyfile(PROJECT + NO_DELETE)
    done = pytester.runpytest_subprocess("--mocks3-mutate=term,json", "-n", "2", "--dist", "load")
    values = json.loads((pytester.path / "mocks3-mutation.json").read_text("utf-8"))
    found = {each["text"]: each["status"] for each in values["mutants"]}
    assert found["'DenyDelete' is dropped"] == "noticed"
    assert found["'Read' is dropped"] == "noticed"
    assert done.ret == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--mocks3-mutate=table"], "*'table' is not a report of policy mutation*"),
        (
            ["--mocks3-mutate", "--mocks3-mutate-budget=soon"],
            "*a time must be like 60s, 5m or 1h, not 'soon'",
        ),
        (
            ["--mocks3-mutate", "--mocks3-mutate-fail-under=200"],
            "*is a percentage from 0 to 100, such as 90, not '200'",
        ),
        (["--mocks3-mutate", "--pdb"], "*--mocks3-mutate runs tests that are expected to fail: omit --pdb"),
    ],
)
def test_misuse(pytester, arguments, message):
    pytester.makepyfile(PROJECT)
    done = pytester.runpytest(*arguments)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([message])


def test_the_command(pytester):
    pytester.makepyfile(PROJECT)
    command = [sys.executable, "-m", "mocks3", "mutate", "--fail-under", "99", "--", "pytest", "-q"]
    done = subprocess.run(command, cwd=pytester.path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no test notices if 'DenyDelete' is dropped" in done.stdout
