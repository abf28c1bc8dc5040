"""Requests to the server itself, below /_mocks3/."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError

from mocks3 import MockAWS
from mocks3.server import Server


@pytest.fixture
def ask(server: Server) -> Any:
    def send(method: str, path: str) -> Any:
        with urlopen(Request(f"{server.url}/_mocks3/{path}", method=method)) as answer:
            text = answer.read().decode()
            return json.loads(text) if answer.headers["Content-Type"] == "application/json" else text

    return send


def refused(ask: Any, method: str, path: str) -> str:
    with pytest.raises(HTTPError) as caught:
        ask(method, path)
    assert caught.value.code == 400
    return str(json.load(caught.value)["error"])


def test_reset_brings_back_the_state_at_the_start(aws: MockAWS, ask: Any, s3: Any) -> None:
    s3.put_object(Bucket="data", Key="k", Body=b"x")
    assert ask("POST", "reset") == {"status": "ok"}
    assert s3.list_buckets()["Buckets"] == []
    assert [call.operation for call in aws.calls] == ["ListBuckets"]


def test_a_snapshot_can_be_restored_any_number_of_times(ask: Any, s3: Any) -> None:
    first = ask("POST", "snapshot")["snapshot"]
    for _ in range(2):
        s3.put_object(Bucket="data", Key="k", Body=b"x")
        assert ask("POST", f"restore?snapshot={first}") == {"status": "ok"}
        assert s3.list_objects_v2(Bucket="data")["KeyCount"] == 0
    assert refused(ask, "POST", "restore?snapshot=7") == "there is no snapshot '7'; there are: 1"


def test_decisions_say_who_was_denied_and_why(aws: MockAWS, ask: Any, s3: Any, client: Any) -> None:
    s3.put_object(Bucket="data", Key="k", Body=b"x")
    before = ask("GET", "decisions")
    assert [each["action"] for each in before["decisions"]] == ["s3:CreateBucket", "s3:PutObject"]
    eve = client("s3", aws.account().create_user("eve"))
    with pytest.raises(ClientError, match="AccessDenied"):
        eve.get_object(Bucket="data", Key="k")
    after = ask("GET", f"decisions?since={before['next']}&denied=true")
    assert [(each["action"], each["allowed"], each["layer"]) for each in after["decisions"]] == [
        ("s3:GetObject", False, "identity")
    ]
    assert after["decisions"][0]["remedies"]
    assert refused(ask, "GET", "decisions?since=x").startswith("since must be")
    assert (
        refused(ask, "GET", "decisions?until=1")
        == "this request has no parameter 'until'; it has: denied, since"
    )


def test_explain_prints_the_latest_denial_or_answers_a_question(
    aws: MockAWS, ask: Any, s3: Any, client: Any
) -> None:
    assert ask("GET", "explain") == "no call was denied\n"
    aws.account().create_user("eve")
    question = "principal=user/eve&action=s3:GetObject&resource=arn:aws:s3:::data/k"
    assert ask("GET", f"explain?{question}").startswith("DENIED  s3:GetObject on arn:aws:s3:::data/k\n")
    assert ask("GET", f"explain?{question.replace('user/eve', 'anonymous')}").startswith("DENIED")
    assert "there is no principal" in refused(ask, "GET", f"explain?{question.replace('eve', 'adam')}")
    assert refused(ask, "GET", "explain?principal=user/eve") == "explain needs action and resource"
    assert len(aws.decisions) == 1
    with pytest.raises(ClientError, match="403"):
        client("s3", aws.account().user("eve")).head_object(Bucket="data", Key="k")
    assert "by arn:aws:iam::123456789012:user/eve, in HeadObject" in ask("GET", "explain")


def test_other_paths_are_s3s(ask: Any) -> None:
    with pytest.raises(HTTPError) as caught:
        ask("GET", "nothing")
    assert b"<Code>" in caught.value.read()
