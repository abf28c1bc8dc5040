"""The bucket policy denies requests without TLS

The bucket policy denies every request that comes over http, and the client was created with `use_ssl=False`.
"""

TLS_ONLY = {
    "Sid": "TlsOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}


def test_denied(aws):
    ops = aws.account("111122223333")
    ops.create_bucket(
        "reports", policy={"Version": "2012-10-17", "Statement": TLS_ONLY}, objects={"a.csv": b""}
    )
    reader = ops.create_user("reader", policies={"Version": "2012-10-17", "Statement": READ})

    reader.client("s3", use_ssl=False).get_object(Bucket="reports", Key="a.csv")


def test_fixed(aws):
    """Use https."""
    ops = aws.account("111122223333")
    ops.create_bucket(
        "reports", policy={"Version": "2012-10-17", "Statement": TLS_ONLY}, objects={"a.csv": b""}
    )
    reader = ops.create_user("reader", policies={"Version": "2012-10-17", "Statement": READ})

    reader.client("s3").get_object(Bucket="reports", Key="a.csv")
