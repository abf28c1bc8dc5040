"""The fixture ``s3_server``: the test's own AWS over HTTP, under its own name or with a prefix."""

from __future__ import annotations

import pytest

TEST = """
    import http.client

    def get(server, path):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request("GET", path)
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    PUBLIC = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"
        },
    }

    def test_one(PREFIXs3_server, PREFIXs3_bucket, PREFIXaws):
        PREFIXs3_bucket("data", policy=PUBLIC, public_access_block=False, objects={"k": b"x"})
        assert get(PREFIXs3_server, "/data/k") == (200, b"x")
        assert PREFIXaws.calls[-1].operation == "GetObject"

    def test_two(PREFIXs3_server):
        assert get(PREFIXs3_server, "/data/k")[0] == 404
"""


@pytest.mark.parametrize("prefix", ["", "mocks3_"])
def test_the_server_serves_the_aws_of_the_test(pytester, prefix):
    pytester.makepyfile(TEST.replace("PREFIX", prefix))
    result = pytester.runpytest("-o", f"mocks3_fixture_prefix={prefix}")
    result.assert_outcomes(passed=2)
