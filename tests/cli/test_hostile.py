"""Whatever the command line is given, it answers with an exit code and a sentence, never with a traceback."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mocks3.access.linting import lint as s3_lint
from mocks3.access.linting.tables import s3_tables
from mocks3.cli import main
from mocks3.cli.checking import check
from mocks3.operations import registered
from mocks3.policy import Policy
from mocks3.policy.linting import lint
from tests.cli.conftest import policy
from tests.steps import steps

ASK = ("--action", "s3:GetObject", "--bucket", "data", "--key", "k")
S3 = sorted(name for service, name in registered() if service == "s3")


def program(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mocks3", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


DIRECTORY_BUCKETS_ONLY = ("CreateSession", "RenameObject")
RIGHTS_OF_INITIATORS = ("AbortMultipartUpload", "ListParts")


@pytest.mark.parametrize("operation", S3)
def test_every_operation_may_be_asked_about(run, operation: str) -> None:
    """The operation alone is enough: required parameters are completed, and what it needs is created."""
    bucket = "data--use1-az4--x-s3" if operation in DIRECTORY_BUCKETS_ONLY else "data"
    asked = ("--operation", operation, "--bucket", bucket, "--key", "k", "--as", "user/eve", "--json")
    done = run("can", *asked)
    if operation == "WriteGetObjectResponse":
        assert (done.code, done.out) == (2, "")
        assert "S3 refuses WriteGetObjectResponse before it decides permissions: 400 " in done.err
        return
    assert (done.code, done.err) == (0 if operation in RIGHTS_OF_INITIATORS else 1, "")
    (call,) = done.json["calls"]
    assert call["operation"] == operation
    assert call["principal"].endswith("user/eve")
    assert (call["deniedBy"] is None) is (operation in RIGHTS_OF_INITIATORS)


@pytest.mark.parametrize(
    ("operation", "params", "says"),
    [
        ("DeleteObjects", {"Delete": 3}, "the parameter Delete is not valid for DeleteObjects: Invalid type"),
        ("DeleteObjects", {"Delete": {}}, "Missing required parameter"),
        ("PutObject", {"Tagging": ["a"]}, "the parameter Tagging is not valid for PutObject: Invalid type"),
        ("PutObject", {"Taging": "a=b"}, "PutObject has no parameter 'Taging'; did you mean 'Tagging'?"),
        ("GetObject", {"Bucket": 3}, "the parameter Bucket is not valid for GetObject: Invalid type"),
        ("ListBuckets", {"MaxBuckets": "many"}, "the parameter MaxBuckets is not valid for ListBuckets"),
    ],
)
def test_parameters_of_another_shape(run, file, operation: str, params: object, says: str) -> None:
    file("case/call.json", {"Operation": operation, "Bucket": "data", "Key": "k", "Params": params})
    done = run("can", "case")
    assert (done.code, done.out) == (2, "")
    assert says in done.err


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_the_characters(file, tmp_path: Path, encoding: str) -> None:
    file("case/call.json", {"Action": "s3:GetObject", "Bucket": "data", "Key": "kü-☃"})
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
    done = program("why", "case", cwd=tmp_path, env=environment, encoding=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u2603" in done.stdout


LONG = "a" * 300


@pytest.mark.parametrize(
    "arguments",
    [
        ["lint", LONG],
        ["lint", "a\0b"],
        ["why", LONG, *ASK],
        ["why", "a\0b", *ASK],
        ["can", "--identity", LONG, *ASK],
        ["can", "--identity", ".", *ASK],
        ["can", "--identity", "binary", *ASK],
        ["lint", "binary"],
        ["lint", "folder"],
        ["why", "folder", *ASK],
    ],
)
def test_paths_that_lead_to_no_policy(run, file, arguments: list[str]) -> None:
    file("binary", "")
    Path("binary").write_bytes(bytes(range(256)))
    Path("folder/identity.json").mkdir(parents=True)
    done = run(*arguments)
    assert done.code in (1, 2)
    assert ": " in done.out + done.err


def test_folders_with_pipes_are_read_without_them(run, file) -> None:
    """Reading a pipe that nobody writes to would not end."""
    file("policies/a.json", policy({}))
    os.mkfifo("policies/b.json")
    assert run("lint", "policies") == (0, "", "")


def test_folders_that_cannot_be_read(run, file, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    file("policies/a.json", policy({}))
    monkeypatch.setattr(Path, "rglob", refuse)
    monkeypatch.setattr(Path, "glob", refuse)
    for arguments in (["lint", "policies"], ["why", "policies", *ASK]):
        done = run(*arguments)
        assert (done.code, done.out) == (2, "")
        assert "policies:1:1: the folder cannot be read" in done.err


def test_a_reader_that_has_seen_enough(file, tmp_path: Path) -> None:
    file("many.json", policy(*[{"Action": "s3:GetObjct"}] * 2_000))
    command = [sys.executable, "-m", "mocks3", "lint", "many.json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"many.json:")
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_disk(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mocks3", "why", *ASK]
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "mocks3: [Errno 28] No space left on device\n")


def test_no_standard_output_at_all(tmp_path: Path) -> None:
    script = "import os, sys; os.close(1); os.execv(sys.executable, [sys.executable, '-m', 'mocks3', *sys.argv[1:]])"
    command = [sys.executable, "-c", script, "why", *ASK]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_interrupted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mocks3.cli.described_call.collect", interrupt)
    assert main(["why", *ASK]) == 130
    assert capsys.readouterr().err == ""


# The linter takes time in proportion to what it reads: twice as much text is at most about twice as many steps.

STATEMENT: dict[str, Any] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}


def numbered(text: str, count: int) -> list[str]:
    return [text.format(number) for number in range(count)]


GROWING = {
    "${ in a resource": lambda n: policy({"Resource": "arn:aws:s3:::data/" + "${" * n}),
    "variables in a resource": lambda n: policy({"Resource": "arn:aws:s3:::data/" + "${s3:x}" * n}),
    "${ in a condition": lambda n: policy({"Condition": {"StringEquals": {"aws:username": "${" * n}}}),
    "actions": lambda n: policy({"Action": ["s3:GetObject"] * n}),
    "unknown actions": lambda n: policy({"Action": numbered("s3:A{}", n)}),
    "actions with wildcards": lambda n: policy({"Action": numbered("s3:*A{}*", n)}),
    "services with wildcards": lambda n: policy({"Action": numbered("s{}*:Get*", n)}),
    "a repeated action with wildcards": lambda n: policy({"Action": ["s3:Get*"] * n}),
    "statements": lambda n: policy(*[{"Sid": each} for each in numbered("S{}", n)]),
    "statements of distinct resources": lambda n: policy(
        *[{"Resource": each} for each in numbered("arn:aws:s3:::data/{}/*", n)]
    ),
    "statements with ${": lambda n: policy(
        *[{"Resource": each} for each in numbered("arn:aws:s3:::data/${{aws:username}}/{}", n)]
    ),
    "findings": lambda n: policy(*[{"Resource": "arn:aws:s3:::data"}] * n),
    "statements of a bucket": lambda n: policy(*[{"Principal": "*", "Action": "s3:ListBucket"}] * n),
    "actions and resources": lambda n: policy(
        {"Action": ["s3:ListBucket"] * n, "Resource": numbered("arn:aws:s3:::data/{}", n)}
    ),
    "denies of requests without TLS": lambda n: policy(
        *[
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": each,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
            for each in numbered("arn:aws:s3:::data{}", n)
        ]
    ),
    "buckets and prefixes": lambda n: policy(
        {
            "Action": "s3:ListBucket",
            "Resource": numbered("arn:aws:s3:::data{}", n),
            "Condition": {"StringLike": {"s3:prefix": numbered("p{}/", n)}},
        }
    ),
    "conditions": lambda n: policy(
        {"Condition": {"StringEquals": dict.fromkeys(numbered("aws:k{}", n), "v")}}
    ),
    "principals that NotPrincipal lists": lambda n: policy(
        {"Effect": "Deny", "NotPrincipal": {"AWS": numbered("arn:aws:iam::111122223333:role/r{}", n)}}
    ),
}


@pytest.mark.parametrize("what", GROWING)
def test_linting_is_linear(file, what: str) -> None:
    few, many = (file(f"{n}.json", json.dumps(GROWING[what](n))) for n in (500, 2_000))
    list(check(file("first.json", GROWING[what](10)), None))  # what is read once a process
    assert steps(lambda: list(check(many, None))) < 5 * steps(lambda: list(check(few, None))) + 20_000


# Lines of Python for one more item. With 250 of them, 100,000 items take less than 2 seconds on a machine of 2024.
MOST_LINES = 250


@pytest.mark.parametrize(
    "what",
    [
        "${ in a resource",
        "actions with wildcards",
        "services with wildcards",
        "a repeated action with wildcards",
        "statements",
        "statements of distinct resources",
        "statements with ${",
    ],
)
def test_parsing_and_linting_an_item_takes_few_steps(what: str) -> None:
    def work(n: int) -> int:
        text = json.dumps(GROWING[what](n))
        return steps(lambda: lint(Policy.parse(text), s3_tables()))

    work(10)  # what is read once a process
    assert work(2_000) - work(1_000) < MOST_LINES * 1_000


@pytest.mark.parametrize(
    "resource",
    [
        "MY" + "USERNAME" * 5_000 + "x",
        "AWS_" * 50_000,
        "your-" * 50_000,
        "REPLACE_ME-" * 20_000 + "a",
        "xX" * 50_000 + "y",
    ],
    ids=lambda text: text[:12],
)
def test_placeholders_are_searched_in_linear_time(resource: str) -> None:
    """A quadratic search of these texts takes minutes, and one that tries all divisions into words never ends."""
    wrong = list(s3_lint(Policy.parse(json.dumps(policy({"Resource": f"arn:aws:s3:::data/{resource}"})))))
    assert {each.code for each in wrong} <= {"placeholder"}


def test_a_long_text_is_not_repeated_for_each_finding(run, file) -> None:
    done = run("lint", file("p.json", policy({"Resource": "arn:aws:s3:::data/" + "${" * 10_000})))
    assert done.code == 1
    assert len(done.out) < 2_000
    assert done.out.count("[broken-variable]") == 1


# A short fuzz: arguments and files of every shape, put together at random.

VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, "", "k", "\ud800", "\0", "ü☃", "a" * 2_000, "${", "*", [], {}, [[]], {"": None},
    "arn:aws:s3:::data/k", "arn:aws:iam::123456789012:user/eve", "anonymous", "s3:GetObject",
    "GetObject", {"a": {"b": [1]}},
)  # fmt: skip
FILES = (
    "call.json", "identity.json", "boundary.json", "session.json", "scp.json", "bucket-policy.json", "bucket-acl.json",
    "public-access-block.json", "ownership.json", "other.json",
)  # fmt: skip
MEMBERS = (
    "Principal",
    "Action",
    "Operation",
    "Bucket",
    "Key",
    "VersionId",
    "Context",
    "Owner",
    "CanonicalId",
    "Params",
    "Statement",
    "Effect",
    "Resource",
    "Condition",
    "Sid",
    "Version",
    "Policy",
    "PolicyDocument",
    "Grants",
    "Rules",
    "OwnershipControls",
    "PublicAccessBlockConfiguration",
    "Role",
    "Delete",
    "Tagging",
)
OPTIONS = (
    "--principal",
    "--action",
    "--operation",
    "--bucket",
    "--key",
    "--owner",
    "--context",
    "--identity",
    "--color",
    "--boundary",
    "--session",
    "--scp",
    "--bucket-policy",
    "--acl",
    "--ownership",
    "--kind",
    "--json",
    "-q",
)


def any_value(chance: random.Random, depth: int = 0) -> Any:
    if depth > 3 or chance.random() < 0.4:
        return chance.choice((*VALUES, *S3))
    if chance.random() < 0.3:
        return [any_value(chance, depth + 1) for _ in range(chance.randrange(3))]
    return {chance.choice(MEMBERS): any_value(chance, depth + 1) for _ in range(chance.randrange(5))}


def near_policy(chance: random.Random) -> Any:
    document = policy({"Principal": "*"} if chance.random() < 0.5 else {})
    place: Any = chance.choice((document, document["Statement"][0]))
    place[chance.choice(MEMBERS)] = any_value(chance)
    return document


def any_call(chance: random.Random) -> dict[str, Any]:
    call = {"Operation": chance.choice(S3), "Bucket": "data", "Key": "k", "Params": any_value(chance)}
    if chance.random() < 0.5:
        call[chance.choice(MEMBERS)] = any_value(chance)
    return call


def any_file(chance: random.Random, name: str) -> str:
    if name == "call.json" and chance.random() < 0.8:
        return json.dumps(any_call(chance))
    text = json.dumps(near_policy(chance) if chance.random() < 0.6 else any_value(chance))
    return text[: chance.randrange(len(text) + 1)] if chance.random() < 0.1 else text


def any_arguments(chance: random.Random) -> list[str]:
    given = [chance.choice(("why", "can", "lint")), *(["case"] if chance.random() < 0.8 else [])]
    for _ in range(chance.randrange(4)):
        option = chance.choice(OPTIONS)
        given.append(option)
        if option not in ("--json", "-q"):
            texts = [each for each in VALUES if isinstance(each, str)]
            given.append(str(chance.choice((*texts, *S3, f"case/{chance.choice(FILES)}", "a=b"))))
    return given


@pytest.mark.parametrize("seed", range(8))
def test_nothing_brings_a_traceback(run, file, seed: int) -> None:
    rounds = int(os.environ.get("MOCKS3_CLI_FUZZ", "15"))
    chance = random.Random(seed)
    for _ in range(rounds):
        for name in FILES:
            Path("case", name).unlink(missing_ok=True)
        for name in chance.sample(FILES, chance.randrange(1, 4)):
            file(f"case/{name}", any_file(chance, name))
        arguments = any_arguments(chance)
        assert run(*arguments).code in (0, 1, 2), arguments
