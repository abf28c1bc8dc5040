"""Tests of what each role can do. The code runs unchanged, with the credentials of the role."""

import boto3
import pytest
from upload_service import BUCKET, Review, Uploads

from mocks3 import assert_allows, assert_denies

ACCEPTED = f"arn:aws:s3:::{BUCKET}/accepted/acme/old.csv"


@pytest.mark.s3_principal("ops:role/uploader")
def test_the_uploader_takes_files_in(aws):
    with aws.allowed("s3:PutObject", by="identity-policy", sid="TakeFilesIn"):
        assert Uploads().receive("acme", "new.csv", b"4,5,6") == "incoming/acme/new.csv"


@pytest.mark.s3_principal("ops:role/uploader")
@pytest.mark.parametrize("customer", ["../accepted/acme", "acme"])
def test_the_uploader_reads_nothing_back(aws, customer):
    key = Uploads().receive(customer, "new.csv", b"4,5,6")
    with aws.denied("s3:GetObject", by="identity-policy"):
        boto3.client("s3").get_object(Bucket=BUCKET, Key=key)


@pytest.mark.s3_principal("ops:role/reviewer")
def test_a_reviewer_passes_on_what_came_in(aws):
    review = Review()
    assert review.waiting() == ["incoming/acme/report.csv"]
    assert review.accept("incoming/acme/report.csv") == "accepted/acme/report.csv"
    assert review.waiting() == []


@pytest.mark.s3_principal("ops:role/reviewer")
def test_what_was_accepted_stays(aws):
    with aws.denied("s3:DeleteObject", by="bucket-policy", sid="AcceptedStays"):
        boto3.client("s3").delete_object(Bucket=BUCKET, Key="accepted/acme/old.csv")


@pytest.mark.s3_principal("ops:role/reviewer")
def test_nothing_travels_unencrypted(aws):
    with (
        aws.request_context(secure_transport=False),
        aws.denied("s3:ListBucket", by="bucket-policy", sid="DenyPlainHttp"),
    ):
        Review().waiting()


def test_the_documents_by_themselves(s3_policy):
    bucket = s3_policy("policies/bucket.json")
    assert_denies(bucket, "s3:DeleteObjectVersion", ACCEPTED, sid="AcceptedStays")
    assert_allows(s3_policy("policies/reviewer.json"), "s3:PutObject", ACCEPTED, sid="PassItOn")
    assert_denies(s3_policy("policies/uploader.json"), "s3:PutObject", ACCEPTED)
