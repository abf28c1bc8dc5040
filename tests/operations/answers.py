"""Helpers that make a call and return its answer or its error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


def refusal(call: Callable[..., Any], /, **params: Any) -> dict[str, Any]:
    """Assert that a call fails, and return the elements of its error, with the HTTP status as ``Status``."""
    with pytest.raises(ClientError) as caught:
        call(**params)
    response = caught.value.response
    return {"Status": response["ResponseMetadata"]["HTTPStatusCode"], **response["Error"]}


def answer(call: Callable[..., Any], /, **params: Any) -> dict[str, Any]:
    """Make a call, and return its answer without ``ResponseMetadata``."""
    response = dict(call(**params))
    del response["ResponseMetadata"]
    return response


def status(call: Callable[..., Any], /, **params: Any) -> int:
    """Make a call that succeeds, and return its HTTP status."""
    return int(call(**params)["ResponseMetadata"]["HTTPStatusCode"])


def no_such_bucket(name: str) -> dict[str, Any]:
    """Return the error for a bucket that does not exist."""
    return {
        "Status": 404,
        "Code": "NoSuchBucket",
        "Message": "The specified bucket does not exist",
        "BucketName": name,
    }


def client_with(**options: Any) -> Any:
    """Return a client with the ambient credentials and with options of botocore's ``Config``."""
    import boto3
    from botocore.config import Config

    return boto3.client("s3", region_name="us-east-1", config=Config(**options))


def unchecking_client() -> Any:
    """Return a client that computes and verifies checksums only if an operation requires it."""
    return client_with(
        request_checksum_calculation="when_required", response_checksum_validation="when_required"
    )
