"""What the role of the billing service can do."""

import billing
import boto3
import pytest

pytestmark = pytest.mark.s3_principal("ops:role/billing")


def test_an_invoice_is_read_as_it_was_stored():
    billing.store(1, b"%PDF")
    assert billing.load(1) == b"%PDF"


@pytest.mark.parametrize("encryption", [{}, {"ServerSideEncryption": "AES256"}])
def test_an_invoice_is_encrypted_with_a_kms_key(aws, encryption):
    with aws.denied("s3:PutObject", sid="DenyUnencrypted"):
        boto3.client("s3").put_object(Bucket=billing.BUCKET, Key="1.pdf", **encryption)
