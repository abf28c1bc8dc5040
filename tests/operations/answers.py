"""How tests look at what S3 answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


def refusal(call: Callable[..., Any], /, **params: Any) -> dict[str, Any]:
    """The error that a client's method raises: its elements, and the HTTP status as ``Status``."""
    with pytest.raises(ClientError) as caught:
        call(**params)
    response = caught.value.response
    return {"Status": response["ResponseMetadata"]["HTTPStatusCode"], **response["Error"]}


def answer(call: Callable[..., Any], /, **params: Any) -> dict[str, Any]:
    """What a client's method returns, without the metadata of HTTP."""
    response = dict(call(**params))
    del response["ResponseMetadata"]
    return response


def status(call: Callable[..., Any], /, **params: Any) -> int:
    """The HTTP status of success."""
    return int(call(**params)["ResponseMetadata"]["HTTPStatusCode"])


def no_such_bucket(name: str) -> dict[str, Any]:
    """The error about a bucket that is not there."""
    return {
        "Status": 404,
        "Code": "NoSuchBucket",
        "Message": "The specified bucket does not exist",
        "BucketName": name,
    }


def client_with(**options: Any) -> Any:
    """A client, of the account that ambient credentials are, with options of botocore's ``Config``."""
    import boto3
    from botocore.config import Config

    return boto3.client("s3", region_name="us-east-1", config=Config(**options))


def unchecking_client() -> Any:
    """A client that computes no checksum unless it must."""
    return client_with(
        request_checksum_calculation="when_required", response_checksum_validation="when_required"
    )
