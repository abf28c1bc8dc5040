"""Every command with hostile arguments and files: it answers with an exit code and a sentence, never with a traceback.

The arguments are made from the parser, so that a new command or option is included. ``MOCKS3_CLI_FUZZ`` is the number
of runs of each command.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mocks3 import MockAWS
from mocks3.cli import parser
from tests.cli.conftest import policy
from tests.replay.conftest import OWNER, event

ROUNDS = int(os.environ.get("MOCKS3_CLI_FUZZ", "4"))
(COMMANDS,) = (each for each in parser()._actions if isinstance(each, argparse._SubParsersAction))
TESTED = sorted(set(COMMANDS.choices) - {"watch", "demo"})
"""``watch`` needs a terminal, and ``demo`` takes nothing."""

TEXTS = [
    "", "-", "--", "-1", "0", "9" * 5_000, "1e999", "nan", "\0", "\ud800", "\x1b[2J", "ü☃", "a" * 300, "[", "*", "=",
    "a=", "=b", "aws:x=y", "aws:SourceIp=x", "aws:CurrentTime=9" * 20, "../..", "/dev/null", "~", "${", "%s", "{}",
    "arn:", "arn:aws:iam::123456789012:role/none", "role/none", "user/dave", "html:", "json:out.json", "5m",
    "1h", "GetObject(", 'GetObject(Bucket="data", Key="k")', "X-45", "x-45", "Get*", "data", "http://[",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, 0, -1, 1.5, 1e308, 10**30, "", "k", "\ud800", "\0", "ü☃", "a" * 2_000, "${", [], {}, [[]], [None], [{}],
    {"": None}, "arn:aws:s3:::data", "123456789012", "AROAX", "Allow", "2026-03-04T05:06:07Z", "99999-01-01", "{", "{}",
    '{"Statement": 1}', "%7B", "s3.amazonaws.com", "GetObject", "Fn::GetAtt", {"Ref": "x"}, {"Fn::Sub": "${x}"},
]  # fmt: skip
RECORD = {
    "test": "t.py::test", "operation": "GetObject", "principal": f"arn:aws:iam::{OWNER}:user/team/dave",
    "action": "s3:GetObject", "resource": "arn:aws:s3:::data/k", "allowed": False, "by": "identity",
    "reason": "no policy", "statements": [], "context": {}, "explanation": "DENIED  s3:GetObject",
}  # fmt: skip
TEMPLATE = {
    "Resources": {
        "Data": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "data"}},
        "Allow": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "Data"}, "PolicyDocument": policy({"Principal": "*"})},
        },
    }
}
ACCOUNT = {
    "UserDetailList": [
        {
            "Path": "/team/",
            "UserName": "dave",
            "UserId": "AIDAEXAMPLEUSER000001",
            "Arn": f"arn:aws:iam::{OWNER}:user/team/dave",
            "CreateDate": "2024-01-01T00:00:00Z",
            "UserPolicyList": [{"PolicyName": "read", "PolicyDocument": policy({})}],
        }
    ],
    "GroupDetailList": [],
    "RoleDetailList": [],
    "Policies": [],
}
STATE = {
    "version": 4,
    "resources": [
        {
            "mode": "managed",
            "type": "aws_s3_bucket",
            "name": "data",
            "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
            "instances": [{"attributes": {"bucket": "data", "id": "data", "arn": "arn:aws:s3:::data"}}],
        }
    ],
}
PYTHON = """import boto3
import pytest
from moto import mock_aws, mock_s3 as old
import moto.server

@pytest.fixture
def s3():
    with mock_aws():
        yield boto3.client("s3", region_name="us-east-1")

@mock_aws(config={"core": {"mock_credentials": True}})
class TestData:
    def test_it(self, s3):
        s3.create_bucket(Bucket="data")
        server = moto.server.ThreadedMotoServer(port=5000)
"""
PROJECT = {
    "pyproject.toml": '[project]\nname = "a"\ndependencies = ["moto[s3]>=5"]\n'
    '[tool.pytest.ini_options]\naddopts = "-p no:mocks3"\n',
    "tox.ini": "[tox]\nenv_list = py\n[testenv]\ndeps = moto\n",
    "setup.cfg": "[tool:pytest]\naddopts = -q\n",
    "requirements.txt": "moto==5.0 ; python_version > '3'\nboto3\n",
    "docker-compose.yml": "services:\n  localstack:\n    image: localstack/localstack\n",
    "conftest.py": PYTHON,
}
JSON_FILES = {
    "infra/account.json": ACCOUNT,
    "infra/data/bucket-policy.json": {"Policy": json.dumps(policy({"Principal": "*"}))},
    "infra/template.json": TEMPLATE,
    "infra/terraform.tfstate": STATE,
    "event.json": event(),
    "events/trail.json": {"Records": [event(), event(eventName="PutObject")]},
    "case/call.json": {"Operation": "GetObject", "Bucket": "data", "Key": "k"},
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Valid files of all kinds, by name."""
    folder = tmp_path_factory.mktemp("whole")
    aws = MockAWS()
    aws.account().create_bucket("data", objects={"k": b"x"})
    aws.save(folder / "state.zip")
    (folder / "test_a.py").write_text(
        "def test_a(mocks3_client, aws):\n    aws.account().create_user('eve', policies={'Version': '2012-10-17', "
        "'Statement': {'Effect': 'Allow', 'Action': 's3:GetObject', 'Resource': '*'}})\n"
        "    aws.account().root.client('s3').list_buckets()\n".replace("mocks3_client, ", "")
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        ".",
        "--mocks3-coverage=json:coverage.json",
    ]
    subprocess.run([*command, "test_a.py"], cwd=folder, check=False, capture_output=True)
    found = {name: (folder / name).read_bytes() for name in ("state.zip", "coverage.json")}
    found |= {name: json.dumps(value).encode() for name, value in JSON_FILES.items()}
    found |= {name: text.encode() for name, text in PROJECT.items()}
    lines = [{"format": "mocks3-record", "version": 1}, RECORD, {**RECORD, "allowed": True}]
    found["run.jsonl"] = "\n".join(map(json.dumps, lines)).encode()
    found["tests/test_it.py"] = PYTHON.encode()
    return found


def mangled(chance: random.Random, name: str, content: bytes) -> bytes:
    """Return a file of which one part is changed."""
    kind = chance.random()
    if name.endswith(".zip"):
        return _mangled_zip(chance, content) if kind < 0.8 else content[: chance.randrange(len(content))]
    if kind < 0.6 and name.endswith((".json", ".tfstate", ".jsonl")):
        lines = content.split(b"\n") if name.endswith(".jsonl") else [content]
        place = chance.randrange(len(lines))
        lines[place] = json.dumps(_changed(chance, json.loads(lines[place]))).encode()
        return b"\n".join(lines)
    if kind < 0.7:
        return content[: chance.randrange(len(content) + 1)]
    parts = [
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\r",
        b"(" * 3_000,
        b"[" * 60_000,
        b"{",
        b'"',
        b"\n    ",
        b"# coding: x\n",
        b"9" * 5_000,
        b"\xed\xa0\x80",
    ]
    place = chance.choice((0, chance.randrange(len(content) + 1)))
    return content[:place] + chance.choice(parts) + content[place:]


def _mangled_zip(chance: random.Random, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        changed = chance.choice(old.namelist())
        for name in old.namelist():
            inside = old.read(name)
            if name == changed:
                inside = mangled(chance, name if name.endswith(".json") else f"{name}.txt", inside)
                if chance.random() < 0.2:
                    name = chance.choice(("x", "../x", "/x", ""))
            new.writestr(name, inside)
    return made.getvalue()


def _changed(chance: random.Random, value: Any) -> Any:
    """Return a value of JSON of which one part is another value."""
    if chance.random() < 0.15 or not isinstance(value, dict | list) or not value:
        return chance.choice(VALUES)
    if isinstance(value, list):
        place = chance.randrange(len(value))
        return [*value[:place], _changed(chance, value[place]), *value[place + 1 :]]
    name = chance.choice(list(value))
    if chance.random() < 0.2:
        return {
            **{each: kept for each, kept in value.items() if each != name},
            chance.choice(("", "x", "\ud800")): 1,
        }
    return {**value, name: _changed(chance, value[name])}


def arguments(chance: random.Random, own: argparse.ArgumentParser, files: list[str]) -> Iterator[str]:
    """Make arguments from the options of a parser: mostly files that exist and texts that fit."""
    for action in own._actions:
        needed = action.required or (not action.option_strings and action.nargs not in ("?", "*"))
        if isinstance(action, argparse._HelpAction) or (not needed and chance.random() < 0.6):
            continue
        if isinstance(action, argparse._SubParsersAction):
            name = chance.choice(list(action.choices))
            yield name
            yield from arguments(chance, action.choices[name], files)
            continue
        if action.option_strings:
            yield action.option_strings[0]
        count = {None: 1, "?": 1, "*": 1, "+": 2}.get(action.nargs, action.nargs)
        for _ in range(count if isinstance(count, int) else 0):
            known = list(action.choices or ()) or files
            yield str(chance.choice(known)) if chance.random() < 0.75 else chance.choice(TEXTS)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server ends at once, and mutate runs no pytest."""
    monkeypatch.setattr("mocks3.cli.serve.threading", argparse.Namespace(Event=_Ended, Lock=threading.Lock))
    monkeypatch.setattr("mocks3.cli.mutate.subprocess.run", lambda *_, **__: argparse.Namespace(returncode=0))


class _Ended(threading.Event):
    def wait(self, timeout: float | None = None) -> bool:
        return True


@pytest.mark.filterwarnings("ignore:the mock server listens on")
@pytest.mark.parametrize("command", TESTED)
def test_nothing_brings_a_traceback(
    run: Any, file: Any, quick: None, whole: dict[str, bytes], command: str
) -> None:
    file("x", "")
    chance = random.Random(command)
    files = [*whole, "infra", "events", "tests", ".", "none", "infra/none.json"]
    for _ in range(ROUNDS):
        for name, content in whole.items():
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(mangled(chance, name, content) if chance.random() < 0.35 else content)
        given = [command, *arguments(chance, COMMANDS.choices[command], files)]
        try:
            done = run(*given)
        except Exception as fault:
            fault.add_note(repr(given)[:2_000])
            raise
        assert done.code in (0, 1, 2), (given, done)
        assert "Traceback" not in done.err, given


@pytest.mark.parametrize("command", ["migrate", "minimize", "replay", "matrix", "doctor", "show", "lint"])
def test_a_path_that_is_too_long(run: Any, file: Any, command: str) -> None:
    file("x.json", {})
    more = ["x.json"] if command == "minimize" else []
    done = run(command, "a" * 300, *more)
    assert done.code in (1, 2)
    assert "a" * 300 in done.out + done.err
