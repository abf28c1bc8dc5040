"""``mocks3 matrix``: the command line around ``mocks3.matrix``."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from tests.cli.conftest import policy

OWNER = "111122223333"


def account(**users: Any) -> dict[str, Any]:
    """Return what get-account-authorization-details prints for users with these statements."""
    return {
        "UserDetailList": [
            {
                "Path": "/",
                "UserName": name,
                "UserId": f"AIDAEXAMPLEUSER{number:05}",
                "Arn": f"arn:aws:iam::{OWNER}:user/{name}",
                "CreateDate": "2024-01-01T00:00:00Z",
                "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": policy(statement)}],
                "GroupList": [],
                "AttachedManagedPolicies": [],
            }
            for number, (name, statement) in enumerate(users.items())
        ],
        "GroupDetailList": [],
        "RoleDetailList": [],
        "Policies": [],
    }


@pytest.fixture
def folders(file: Any) -> Any:
    """Two states of an account: in the new one, dave may write, and eve may not read."""
    write = {"Action": ["s3:GetObject", "s3:PutObject"]}
    file("old/account.json", account(dave={}, eve={}))
    file("new/account.json", account(dave=write, eve={"Action": "s3:ListBucket"}))
    for folder in ("old", "new"):
        file(f"{folder}/data/get-bucket-location.json", {"LocationConstraint": None})
        file(
            f"{folder}/data/bucket-policy.json",
            {"Policy": json.dumps(policy({"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject"}))},
        )
    return file


ASK = ("--operations", "GetObject", "PutObject", "--keys", "k")


def test_table(run, folders) -> None:
    done = run("matrix", "old", *ASK)
    assert done.code == 0, done
    assert (
        done.out
        == f"""\
bucket data

    [1] anonymous
        arn:aws:iam::999999999999:user/outside
    [2] arn:aws:iam::{OWNER}:user/dave
        arn:aws:iam::{OWNER}:user/eve

                [1] [2]
  GetObject k    .   A
  PutObject k    .   .

A allowed   . denied, because nothing allows it   D denied by a Deny or a rule of S3   e not decided
"""
    )


def test_csv_json_and_html(run, folders) -> None:
    rows = list(csv.DictReader(io.StringIO(run("matrix", "old", *ASK, "--format", "csv").out)))
    found = run("matrix", "old", *ASK, "--format", "json").json
    assert len(rows) == len(found) == 8
    assert [row["verdict"] for row in rows] == [row["verdict"] for row in found]
    allowed = {(row["principal"], row["operation"]) for row in found if row["verdict"] == "allowed"}
    assert allowed == {(f"arn:aws:iam::{OWNER}:user/{name}", "GetObject") for name in ("dave", "eve")}
    done = run("matrix", "old", *ASK, "--format", "html")
    assert done.out.startswith("<!doctype html>")
    assert "<title>S3 permissions of old</title>" in done.out
    done = run("matrix", "old", *ASK, "--format", "markdown", "--principals", "user/dave")
    assert f"| `arn:aws:iam::{OWNER}:user/dave` | `s3://data/k` | GetObject |" in done.out


def test_diff(run, folders) -> None:
    done = run("matrix", "--diff", "old", "new", *ASK)
    assert done.code == 1, done
    assert (
        done.out
        == f"""\
1 calls opened, 1 closed

opens s3://data/k to arn:aws:iam::{OWNER}:user/dave
  PutObject
  before: denied: no identity policy of user dave allows it, and the bucket policy does not allow it either [X-45]
  now: allowed: an identity policy of user dave allows it [E-31] (Statement[0] of the identity policy "own")

closes s3://data/k to arn:aws:iam::{OWNER}:user/eve
  GetObject
  now: denied: no identity policy of user eve allows it, and the bucket policy does not allow it either [X-45]
  before: allowed: an identity policy of user eve allows it [E-31] (Statement[0] of the identity policy "own")
"""
    )
    assert run("matrix", "--diff", "old", "new", *ASK, "--allow-opening").code == 0
    done = run("matrix", "--diff", "old", "old", *ASK)
    assert (done.code, done.out) == (0, "0 calls opened, 0 closed\n")


def test_diff_as_markdown_and_json(run, folders) -> None:
    done = run("matrix", "--diff", "old", "new", *ASK, "--format", "markdown")
    assert done.code == 1
    assert done.out.startswith(
        "## S3 permissions\n\n1 calls opened, 1 closed\n\n### Opened\n\n| principal | resource |"
    )
    assert (
        f"\n| `arn:aws:iam::{OWNER}:user/dave` | `s3://data/k` | PutObject | denied: no identity policy"
        in done.out
    )
    found = run("matrix", "--diff", "old", "new", *ASK, "--format", "json").json
    (opened,), (closed,) = found["opened"], found["closed"]
    assert (opened["before"], opened["after"], opened["row"]["operation"]) == (
        "denied",
        "allowed",
        "PutObject",
    )
    assert (closed["before"], closed["after"], closed["row"]["principal"]) == (
        "allowed",
        "denied",
        f"arn:aws:iam::{OWNER}:user/eve",
    )


def test_diff_asks_both_states_about_the_keys_and_principals_of_either(run, folders) -> None:
    """A statement that names a new prefix adds a key to both matrices."""
    folders("new/account.json", account(dave={"Resource": "arn:aws:s3:::data/new/*"}, zoe={}))
    done = run("matrix", "--diff", "old", "new", "--operations", "GetObject", "--format", "json")
    assert done.code == 1
    opened = {
        (change["row"]["principal"][-4:], change["row"]["key"], change["before"])
        for change in done.json["opened"]
    }
    closed = {
        (change["row"]["principal"][-4:], change["row"]["key"], change["after"])
        for change in done.json["closed"]
    }
    assert opened == {("/zoe", "key", "absent"), ("/zoe", "new/key", "absent")}
    assert closed == {("dave", "key", "denied"), ("/eve", "key", "absent"), ("/eve", "new/key", "absent")}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name files or folders that describe the accounts and buckets, or use --diff OLD NEW"),
        (("old", "--diff", "old", "new"), "--diff takes exactly two files or folders: --diff OLD NEW"),
        (("--diff", "old", "new", "--format", "html"), "--diff has the formats table, markdown and json"),
        (("old", "--operations", "GetObjekt"), "S3 has no operation 'GetObjekt'; did you mean 'GetObject'?"),
        (("old", "--context", "x"), "--context takes KEY=VALUE, such as aws:PrincipalTag/team=data, not 'x'"),
    ],
)
def test_unusable(run, folders, arguments: tuple[str, ...], message: str) -> None:
    done = run("matrix", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith(f"mocks3 matrix: {message}\n")


def test_context(run, folders) -> None:
    where = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
    }
    folders("old/data/bucket-policy.json", {"Policy": json.dumps(policy(where))})
    assert " A" not in run("matrix", "old", *ASK).out.partition("allowed")[0]
    assert "\n  GetObject k" in run("matrix", "old", *ASK, "--context", "aws:SourceVpce=vpce-1").out
    found = run("matrix", "old", *ASK, "--context", "aws:SourceVpce=vpce-1", "--format", "json").json
    assert sum(row["verdict"] == "allowed" for row in found) == 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_on_a_terminal_only(run, folders, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("matrix", "old", *ASK).err == ""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    run("matrix", "old", *ASK)
    drawn = terminal.getvalue().split("\r")
    assert "[###                           ] 1 of 8 calls" in drawn
    assert drawn[-1] == "\033[K"
