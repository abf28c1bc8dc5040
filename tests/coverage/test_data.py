"""The data of coverage: where policies come from, JSON, and several runs together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from mocks3 import MockAWS, Mocks3Error, mock_s3
from mocks3.coverage.collecting import Collector
from mocks3.coverage.data import FORMAT, Coverage, PolicyPlace, from_json, key_of, to_json
from mocks3.coverage.measuring import measure, total
from tests.coverage.conftest import Measured

THIS = Path(__file__).name


@pytest.fixture
def aws() -> Iterator[MockAWS]:
    with mock_s3() as aws:
        yield aws


def read(bucket: str = "data", sid: str = "Read") -> dict[str, Any]:
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def line_of(text: str) -> int:
    """Return the line of this file that contains a text."""
    (found,) = (n for n, line in enumerate(Path(__file__).read_text().splitlines(), 1) if line.endswith(text))
    return found


def places(measured: Measured) -> list[PolicyPlace]:
    return [each.document.place for each in measured.documents()]


def test_the_place_of_a_policy_in_a_file(measured: Measured, aws: MockAWS, tmp_path: Path) -> None:
    path = tmp_path / "reader.json"
    path.write_text(json.dumps(read(), indent=4))
    aws.account().create_user("eve", policies=[path])
    assert places(measured) == [PolicyPlace(path.as_posix(), 1, True)]
    (document,) = measured.documents()
    assert document.text == path.read_text()
    assert document.statements[0].line == 4
    assert document.place_of(4) == f"{path.as_posix()}:4"


def test_the_place_of_a_policy_that_a_handle_stores(measured: Measured, aws: MockAWS) -> None:
    aws.account().create_user("eve", policies=[read()])  # a handle
    assert places(measured) == [PolicyPlace(THIS, line_of("# a handle"))]


def test_the_place_of_a_policy_that_a_client_stores(measured: Measured, aws: MockAWS) -> None:
    aws.account().create_user("eve")
    iam = boto3.client("iam", "us-east-1")
    iam.put_user_policy(UserName="eve", PolicyName="own", PolicyDocument=json.dumps(read()))  # a client
    assert places(measured) == [PolicyPlace(THIS, line_of("# a client"))]


def test_the_place_of_a_policy_that_is_stored_over_http(measured: Measured, aws: MockAWS, data: str) -> None:
    policy = read()
    policy["Statement"][0]["Principal"] = {"AWS": aws.account().create_user("eve").arn}
    code = f"""if True:
        import boto3
        client = boto3.client("s3")
        client.put_bucket_policy(Bucket={data!r}, Policy={json.dumps(policy)!r})
        client.get_object(Bucket={data!r}, Key="k")
    """
    with aws.serve() as server:
        subprocess.run([sys.executable, "-c", code], env={**os.environ, **server.environment()}, check=True)
    assert [place.file for place in places(measured)] == ["(no code)"]
    assert measured.documents()[0].document.evaluated


def test_a_policy_that_no_decision_consulted(measured: Measured, aws: MockAWS) -> None:
    aws.account().create_user("eve", policies=[read()])
    (document,) = measured.documents()
    assert not document.document.evaluated
    assert document.figures.missed_statements == 1


def test_a_malformed_policy_is_not_measured(measured: Measured, aws: MockAWS, data: str) -> None:
    with pytest.raises(Exception, match="MalformedPolicy"):
        aws.client().put_bucket_policy(Bucket=data, Policy='{"Version": "2012-10-17"}')
    assert measured.documents() == []


def test_policies_of_one_line_that_differ_in_a_name_are_one(measured: Measured, aws: MockAWS) -> None:
    for name in ("data", "logs"):
        eve = aws.account().create_user(f"eve-{name}", policies=[read(name)])
        aws.account().create_bucket(name, objects={"k": b"v"})
        eve.client().get_object(Bucket=name, Key="k")
    assert measured.counts("Read") == (2, 0, 0)
    assert len(measured.documents()) == 1


def test_policies_of_one_line_with_other_statements_are_two(measured: Measured, aws: MockAWS) -> None:
    for sid in ("One", "Two"):
        aws.account().create_user(f"eve-{sid}", policies=[read(sid=sid)])
    assert len(measured.documents()) == 2


def test_one_text_that_two_tests_store_is_two_policies(measured: Measured, aws: MockAWS) -> None:
    aws.account().create_user("eve", policies=[read()])  # the first test
    measured.collector.finish("first")
    aws.account().create_user("dave", policies=[read()])  # the second test
    lines = [line_of("# the first test"), line_of("# the second test")]
    assert places(measured) == [PolicyPlace(THIS, line) for line in lines]


def test_one_text_that_one_test_stores_twice_is_one_policy(measured: Measured, aws: MockAWS) -> None:
    aws.account().create_user("eve", policies=[read()])
    aws.account().create_user("dave", policies=[read()])  # the last line
    assert places(measured) == [PolicyPlace(THIS, line_of("# the last line"))]


def test_a_shared_policy_keeps_its_place(measured: Measured, aws: MockAWS, data: str) -> None:
    eve = aws.account().create_user("eve", policies=[read()])  # the fixture
    measured.collector.finish("(session fixture aws_seed)", shared=True)
    aws.account().create_user("dave", policies=[read()])
    measured.collector.finish("a test that stores the same text")
    eve.client().get_object(Bucket=data, Key="k")
    (decided,) = (each for each in measured.documents() if each.statements[0].covered)
    assert decided.document.place == PolicyPlace(THIS, line_of("# the fixture"))


@pytest.fixture
def run(measured: Measured, aws: MockAWS, data: str) -> dict[str, Any]:
    """The JSON data of a run in which one user read once, and one policy was never consulted."""
    eve = aws.account().create_user("eve", policies=[read()])
    aws.account().create_user("dave", policies=[read(sid="Unused")])
    eve.client().get_object(Bucket=data, Key="k")
    aws.client().get_object(Bucket=data, Key="k")
    return to_json(measured.coverage)


def test_json_says_the_same(run: dict[str, Any]) -> None:
    again = to_json(from_json(json.loads(json.dumps(run))))
    assert again == run
    assert [each["id"] for each in run["tests"]] == ["the test"]
    (by_eve,) = (number for number, each in enumerate(run["policies"]) if "Unused" not in each["text"])
    assert run["tests"][0]["policies"] == [by_eve]


def test_the_tests_that_consulted_a_policy(run: dict[str, Any]) -> None:
    coverage = from_json(run)
    found = {each.names == set(): coverage.tests_of(each) for each in coverage.documents.values()}
    assert found == {False: {"the test"}, True: frozenset()}


def test_several_runs_add_up(run: dict[str, Any]) -> None:
    once, twice = from_json(run), Coverage()
    for _ in range(2):
        twice.add(from_json(run))
    (statement,) = (each for document in measure(twice) for each in document.statements if each.covered)
    assert statement.allowed == 2
    assert total(measure(once)) == total(measure(twice))
    assert len(twice.documents) == len(once.documents) == 2


def test_a_test_that_calls_nothing_adds_nothing() -> None:
    collector = Collector(".")
    collector.start()
    collector.finish("idle")
    collector.stop()
    assert to_json(collector.coverage)["tests"] == []


def damaged(**changes: Any) -> dict[str, Any]:
    """Return the data of one policy, of which a member is changed."""
    policy = {
        **PolicyPlace("p.py", 1)._asdict(),
        "text": json.dumps(read()),
        "names": [],
        "layers": [],
        "hits": [],
    }
    return {"format": FORMAT, "version": 1, "tests": [], "policies": [{**policy, **changes}], "undecided": []}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "x is not a file of policy coverage"),
        ({"format": "coverage"}, f"its format must be '{FORMAT}'"),
        ({"format": FORMAT, "version": 2}, "x has version 2 of the format, and this mocks3 reads 1"),
        ({"format": FORMAT, "version": 1}, "x is damaged: KeyError"),
        ({"format": FORMAT, "version": 1, "tests": 3}, "x is damaged: TypeError"),
        (damaged(text="{}"), "x is damaged: ValueError: the text of p.py:1 is not a policy"),
        (damaged(text=None), "x is damaged: "),
        (damaged(hits=[{"pointer": "/Statement", "mark": "odd", "tests": []}]), "x is damaged: ValueError"),
        (
            damaged(hits=[{"pointer": "/Statement", "mark": "used", "tests": [[3, 1]]}]),
            "x is damaged: IndexError",
        ),
    ],
)
def test_other_data_are_refused(values: Any, message: str) -> None:
    with pytest.raises(Mocks3Error, match=message):
        from_json(values, "x")


def test_the_key_of_a_file_is_its_text() -> None:
    one, other = json.dumps(read("a")), json.dumps(read("b"))
    file, code = PolicyPlace("p.json", 1, True), PolicyPlace("p.py", 1)
    assert key_of(file, one) != key_of(file, other)
    assert key_of(code, one) == key_of(code, other)


TEMPLATE = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: reader
      AssumeRolePolicyDocument:
        Statement: {Sid: Trust, Effect: Allow, Principal: {AWS: "123456789012"}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: read
          PolicyDocument:
            Version: "2012-10-17"
            Statement: {Sid: Read, Effect: Allow, Action: s3:GetObject, Resource: "*"}
"""


def test_the_places_of_policies_in_a_template(measured: Measured, tmp_path: Path) -> None:
    pytest.importorskip("yaml")
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE, encoding="utf-8")
    with mock_s3() as aws:
        aws.account().create_bucket("data", objects={"k": b"v"})
        aws.load(path)
        aws.account().role("reader").assume().client("s3").get_object(Bucket="data", Key="k")
        found = {each.statements[0].name: each.document.place for each in measured.documents()}
    assert {sid: (place.file, place.is_file) for sid, place in found.items()} == {
        "Read": (path.as_posix(), False),
        "Trust": (path.as_posix(), False),
    }
    assert all(place.line > 0 for place in found.values())
    assert measured.counts("Read") == (1, 0, 0)


def test_a_loaded_file_that_is_a_policy_has_its_own_lines(
    measured: Measured, aws: MockAWS, tmp_path: Path
) -> None:
    policy = read()
    policy["Statement"][0]["Principal"] = {"AWS": "123456789012"}
    path = tmp_path / "bucket-policy.json"
    path.write_text(json.dumps(policy, indent=4), encoding="utf-8")
    aws.load(path, bucket="data")
    (document,) = measured.documents()
    assert document.document.place == PolicyPlace(path.as_posix(), 1, True)
    assert document.text == path.read_text(encoding="utf-8")
