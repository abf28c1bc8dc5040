"""``mock_s3`` on classes: unittest's and plain ones, with every way they set up."""

from __future__ import annotations

import unittest

import boto3

from mocks3 import mock_s3


def names():
    return [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]


@mock_s3
class TestSetUp(unittest.TestCase):
    def setUp(self):
        boto3.client("s3").create_bucket(Bucket="set-up")
        self.addCleanup(lambda: self.assertIn("set-up", names()))

    def tearDown(self):
        self.assertIn("set-up", names())

    def test_one(self):
        boto3.client("s3").create_bucket(Bucket="one")
        self.assertEqual(names(), ["one", "set-up"])

    def test_two(self):
        boto3.client("s3").create_bucket(Bucket="two")
        self.assertEqual(names(), ["set-up", "two"])


@mock_s3
class TestSetUpClass(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.s3 = boto3.client("s3")
        cls.s3.create_bucket(Bucket="shared")

    @classmethod
    def tearDownClass(cls):
        assert names() == ["shared"]

    def test_one(self):
        self.s3.create_bucket(Bucket="one")
        self.assertEqual(names(), ["one", "shared"])

    def test_two(self):
        self.s3.create_bucket(Bucket="two")
        self.assertEqual(names(), ["shared", "two"])


class TestInheritsAll(TestSetUpClass):
    def test_three(self):
        self.assertEqual(names(), ["shared"])


class TestInheritsAndSetsUpItself(TestSetUpClass):
    @classmethod
    def setUpClass(cls):
        boto3.client("s3").create_bucket(Bucket="before-super")
        super().setUpClass()
        cls.s3.delete_bucket(Bucket="before-super")


@mock_s3
class TestAsync(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        boto3.client("s3").create_bucket(Bucket="async")

    async def test_one(self):
        self.assertEqual(names(), ["async"])

    async def test_two(self):
        boto3.client("s3").create_bucket(Bucket="b-two")
        self.assertEqual(names(), ["async", "b-two"])


@mock_s3
class TestPlain:
    def test_one(self, tmp_path):
        boto3.client("s3").create_bucket(Bucket="one")
        assert names() == ["one"]

    def test_two(self):
        assert names() == []

    async def helper(self):
        return names()


@mock_s3(region="eu-west-1")
class TestPlainSetUp:
    def setup_method(self):
        self.s3 = boto3.client("s3")
        self.s3.create_bucket(Bucket="set-up", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    def teardown_method(self, method):
        assert "set-up" in names(), method

    def test_one(self):
        self.s3.delete_bucket(Bucket="set-up")
        self.s3.create_bucket(Bucket="set-up", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        assert names() == ["set-up"]

    def test_two(self):
        assert names() == ["set-up"]


@mock_s3
class TestPlainSetUpClass:
    @classmethod
    def setup_class(cls):
        boto3.client("s3").create_bucket(Bucket="shared")

    @classmethod
    def teardown_class(cls):
        assert names() == ["shared"]

    def test_one(self):
        boto3.client("s3").create_bucket(Bucket="one")
        assert names() == ["one", "shared"]

    def test_two(self):
        boto3.client("s3").create_bucket(Bucket="two")
        assert names() == ["shared", "two"]


class TestPlainSubclass(TestPlainSetUpClass):
    def test_three(self):
        assert names() == ["shared"]


def test_a_class_called_by_hand():
    @mock_s3
    class Job:
        def run(self):
            boto3.client("s3").create_bucket(Bucket="bkt")
            return self.inside()

        def inside(self):
            return names()

    assert Job().run() == ["bkt"], "a method called by a method is in the same world"
    assert Job().run() == ["bkt"]


def run(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def test_a_failing_set_up_class_closes_the_doors():
    @mock_s3
    class Case(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            boto3.client("s3").create_bucket(Bucket="bkt")
            raise RuntimeError("no")

        def test_one(self):
            raise AssertionError("never reached")

    with mock_s3():
        result = run(Case)
        assert [trace.strip().splitlines()[-1] for _, trace in result.errors] == ["RuntimeError: no"]
        assert names() == [], "the outer world is in front again"


def test_debug_runs_inside():
    seen = []

    @mock_s3
    class Case(unittest.TestCase):
        def test_one(self):
            boto3.client("s3").create_bucket(Bucket="bkt")
            seen.extend(names())

    Case("test_one").debug()
    assert seen == ["bkt"]


def test_decorated_twice_is_decorated_once():
    @mock_s3(region="eu-west-1")
    @mock_s3
    class Case(unittest.TestCase):
        def test_one(self):
            self.assertEqual(boto3.client("s3").meta.region_name, "eu-west-1")

    assert run(Case).wasSuccessful()
