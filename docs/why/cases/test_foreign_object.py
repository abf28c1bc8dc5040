"""Another account owns the object

With Object Ownership `ObjectWriter`, the account that writes an object owns it. The owner of the bucket cannot read the
object, and cannot allow others to read it.
"""

EVERYTHING = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
UPLOAD = {
    "Effect": "Allow",
    "Principal": {"AWS": "444455556666"},
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::inbox/*",
}


def test_denied(aws):
    ops = aws.account("111122223333")
    partner = aws.account("444455556666")
    upload = {"Version": "2012-10-17", "Statement": UPLOAD}
    ops.create_bucket("inbox", ownership="ObjectWriter", policy=upload)
    admin = ops.create_user("admin", policies={"Version": "2012-10-17", "Statement": EVERYTHING})
    partner.client("s3").put_object(Bucket="inbox", Key="a.csv", Body=b"1,2,3")

    admin.client("s3").get_object(Bucket="inbox", Key="a.csv")


def test_fixed(aws):
    """Disable ACLs: with `BucketOwnerEnforced` the bucket's owner owns every object. It is the default."""
    ops = aws.account("111122223333")
    partner = aws.account("444455556666")
    upload = {"Version": "2012-10-17", "Statement": UPLOAD}
    ops.create_bucket("inbox", ownership="BucketOwnerEnforced", policy=upload)
    admin = ops.create_user("admin", policies={"Version": "2012-10-17", "Statement": EVERYTHING})
    partner.client("s3").put_object(Bucket="inbox", Key="a.csv", Body=b"1,2,3")

    admin.client("s3").get_object(Bucket="inbox", Key="a.csv")
