"""Where a client makes the calls of the story: in this process, or through the server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from mocks3 import mock_s3

ALL_BUT_READING = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/secret/*"},
    ],
}


class Place:
    """A world, and how a client finds it. ``eve`` may not read below ``secret/``."""

    def __init__(self, aws: Any, server: Any = None) -> None:
        self.aws, self.server = aws, server
        account = aws.account()
        account.create_bucket("data")
        self.eve = account.create_user("eve", policies=ALL_BUT_READING)

    def key(self, principal: Any = None) -> Any:
        """Return the access key of a principal, of the account's root by default."""
        return (principal or self.aws.account().root).access_key

    def boto3(self, principal: Any = None) -> dict[str, Any]:
        """Return the options of a boto3 client."""
        if self.server is not None:
            return dict(self.server.options("boto3", principal))
        key = self.key(principal)
        return {
            "region_name": "us-east-1",
            "aws_access_key_id": key.id,
            "aws_secret_access_key": key.secret,
        }

    def options(self, client: str, principal: Any = None) -> Any:
        """Return the options with which a library finds the server."""
        return self.server.options(client, principal)

    def environment(self, principal: Any = None) -> dict[str, str]:
        """Return the environment of a program that finds the server."""
        clean = {name: text for name, text in os.environ.items() if not name.startswith(("AWS_", "S3_"))}
        return {**clean, **self.server.environment(principal)}


@pytest.fixture
def inside() -> Iterator[Place]:
    """A mock that answers the clients of this process."""
    with mock_s3() as aws:
        yield Place(aws)


@pytest.fixture
def served() -> Iterator[Place]:
    """A mock and its server. Clients of this process that could be intercepted send their calls too."""
    with mock_s3(passthrough=["127.0.0.1"]) as aws, aws.serve() as server:
        yield Place(aws, server)
