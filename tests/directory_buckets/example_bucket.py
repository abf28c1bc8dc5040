"""Helpers of the tests of directory buckets: configurations, errors, policies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

NAME = "data--use1-az4--x-s3"
ARN = f"arn:aws:s3express:us-east-1:123456789012:bucket/{NAME}"
PLAIN = (403, "AccessDenied", "Access Denied")


def configuration(zone: str = "use1-az4", kind: str = "AvailabilityZone", **more: Any) -> dict[str, Any]:
    """Return the CreateBucketConfiguration of a directory bucket."""
    return {
        "Location": {"Type": kind, "Name": zone},
        "Bucket": {"Type": "Directory", "DataRedundancy": f"Single{kind}"},
        **more,
    }


def refused(call: Callable[..., Any], **params: Any) -> tuple[int, str, str]:
    """Assert that a call fails, and return status, code and message of its error."""
    with pytest.raises(ClientError) as caught:
        call(**params)
    response = caught.value.response
    error = response["Error"]
    return response["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error.get("Message", "")


def may(action: str = "s3express:CreateSession", resource: str = ARN, **more: Any) -> dict[str, Any]:
    """Return a policy with one Allow."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}
