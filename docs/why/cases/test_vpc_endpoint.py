"""The bucket policy denies requests from outside a VPC endpoint

The bucket policy denies every request that does not come through one VPC endpoint. A request from the internet has no
`aws:SourceVpce`, and a negated operator also matches requests without the key.
"""

FROM_ENDPOINT_ONLY = {
    "Sid": "FromEndpointOnly",
    "Effect": "Deny",
    "Principal": {"AWS": "arn:aws:iam::111122223333:role/batch"},
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"],
    "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-0a1b2c3d"}},
}
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}


def test_denied(aws):
    ops = aws.account("111122223333")
    batch = ops.create_role("batch", policies={"Version": "2012-10-17", "Statement": READ})
    only = {"Version": "2012-10-17", "Statement": FROM_ENDPOINT_ONLY}
    ops.create_bucket("reports", policy=only, objects={"a.csv": b""})

    batch.assume(session_name="nightly").client("s3").get_object(Bucket="reports", Key="a.csv")


def test_fixed(aws):
    """Send the request through the endpoint. In a test, the request context says so."""
    ops = aws.account("111122223333")
    batch = ops.create_role("batch", policies={"Version": "2012-10-17", "Statement": READ})
    only = {"Version": "2012-10-17", "Statement": FROM_ENDPOINT_ONLY}
    ops.create_bucket("reports", policy=only, objects={"a.csv": b""})

    with aws.request_context(source_vpce="vpce-0a1b2c3d"):
        batch.assume(session_name="nightly").client("s3").get_object(Bucket="reports", Key="a.csv")
