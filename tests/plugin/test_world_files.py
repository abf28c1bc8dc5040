"""``aws.load`` in fixtures, and the marker ``s3_world``."""

from __future__ import annotations

import json

import pytest

from tests.plugin.test_neighbours import only

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:role/reader"},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::data/*",
        }
    ],
}


@pytest.fixture
def infra(pytester: pytest.Pytester) -> None:
    """Files below ``tests/infra`` and ``infra-of-root``."""
    printed = json.dumps({"Policy": json.dumps(POLICY)})
    folder = pytester.mkdir("tests")
    for name in ("tests/infra", "infra-of-root"):
        pytester.mkdir(name)
        (pytester.path / name / "get-bucket-policy.json").write_text(printed)
    (pytester.path / "tests/infra/package.json").write_text("{}\n")
    (folder / "test_it.py").write_text("")


def test_a_seed_loads_files_next_to_it(pytester: pytest.Pytester, infra: None) -> None:
    (pytester.path / "tests/conftest.py").write_text(
        """
import pytest

@pytest.fixture(scope="session")
def aws_seed(aws_seed):
    loaded = aws_seed.load("infra/", account="111122223333")
    assert [each.reason[:17] for each in loaded.unread] == ["the file is empty"]
    return aws_seed
"""
    )
    (pytester.path / "tests/test_it.py").write_text(
        """
def test_read(aws):
    ops = aws.account("111122223333")
    ops.client().put_object(Bucket="data", Key="k", Body=b"v")
    assert ops.role("reader").assume().client().get_object(Bucket="data", Key="k")["Body"].read() == b"v"

def test_the_world_is_fresh(aws):
    assert aws.account("111122223333").client().list_objects_v2(Bucket="data")["KeyCount"] == 0

def test_more_of_the_root_folder(aws):
    aws.load("infra-of-root", account="111122223333")
"""
    )
    pytester.runpytest_subprocess("-q").assert_outcomes(passed=3)


MARKED = """
import mocks3.load.loading
import pytest

loads = []
original = mocks3.load.loading.load_into

@pytest.fixture(autouse=True, scope="session")
def counted():
    def counting(*given, **named):
        loads.append(given)
        return original(*given, **named)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mocks3.load.loading, "load_into", counting)
        yield

@pytest.mark.s3_world("infra", account="111122223333")
@pytest.mark.parametrize("number", range(4))
def test_reads(number, aws):
    ops = aws.account("111122223333")
    assert ops.client().list_objects_v2(Bucket="data")["KeyCount"] == 0
    ops.client().put_object(Bucket="data", Key="k", Body=b"v")
    assert len(loads) == 1

@pytest.mark.s3_world("infra", account="444455556666")
def test_other_arguments(aws):
    assert aws.store.bucket("data").owner == "444455556666"
    assert len(loads) <= 2

@pytest.mark.s3_principal("111122223333:role/reader")
@pytest.mark.s3_world("infra-of-root/get-bucket-policy.json", account="111122223333")
def test_without_a_fixture():
    import boto3
    import botocore
    with pytest.raises(botocore.exceptions.ClientError, match="NoSuchKey|403|AccessDenied"):
        boto3.client("s3").get_object(Bucket="data", Key="k")
"""


def test_marked_tests_share_one_load(pytester: pytest.Pytester, infra: None) -> None:
    (pytester.path / "tests/test_it.py").write_text(MARKED)
    pytester.runpytest_subprocess("-q").assert_outcomes(passed=6)


def test_each_worker_of_xdist_loads_once(
    pytester: pytest.Pytester, infra: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, "xdist")
    (pytester.path / "tests/test_it.py").write_text(MARKED)
    pytester.runpytest_subprocess("-n", "2").assert_outcomes(passed=6)


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("s3_world()", "*the marker s3_world names files or folders*"),
        ("s3_world('missing.json')", "*mocks3: s3_world: missing.json: the file does not exist*"),
        ("s3_world('infra', buckets='x')", "*there is no argument 'buckets'; did you mean bucket=?*"),
        ("s3_world('infra', strict=True)", "*s3_world: *package.json*the file is empty*"),
    ],
)
def test_errors_are_named(pytester: pytest.Pytester, infra: None, marker: str, said: str) -> None:
    (pytester.path / "tests/test_it.py").write_text(
        f"import pytest\n\n@pytest.mark.{marker}\ndef test_it(aws):\n    pass\n"
    )
    done = pytester.runpytest_subprocess("-q")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines([said])


def test_a_failing_test_shows_what_was_assumed(pytester: pytest.Pytester, infra: None) -> None:
    (pytester.path / "tests/test_it.py").write_text(
        """
import pytest

@pytest.mark.s3_world("infra", account="111122223333")
def test_it(aws):
    aws.account("111122223333").create_user("eve").client().get_object(Bucket="data", Key="k")
"""
    )
    done = pytester.runpytest_subprocess("-q")
    done.stdout.fnmatch_lines(["*package.json was not understood: the file is empty*"])


def test_the_marker_is_registered(pytester: pytest.Pytester) -> None:
    pytester.runpytest_subprocess("--markers").stdout.fnmatch_lines(["@pytest.mark.s3_world(*files, *"])
