"""The reports: the table, lcov and HTML, of one run whose figures are counted by hand."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mocks3.coverage import reports
from mocks3.coverage.collecting import Collector
from mocks3.coverage.data import Coverage, CoverageMark, Hit, PolicyPlace, Undecided
from mocks3.coverage.measuring import Figures, measure, total
from mocks3.coverage.terminal import percent
from mocks3.errors import Mocks3Error
from mocks3.handles.mock_aws import MockAWS

UPLOADS = """\
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "DenyUnencrypted",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "s3:PutObject",
      "Resource": "arn:aws:s3:::uploads/*",
      "Condition": {
        "StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}
      }
    },
    {
      "Sid": "AppReads",
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::111122223333:role/app"},
      "Action": [
        "s3:GetObject",
        "s3:GetObjectTagging"
      ],
      "Resource": "arn:aws:s3:::uploads/*"
    },
    {
      "Sid": "DenyPlainHttp",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "s3:*",
      "Resource": "arn:aws:s3:::uploads/*",
      "Condition": {"Bool": {"aws:SecureTransport": "false"}}
    }
  ]
}
"""
CONDITION = "/Statement/0/Condition/StringNotEquals/s3:x-amz-server-side-encryption"
IN_CODE = (
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "<b>&\\"*"}}'
)
HOSTILE = "tests/test_a.py::test[</script><img src=x onerror=alert(1)>]"


@pytest.fixture
def coverage() -> Coverage:
    coverage = Coverage()
    uploads = coverage.document(PolicyPlace("policies/uploads.json", 1, True), UPLOADS)
    uploads.names.add("bucket policy of uploads")
    uploads.layers.add("resource")
    uploads.hits = {
        Hit("/Statement/0", CoverageMark.DENIED): Counter({"t.py::test_plain": 3}),
        Hit(CONDITION, CoverageMark.MISSING): Counter({"t.py::test_plain": 3}),
        Hit(CONDITION, CoverageMark.FALSE): Counter({"t.py::test_kms": 1}),
        Hit("/Statement/1", CoverageMark.ALLOWED): Counter({"t.py::test_kms": 2, HOSTILE: 1}),
        Hit("/Statement/1", CoverageMark.MATCHED): Counter({"t.py::test_kms": 1}),
        Hit("/Statement/1/Action/0", CoverageMark.USED): Counter({"t.py::test_kms": 2, HOSTILE: 1}),
        Hit("/Statement/2/Condition/Bool/aws:SecureTransport", CoverageMark.FALSE): Counter(
            {"t.py::test_kms": 3}
        ),
    }
    coverage.document(PolicyPlace("tests/conftest.py", 31), IN_CODE)
    coverage.undecided = {
        Undecided("implicitly denied", "identity", "s3:ListBucket", "ListObjectsV2"): Counter(
            {"t.py::test_kms": 2}
        ),
        Undecided("allowed", "owner", "s3:PutObject", "PutObject"): Counter({"t.py::test_plain": 4}),
    }
    return coverage


def test_the_table(coverage: Coverage) -> None:
    assert reports.text_of("term", coverage) == (
        "Policy                 Stmts  Miss  Branch  BrMiss  Cover  Missing\n"
        "--------------------------------------------------------------------------\n"
        "policies/uploads.json      3     1       7       3    60%  11, 20, 24\n"
        "tests/conftest.py:31       1     1       0       0     0%  never evaluated\n"
        "--------------------------------------------------------------------------\n"
        "TOTAL                      4     2       7       3    55%\n"
        "\n"
        "Gaps:\n"
        "  policies/uploads.json:4  DenyUnencrypted  allowed 0  denied 3  s3:x-amz-server-side-encryption never true\n"
        "  policies/uploads.json:14  AppReads  allowed 3  denied 0  matched 1  s3:GetObjectTagging never used\n"
        "  policies/uploads.json:24  DenyPlainHttp  allowed 0  denied 0  never matched\n"
        "  tests/conftest.py:31  never evaluated\n"
        "\n"
        "Denied because no statement allows it:\n"
        "  2 × s3:ListBucket (ListObjectsV2)  by identity\n"
        "\n"
        "Allowed without a statement of a policy:\n"
        "  4 × s3:PutObject  by owner\n"
    )


def test_no_policy() -> None:
    assert reports.text_of("term", Coverage()) == "No policy was stored in this run.\n"
    assert reports.text_of("lcov", Coverage()) == ""
    assert "nothing measured" in reports.text_of("html", Coverage())
    assert reports.is_under(Coverage(), 1)
    assert not reports.is_under(Coverage(), 0)


@pytest.mark.parametrize(
    ("figures", "shown"),
    [
        (Figures(0, 0, 0, 0), "100%"),
        (Figures(1, 0, 0, 0), "100%"),
        (Figures(500, 1, 0, 0), "99%"),
        (Figures(500, 499, 0, 0), "1%"),
        (Figures(1, 1, 3, 3), "0%"),
        (Figures(1, 0, 3, 2), "50%"),
    ],
)
def test_a_share_is_whole_only_if_nothing_is_missing(figures: Figures, shown: str) -> None:
    assert percent(figures) == shown


def test_under_a_percentage(coverage: Coverage) -> None:
    assert total(measure(coverage)).percent == pytest.approx(100 * 6 / 11)
    assert reports.is_under(coverage, 54.6)
    assert not reports.is_under(coverage, 54.5)
    assert reports.under_message(coverage, 90) == (
        "FAIL Required policy coverage of 90% not reached. Total coverage: 54.55%"
    )


def test_lcov(coverage: Coverage) -> None:
    lines = reports.text_of("lcov", coverage).splitlines()
    assert lines[:2] == ["TN:mocks3", "SF:policies/uploads.json"]
    assert [line for line in lines if line.startswith("BR")] == [
        "BRDA:11,0,0,0",  # true
        "BRDA:11,0,1,1",  # false
        "BRDA:11,0,2,3",  # missing
        "BRDA:19,1,0,3",
        "BRDA:20,1,1,0",
        "BRDA:30,2,0,0",
        "BRDA:30,2,1,3",
        "BRF:7",
        "BRH:4",
    ]
    counts = {
        int(number): int(count) for number, count in re.findall(r"^DA:(\d+),(\d+)$", "\n".join(lines), re.M)
    }
    assert set(counts) == set(range(4, 32))
    assert {counts[line] for line in range(4, 14)} == {3}
    assert (counts[19], counts[20], counts[21]) == (3, 0, 3)
    assert {counts[line] for line in range(24, 32)} == {0}
    assert lines[-3:] == ["LF:28", "LH:19", "end_of_record"]


class Page(HTMLParser):
    """The addresses in a page, and its lines by their class."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: Counter[str] = Counter()
        self.states: dict[int, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        values = dict(attrs)
        self.addresses += [
            values[name] or "" for name in ("src", "href", "action", "data", "srcset") if name in values
        ]
        if tag == "li" and "class" in values:
            self.states.setdefault(int(values["value"] or 0), values["class"] or "")


def test_the_page_needs_nothing_else(coverage: Coverage) -> None:
    text = reports.text_of("html", coverage)
    page = Page(text)
    assert all(address.startswith("#") for address in page.addresses)
    assert not re.search(r"https?:|url\(|@import|\bfetch\(|XMLHttpRequest|import\(", text)
    assert "default-src 'none'" in text
    assert page.tags["link"] == page.tags["img"] == page.tags["iframe"] == 0
    assert page.tags["script"] == 2
    assert page.tags["b"] == 3  # the grades, and not the policy's own "<b>"


def test_the_page_colours_lines(coverage: Coverage) -> None:
    states = Page(reports.text_of("html", coverage)).states
    assert {states[line] for line in (4, 5, 10, 12, 13, 14, 19, 21, 23)} == {"covered"}
    assert states[11] == "partial"
    assert {states[line] for line in (20, 24, 30, 31)} == {"missed"}
    assert 1 not in states


def test_a_report_that_does_not_exist() -> None:
    with pytest.raises(
        Mocks3Error, match="'xml' is not a report of policy coverage: write --mocks3-coverage=term"
    ):
        reports.parse("term,xml")
    with pytest.raises(Mocks3Error, match="'term:x' is not a report"):
        reports.parse("term:x")


SCRIPT = """
<script>
const lines = () => [...document.querySelectorAll("#d0 li[data-tests]")];
const set = (id, value) => {
  const field = document.getElementById(id);
  field[typeof value === "boolean" ? "checked" : "value"] = value;
  field.dispatchEvent(new Event("input"));
};
const hidden = () => [...document.querySelectorAll("section[data-gap]")].map((each) => each.hidden).join();
const found = [];
lines()[0].click();
found.push(lines()[0].querySelector(".tests").textContent);
lines()[0].click();
found.push(String(lines()[0].querySelector(".tests")));
set("name", "uploads");
found.push(hidden());
set("name", "nothing like this");
found.push(hidden() + document.getElementById("none").hidden);
set("name", "");
set("test", "test_plain");
found.push(hidden(), lines().map((each) => +each.classList.contains("faded")).join(""));
set("test", "");
set("gaps", true);
found.push(hidden());
const colour = () => getComputedStyle(document.body).backgroundColor;
const before = colour();
document.getElementById("theme").click();
found.push(String(before !== colour()));
found.push(String(performance.getEntriesByType("resource").length));
found.push(String(document.querySelectorAll("img").length));
document.title = found.join(" | ");
</script>
"""


@pytest.fixture
def browser() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("there is no Chromium")
    return found


def test_the_page_in_a_browser(coverage: Coverage, browser: str, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(reports.text_of("html", coverage) + SCRIPT, encoding="utf-8")
    command = [
        browser,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
    ]
    done = subprocess.run([*command, "--dump-dom", page.as_uri()], capture_output=True, text=True, check=True)
    title = re.search(r"<title>(.*)</title>", done.stdout, re.S)
    assert title is not None
    assert title[1].split(" | ") == [
        "t.py::test_plain",
        "null",
        "false,true",
        "true,truefalse",
        "false,true",
        "0" * 10 + "1" * 18,
        "false,false",
        "true",
        "0",
        "0",
    ]


TEMPLATE = """\
Resources:
  App:
    Type: AWS::IAM::Role
    Properties:
      RoleName: app
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: own
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action:
                  - s3:GetObject
                  - s3:PutObject
                Resource: "*"
              - {Effect: Deny, Action: s3:DeleteObject, Resource: "*"}
"""
DETAILS = """\
{"UserDetailList": [{"UserName": "eve", "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": {
  "Statement": [
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
  ]}}]}]}
"""


def test_lcov_has_the_lines_of_templates(tmp_path: Path) -> None:
    """The policies in a template, or in an output of the AWS CLI, are lines of that file."""
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "details.json").write_text(DETAILS)
    collector = Collector(str(tmp_path))
    collector.start()
    try:
        aws = MockAWS()
        aws.load(tmp_path)
        aws.account().create_bucket("data", objects={"k": b"x"})
        collector.finish("setup")
        aws.account().role("app").assume().client("s3").get_object(Bucket="data", Key="k")
        aws.account().user("eve").client("s3").get_object(Bucket="data", Key="k")
        collector.finish("t.py::test")
    finally:
        collector.stop()
    found: dict[str, list[str]] = {}
    for line in reports.text_of("lcov", collector.coverage, tmp_path).splitlines():
        if line.startswith("SF:"):
            lines = found.setdefault(line[3:], [])
        elif line.startswith(("DA:", "BRDA:")):
            lines.append(line)
    assert found["details.json"] == ["DA:3,1"]
    assert [line for line in found["template.yaml"] if line.startswith("DA:")][-4:] == [
        "DA:12,1",
        "DA:14,1",
        "DA:15,0",
        "DA:17,0",
    ]
    (tmp_path / "template.yaml").unlink()
    assert "SF:template.yaml" not in reports.text_of("lcov", collector.coverage, tmp_path)
