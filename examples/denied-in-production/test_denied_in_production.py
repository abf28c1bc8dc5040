"""The denial of production in a test, and the fix."""

import pytest

ACCOUNT, REGION = "111122223333", "eu-west-1"
ROLE = "ReportStack-ReporterServiceRole6F2A9C41-4QX7LZ2M1KDR"  # of the event, and of names/ReportStack.json
REPORT = {"Bucket": "acme-reports", "Key": "2026/11/23/orders.csv"}


@pytest.fixture
def reporter(aws):
    """A client of the function's role. The report exists."""
    owner = aws.account(ACCOUNT)
    owner.root.client("s3", region_name=REGION).put_object(**REPORT, Body=b"order,total\n1,42\n")
    return owner.role(ROLE).assume().client("s3", region_name=REGION)


@pytest.mark.s3_world("deployed", "names")
def test_the_event_is_denied_here_too(aws):
    replay = aws.replay("event.json")
    assert not replay.differing, replay


@pytest.mark.s3_world("deployed", "names")
def test_the_role_may_not_use_the_key(aws, reporter):
    with aws.denied("kms:Decrypt", by="identity-policy"):
        reporter.get_object(**REPORT)


@pytest.mark.s3_world("fixed", "names")
def test_with_the_fix_the_role_reads_the_report(reporter):
    assert reporter.get_object(**REPORT)["Body"].read().startswith(b"order,total")


@pytest.mark.s3_world("fixed", "names")
def test_with_the_fix_the_event_is_allowed(aws):
    (differing,) = aws.replay("event.json").differing
    assert "allowed" in str(differing)


@pytest.mark.s3_world("fixed", "names")
def test_with_the_fix_the_role_still_may_not_write(aws, reporter):
    with aws.denied("s3:PutObject", by="identity-policy"):
        reporter.put_object(**REPORT, Body=b"")
