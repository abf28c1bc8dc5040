"""The AWS managed key ``aws/s3``: one for each account and Region, without creation.

AWS creates it at its first use. Here it is computed from the account and the Region, so its use changes no state and a
snapshot does not need to contain it.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from functools import lru_cache

from mocks3.lib.partitions import partition_of
from mocks3.policy import Policy
from mocks3.storage.kms.records import KeyRecord

ALIAS = "alias/aws/s3"
_EPOCH = datetime.datetime(2014, 11, 12, tzinfo=datetime.UTC)
"""The creation date of the key: an arbitrary date, the day on which KMS was launched."""


def key_id(*what: object) -> str:
    """Return a key id: a UUID that is computed from the arguments."""
    digest = hashlib.sha256("\0".join(map(str, what)).encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


@lru_cache(maxsize=256)
def s3_key(account: str, region: str) -> KeyRecord:
    """Return the key ``aws/s3`` of an account in a Region."""
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
    """Return its key policy: principals that may use S3 in the account may use the key through S3 only (F-61)."""
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
                "Principal": {"AWS": f"arn:{partition_of(region)}:iam::{account}:root"},
                "Action": ["kms:Describe*", "kms:Get*", "kms:List*"],
                "Resource": "*",
            },
        ],
    }
