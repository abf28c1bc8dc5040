"""The names of the fixtures: an ini option renames all of them, and fixtures of others with the same name win."""

from __future__ import annotations

import pytest

from pytest_mocks3 import fixtures

PREFIX = """
[pytest]
mocks3_fixture_prefix = mocks3_
filterwarnings =
    error
    ignore:datetime\\.datetime\\.utc:DeprecationWarning:botocore
"""
OTHER = """
import pytest

@pytest.fixture
def aws():
    return "other aws"

@pytest.fixture(name="s3")
def client():
    return "other s3"

@pytest.fixture
def s3_bucket(s3):
    return "other bucket"

@pytest.fixture(scope="session")
def s3_user():
    return "other user"
"""
USES_OTHER = """
def test_theirs(aws, s3, s3_bucket, s3_user):
    assert (aws, s3, s3_bucket, s3_user) == ("other aws", "other s3", "other bucket", "other user")
"""


def test_the_table_of_names_is_complete() -> None:
    found = [name for name, value in vars(fixtures).items() if hasattr(value, "__wrapped__")]
    assert set(fixtures.NAMES) == set(found)


def test_all_fixtures_have_the_prefix(pytester: pytest.Pytester) -> None:
    pytester.makefile(".ini", pytest=PREFIX)
    pytester.path.joinpath("p.json").write_text('{"Version": "2012-10-17", "Statement": []}', "utf-8")
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def mocks3_aws_seed(mocks3_aws_seed):
            print("seeding")
            mocks3_aws_seed.account("111122223333", name="ops").create_user("eve")
            mocks3_aws_seed.account().create_bucket("seeded", objects={"k": b"v"})
            return mocks3_aws_seed

        @pytest.fixture
        def mocks3_s3_bucket(mocks3_s3_bucket):
            return lambda name: mocks3_s3_bucket(f"{name}-of-the-project")
        """
    )
    pytester.makepyfile(
        """
        import boto3
        import pytest

        @pytest.mark.parametrize("turn", range(2))
        def test_copies(mocks3_aws, mocks3_s3, turn):
            assert mocks3_s3.list_objects_v2(Bucket="seeded")["KeyCount"] == 1
            assert mocks3_aws.account().client("s3").delete_object(Bucket="seeded", Key="k")

        def test_factories(
            mocks3_s3_account, mocks3_s3_user, mocks3_s3_group, mocks3_s3_role, mocks3_s3_bucket, mocks3_s3_policy,
            mocks3_s3_anonymous, mocks3_s3_clock,
        ):
            policy = mocks3_s3_policy(allow="s3:*")
            user = mocks3_s3_user("bob", groups=[mocks3_s3_group(policies=policy)])
            assert mocks3_s3_bucket("data").name == "data-of-the-project"
            assert user.client("s3").list_objects_v2(Bucket="data-of-the-project")["KeyCount"] == 0
            role = mocks3_s3_role("reader", policies=policy, account=mocks3_s3_account("111122223333"))
            assert role.arn == "arn:aws:iam::111122223333:role/reader"
            mocks3_s3_clock.freeze("2026-01-31")
            assert mocks3_s3_clock.now.day == 31

        @pytest.mark.s3_principal("ops:user/eve")
        def test_marker_without_fixture():
            found = boto3.client("sts", region_name="us-east-1").get_caller_identity()
            assert found["Arn"] == "arn:aws:iam::111122223333:user/eve"

        @pytest.fixture
        def late(mocks3_s3_user):
            return mocks3_s3_user("late")

        @pytest.mark.s3_principal("user/late")
        def test_late_principal(late):
            found = boto3.client("sts", region_name="us-east-1").get_caller_identity()
            assert found["Arn"] == late.arn

        @pytest.mark.mocks3(region="eu-west-1")
        def test_settings(mocks3_aws):
            assert mocks3_aws.settings.region == "eu-west-1"

        @pytest.mark.s3_principal("ops:user/eve")
        def test_report():
            boto3.client("s3").get_object(Bucket="seeded", Key="k")

        @pytest.fixture(scope="module")
        def changed(mocks3_aws_seed):
            mocks3_aws_seed.account().create_bucket("lost")

        def test_changed(changed, mocks3_aws):
            pass

        def test_missing_file(mocks3_s3_policy):
            mocks3_s3_policy("q.json")

        @pytest.mark.parametrize("name", ["aws", "aws_seed", "s3", "s3_bucket", "s3_clock"])
        def test_plain_names_are_free(request, name):
            with pytest.raises(pytest.FixtureLookupError):
                request.getfixturevalue(name)
        """
    )
    result = pytester.runpytest_inprocess("-s")
    result.assert_outcomes(passed=11, failed=2, errors=1)
    assert sum(line.count("seeding") for line in result.outlines) == 1
    result.stdout.fnmatch_lines_random(
        [
            "* why S3 denied this *",
            "the module fixture 'changed' changes the world of mocks3_aws_seed*requests mocks3_aws",
            "mocks3_s3_policy: there is no *q.json; did you mean p.json?",
        ]
    )


def test_pytest_lists_the_names_of_the_run(pytester: pytest.Pytester) -> None:
    listed = [f"{name} *-- *fixtures.py:*" for name in fixtures.NAMES]
    pytester.runpytest_inprocess("--fixtures").stdout.fnmatch_lines_random(listed)
    pytester.makefile(".ini", pytest=PREFIX)
    result = pytester.runpytest_inprocess("--fixtures")
    result.stdout.fnmatch_lines_random([f"mocks3_{each}" for each in listed])
    result.stdout.no_fnmatch_line("aws -- *")
    result.stdout.fnmatch_lines(["mocks3_s3 -- *", "*client of the root user of the default account*"])


def test_a_prefix_that_no_name_can_begin_with_is_refused(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("-o", "mocks3_fixture_prefix=my-")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*mocks3_fixture_prefix is the start of a Python name*not 'my-'"])


@pytest.mark.parametrize("loaded_by", ["option", "environment", "conftest"])
def test_fixtures_of_another_plugin_win(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, loaded_by: str
) -> None:
    pytester.makepyfile(other_plugin=OTHER, test_it=USES_OTHER)
    pytester.syspathinsert()
    arguments = ["-p", "other_plugin"] if loaded_by == "option" else []
    if loaded_by == "environment":
        monkeypatch.setenv("PYTEST_PLUGINS", "other_plugin")
    if loaded_by == "conftest":
        pytester.makeconftest('pytest_plugins = ["other_plugin"]')
    pytester.runpytest_subprocess(*arguments).assert_outcomes(passed=1)


@pytest.mark.parametrize("name", ["a_plugin", "z_plugin"])
def test_fixtures_of_an_installed_plugin_win(pytester: pytest.Pytester, name: str) -> None:
    """Entry points have no fixed order: ours may be loaded before or after."""
    info = pytester.mkdir(f"{name}-1.0.dist-info")
    info.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    info.joinpath("entry_points.txt").write_text(f"[pytest11]\n{name} = {name}\n", "utf-8")
    pytester.makepyfile(**{name: OTHER, "test_it": USES_OTHER})
    pytester.syspathinsert()
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_fixture_of_another_plugin_can_build_on_ours(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        other_plugin="""
        import pytest

        @pytest.fixture(scope="session")
        def aws_seed(aws_seed):
            aws_seed.account().create_bucket("of-the-plugin")
            return aws_seed
        """,
        test_it="""
        def test_both(s3):
            names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
            assert names == ["of-the-plugin", "of-the-project"]
        """,
    )
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def aws_seed(aws_seed):
            aws_seed.account().create_bucket("of-the-project")
            return aws_seed
        """
    )
    pytester.syspathinsert()
    pytester.runpytest_subprocess("-p", "other_plugin").assert_outcomes(passed=1)


def test_ours_and_another_plugins_side_by_side(pytester: pytest.Pytester) -> None:
    pytester.makefile(".ini", pytest=PREFIX)
    pytester.makepyfile(
        other_plugin=OTHER,
        test_it=USES_OTHER
        + """
def test_ours(aws, mocks3_s3):
    mocks3_s3.create_bucket(Bucket="uploads")
    assert aws == "other aws"
""",
    )
    pytester.syspathinsert()
    pytester.runpytest_subprocess("-p", "other_plugin").assert_outcomes(passed=2)


def test_fixtures_of_a_conftest_win(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(OTHER)
    pytester.makepyfile(USES_OTHER)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
