"""Block Public Access refuses a public ACL

The policies allow `s3:PutObjectAcl`, and the bucket has ACLs enabled. But Block Public Access is on, as for every new
bucket, and its setting BlockPublicAcls refuses every call with a public ACL.
"""

WRITE = {"Effect": "Allow", "Action": ["s3:PutObject", "s3:PutObjectAcl"], "Resource": "arn:aws:s3:::site/*"}


def test_denied(aws):
    ops = aws.account("111122223333")
    ops.create_bucket("site", ownership="ObjectWriter")
    writer = ops.create_user("writer", policies={"Version": "2012-10-17", "Statement": WRITE})

    writer.client("s3").put_object(Bucket="site", Key="index.html", Body=b"", ACL="public-read")


def test_fixed(aws):
    """Upload without the ACL."""
    ops = aws.account("111122223333")
    ops.create_bucket("site", ownership="ObjectWriter")
    writer = ops.create_user("writer", policies={"Version": "2012-10-17", "Statement": WRITE})

    writer.client("s3").put_object(Bucket="site", Key="index.html", Body=b"")
