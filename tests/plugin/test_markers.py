"""Markers, ini options and flags: the settings of a test's AWS, and the principal that the test runs as."""

from __future__ import annotations

import dataclasses

import pytest

from mocks3.mocking.options import CHOICES
from mocks3.model.world import Settings
from pytest_mocks3 import options

SEED = """
import pytest

@pytest.fixture(scope="session")
def aws_seed(aws_seed):
    ops = aws_seed.account("111122223333", name="ops")
    ops.create_bucket("data", objects={"k": b"v"})
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}]}
    ops.create_role("reader", policies=policy, path="/team/")
    ops.create_user("eve", policies=policy)
    aws_seed.account().create_user("dave")
    return aws_seed
"""


def test_the_table_is_that_of_mock_s3() -> None:
    assert [option.name for option in options.WORLD] == [field.name for field in dataclasses.fields(Settings)]
    assert {option.name: option.choices for option in options.WORLD if option.choices} == CHOICES


def test_a_marked_test_behaves_so(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3
        import pytest

        pytestmark = pytest.mark.mocks3(new_bucket_defaults="legacy", region="us-west-2")

        @pytest.mark.mocks3(region="eu-west-1", enforce="report")
        def test_closest_wins(aws):
            assert aws.settings.region == "eu-west-1"
            assert aws.settings.new_bucket_defaults == "legacy"
            assert aws.client("s3").meta.region_name == boto3.client("s3").meta.region_name == "eu-west-1"
            aws.account().create_bucket("bkt")
            aws.account().create_user("dave").client("s3").list_objects_v2(Bucket="bkt")

        def test_module(aws):
            assert (aws.settings.region, aws.settings.enforce) == ("us-west-2", "deny")
            assert aws.client("s3").meta.region_name == "us-west-2"

        @pytest.mark.mocks3(account="111122223333", strict=True)
        def test_account(aws, s3):
            assert aws.account().id == "111122223333"
            with pytest.raises(s3.exceptions.ClientError, match="InvalidAccessKeyId"):
                boto3.client("s3", aws_access_key_id="AKIA", aws_secret_access_key="x").list_buckets()

        @pytest.mark.mocks3(strict=True)
        def test_without_fixture():
            boto3.client("s3").create_bucket(
                Bucket="bkt", CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
            )
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("marker", "says"),
    [
        ("mocks3(enfore='report')", "*mock_s3 has no option 'enfore'; did you mean 'enforce'?*"),
        ("mocks3(enforce='rapport')", "*enforce must be one of 'deny', 'report', not 'rapport'*"),
        ("mocks3(min_part_size=-1)", "*min_part_size must be a number of bytes, 0 or more, not -1*"),
        ("mocks3(True)", "*the marker mocks3 takes options by name*"),
        ("s3_principal()", "*the marker s3_principal names one principal*"),
        (
            "s3_principal('ops:role/raeder')",
            "*there is no principal 'ops:role/raeder'; did you mean 'ops:role/team/reader'?*",
        ),
        (
            "s3_principal('oops:user/eve')",
            "*there is no principal 'oops:user/eve'; did you mean 'ops:user/eve'?*",
        ),
        (
            "s3_principal('anonymous')",
            "*there is no principal 'anonymous'; the principals are user/dave, root, *",
        ),
    ],
)
def test_a_misspelt_marker_is_an_error(pytester: pytest.Pytester, marker: str, says: str) -> None:
    pytester.makeconftest(SEED)
    pytester.makepyfile(f"import pytest\n\n@pytest.mark.{marker}\ndef test_it():\n    pass\n")
    result = pytester.runpytest_inprocess()
    assert result.ret == 1
    result.stdout.fnmatch_lines([says])


@pytest.mark.parametrize(("given", "kept"), [("none", None), ("20", 20)])
def test_how_many_calls_are_kept(pytester: pytest.Pytester, given: str, kept: int | None) -> None:
    pytester.makepyfile(f"def test_limit(aws): assert aws.settings.record_limit == {kept}")
    pytester.runpytest_inprocess(f"--mocks3-record-limit={given}").assert_outcomes(passed=1)


def test_a_run_is_told_by_ini_and_flags(pytester: pytest.Pytester) -> None:
    with pytester.path.joinpath("pytest.ini").open("a") as file:
        file.write("\nmocks3_min_part_size = 10\nmocks3_enforce = report\n")
        file.write("mocks3_strict = true\nmocks3_region = eu-west-1\n")
    pytester.makepyfile(
        """
        import pytest

        def test_told(aws, request):
            settings = aws.settings
            seen = (settings.enforce, settings.strict, settings.region, settings.initiator_rule)
            assert settings.min_part_size == 10
            assert seen == ("report", True, "us-west-2", "account")

        @pytest.mark.mocks3(strict=False)
        def test_marked(aws):
            assert not aws.settings.strict
        """
    )
    flags = ("--mocks3-region=us-west-2", "--mocks3-initiator-rule", "account")
    pytester.runpytest_inprocess(*flags).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("ini", "flags", "says"),
    [
        ("mocks3_enfore = report", [], "*no ini option 'mocks3_enfore'; did you mean mocks3_enforce?*"),
        (
            "mocks3_enforce = rapport",
            [],
            "*mocks3_enforce is one of 'deny', 'report', not 'rapport'; did you*",
        ),
        (
            "",
            ["--mocks3-enfore=report"],
            "*there is no flag --mocks3-enfore; did you mean --mocks3-enforce?*",
        ),
        ("", ["--mocks3-explain=al"], "*argument --mocks3-explain: invalid choice: 'al'*"),
    ],
)
def test_a_misspelt_option_is_an_error(
    pytester: pytest.Pytester, ini: str, flags: list[str], says: str
) -> None:
    with pytester.path.joinpath("pytest.ini").open("a") as file:
        file.write(f"\n{ini}\n")
    pytester.makepyfile("def test_it(): pass")
    result = pytester.runpytest_inprocess(*flags)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([says])


def test_options_and_markers_are_documented(pytester: pytest.Pytester) -> None:
    told = pytester.runpytest_inprocess("--help").stdout.str()
    for option in (*options.WORLD, options.EXPLAIN):
        assert option.flag in told
        assert f"  {option.ini} (" in told
    markers = pytester.runpytest_inprocess("--markers")
    markers.stdout.fnmatch_lines(
        ["@pytest.mark.mocks3(*, region, account, *", "@pytest.mark.s3_principal(who): *"]
    )


def test_the_code_under_test_is_the_principal(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(SEED)
    pytester.makepyfile(
        """
        import boto3
        import pytest

        MADE_BEFORE = boto3.client("s3", region_name="us-east-1")
        FAKE = boto3.client(
            "s3", aws_access_key_id="testing", aws_secret_access_key="testing", region_name="us-east-1"
        )

        @pytest.fixture
        def client():
            return boto3.client("s3")

        def who():
            return boto3.client("sts").get_caller_identity()["Arn"]

        @pytest.mark.s3_principal("ops:role/reader")
        def test_reader(client):
            assert who() == "arn:aws:sts::111122223333:assumed-role/reader/test"
            for each in (client, boto3.client("s3"), MADE_BEFORE, FAKE):
                assert each.get_object(Bucket="data", Key="k")["Body"].read() == b"v"
                with pytest.raises(client.exceptions.ClientError, match="AccessDenied.*reader/test"):
                    each.put_object(Bucket="data", Key="k")

        @pytest.mark.parametrize(
            ("name", "arn"),
            [
                pytest.param(name, arn, marks=pytest.mark.s3_principal(name))
                for name, arn in {
                    "user/dave": "arn:aws:iam::123456789012:user/dave",
                    "ops:user/eve": "arn:aws:iam::111122223333:user/eve",
                    "111122223333:user/eve": "arn:aws:iam::111122223333:user/eve",
                    "arn:aws:iam::111122223333:user/eve": "arn:aws:iam::111122223333:user/eve",
                    "ops:root": "arn:aws:iam::111122223333:root",
                    "ops:role/team/reader": "arn:aws:sts::111122223333:assumed-role/reader/test",
                }.items()
            ],
        )
        def test_names(name, arn):
            assert who() == arn

        def test_afterwards_root_again(aws):
            assert who() == "arn:aws:iam::123456789012:root"
            FAKE.list_buckets()
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=8)


@pytest.mark.parametrize("strict", [False, True])
def test_a_principal_may_be_made_by_a_fixture(pytester: pytest.Pytester, strict: bool) -> None:
    pytester.makepyfile(
        f"""
        import boto3
        import pytest

        pytestmark = pytest.mark.mocks3(strict={strict})

        @pytest.fixture
        def client():
            return boto3.client("s3")

        @pytest.fixture
        def reader(s3_role):
            return s3_role("reader")

        @pytest.mark.s3_principal("role/reader")
        def test_reader(client, reader):
            for each in (client, boto3.client("s3")):
                with pytest.raises(client.exceptions.ClientError, match="AccessDenied.*reader/test"):
                    each.list_buckets()
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_profiles_and_what_is_noted_of_others(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(SEED)
    pytester.makepyfile(
        """
        import boto3
        import pytest

        def caller(profile):
            session = boto3.Session(profile_name=profile)
            return session.client("sts", region_name="us-east-1").get_caller_identity()["Arn"]

        def test_told(aws):
            assert caller("prod") == "arn:aws:sts::111122223333:assumed-role/reader/prod"
            assert caller("dave") == "arn:aws:iam::123456789012:user/dave"
            assert aws.notes == []

        @pytest.mark.mocks3(profiles={"prod": "ops:user/eve"})
        def test_marked(aws):
            assert caller("prod") == "arn:aws:iam::111122223333:user/eve"

        def test_assigned(aws):
            aws.profiles["prod"] = aws.account().root
            assert caller("prod") == "arn:aws:iam::123456789012:root"

        def test_as_before(aws):
            assert caller("prod").endswith("/reader/prod")
            assert aws.notes == []

        def test_noted(aws):
            caller("other")
            assert False

        def test_not_noted(aws):
            assert False
        """
    )
    flags = ("--mocks3-profiles", "prod=ops:role/reader", "--mocks3-profiles", "dave=user/dave")
    result = pytester.runpytest_inprocess("-p", "no:randomly", *flags)
    result.assert_outcomes(passed=4, failed=2)
    result.stdout.fnmatch_lines(["*what mocks3 took for granted*", "the profile 'other' is not in profiles*"])
    assert result.stdout.str().count("took for granted") == 1
    result = pytester.runpytest("-k", "test_told", "--mocks3-profiles", "prod=user/dave")
    result.stdout.fnmatch_lines(["*arn:aws:iam::123456789012:user/dave*"])
