"""A missing key is answered with 403

S3 answers 404 NoSuchKey only to callers who may list the bucket. All others get 403, so that they cannot find out which
keys exist. The reader may read objects and may not list them.
"""

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}


def test_denied(aws):
    ops = aws.account("111122223333")
    ops.create_bucket("reports", objects={"2026/january.csv": b"1,2,3"})
    reader = ops.create_user("reader", policies={"Version": "2012-10-17", "Statement": READ})

    reader.client("s3").get_object(Bucket="reports", Key="2026/januar.csv")


def test_fixed(aws):
    """Read the key that exists. To get 404 for a missing key, allow `s3:ListBucket` on the bucket."""
    ops = aws.account("111122223333")
    ops.create_bucket("reports", objects={"2026/january.csv": b"1,2,3"})
    reader = ops.create_user("reader", policies={"Version": "2012-10-17", "Statement": READ})

    reader.client("s3").get_object(Bucket="reports", Key="2026/january.csv")
