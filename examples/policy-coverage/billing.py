"""Store and read invoices."""

import boto3

BUCKET = "acme-invoices"


def store(number, pdf):
    """Store an invoice, encrypted with the KMS key of S3."""
    boto3.client("s3").put_object(
        Bucket=BUCKET, Key=f"{number}.pdf", Body=pdf, ServerSideEncryption="aws:kms"
    )


def load(number):
    """Return an invoice."""
    return boto3.client("s3").get_object(Bucket=BUCKET, Key=f"{number}.pdf")["Body"].read()
