"""Lifecycle rules need no permissions."""

from __future__ import annotations

import json


def test_m_40_a_deny_does_not_stop_aborting(aws, s3, bucket):
    """M-40: the bucket policy denies everyone to abort uploads; the rule still aborts one."""
    abort = {"ID": "abort", "Status": "Enabled", "Filter": {}}
    abort["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": 1}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [abort]})
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:AbortMultipartUpload",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    s3.create_multipart_upload(Bucket=bucket, Key="k")
    aws.clock.advance(days=2)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
