"""Calls whose documents are changed at random: S3 Control answers each with an error or a result, never a traceback."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from freezegun import freeze_time

from mocks3 import NotSupported
from mocks3.model.messages import WireRequest
from mocks3.operations import registered
from mocks3.pipeline import handle

from .world import call, fill

OPERATIONS = sorted(name for service, name in registered() if service == "s3control")
TEXTS = ("-1", "x" * 70, "\N{SNOWMAN}", "999999999999999", "arn:aws:s3", "s3://", "true", "", "Ready")


def changed(text: str, dice: random.Random) -> str:
    """A document in which elements are missing, empty, doubled or have another text."""
    for _ in range(dice.randint(1, 2)):
        names = re.findall(r"<(\w+)[^>]*>", text)
        if not names:
            return text
        name = dice.choice(names)
        element = rf"(<{name}(?: [^>]*)?>)(.*?)(</{name}>)"
        new = dice.choice((r"", r"\1\3", r"\1\2\3\1\2\3", rf"\g<1>{dice.choice(TEXTS)}\g<3>"))
        text = re.sub(element, new, text, count=1, flags=re.DOTALL)
    return text


def variants(sent: WireRequest, dice: random.Random) -> Iterator[tuple[str, str, str]]:
    """Paths, queries and documents that differ from those of a call."""
    body = sent.body.decode() if isinstance(sent.body, bytes) else ""
    for _ in range(8):
        query, path = sent.query, sent.path
        if dice.random() < 0.3:
            query = re.sub(
                r"=[^&]*", lambda _: f"={dice.choice(('', 'x', '-1', '%E2%98%83'))}", query, count=1
            )
        if dice.random() < 0.2:
            path += dice.choice(("x", "%E2%98%83", "%2F"))
        yield path, query, changed(body, dice)


def sign(aws, sent: WireRequest, path: str, query: str, body: str) -> WireRequest:
    key = aws.account().root.access_key
    url = f"https://{sent.host}{path}" + (f"?{query}" if query else "")
    headers = {"x-amz-account-id": sent.headers["x-amz-account-id"], "host": sent.host}
    asked = AWSRequest(sent.method, url, headers=headers, data=body.encode())
    S3SigV4Auth(Credentials(key.id, key.secret, key.token), "s3", "us-east-1").add_auth(asked)
    ready = {name.lower(): str(value) for name, value in asked.headers.items()}
    ready["content-length"] = str(len(body.encode()))
    return sent._replace(path=path, query=query, headers=ready, body=body.encode(), unsent=None)


def test_no_document_ends_in_a_traceback(aws, control, point, monkeypatch):
    from mocks3 import pipeline

    answer, seen = pipeline.answer, []
    dice = random.Random(20261130)
    with freeze_time("2026-11-30T01:00:00Z"):
        fill(aws)
        mark = aws.snapshot()
        with monkeypatch.context() as patch:
            patch.setattr(pipeline, "answer", lambda world, sent: seen.append(sent) or answer(world, sent))
            for operation in OPERATIONS:
                aws.restore(mark)
                try:
                    call(aws.account().root, operation)
                except Exception as error:
                    assert operation == "GetDataAccess", error  # noqa: PT017 - the root user has no grant
        assert len(seen) == len(OPERATIONS)
        statuses = set()
        for sent in seen:
            for variant in variants(sent, dice):
                aws.restore(mark)
                try:
                    statuses.add(handle(aws, sign(aws, sent, *variant)).status)
                except NotSupported:
                    continue
    assert {200, 400, 403, 404, 405} <= statuses
    assert max(statuses) < 500
