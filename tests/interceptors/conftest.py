"""Worlds with something in them, and every HTTP library to ask them with."""

from __future__ import annotations

import pytest

from mocks3 import mock_s3

from .http_clients import CLIENTS

EVERYTHING_TO_EVERYBODY = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::open", "arn:aws:s3:::open/*"],
    },
}


@pytest.fixture
def world():
    with mock_s3() as aws:
        account = aws.account()
        account.create_bucket("closed", objects={"k": b"secret"})
        account.create_bucket(
            "open", policy=EVERYTHING_TO_EVERYBODY, public_access_block=None, objects={"k": b"hello"}
        )
        yield aws


@pytest.fixture(params=CLIENTS)
def send(request):
    return CLIENTS[request.param]
