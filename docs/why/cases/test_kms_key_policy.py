"""The key policy does not allow to decrypt

The caller may read the object, but the object is encrypted with a KMS key, and the key's policy allows only another
role. An identity policy cannot replace the key policy, because this key policy does not delegate to the account.
"""

READ = {"Effect": "Allow", "Action": ["s3:GetObject", "kms:Decrypt"], "Resource": "*"}
ADMIN = {
    "Sid": "Admin",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111122223333:role/admin"},
    "Action": "kms:*",
    "Resource": "*",
}
READER = {
    **ADMIN,
    "Sid": "Reader",
    "Principal": {"AWS": "arn:aws:iam::111122223333:user/reader"},
    "Action": "kms:Decrypt",
}


def test_denied(aws):
    ops = aws.account("111122223333")
    reader = ops.create_user("reader", policies={"Version": "2012-10-17", "Statement": READ})
    admin = ops.create_role(
        "admin", policies={"Version": "2012-10-17", "Statement": {**READ, "Action": "s3:*"}}
    )
    key = ops.create_kms_key(policy={"Version": "2012-10-17", "Statement": [ADMIN]})
    ops.create_bucket("reports")
    encrypted = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key.arn}
    admin.assume().client("s3").put_object(Bucket="reports", Key="a.csv", Body=b"1,2,3", **encrypted)

    reader.client("s3").get_object(Bucket="reports", Key="a.csv")


def test_fixed(aws):
    """Add a statement for the reader to the key policy."""
    ops = aws.account("111122223333")
    reader = ops.create_user("reader", policies={"Version": "2012-10-17", "Statement": READ})
    admin = ops.create_role(
        "admin", policies={"Version": "2012-10-17", "Statement": {**READ, "Action": "s3:*"}}
    )
    key = ops.create_kms_key(policy={"Version": "2012-10-17", "Statement": [ADMIN, READER]})
    ops.create_bucket("reports")
    encrypted = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key.arn}
    admin.assume().client("s3").put_object(Bucket="reports", Key="a.csv", Body=b"1,2,3", **encrypted)

    reader.client("s3").get_object(Bucket="reports", Key="a.csv")
