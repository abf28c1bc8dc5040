"""``--mocks3-coverage`` and ``--mocks3-record``: policy coverage of whole runs of pytest."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

READER = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"},
        {"Sid": "List", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::data"},
    ],
}
CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def aws_seed(aws_seed):
    aws_seed.account().create_bucket("data", objects={"k": b"v"})
    aws_seed.account().create_user("eve", policies="reader.json")
    return aws_seed
"""
TESTS = """
import boto3
import pytest
from mocks3 import mock_s3

POLICY = {"Version": "2012-10-17", "Statement": [
    {"Sid": "Write", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]}

@pytest.mark.s3_principal("user/eve")
def test_marker():
    boto3.client("s3").get_object(Bucket="data", Key="k")

def test_root(s3):
    s3.get_object(Bucket="data", Key="k")

@mock_s3
def test_decorator():
    boto3.client("s3").create_bucket(Bucket="own")

def test_context_manager():
    with mock_s3() as aws:
        aws.account().create_bucket("own")
        eve = aws.account().create_user("eve", policies=[POLICY])
        eve.client("s3").put_object(Bucket="own", Key="k")
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    """A project with a policy in a file, of which one statement never decides."""
    (pytester.path / "reader.json").write_text(json.dumps(READER, indent=2), encoding="utf-8")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_calls=TESTS)
    return pytester.path


def data(path: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return values


def hits(values: dict[str, Any]) -> dict[tuple[str, str, str], dict[str, int]]:
    """Return what each part did in each test, by the file, the pointer and the mark."""
    names = [each["id"] for each in values["tests"]]
    return {
        (policy["file"], hit["pointer"], hit["mark"]): {
            names[number]: count for number, count in hit["tests"]
        }
        for policy in values["policies"]
        for hit in policy["hits"]
    }


def test_the_table(pytester: pytest.Pytester, project: Path) -> None:
    done = pytester.runpytest("--mocks3-coverage")
    done.assert_outcomes(passed=4)
    done.stdout.fnmatch_lines(
        [
            "*= mocks3: policy coverage =*",
            "Policy *Stmts  Miss  Branch  BrMiss  Cover  Missing",
            "reader.json                  2     1       0       0    50%  10",
            "test_calls.py:22 inline      1     0       0       0   100%",
            "TOTAL                        3     1       0       0    67%",
            "  reader.json:10  List  allowed 0  denied 0  never matched",
        ]
    )


def test_each_way_to_call_counts_in_its_test(pytester: pytest.Pytester, project: Path) -> None:
    pytester.runpytest("--mocks3-coverage=json").assert_outcomes(passed=4)
    values = data(project / "mocks3-coverage.json")
    assert hits(values) == {
        ("reader.json", "/Statement/0", "allowed"): {"test_calls.py::test_marker": 1},
        ("test_calls.py", "/Statement/0", "allowed"): {"test_calls.py::test_context_manager": 1},
    }
    undecided = {(each["action"], each["by"]) for each in values["undecided"]}
    assert undecided == {("s3:GetObject", "owner"), ("s3:CreateBucket", "owner")}
    assert [each["id"] for each in values["tests"]] == [
        "test_calls.py::test_context_manager",
        "test_calls.py::test_decorator",
        "test_calls.py::test_marker",
        "test_calls.py::test_root",
    ]


def test_the_workers_of_xdist_together(pytester: pytest.Pytester, project: Path) -> None:
    pytester.runpytest("--mocks3-coverage=json:one.json", "--mocks3-record=one.jsonl").assert_outcomes(
        passed=4
    )
    done = pytester.runpytest_subprocess(
        "-p", "xdist", "-n2", "--mocks3-coverage=json:two.json", "--mocks3-record=two.jsonl"
    )
    done.assert_outcomes(passed=4)
    assert data(project / "one.json") == data(project / "two.json")
    one, two = ((project / name).read_text().splitlines() for name in ("one.jsonl", "two.jsonl"))
    assert one[0] == two[0]
    assert sorted(one) == sorted(two)
    assert not list(project.glob("two.jsonl.*"))


def test_beside_coverage_of_code(pytester: pytest.Pytester, project: Path) -> None:
    pytest.importorskip("coverage")
    arguments = ["-m", "coverage", "run", "--source=.", "-m", "pytest", "-q", "--mocks3-coverage=json"]
    done = pytester.run(sys.executable, *arguments)
    assert done.ret == 0, done.stdout.str()
    assert len(hits(data(project / "mocks3-coverage.json"))) == 2
    assert "test_calls.py" in pytester.run(sys.executable, "-m", "coverage", "report").stdout.str()


def test_several_files(pytester: pytest.Pytester, project: Path) -> None:
    done = pytester.runpytest("--mocks3-coverage=html:out/p.html,json:out/p.json,lcov:out/p.info")
    kinds = (("HTML", "html"), ("JSON", "json"), ("lcov", "info"))
    done.stdout.fnmatch_lines([f"The {kind} report is in {Path('out', f'p.{end}')}" for kind, end in kinds])
    assert "Policy coverage" in (project / "out" / "p.html").read_text(encoding="utf-8")
    assert "SF:reader.json\n" in (project / "out" / "p.info").read_text(encoding="utf-8")
    assert "Stmts" not in done.stdout.str()


def test_an_earlier_run(pytester: pytest.Pytester, project: Path) -> None:
    run = ("--mocks3-coverage=json", "--mocks3-coverage-append")
    for test in ("test_marker", "test_context_manager", "test_marker"):
        pytester.runpytest(*run, f"test_calls.py::{test}").assert_outcomes(passed=1)
    found = hits(data(project / "mocks3-coverage.json"))
    assert found["reader.json", "/Statement/0", "allowed"] == {"test_calls.py::test_marker": 2}
    assert len(found) == 2


@pytest.mark.parametrize(("percentage", "code"), [("66", 0), ("67", 1)])
def test_too_little_fails_the_run(
    pytester: pytest.Pytester, project: Path, percentage: str, code: int
) -> None:
    done = pytester.runpytest("--mocks3-coverage=json", f"--mocks3-coverage-fail-under={percentage}")
    assert done.ret == code
    message = "FAIL Required policy coverage of 67% not reached. Total coverage: 66.67%"
    assert (message in done.stdout.str()) is (code == 1)


def test_a_failed_test_keeps_its_exit_code(pytester: pytest.Pytester, project: Path) -> None:
    done = pytester.runpytest("--mocks3-coverage", "--mocks3-coverage-fail-under=99", "no_such_file.py")
    assert done.ret == pytest.ExitCode.USAGE_ERROR


def test_the_ini_file(pytester: pytest.Pytester, project: Path) -> None:
    with open(project / "pytest.ini", "a", encoding="utf-8") as ini:
        ini.write("\nmocks3_coverage = term\nmocks3_coverage_fail_under = 70\n")
    done = pytester.runpytest()
    assert done.ret == 1
    done.stdout.fnmatch_lines(["TOTAL *", "FAIL Required policy coverage of 70%*"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--mocks3-coverage=xml"], "'xml' is not a report of policy coverage"),
        (["--mocks3-coverage", "test_calls.py"], "'test_calls.py' is not a report of policy coverage"),
        (["--mocks3-coverage", "--mocks3-coverage-fail-under=many"], "is a percentage from 0 to 100"),
        (["--mocks3-coverage", "--mocks3-coverage-fail-under=101"], "is a percentage from 0 to 100"),
        (["--mocks3-covrage"], "there is no flag --mocks3-covrage; did you mean --mocks3-coverage"),
    ],
)
def test_wrong_options(pytester: pytest.Pytester, project: Path, arguments: list[str], message: str) -> None:
    done = pytester.runpytest(*arguments)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert message in done.stderr.str()


def test_a_damaged_earlier_run(pytester: pytest.Pytester, project: Path) -> None:
    (project / "mocks3-coverage.json").write_text("{", encoding="utf-8")
    done = pytester.runpytest("--mocks3-coverage=json", "--mocks3-coverage-append")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert "mocks3-coverage.json cannot be read" in done.stderr.str()


def test_without_the_flag_nothing_is_imported(pytester: pytest.Pytester, project: Path) -> None:
    pytester.makepyfile(
        test_last="""
        import sys

        def test_last(s3):
            s3.get_object(Bucket="data", Key="k")
            from mocks3.interceptors import decision_log
            from mocks3.policy import storing
            assert decision_log.decisions is None
            assert storing._listeners == ()
            assert not [name for name in sys.modules if name.startswith(("mocks3.coverage", "pytest_mocks3.measuring"))]
        """
    )
    pytester.runpytest_subprocess("test_last.py").assert_outcomes(passed=1)


def test_after_the_run_nothing_listens(pytester: pytest.Pytester, project: Path) -> None:
    from mocks3.interceptors import decision_log
    from mocks3.policy import storing

    before = decision_log.decisions, storing._listeners
    pytester.runpytest("--mocks3-coverage").assert_outcomes(passed=4)
    assert (decision_log.decisions, storing._listeners) == before


def test_the_server_in_a_test(pytester: pytest.Pytester, project: Path) -> None:
    pytester.makepyfile(
        test_served="""
        import os, subprocess, sys

        CODE = "import boto3; boto3.client('s3').get_object(Bucket='data', Key='k')"

        def test_served(aws, s3_server):
            key = aws.account().user("eve").access_key
            env = {**os.environ, **s3_server.environment(), "AWS_ACCESS_KEY_ID": key.id,
                   "AWS_SECRET_ACCESS_KEY": key.secret}
            subprocess.run([sys.executable, "-c", CODE], env=env, check=True)
        """
    )
    pytester.runpytest("--mocks3-coverage=json", "test_served.py").assert_outcomes(passed=1)
    found = hits(data(project / "mocks3-coverage.json"))
    assert found == {("reader.json", "/Statement/0", "allowed"): {"test_served.py::test_served": 1}}


def test_calls_in_a_shared_fixture_belong_to_the_fixture(pytester: pytest.Pytester, project: Path) -> None:
    pytester.makepyfile(
        test_shared="""
        import pytest
        from mocks3 import mock_s3

        POLICY = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}

        @pytest.fixture(scope="module")
        def shared():
            with mock_s3() as aws:
                aws.account().create_bucket("own")
                client = aws.account().create_user("eve", policies=[POLICY]).client("s3")
                client.put_object(Bucket="own", Key="k")
                yield client

        @pytest.mark.parametrize("number", [1, 2])
        def test_reads(shared, number):
            shared.get_object(Bucket="own", Key="k")
        """
    )
    pytester.runpytest("--mocks3-coverage=json", "test_shared.py").assert_outcomes(passed=2)
    (tests,) = hits(data(project / "mocks3-coverage.json")).values()
    assert tests == {
        "(module fixture shared)": 1,
        "test_shared.py::test_reads[1]": 1,
        "test_shared.py::test_reads[2]": 1,
    }


def test_the_record(pytester: pytest.Pytester, project: Path) -> None:
    done = pytester.runpytest("--mocks3-record", "run.jsonl", "-k", "marker")
    done.stdout.fnmatch_lines(
        ["The decisions of the run are in run.jsonl. To read them: mocks3 show run.jsonl"]
    )
    head, decision = map(json.loads, (project / "run.jsonl").read_text(encoding="utf-8").splitlines())
    assert head == {"format": "mocks3-record", "version": 1}
    assert decision == {
        "test": "test_calls.py::test_marker",
        "service": "s3",
        "operation": "GetObject",
        "principal": "arn:aws:iam::123456789012:user/eve",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::data/k",
        "allowed": True,
        "verdict": "ALLOWED",
        "by": "identity",
        "reason": "an identity policy of user eve allows it [E-31]",
        "rules": ["E-31"],
        "statements": [{"layer": "identity", "policy": "inline", "statement": 0, "sid": "Read"}],
        "context": {},
        "explanation": None,
    }
