"""A test that fails, to show the report: ``pytest failing_on_purpose.py``. The report is in report.txt."""

import pytest
from upload_service import Review


@pytest.mark.s3_principal("ops:role/uploader")
def test_the_uploader_reviews_its_own_files(aws):
    assert Review().accept("incoming/acme/report.csv") == "accepted/acme/report.csv"
