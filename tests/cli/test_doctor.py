"""``mocks3 doctor``: each problem with its place and its fix, and none in a project without problems."""

from __future__ import annotations

import importlib.metadata
import os

import pytest

from mocks3.doctor.project import FIXTURES
from mocks3.doctor.versions import check as versions
from pytest_mocks3 import fixtures

GOOD = """
import pytest
from mocks3 import mock_s3

@pytest.fixture(scope="session")
def aws_seed(aws_seed):
    aws_seed.account().create_bucket("data")
    return aws_seed

@pytest.fixture
def s3(s3):
    return s3

@pytest.fixture
def own():
    with mock_s3() as aws:
        yield aws

@mock_s3
def test_decorated(): ...

def test_of_a_fixture(s3): ...

def test_of_another(own): ...

@pytest.mark.mocks3(strict=True)
def test_marked(s3, s3_bucket): ...
"""


@pytest.fixture(autouse=True)
def machine(monkeypatch, tmp_path_factory):
    """A machine without credentials and without variables of moto."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "MOTO_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("USERPROFILE", os.environ["HOME"])


@pytest.fixture
def doctor(run, file):
    """Run the doctor on the files; return the problems of a check as (place, what, fix)."""

    def doctor(check: str, **files: str) -> list[tuple[str, str, str]]:
        for name, text in files.items():
            file(name.replace("__", "/").replace("_dot_", ".") if "_dot_" in name else f"{name}.py", text)
        done = run("doctor", "--json")
        found = [
            (each["place"], each["what"], each["fix"])
            for each in done.json["problems"]
            if each["check"] == check
        ]
        assert done.code == (1 if done.json["problems"] else 0)
        return found

    return doctor


def test_a_project_without_problems(doctor, run) -> None:
    for check in ("fixtures", "open mocks", "credentials", "moto"):
        assert doctor(check, test_good=GOOD) == []
    done = run("doctor")
    assert done.out.startswith("Python ")
    assert f"botocore {importlib.metadata.version('botocore')}" in done.out
    assert "\nopen mocks: ok\n" in done.out


def test_the_fixtures_are_those_of_the_plugin() -> None:
    assert {name for name in vars(fixtures) if name.startswith(("aws", "s3"))} == FIXTURES


def test_a_fixture_that_shadows(doctor) -> None:
    text = "import pytest\n\n@pytest.fixture\ndef s3():\n    return None\n"
    ((place, what, fix),) = doctor("fixtures", conftest=text)
    assert place == "conftest.py:4"
    assert what == "the fixture s3 replaces the fixture s3 of mocks3, also in mocks3's other fixtures"
    assert "mocks3_fixture_prefix = mocks3_" in fix


def test_a_fixture_with_another_name(doctor) -> None:
    text = "import pytest\n\n@pytest.fixture(name='aws')\ndef _aws():\n    return None\n"
    assert [place for place, *_ in doctor("fixtures", conftest=text)] == ["conftest.py:4"]


def test_another_in_memory_aws_of_mocks3(doctor) -> None:
    """The other fixtures use it: that is what an override is for."""
    text = "import pytest\nfrom mocks3 import mock_s3\n\n@pytest.fixture\ndef aws():\n    with mock_s3() as aws:\n"
    assert doctor("fixtures", conftest=f"{text}        yield aws\n") == []
    other = text.replace("mocks3 import", "moto import")
    assert len(doctor("fixtures", conftest=f"{other}        yield aws\n")) == 1


def test_with_a_prefix_only_the_prefixed_names_shadow(doctor) -> None:
    text = "import pytest\n\n@pytest.fixture\ndef s3(): ...\n\n@pytest.fixture\ndef mocks3_s3(): ...\n"
    found = doctor("fixtures", conftest=text, pytest_dot_ini="[pytest]\nmocks3_fixture_prefix = mocks3_\n")
    assert [place for place, *_ in found] == ["conftest.py:7"]


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ("@mock_s3\ndef test_it(s3): ...", "the decorator mock_s3, mocks3's fixture or marker s3"),
        (
            "def test_it(aws):\n    with mock_s3(): ...",
            "mocks3's fixture or marker aws, the block with mock_s3()",
        ),
        ("@mock_aws()\n@mock_s3\ndef test_it(): ...", "the decorator mock_aws, the decorator mock_s3"),
        (
            "@mock_aws\nclass TestIt:\n    @mock_s3\n    def test_it(self): ...",
            "the decorator mock_aws, the decorator mock_s3",
        ),
        (
            "@pytest.mark.s3_world('x')\n@mock_s3\ndef test_it(): ...",
            "the decorator mock_s3, mocks3's fixture or marker pytest.mark.s3_world",
        ),
        (
            "@pytest.fixture(autouse=True)\ndef moto():\n    with mock_aws(): yield\n\ndef test_it(s3): ...",
            "mocks3's fixture or marker s3, the fixture moto",
        ),
    ],
)
def test_two_open_mocks(doctor, text: str, opened: str) -> None:
    ((place, what, fix),) = doctor("open mocks", test_it=text)
    line = 1 + text[: text.index("def test_it")].count("\n")
    assert place == f"test_it.py:{line}"
    assert what == f"test_it opens 2 mocks of S3: {opened}; the inner one begins empty"
    assert "nested='join'" in fix


def test_a_mock_of_a_conftest_above(doctor, file) -> None:
    file("a/conftest.py", "@pytest.fixture(autouse=True)\ndef moto():\n    with mock_aws(): yield\n")
    file("a/test_a.py", "def test_a(s3): ...\n")
    file("b/test_b.py", "def test_b(s3): ...\n")
    assert [place for place, *_ in doctor("open mocks")] == ["a/test_a.py:1"]


KEY = "AKIA" + "QZ7ABCDEFGH2KLMN"


def test_credentials_in_the_environment(doctor, run, monkeypatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_PROFILE", "prod")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://localhost:4566")
    found = {what.split()[0]: fix for _, what, fix in doctor("credentials")}
    assert found["AWS_ACCESS_KEY_ID"].startswith("run the tests without it: env -u AWS_ACCESS_KEY_ID")
    assert found["AWS_PROFILE"] == "run the tests with env -u AWS_PROFILE"
    assert found["AWS_ENDPOINT_URL_S3"] == "run the tests with env -u AWS_ENDPOINT_URL_S3"
    assert KEY not in run("doctor").out


@pytest.mark.parametrize("key", ["testing", "AKIAIOSFODNN7EXAMPLE", ""])
def test_a_key_that_is_none_of_aws(doctor, monkeypatch, key: str) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    assert doctor("credentials") == []


def test_the_files_of_the_aws_cli(doctor, file, monkeypatch) -> None:
    file("home/.aws/credentials", f"[default]\naws_access_key_id = {KEY}\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.path.abspath("home/.aws/credentials"))
    ((place, _, fix),) = doctor("credentials")
    assert place.endswith("credentials")
    assert fix == "run the tests with AWS_SHARED_CREDENTIALS_FILE=/dev/null"


def test_a_key_in_a_file_of_the_project(doctor, run, file) -> None:
    file(".env", f"X=1\nAWS_ACCESS_KEY_ID={KEY}\n")
    ((place, what, _),) = doctor("credentials")
    assert (place, what) == (".env:2", "this looks like an access key of AWS (AKIA…)")
    assert KEY not in run("doctor").out


@pytest.mark.parametrize(
    ("line", "fix"),
    [
        ("from moto import mock_aws", "from mocks3.compat.moto import mock_aws"),
        ("from moto.server import ThreadedMotoServer", "from mocks3.compat.moto import ThreadedMotoServer"),
        ("import moto", "from mocks3.compat.moto import mock_aws"),
        ("boto3.client('s3', endpoint_url='http://localhost:4566')", "omit endpoint_url"),
        ("boto3.client('s3', endpoint_url='http://127.0.0.1:9000/')", "omit endpoint_url"),
    ],
)
def test_what_of_moto_remains(doctor, line: str, fix: str) -> None:
    ((place, _, found),) = doctor("moto", test_x=f"x = 1\n{line}\n")
    assert place == "test_x.py:2"
    assert found.startswith(fix)


@pytest.mark.parametrize(
    "line", ["boto3.client('s3', endpoint_url='https://s3.eu-west-1.amazonaws.com')", "import motor"]
)
def test_what_is_not_of_moto(doctor, line: str) -> None:
    assert doctor("moto", test_x=f"{line}\n") == []


def test_moto_in_files_without_code(doctor, file, monkeypatch) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "111122223333")
    file("requirements-dev.txt", "pytest\nmoto[s3]>=5\n# moto is not used\nmotor\n")
    file("docker-compose.yml", "services:\n  aws:\n    image: localstack/localstack:3\n")
    found = {place: fix for place, _, fix in doctor("moto")}
    assert found[""] == "unset MOTO_ACCOUNT_ID"
    assert found.keys() == {"", "requirements-dev.txt:2", "docker-compose.yml:3"}


def test_versions_that_do_not_fit(monkeypatch) -> None:
    monkeypatch.setattr(
        importlib.metadata,
        "requires",
        lambda name: ["botocore>=99", 'x; extra == "y"'] if name == "boto3" else [],
    )
    (found,) = versions(None)
    own = importlib.metadata.version("boto3")
    assert found.what.startswith(f"boto3 {own} needs botocore>=99, but botocore ")
    assert found.fix == 'pip install "botocore>=99"'


def test_plugins_that_collide(doctor, monkeypatch, tmp_path) -> None:
    package = tmp_path / "site"
    (package / "other_plugin").mkdir(parents=True)
    (package / "other_plugin" / "plugin.py").write_text("import pytest\n@pytest.fixture\ndef s3(): ...\n")
    information = package / "other-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[pytest11]\nother = other_plugin.plugin\n")
    (information / "RECORD").write_text("other_plugin/plugin.py,,\n")
    monkeypatch.syspath_prepend(str(package))
    found = [(what, fix) for _, what, fix in doctor("plugins") if "other" in what]
    ((what, fix),) = found
    assert what.startswith("the plugin other has fixtures with the names of mocks3's: s3;")
    assert fix.endswith("add -p no:other to addopts")


def test_settings_that_stop_mocks3(doctor, file) -> None:
    file("pytest.ini", "[pytest]\naddopts = --disable-socket -p no:mocks3\n")
    found = doctor("plugins", test_x="def test_x(s3_server): ...\n")
    assert ("test_x.py:1", "add --allow-hosts=127.0.0.1,::1 to addopts") in [
        (place, fix) for place, _, fix in found
    ]
    assert "remove -p no:mocks3 from addopts" in [fix for *_, fix in found]


def test_files_that_are_no_python(doctor, file) -> None:
    file("broken.py", "def (:\n")
    file("data.py", "\x00")
    assert doctor("fixtures") == []


def test_a_folder_that_does_not_exist(run) -> None:
    done = run("doctor", "nowhere")
    assert (done.code, done.err) == (2, "mocks3 doctor: nowhere is not a folder\n")
