"""A role of another account needs both accounts

The role's identity policy allows the call, but the bucket belongs to another account, and its bucket policy does not
name the role. Across accounts both sides must allow.
"""

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}
PARTNER = {**READ, "Principal": {"AWS": "arn:aws:iam::444455556666:role/import"}}


def test_denied(aws):
    aws.account("111122223333").create_bucket("reports", objects={"a.csv": b"1,2,3"})
    partner = aws.account("444455556666")
    importer = partner.create_role("import", policies={"Version": "2012-10-17", "Statement": READ})

    importer.assume(session_name="nightly").client("s3").get_object(Bucket="reports", Key="a.csv")


def test_fixed(aws):
    """Name the role in the bucket policy."""
    reports = aws.account("111122223333").create_bucket("reports", objects={"a.csv": b"1,2,3"})
    partner = aws.account("444455556666")
    importer = partner.create_role("import", policies={"Version": "2012-10-17", "Statement": READ})
    reports.put_policy({"Version": "2012-10-17", "Statement": PARTNER})

    importer.assume(session_name="nightly").client("s3").get_object(Bucket="reports", Key="a.csv")
