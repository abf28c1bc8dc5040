"""The fixtures: what each gives, and that each can be redefined."""

from __future__ import annotations

import pytest


def test_every_test_gets_its_own_copy_of_the_seed(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def aws_seed(aws_seed):
            print("seeding")
            ops = aws_seed.account("111122223333", name="ops")
            ops.create_bucket("uploads", objects={"k": b"seeded"})
            ops.create_user("eve")
            return aws_seed
        """
    )
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("turn", range(3))
        def test_copy(aws, turn):
            client = aws.account("111122223333").client("s3")
            assert client.get_object(Bucket="uploads", Key="k")["Body"].read() == b"seeded"
            assert [bucket["Name"] for bucket in client.list_buckets()["Buckets"]] == ["uploads"]
            assert [call.operation for call in aws.calls] == ["GetObject", "ListBuckets"]
            client.delete_object(Bucket="uploads", Key="k")
            client.create_bucket(Bucket="mine")
            aws.account("111122223333").create_user("dave")
        """
    )
    result = pytester.runpytest_inprocess("-s")
    result.assert_outcomes(passed=3)
    assert sum(line.count("seeding") for line in result.outlines) == 1


def test_seeds_of_modules_do_not_see_each_other(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def aws_seed(aws_seed):
            aws_seed.account().create_bucket("common")
            return aws_seed
        """
    )
    module = """
        import boto3
        import pytest

        @pytest.fixture(scope="module")
        def aws_seed(aws_seed):
            boto3.client("s3").create_bucket(Bucket="{name}")
            yield aws_seed

        @pytest.mark.parametrize("turn", range(2))
        def test_buckets(s3, turn):
            assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["common", "{name}"]
            s3.create_bucket(Bucket="zzz")
        """
    plain = """
        def test_buckets(s3):
            assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["common"]
        """
    pytester.makepyfile(test_a=module.format(name="of-a"), test_b=module.format(name="of-b"), test_c=plain)
    pytester.runpytest_inprocess().assert_outcomes(passed=5)


def test_a_seed_that_is_not_returned_is_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture(scope="module")
        def aws_seed(aws_seed):
            aws_seed.account().create_bucket("uploads")

        def test_it(aws):
            pass
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*aws_seed must return the MockAWS that it seeded, but returned None; add 'return aws_seed'*"]
    )


@pytest.mark.parametrize("objects", [20, 2000])
def test_restoring_is_cheap(pytester: pytest.Pytester, objects: int) -> None:
    """Only the changes of a test are restored: a mock with 2,000 objects takes no more steps than one with 20."""
    pytester.makepyfile(
        f"""
        import sys
        import pytest
        from mocks3 import mock_s3

        lines = 0

        def trace(frame, event, argument):
            global lines
            lines += event == "line" and "mocks3" in frame.f_code.co_filename
            return trace

        @pytest.fixture(scope="session")
        def aws_seed(aws_seed):
            aws_seed.account().create_bucket("bkt", objects={{f"k{{n}}": b"x" for n in range({objects})}})
            with mock_s3():
                aws_seed.client("s3").delete_object(Bucket="bkt", Key="k0")  # whatever is done once a process
            return aws_seed

        @pytest.fixture
        def counted(aws_seed):
            global lines
            lines = 0
            sys.settrace(trace)
            yield
            sys.settrace(None)

        @pytest.mark.parametrize("turn", range(3))
        def test_one(counted, aws, turn):
            aws.client("s3").delete_object(Bucket="bkt", Key="k7")
            sys.settrace(None)
            assert 0 < lines < 5_000
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=3)


def test_factories_make_what_they_are_told(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        def test_all(aws, s3_account, s3_user, s3_group, s3_role, s3_bucket, s3_policy, s3_anonymous, s3):
            ops = s3_account("111122223333", name="ops")
            assert s3_account(name="ops").id == ops.id
            assert s3_account().id == "123456789012"
            assert s3_account(name="partner").id != s3_account(name="other").id
            devs = s3_group("devs", policies=s3_policy(allow="s3:GetObject", on="data/*"), account="ops")
            eve = s3_user("eve", groups=[devs], account=ops)
            role = s3_role("reader", policies=s3_policy(allow="s3:GetObject", on="data/*"), account="111122223333")
            data = s3_bucket(
                "data",
                account=ops,
                versioning=True,
                ownership="ObjectWriter",
                public_access_block={"BlockPublicAcls": True},
                policy=s3_policy(allow="s3:GetObject", on="data/public/*", principal="*"),
                objects={"k": b"secret", "public/k": b"open"},
            )
            assert data.owner == ops.id
            for principal in (eve, role.assume()):
                assert principal.client("s3").get_object(Bucket="data", Key="k")["Body"].read() == b"secret"
            assert s3_anonymous.get_object(Bucket="data", Key="public/k")["Body"].read() == b"open"
            with aws.denied("s3:GetObject", by="bucket-policy"):
                s3_anonymous.get_object(Bucket="data", Key="k")
            block = ops.client("s3").get_public_access_block(Bucket="data")["PublicAccessBlockConfiguration"]
            assert block == {
                "BlockPublicAcls": True,
                "IgnorePublicAcls": False,
                "BlockPublicPolicy": False,
                "RestrictPublicBuckets": False,
            }
            assert s3_bucket().name != s3_bucket(public_access_block=False).name
            assert s3_user().name != s3_user().name
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_an_account_that_is_not_there_is_named(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from mocks3 import Mocks3Error

        def test_it(s3_user, s3_account):
            s3_account("111122223333", name="ops")
            with pytest.raises(Mocks3Error, match="no account is named 'opps'; there are default, ops"):
                s3_user("eve", account="opps")
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_policies_stand_beside_the_test(pytester: pytest.Pytester) -> None:
    text = (
        '{"Version": "2012-10-17", "Statement": [\n  {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
    )
    pytester.path.joinpath("reader.json").write_text(text, "utf-8")
    pytester.path.joinpath("broken.json").write_text('{"Version": "2012-10-17",\n "Statement": {,}}', "utf-8")
    pytester.path.joinpath("odd.json").write_text(text.replace("Allow", "allow"), "utf-8")
    pytester.makepyfile(
        """
        def test_read(s3_policy, s3_user):
            assert s3_policy("reader.json").count("\\n") == 1
            s3_user(policies=s3_policy("reader.json")).client("s3").create_bucket(Bucket="bkt")

        def test_missing(s3_policy):
            s3_policy("raeder.json")

        def test_broken(s3_policy):
            s3_policy("broken.json")

        def test_odd(s3_policy):
            s3_policy("odd.json")

        def test_nothing(s3_policy):
            s3_policy()
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:randomly")
    result.assert_outcomes(passed=1, failed=4)
    result.stdout.fnmatch_lines(
        [
            "*s3_policy: there is no *raeder.json; did you mean reader.json?",
            "*broken.json:2:16: Not JSON: *",
            "*odd.json:2:*: *Effect*bad-effect*",
            "*s3_policy takes a file, or actions to allow= or deny=",
        ]
    )


def test_short_arguments_make_a_policy(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import json

        def test_it(s3_policy):
            secure = {"Bool": {"aws:SecureTransport": "false"}}
            text = s3_policy(deny=["s3:PutObject"], on=["data", "data/*"], principal="*", when=secure, sid="Tls")
            assert json.loads(text)["Statement"] == [{
                "Sid": "Tls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": ["s3:PutObject"],
                "Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
                "Condition": secure,
            }]
            both = json.loads(s3_policy(allow="s3:*", deny="s3:Delete*", principal="arn:aws:iam::1:root"))
            assert [each["Effect"] for each in both["Statement"]] == ["Allow", "Deny"]
            assert both["Statement"][0]["Principal"] == {"AWS": "arn:aws:iam::1:root"}
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_time_is_in_the_tests_hands(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import datetime
        import pytest

        def test_it(s3, s3_clock, s3_bucket, s3_role, s3_policy):
            s3_clock.freeze("2026-01-31 12:00")
            s3_bucket("data")
            s3.put_object(Bucket="data", Key="k")
            session = s3_role(policies=s3_policy(allow="s3:*")).assume()
            assert s3.head_object(Bucket="data", Key="k")["LastModified"].isoformat() == "2026-01-31T12:00:00+00:00"
            s3_clock.advance(minutes=30)
            session.client("s3").get_object(Bucket="data", Key="k")
            s3_clock.advance(datetime.timedelta(hours=1))
            with pytest.raises(s3.exceptions.ClientError, match="ExpiredToken"):
                session.client("s3").get_object(Bucket="data", Key="k")
            s3_clock.move_to("2026-03-01")
            assert s3_clock.now.month == 3
            s3.put_object(Bucket="data", Key="k2")

        def test_moving_and_advancing_freeze(s3_clock):
            s3_clock.move_to("2020-01-01")
            assert datetime.date.today().year == 2020

        def test_advancing_begins_now(s3_clock):
            before = s3_clock.now
            s3_clock.advance(days=400)
            assert s3_clock.now.year > before.year

        def test_afterwards_it_runs_on():
            assert datetime.date.today().year >= 2025
        """
    )
    pytester.runpytest_inprocess("-p", "no:randomly").assert_outcomes(passed=4)


def test_user_fixtures_of_the_same_name_win(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def s3():
            return "mine"

        @pytest.fixture
        def s3_bucket(s3_account):
            return lambda: s3_account("111122223333").create_bucket("mine").name

        @pytest.fixture
        def aws():
            return "also mine"

        def test_mine(s3, aws):
            assert (s3, aws) == ("mine", "also mine")
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_what_fixtures_give_can_be_imported_for_annotations(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from pytest_mocks3 import Clock, MakeAccount, MakeBucket, MakeGroup, MakePolicy, MakeRole, MakeUser

        def test_it(s3_clock: Clock, s3_bucket: MakeBucket, s3_account: MakeAccount) -> None:
            assert isinstance(s3_clock, Clock)
            assert isinstance(s3_bucket, MakeBucket)
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "made", ['account().create_bucket("data")', 'account().create_user("eve")', 'account("111122223333")']
)
def test_what_no_test_would_see_is_not_made_in_silence(pytester: pytest.Pytester, made: str) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.fixture(scope="module")
        def data(aws_seed):
            aws_seed.{made}

        def test_it(data, aws):
            pass
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["the module fixture 'data' changes the world of aws_seed*override of aws_seed*"]
    )


def test_a_seed_may_be_looked_at(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture(scope="session")
        def aws_seed(aws_seed):
            aws_seed.account().create_bucket("data")
            return aws_seed

        @pytest.fixture(scope="module")
        def names(aws_seed):
            return list(aws_seed.store.buckets())

        def test_it(names, aws):
            assert names == ["data"]
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_a_name_of_two_accounts_names_neither(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def aws_seed(aws_seed):
            for account in ("111122223333", "444455556666"):
                aws_seed.account(account, name="ops").create_user("eve")
            aws_seed.account("777788889999", name="111122223333")
            return aws_seed
        """
    )
    pytester.makepyfile(
        """
        import boto3
        import pytest
        from mocks3.errors import Mocks3Error

        def test_fixtures(s3_account, s3_user):
            with pytest.raises(Mocks3Error, match="111122223333, 444455556666 are all named 'ops'"):
                s3_account(name="ops")
            with pytest.raises(Mocks3Error, match="111122223333, 444455556666 are all named 'ops'"):
                s3_user("bob", account="ops")

        @pytest.mark.s3_principal("111122223333:user/eve")
        def test_an_id_comes_before_a_name():
            found = boto3.client("sts", region_name="us-east-1").get_caller_identity()
            assert found["Arn"] == "arn:aws:iam::111122223333:user/eve"

        @pytest.mark.s3_principal("ops:user/eve")
        def test_marker():
            pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(
        ["*mocks3: s3_principal: the accounts 111122223333, 444455556666 are all named 'ops'*"]
    )
