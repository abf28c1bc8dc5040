"""The bucket policy denies uploads without an encryption header

The bucket policy denies uploads that do not ask for SSE-KMS. The condition compares the header of the request. The
bucket's default encryption encrypts the object, but it does not add the header.
"""

KMS_ONLY = {
    "Sid": "KmsOnly",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::reports/*",
    "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
}
WRITE = {"Effect": "Allow", "Action": ["s3:PutObject", "kms:GenerateDataKey"], "Resource": "*"}


def test_denied(aws):
    ops = aws.account("111122223333")
    ops.create_bucket("reports", policy={"Version": "2012-10-17", "Statement": KMS_ONLY})
    writer = ops.create_user("writer", policies={"Version": "2012-10-17", "Statement": WRITE})

    writer.client("s3").put_object(Bucket="reports", Key="a.csv", Body=b"1,2,3")


def test_fixed(aws):
    """Send the header: `ServerSideEncryption="aws:kms"`."""
    ops = aws.account("111122223333")
    ops.create_bucket("reports", policy={"Version": "2012-10-17", "Statement": KMS_ONLY})
    writer = ops.create_user("writer", policies={"Version": "2012-10-17", "Statement": WRITE})

    writer.client("s3").put_object(
        Bucket="reports", Key="a.csv", Body=b"1,2,3", ServerSideEncryption="aws:kms"
    )
