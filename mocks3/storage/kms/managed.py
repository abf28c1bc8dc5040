"""The AWS managed key ``aws/s3``: one an account and Region, there without being made.

AWS makes it at its first use. Here it follows from the account and the Region alone, so that using it changes
nothing and a snapshot need not know of it.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from functools import lru_cache

from mocks3.policy import Policy
from mocks3.storage.kms.records import KeyRecord

ALIAS = "alias/aws/s3"
_EPOCH = datetime.datetime(2014, 11, 12, tzinfo=datetime.UTC)
"""When it was made: the day KMS opened, as good as any."""


def key_id(*what: object) -> str:
    """A key's id: a UUID that follows from what it is for."""
    digest = hashlib.sha256("\0".join(map(str, what)).encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


@lru_cache(maxsize=256)
def s3_key(account: str, region: str) -> KeyRecord:
    """The key ``aws/s3`` of an account in a Region."""
    policy = Policy.parse(json.dumps(_policy(account, region)), name="key policy of aws/s3")
    return KeyRecord(
        account,
        region,
        key_id("aws/s3", account, region),
        policy,
        _EPOCH,
        "Default key that protects my S3 objects when no other key is defined",
        manager="AWS",
    )


def _policy(account: str, region: str) -> dict[str, object]:
    """Its key policy: whoever the account lets use S3 may use it, through S3 and not otherwise (F-61)."""
    return {
        "Version": "2012-10-17",
        "Id": "auto-s3-2",
        "Statement": [
            {
                "Sid": "Allow access through S3 for all principals in the account that are authorized to use S3",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": [
                    "kms:Encrypt",
                    "kms:Decrypt",
                    "kms:ReEncrypt*",
                    "kms:GenerateDataKey*",
                    "kms:DescribeKey",
                ],
                "Resource": "*",
                "Condition": {
                    "StringEquals": {
                        "kms:ViaService": f"s3.{region}.amazonaws.com",
                        "kms:CallerAccount": account,
                    }
                },
            },
            {
                "Sid": "Allow direct access to key metadata to the account",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": ["kms:Describe*", "kms:Get*", "kms:List*"],
                "Resource": "*",
            },
        ],
    }
