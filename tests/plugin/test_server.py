"""The fixture ``s3_server``: the test's own AWS over HTTP, under its own name or with a prefix."""

from __future__ import annotations

import os

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


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the workers wait for each other at named pipes")
def test_each_worker_of_xdist_has_a_server_of_its_own(pytester):
    """The same test runs in two workers at the same time. Each sees its own bucket at its own server."""
    for name in ("begun", "read"):
        os.mkfifo(pytester.path / name)
    pytester.makepyfile(
        """
        import urllib.request

        PUBLIC = {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"
            },
        }

        def test_it(s3_server, s3_bucket, worker_id, pytestconfig):
            def meet(name):  # opening a named pipe waits for the other end
                open(pytestconfig.rootpath / name, "w" if worker_id == "gw0" else "r").close()

            own = worker_id.encode()
            s3_bucket("data", policy=PUBLIC, public_access_block=False, objects={"k": own})
            meet("begun")
            found = urllib.request.urlopen(f"{s3_server.url}/data/k").read()
            meet("read")
            assert found == own
            (pytestconfig.rootpath / f"{worker_id}.port").write_text(str(s3_server.port))
        """
    )
    result = pytester.runpytest_subprocess("-p", "xdist", "-n", "2", "--dist", "each", timeout=120)
    result.assert_outcomes(passed=2)
    ports = [(pytester.path / f"gw{number}.port").read_text() for number in range(2)]
    assert ports[0] != ports[1]
