"""The format of ``aws.save``: the page describes it, and files of earlier releases can be read.

``saved/version-1.json`` is a state that a release with version 1 wrote. Do not write it again: if a change of the code
makes this file unreadable, read it as before, or give the format a new version.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mocks3 import MockAWS
from mocks3.handles import saved_states
from mocks3.handles.server_controls import ServerControls

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs/server.md").read_text(encoding="utf-8")
STATE = json.loads((HERE / "saved/version-1.json").read_text(encoding="utf-8"))
BODIES = (b"one", b"two", b"", b"", b"x" * 100_000, b"s", b"p", b"p" * (5 << 20), b"half")


@pytest.fixture
def aws(tmp_path: Path) -> MockAWS:
    """Return the AWS of the file."""
    file = tmp_path / "state.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("state.json", json.dumps(STATE))
        for number, body in enumerate(BODIES, 1):
            archive.writestr(f"bodies/{number}", body)
    world = MockAWS()
    world.load_saved(file)
    return world


def test_a_file_of_version_1_can_be_read(aws: MockAWS) -> None:
    s3, account = aws.client(), aws.account()
    found = s3.get_object(Bucket="data", Key="sealed")
    assert (found["Body"].read(), found["ServerSideEncryption"]) == (b"s", "aws:kms")
    versions = s3.list_object_versions(Bucket="data", Prefix="k")["Versions"]
    bodies = [
        s3.get_object(Bucket="data", Key="k", VersionId=each["VersionId"])["Body"].read() for each in versions
    ]
    assert bodies == [b"two", b"one"]
    assert s3.head_object(Bucket="old", Key="large")["ContentLength"] == 5 << 20
    assert s3.get_object_legal_hold(Bucket="data", Key="k")["LegalHold"]["Status"] == "ON"
    (upload,) = s3.list_multipart_uploads(Bucket="old")["Uploads"]
    (part,) = s3.list_parts(Bucket="old", Key="running", UploadId=upload["UploadId"])["Parts"]
    assert (upload["Key"], part["Size"]) == ("running", 4)
    eve = account.user("eve")
    assert eve.client("s3").get_object(Bucket="data", Key="k")["Body"].read() == b"two"
    with pytest.raises(ClientError, match="explicit deny"):
        eve.client("s3").get_object(Bucket="data", Key="secret")
    assert account.role("reader").assume(by=eve).arn.endswith("assumed-role/reader/session")
    assert (
        aws.client("organizations").describe_organization()["Organization"]["MasterAccountId"] == account.id
    )
    assert aws.anonymous.client("s3").get_object(Bucket="old", Key="public")["Body"].read() == b"p"


def test_the_file_has_the_version_of_the_code() -> None:
    assert (STATE["format"], STATE["version"]) == (saved_states.FORMAT, saved_states.VERSION)


def rows(heading: str) -> list[str]:
    """Return the first cells of a table after a heading of the page."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]


def test_the_page_describes_every_member(aws: MockAWS, tmp_path: Path) -> None:
    aws.save(tmp_path / "again.zip")
    with zipfile.ZipFile(tmp_path / "again.zip") as archive:
        state = json.loads(archive.read("state.json"))
    described = {name for cell in rows("The state in a file") for name in re.findall(r"`(\w+)`", cell)}
    assert described == set(state) == set(STATE)


def test_the_page_describes_every_mark() -> None:
    from mocks3.handles import saved_values

    marks = set(re.findall(r'"(\$\w+)"', saved_values.__doc__ or ""))
    section = PAGE.partition("Members whose names begin with `$`")[2].partition("\n## ")[0]
    assert set(re.findall(r"`(\$\w+)`", section)) == marks
    assert set(re.findall(r'"(\$\w+)"', json.dumps(STATE))) <= marks


def test_the_page_describes_every_request_to_the_server_itself() -> None:
    world: Any = MockAWS()
    described = {
        tuple(re.match(r"`(\w+) ([^?`]+)", cell.strip()).groups())  # type: ignore[union-attr]
        for cell in rows("From other languages")
    }
    assert described == set(ServerControls(world).by_path())
