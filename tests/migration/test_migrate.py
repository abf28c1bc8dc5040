"""``mocks3 migrate``: what it changes, what it leaves and why, and that a second run changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("libcst")

from mocks3 import cli, migration
from mocks3.errors import Mocks3Error

IMPORTS = [
    ("from moto import mock_aws\n", "from mocks3.compat.moto import mock_aws\n"),
    (
        "from moto import mock_s3 as s3, mock_sts\n",
        "from mocks3.compat.moto import mock_s3 as s3, mock_sts\n",
    ),
    (
        "from moto import (\n    mock_aws,  # all\n)\n",
        "from mocks3.compat.moto import (\n    mock_aws,  # all\n)\n",
    ),
    ("from moto.core import DEFAULT_ACCOUNT_ID\n", "from mocks3.compat.moto import DEFAULT_ACCOUNT_ID\n"),
    ("from moto.server import ThreadedMotoServer\n", "from mocks3.compat.moto import ThreadedMotoServer\n"),
    (
        "import moto\n\n\n@moto.mock_aws()\ndef test_a(): ...\n",
        "from mocks3.compat import moto\n\n\n@moto.mock_aws()\ndef test_a(): ...\n",
    ),
    (
        "import moto as m\nx = m.core.DEFAULT_ACCOUNT_ID\n",
        "from mocks3.compat import moto as m\nx = m.DEFAULT_ACCOUNT_ID\n",
    ),
    (
        "import boto3, moto.server\ns = moto.server.ThreadedMotoServer()\n",
        "import boto3\nfrom mocks3.compat import moto\ns = moto.ThreadedMotoServer()\n",
    ),
    ("import moto\nimport moto.core\nmoto.mock_s3\n", "from mocks3.compat import moto\nmoto.mock_s3\n"),
    (
        "# why\nimport moto  # here\nmoto.mock_s3\n",
        "# why\nfrom mocks3.compat import moto  # here\nmoto.mock_s3\n",
    ),
    (
        "def test_a():\n    from moto import mock_aws\n    with mock_aws(): ...\n",
        "def test_a():\n    from mocks3.compat.moto import mock_aws\n    with mock_aws(): ...\n",
    ),
    (
        "import pytest\nmoto = pytest.importorskip('moto', minversion='5', reason='r')\n",
        "import pytest\nmoto = pytest.importorskip('mocks3.compat.moto', reason='r')\n",
    ),
    ("from moto import mock_aws\r\nx = 'ü'\r\n", "from mocks3.compat.moto import mock_aws\r\nx = 'ü'\r\n"),
]
UNCHANGED = [
    'x = "\\d"  # moto, and an escape that Python warns about\n',
    "import boto3\n",
    "from .moto import mock_aws\n",
    "def test_a(moto):\n    moto.core.x\n",
    "from mocks3.compat.moto import mock_aws\n",
]
LEFT = [
    ("from moto import *\n", "name what is imported"),
    ("from moto.s3.models import s3_backends\n", "use a boto3 client"),
    ("from moto.core import set_initial_no_auth_action_count as f\n", "mocks3 always checks permissions"),
    ("import moto\nmoto.mock_aws\nmoto.core.models.patch\n", "use a boto3 client"),
    ("import moto\nmoto.mock_aws\nmoto.core.botocore_stubber\n", "not changed, because other lines"),
    ("import moto\nprint(moto)\n", "the import of moto stays"),
    ('from unittest import mock\nmock.patch("moto.s3.models.X")\n', "it changes the inside of moto"),
    ("mock_aws().start(reset=False)  # moto\n", "aws.snapshot() and aws.restore()"),
    ('x = {"core": {"mock_credentials": False}}  # moto\n', "mocks3 sets its own credentials"),
    ('import os\nos.environ["MOTO_S3_CUSTOM_ENDPOINTS"] = "u"\n', "mocks3 answers at every endpoint_url"),
    ('run(["moto_server", "-p", "5000"])\n', "the fixture s3_server serves the AWS of the test"),
]
SERVER = '''\
import pytest
from moto.server import ThreadedMotoServer


@pytest.fixture{scope}
def url(){annotation}:
    """Serve."""
    server = ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    {more}yield f"http://{{host}}:{{port}}"
    server.stop()


def test_it(url): ...
'''
STORES = """\
@pytest.mark.parametrize("number", range(2))
def test_it_is_empty_at_first(url, number):
    import boto3

    s3 = boto3.client("s3", endpoint_url=url, region_name="us-east-1")
    s3.create_bucket(Bucket="data")
    assert len(s3.list_buckets()["Buckets"]) == 1
"""
CONTAINERS = """\
import boto3
import pytest
from testcontainers.localstack import LocalStackContainer


@pytest.fixture(scope="session")
def localstack():
    with LocalStackContainer("localstack/localstack:3") as container:
        yield container.get_url()


@pytest.fixture
def client(localstack):
    client = boto3.client("s3", endpoint_url="http://localhost:4566", aws_access_key_id="test")
    client.create_bucket(Bucket="data")
    yield client


@pytest.fixture
def resource():
    return boto3.resource("s3", endpoint_url="http://minio:9000")


@pytest.fixture
def ports(docker_services):
    return docker_services.port_for("aws", 4566)


ENDPOINT = "http://127.0.0.1:4566"
"""


def migrated(text: str) -> migration.Migrated:
    done = migration.migrate(text.encode(), "test_a.py")
    again = migration.migrate(done.content, "test_a.py")
    assert again.content == done.content, "a second run changes nothing"
    return done


@pytest.mark.parametrize(("before", "after"), IMPORTS)
def test_an_import_becomes_one_of_mocks3(before: str, after: str) -> None:
    done = migrated(before)
    assert done.content.decode() == after
    assert done.left == []


@pytest.mark.parametrize("text", UNCHANGED)
def test_other_code_is_not_changed(text: str) -> None:
    assert migrated(text) == migration.Migrated(text.encode(), [])


@pytest.mark.parametrize(("text", "why"), LEFT)
def test_what_has_no_counterpart_is_left_with_the_reason(text: str, why: str) -> None:
    done = migrated(text)
    assert done.content.decode() == text
    assert [why in note.why for note in done.left].count(True) >= 1
    assert all(note.line <= text.count("\n") for note in done.left)


def test_an_import_of_both_kinds_is_divided() -> None:
    done = migrated("# why\nfrom moto.core import DEFAULT_ACCOUNT_ID, get_account_id  # ids\n")
    assert done.content.decode() == (
        "# why\nfrom mocks3.compat.moto import DEFAULT_ACCOUNT_ID  # ids\nfrom moto.core import get_account_id\n"
    )
    (note,) = done.left
    assert (note.line, note.what) == (2, "from moto.core import get_account_id")


def test_a_fixture_that_only_serves_uses_s3_server() -> None:
    done = migrated(SERVER.format(scope="", annotation=" -> Iterator[str]", more=""))
    assert done.content.decode() == (
        "import pytest\n\n\n@pytest.fixture\ndef url(s3_server) -> str:\n"
        '    """Serve."""\n    return s3_server.url\n\n\ndef test_it(url): ...\n'
    )
    assert done.left == []


def test_the_fixture_that_was_rewritten_works(pytester: pytest.Pytester) -> None:
    pytest.importorskip("h11")
    before = SERVER.format(scope="", annotation="", more="").replace("def test_it(url): ...", STORES)
    pytester.makepyfile(migrated(before).content.decode())
    pytester.runpytest_inprocess("-pno:asyncio").assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("scope", "more", "why"),
    [
        ('(scope="session")', "", "its scope is session"),
        ("", "os.environ['X'] = 'y'\n    ", "it does more than to start a server"),
    ],
)
def test_another_fixture_keeps_its_server_and_is_shown_the_fixture(scope: str, more: str, why: str) -> None:
    done = migrated(SERVER.format(scope=scope, annotation="", more=more))
    before = SERVER.format(scope=scope, annotation="", more=more)
    assert done.content.decode() == before.replace("moto.server", "mocks3.compat.moto")
    (note,) = done.left
    assert why in note.why
    assert note.instead == "@pytest.fixture\ndef url(s3_server):\n    return s3_server.url"


def test_containers_are_found_and_shown_the_fixture() -> None:
    done = migrated(CONTAINERS)
    assert done.content.decode() == CONTAINERS
    shown = {note.line: (note.what, note.instead.partition("\n")[2]) for note in done.left}
    assert shown == {
        3: ("an import of testcontainers.localstack (LocalStack)", ""),
        7: ("the fixture localstack uses LocalStack", "def localstack(s3_server):\n    return s3_server.url"),
        13: ("the fixture client uses LocalStack", "def client(s3):\n    return s3"),
        20: ("the fixture resource uses MinIO", 'def resource(aws):\n    return boto3.resource("s3")'),
        25: ("the fixture ports uses LocalStack", "def ports(s3_server):\n    return s3_server.url"),
        29: ("the address http://127.0.0.1:4566 (LocalStack)", ""),
    }


def test_services_of_docker_compose_are_found() -> None:
    images = ('"localstack/localstack:3"', "postgres", "minio/minio")
    text = "services:\n" + "".join(f"  s{n}:\n    image: {image}\n" for n, image in enumerate(images))
    done = migration.migrate(text.encode(), "docker-compose.yml")
    assert [(note.line, note.what) for note in done.left] == [
        (3, "a service with the image localstack/localstack"),
        (7, "a service with the image minio/minio"),
    ]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"import moto\ndef (:\n", r"2:\d+"),
        (b"\x00moto", r"1:1"),
        (b"moto = " + b"(" * 3000 + b")" * 3000, r"1:\d+"),
        (b"moto = a" + b".b" * 5000, r"1:1"),
        (b'x = "\xff moto"\n', r"1:\d+"),
        (b"# -*- coding: nonsense -*-\nimport moto\n", r"1:1"),
    ],
)
def test_a_file_that_is_not_python_is_named_with_its_line(content: bytes, place: str) -> None:
    with pytest.raises(Mocks3Error, match=rf"^test_a\.py:{place}: cannot be read as Python: "):
        migration.migrate(content, "test_a.py")


def test_a_file_that_cannot_be_read_does_not_stop_the_others(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "tests" / "bad.py").write_bytes(b"import moto\ndef (:\n")
    (project / "tests" / "test_c.py").write_bytes(
        "# coding: latin-1\nfrom moto import mock_aws  # ü\n".encode("latin-1")
    )
    assert cli.main(["migrate", "tests"]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("mocks3 migrate: tests/bad.py:2:")
    assert "+from mocks3.compat.moto import mock_aws\n" in printed.out
    assert "+from mocks3.compat.moto import mock_aws  # ü\n" in printed.out


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / ".venv").mkdir()
    for name in ("tests/test_a.py", ".venv/test_b.py"):
        (tmp_path / name).write_bytes(b"from moto import mock_aws\n")
    (tmp_path / "compose.yaml").write_text("services:\n  s3:\n    image: minio/minio\n")
    return tmp_path


def test_the_command_prints_a_diff_and_changes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["migrate", "."]) == 1
    assert capsys.readouterr().out == (
        "--- tests/test_a.py\n+++ tests/test_a.py\n@@ -1 +1 @@\n"
        "-from moto import mock_aws\n+from mocks3.compat.moto import mock_aws\n"
        "\nLeft to you (1):\n"
        "  compose.yaml:3: a service with the image minio/minio: tests need no container: the fixture aws answers in "
        "the process, s3_server answers other programs\n"
    )
    assert (project / "tests/test_a.py").read_bytes() == b"from moto import mock_aws\n"


def test_the_command_writes_files_and_then_has_nothing_to_do(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["migrate", "--write", "tests"]) == 0
    assert capsys.readouterr().out == "changed tests/test_a.py\n"
    assert (project / "tests/test_a.py").read_bytes() == b"from mocks3.compat.moto import mock_aws\n"
    assert (project / ".venv/test_b.py").read_bytes() == b"from moto import mock_aws\n"
    assert cli.main(["migrate", "tests"]) == 0
    assert capsys.readouterr().out == "nothing to change\n"


def test_a_path_that_does_not_exist_is_an_error(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["migrate", "test"]) == 2
    assert capsys.readouterr().err == "mocks3 migrate: test does not exist\n"


def test_without_libcst_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "libcst", None)
    with pytest.raises(Mocks3Error, match=r"pip install 'mocks3\[migrate\]'"):
        migration.migrate(b"import moto\n", "test_a.py")
