"""The permissions boundary does not allow the action

The user's identity policy allows every S3 action. The permissions boundary limits the user to reading: an action needs
an Allow in both.
"""

EVERYTHING = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
READ_ONLY = {
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:ListBucket"],
    "Resource": "*",
}
READ_WRITE = {**READ_ONLY, "Action": ["s3:GetObject", "s3:ListBucket", "s3:PutObject"]}


def test_denied(aws):
    ops = aws.account("111122223333")
    ops.create_bucket("reports")
    boundary = {"Version": "2012-10-17", "Statement": READ_ONLY}
    dev = ops.create_user(
        "dev", policies={"Version": "2012-10-17", "Statement": EVERYTHING}, boundary=boundary
    )

    dev.client("s3").put_object(Bucket="reports", Key="a.csv", Body=b"1,2,3")


def test_fixed(aws):
    """Have the administrators add the action to the boundary, if the user should write."""
    ops = aws.account("111122223333")
    ops.create_bucket("reports")
    boundary = {"Version": "2012-10-17", "Statement": READ_WRITE}
    dev = ops.create_user(
        "dev", policies={"Version": "2012-10-17", "Statement": EVERYTHING}, boundary=boundary
    )

    dev.client("s3").put_object(Bucket="reports", Key="a.csv", Body=b"1,2,3")
