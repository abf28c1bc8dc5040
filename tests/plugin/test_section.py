"""The section "why S3 denied this" of a failing test. ``MOCKS3_WRITE_GOLDEN=1`` writes the files: then read them."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"
TITLE = "why S3 denied this"

UPLOADS = """{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "DenyPlainHttp",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "s3:*",
      "Resource": ["arn:aws:s3:::uploads", "arn:aws:s3:::uploads/*"],
      "Condition": {"Bool": {"aws:SecureTransport": "false"}}
    }
  ]
}
"""

TESTS = """
import contextlib

import pytest
from botocore.exceptions import ClientError

from mocks3 import mock_s3


@pytest.fixture
def eve(s3_bucket, s3_user, s3_policy):
    s3_bucket("uploads", policy=s3_policy("uploads.json"))
    return s3_user("eve", policies=s3_policy(allow="s3:PutObject", on="uploads/incoming/*", sid="Drop"))


def put(eve, key, **told):
    client = eve.client("s3", request_context=told) if told else eve.client("s3")
    client.put_object(Bucket="uploads", Key=key, Body=b"secret", ContentType="text/plain")


def test_explicit(eve):
    put(eve, "incoming/report.csv", secure_transport=False)


def test_implicit(eve):
    put(eve, "outgoing/report.csv")


def test_swallowed(eve):
    for _ in range(3):
        with contextlib.suppress(ClientError):
            put(eve, "outgoing/report.csv")
    assert False, "nothing was uploaded"


def test_wrapped(eve):
    try:
        put(eve, "outgoing/report.csv")
    except ClientError as error:
        raise RuntimeError("upload failed") from error


def test_other_failure(eve):
    put(eve, "incoming/report.csv")
    assert False


def test_expected(aws, eve):
    with aws.denied("s3:PutObject"):
        put(eve, "outgoing/report.csv")
    assert False


def test_passes(eve):
    with pytest.raises(ClientError):
        put(eve, "outgoing/report.csv")


@mock_s3
def test_decorated():
    import mocks3
    world = mocks3.mocking.mock._mocks[-1]._world
    world.account().create_user("eve").client("s3").list_buckets()


@pytest.fixture
def refused(eve):
    eve.client("s3").create_bucket(Bucket="another")


def test_in_a_fixture(refused):
    pass


def test_plain():
    assert 1 == 2
"""


@pytest.fixture
def tests(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.path.joinpath("uploads.json").write_text(UPLOADS, "utf-8")
    pytester.makepyfile(test_uploads=TESTS)
    return pytester


def section(result: pytest.RunResult, title: str = TITLE) -> str:
    """Return the lines of the only section with that title."""
    lines = result.outlines
    (start,) = (number for number, line in enumerate(lines) if f" {title} " in line)
    after = lines[start + 1 :]
    end = next(n for n, line in enumerate(after) if line.startswith(("=====", "_____", "-----")))
    return "\n".join(after[:end]) + "\n"


@pytest.mark.parametrize(
    "name", ["explicit", "implicit", "swallowed", "wrapped", "decorated", "in_a_fixture"]
)
def test_what_is_said(tests: pytest.Pytester, name: str) -> None:
    said = section(tests.runpytest_inprocess("-k", f"test_{name}"))
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("MOCKS3_WRITE_GOLDEN"):
        file.write_text(said, "utf-8")
    assert said == file.read_text("utf-8")


def test_all_decisions_in_full(tests: pytest.Pytester) -> None:
    result = tests.runpytest_inprocess("-k", "test_other_failure", "--mocks3-explain=all")
    said = section(result, "what S3 decided")
    assert said.startswith("ALLOWED s3:PutObject on arn:aws:s3:::uploads/incoming/report.csv\n")
    assert "Nearly denied by" in said
    denied = tests.runpytest_inprocess("-k", "test_implicit", "--mocks3-explain=all")
    assert section(denied, "what S3 decided").count("- add to") == 2


@pytest.mark.parametrize("name", ["other_failure", "expected", "passes", "plain"])
def test_nothing_to_say(tests: pytest.Pytester, name: str) -> None:
    tests.runpytest_inprocess("-k", f"test_{name}").stdout.no_fnmatch_line(f"*{TITLE}*")


def test_none_at_all(tests: pytest.Pytester) -> None:
    with tests.path.joinpath("pytest.ini").open("a") as file:
        file.write("\nmocks3_explain = none\n")
    tests.runpytest_inprocess().stdout.no_fnmatch_line(f"*{TITLE}*")


def test_colours_on_a_terminal_only(tests: pytest.Pytester) -> None:
    plain = tests.runpytest_inprocess("-k", "test_explicit", "--color=no")
    assert "\x1b" not in plain.stdout.str()
    painted = tests.runpytest_inprocess("-k", "test_explicit", "--color=yes").stdout.str()
    assert "\x1b[1;31mDENIED\x1b[0m  s3:PutObject" in painted
    assert '\x1b[1;33m  > 10    "Condition": {"Bool": {"aws:SecureTransport": "false"}}\x1b[0m' in painted


def test_groups_in_githubs_logs(tests: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    lines = tests.runpytest_inprocess("-k", "test_explicit").outlines
    start = lines.index(f"::group::{TITLE}: test_uploads.py::test_explicit")
    assert lines[start + 1].startswith("Call    PutObject(")
    assert "::endgroup::" in lines[start:]


def test_junit_has_the_text_and_a_property(tests: pytest.Pytester) -> None:
    tests.runpytest_inprocess("-k", "test_explicit", "--color=yes", "--junit-xml=junit.xml")
    case = ET.parse(tests.path / "junit.xml").getroot().find(".//testcase")
    assert case is not None
    failure = case.findtext("failure") or ""
    assert TITLE in failure
    assert '  > 10    "Condition": {"Bool": {"aws:SecureTransport": "false"}}' in failure
    assert [each.attrib["value"].split(":")[0] for each in case.iter("property")] == ["denied s3"]


def test_workers_send_it_home(tests: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:randomly -p no:asyncio -p no:hypothesispytest")
    result = tests.runpytest_subprocess(
        "-n", "2", "--color=no", "--junit-xml=junit.xml", "-k", "test_explicit or test_wrapped"
    )
    result.assert_outcomes(failed=2)
    assert sum(TITLE in line for line in result.outlines) == 2
    assert (tests.path / "junit.xml").read_text("utf-8").count(TITLE) == 2


def test_other_styles_of_traceback(tests: pytest.Pytester) -> None:
    for style in ("short", "native", "long"):
        assert "DenyPlainHttp" in section(tests.runpytest_inprocess("-k", "test_explicit", f"--tb={style}"))
    tests.runpytest_inprocess("-k", "test_explicit", "--tb=line").assert_outcomes(failed=1)


def test_failures_without_mocks3_do_not_load_it(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import sys

        def pytest_unconfigure():
            print("loaded:", [name for name in sys.modules if name.split(".")[0] in ("mocks3", "botocore")])
        """
    )
    pytester.makepyfile("def test_plain():\n    assert 1 == 2\n")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["loaded: []"])
