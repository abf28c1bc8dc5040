"""A service control policy denies other Regions

The organization denies S3 calls outside eu-central-1, and the client uses another Region. A service control policy also
applies to the root user of the account.
"""

HOME_REGION_ONLY = {
    "Sid": "HomeRegionOnly",
    "Effect": "Deny",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}},
}
WRITE = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::reports/*"}


def test_denied(aws):
    ops = aws.account("111122223333")
    ops.create_bucket("reports", region="us-east-1")
    organization = aws.organization("o-example")
    organization.add(ops)
    organization.put_scp({"Version": "2012-10-17", "Statement": HOME_REGION_ONLY}, on=ops, name="Regions")
    writer = ops.create_user("writer", policies={"Version": "2012-10-17", "Statement": WRITE})

    writer.client("s3", region_name="us-east-1").put_object(Bucket="reports", Key="a.csv", Body=b"1,2,3")


def test_fixed(aws):
    """Keep the bucket in the Region that the organization allows."""
    ops = aws.account("111122223333")
    ops.create_bucket("reports", region="eu-central-1")
    organization = aws.organization("o-example")
    organization.add(ops)
    organization.put_scp({"Version": "2012-10-17", "Statement": HOME_REGION_ONLY}, on=ops, name="Regions")
    writer = ops.create_user("writer", policies={"Version": "2012-10-17", "Statement": WRITE})

    writer.client("s3", region_name="eu-central-1").put_object(Bucket="reports", Key="a.csv", Body=b"1,2,3")
