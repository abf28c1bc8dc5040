"""Clients that are not intercepted, and child processes: while a mock is open they do not find AWS."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
from typing import Any

import boto3
import pytest

from mocks3 import mock_s3
from mocks3.interceptors import outside_clients, refusing_port

SENTENCE = "mock_s3 is open in the parent process; use the s3_server fixture"
URLS = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT")


@pytest.fixture(autouse=True)
def no_endpoints(monkeypatch):
    for name in (*outside_clients.NAMES, "AWS_PROFILE", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def child(program: str, **variables: str) -> Any:
    """Run a program in another process, and return what it prints as JSON."""
    found = subprocess.run(
        [sys.executable, "-c", f"import json, os\n{program}"],
        env={**os.environ, **variables}, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return json.loads(found.stdout)


def port() -> int:
    return int(refusing_port.address().rpartition(":")[2])


def test_a_child_process_is_told():
    calls = (
        "import boto3\n"
        "errors = []\n"
        "for service, call in ('s3', 'list_buckets'), ('sts', 'get_caller_identity'), ('kms', 'list_keys'):\n"
        "    try: getattr(boto3.client(service), call)()\n"
        "    except Exception as error: errors.append(str(error))\n"
        "print(json.dumps(errors))"
    )
    with mock_s3():
        found = child(calls)
    assert [SENTENCE in each and "(MockIsOpen)" in each for each in found] == [True] * 3


def test_no_file_and_no_variable_of_the_machine_is_left(monkeypatch, tmp_path):
    for name, file in ("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials"):
        (tmp_path / file).write_text("[default]\naws_access_key_id = REAL\naws_secret_access_key = REAL\n")
        monkeypatch.setenv(name, str(tmp_path / file))
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "https://sts.eu-west-1.amazonaws.com")
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "REAL")
    before = dict(os.environ)
    with mock_s3() as aws:
        found = child("print(json.dumps(dict(os.environ)))")
        assert {found[name] for name in URLS} == {f"http://{refusing_port.address()}"}
        assert found["AWS_ACCESS_KEY_ID"] == aws.ambient_key.id
        assert found["AWS_CONFIG_FILE"] == found["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
        assert found["AWS_EC2_METADATA_DISABLED"] == "true"
        assert not found.keys() & {"AWS_ENDPOINT_URL_STS", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"}
    assert dict(os.environ) == before


def test_an_endpoint_of_the_users_own_is_kept_and_one_of_aws_is_not(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")
    with mock_s3():
        assert {os.environ[name] for name in URLS} == {"http://localhost:4566"}
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://s3.eu-west-1.amazonaws.com")
    with mock_s3():
        assert {os.environ[name] for name in URLS} == {f"http://{refusing_port.address()}"}
    assert os.environ["AWS_ENDPOINT_URL"] == "https://s3.eu-west-1.amazonaws.com"


# botocore in this process


def endpoint(service: str = "s3", **options: Any) -> str:
    url: str = boto3.session.Session().client(service, region_name="us-east-1", **options).meta.endpoint_url
    return url


def test_botocore_in_this_process_does_not_take_the_endpoint(aws):
    assert endpoint() == "https://s3.amazonaws.com"
    assert endpoint("sqs") == "https://sqs.us-east-1.amazonaws.com"
    assert aws.account().root.client("s3").meta.endpoint_url == "https://s3.amazonaws.com"
    # Code that gives the variable to its client gets what it would get without the mock.
    assert endpoint(endpoint_url=os.environ["AWS_ENDPOINT_URL"]) == "https://s3.amazonaws.com"
    assert (
        boto3.resource("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"]).meta.client.meta.endpoint_url
        == "https://s3.amazonaws.com"
    )


@pytest.mark.parametrize("ignored", [False, True])
def test_botocore_takes_the_endpoints_that_the_user_has_set(monkeypatch, ignored):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://s3.eu-west-1.amazonaws.com")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "https://sts.eu-west-1.amazonaws.com")
    if ignored:
        monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    without = endpoint(), endpoint("sts")
    with mock_s3():
        assert (endpoint(), endpoint("sts")) == without
        with monkeypatch.context() as inside:
            inside.setenv("AWS_ENDPOINT_URL_S3", "http://localhost:9000")
            if not ignored:
                assert endpoint() == "http://localhost:9000"
    assert ["eu-west-1" in each for each in without] == [not ignored] * 2


def test_variables_that_somebody_sets_again_after_the_mock_are_not_the_users(monkeypatch):
    """A fixture that is older than the mock restores what it has seen while the mock was open."""
    with monkeypatch.context() as seen:
        with mock_s3():
            for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_CONFIG_FILE", "AWS_ALLOW_HTTP"):
                seen.setenv(name, "other")
        seen.undo()
        assert os.environ["AWS_ENDPOINT_URL"] == f"http://{refusing_port.address()}"
        with mock_s3():
            assert endpoint() == "https://s3.amazonaws.com"
        for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_CONFIG_FILE", "AWS_ALLOW_HTTP"):
            assert name not in os.environ


def test_botocore_reads_the_settings_of_the_machines_file(monkeypatch, tmp_path):
    (tmp_path / "config").write_text("[default]\nregion = eu-north-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_REGION", raising=False)
    with mock_s3():
        session = boto3.session.Session()
        assert session._session.full_config["profiles"]["default"] == {"region": "eu-north-1"}
        assert session._session.get_config_variable("config_file") == str(tmp_path / "config")
    assert session._session.get_config_variable("config_file") == str(tmp_path / "config")
    assert session.region_name == "eu-north-1"


def test_a_session_of_the_mock_uses_the_machines_files_afterwards(monkeypatch, tmp_path):
    (tmp_path / "credentials").write_text(
        "[default]\naws_access_key_id = MINE\naws_secret_access_key = mine\n"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    with mock_s3():
        session = boto3.session.Session()
        session._session.get_component("credential_provider")
    assert session.get_credentials().access_key == "MINE"


# The server


def test_while_a_server_runs_outside_clients_find_it():
    put = "import boto3\nboto3.client('s3').put_object(Bucket='data', Key='k', Body=b'x')\nprint(1)"
    with mock_s3() as aws:
        aws.account().create_bucket("data")
        with aws.serve() as server:
            assert os.environ["AWS_ENDPOINT_URL"] == server.url
            assert endpoint() == "https://s3.amazonaws.com"
            assert endpoint(endpoint_url=server.url) == server.url
            child(put)
            with mock_s3():  # another world: the server is not its
                assert os.environ["AWS_ENDPOINT_URL"] == f"http://{refusing_port.address()}"
            assert os.environ["AWS_ENDPOINT_URL"] == server.url
        assert os.environ["AWS_ENDPOINT_URL"] == f"http://{refusing_port.address()}"
        with aws.serve(tls=True):
            assert os.environ["AWS_ENDPOINT_URL"] == f"http://{refusing_port.address()}"
        assert [call.operation for call in aws.calls] == ["PutObject"]
    assert "AWS_ENDPOINT_URL" not in os.environ


# Libraries with a network of their own


def test_pyarrow(aws):
    fs = pytest.importorskip("pyarrow.fs")
    aws.account().create_bucket("data", objects={"k": b"body"})
    found = fs.S3FileSystem()
    assert isinstance(found, fs.S3FileSystem)
    with pytest.raises(OSError, match=SENTENCE):
        found.get_file_info(fs.FileSelector("data"))
    with aws.serve(), fs.S3FileSystem().open_input_stream("data/k") as stream:
        assert stream.read() == b"body"


def test_pyarrow_afterwards():
    fs = pytest.importorskip("pyarrow.fs")
    original = fs.S3FileSystem
    with mock_s3():
        assert fs.S3FileSystem is not original
        given = fs.S3FileSystem(endpoint_override="localhost:1", scheme="http")
    assert fs.S3FileSystem is original
    assert isinstance(given, original)


def test_obstore(aws):
    store = pytest.importorskip("obstore.store")
    import obstore

    aws.account().create_bucket("data", objects={"k": b"body"})
    with pytest.raises(Exception, match=SENTENCE):
        obstore.get(store.S3Store("data"), "k")
    with aws.serve():
        assert bytes(obstore.get(store.S3Store("data"), "k").bytes()) == b"body"


# multiprocessing


def test_children_that_are_spawned():
    context = multiprocessing.get_context("spawn")
    with mock_s3(), context.Pool(1) as pool:
        assert pool.apply(os.getenv, ("AWS_ENDPOINT_URL",)) == f"http://{refusing_port.address()}"


FORKSERVER = """
import multiprocessing
from mocks3 import mock_s3
context = multiprocessing.get_context("forkserver")
names = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN")

def of_child():
    with context.Pool(1) as pool:
        return pool.map(os.getenv, names)

if __name__ == "__main__":
    os.environ.update(dict.fromkeys(names[1:], "REAL"))
    found = [of_child()] if STARTED_BEFORE else []
    with mock_s3() as aws:
        found += [of_child(), [os.environ["AWS_ENDPOINT_URL"], aws.ambient_key.id, None]]
    found.append(of_child())
    print(json.dumps(found))
"""


@pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="no fork server")
@pytest.mark.parametrize("started_before", [True, False])
def test_children_of_a_fork_server(tmp_path, started_before):
    """The fork server may be older than the mock, and may outlive it."""
    file = tmp_path / "program.py"
    file.write_text(f"import json, os\nSTARTED_BEFORE = {started_before}\n{FORKSERVER}")
    found = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, timeout=120, check=True
    )
    *before, during, expected, after = json.loads(found.stdout)
    assert during == expected
    assert [*before, after] == [[None, "REAL", "REAL"]] * (1 + started_before)


# The port


def test_the_port_explains_every_request(aws):
    for method, body in ("GET", None), ("HEAD", None), ("PUT", b"x" * (1 << 20)), ("POST", iter([b"a"])):
        connection = http.client.HTTPConnection("127.0.0.1", port(), timeout=30)
        connection.request(method, "/data/k", body)
        answer = connection.getresponse()
        assert (answer.status, answer.reason) == (400, SENTENCE)
        text = answer.read()
        assert (b"<Message>" + SENTENCE.encode() in text) == (method != "HEAD")
        connection.close()


def test_the_port_survives_every_client(aws):
    threads = threading.enumerate()
    for sent in (b"", b"GET", b"\x16\x03\x01", b"\r\n\r\n", b"x" * 70_000, b"GET / HTTP/1.1\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port()), timeout=30) as sock:
            sock.sendall(sent)
            sock.shutdown(socket.SHUT_WR)
            sock.recv(1)
    test_the_port_explains_every_request(aws)
    assert threading.enumerate() == threads


def test_the_port_is_opened_once(monkeypatch):
    with mock_s3():
        first = refusing_port.address()
    monkeypatch.setattr(socket, "create_server", None)
    for _ in range(3):
        with mock_s3():
            assert os.environ["AWS_ENDPOINT_URL"] == f"http://{first}"


def test_where_sockets_are_forbidden_mocks_start(monkeypatch):
    def forbidden(*args, **kwargs):
        raise RuntimeError("A test tried to use socket.socket.")

    monkeypatch.setattr(refusing_port, "_address", "")
    monkeypatch.setattr(socket, "create_server", forbidden)
    with mock_s3() as aws:
        assert os.environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"
        assert aws.client().list_buckets()["Buckets"] == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_child_has_the_mock_and_a_port_of_its_own():
    program = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "import boto3\n"
        "from mocks3 import mock_s3\n"
        "from mocks3.interceptors import refusing_port\n"
        "reader, writer = os.pipe()\n"
        "with mock_s3() as aws:\n"
        "    boto3.client('s3').create_bucket(Bucket='data')\n"
        "    first = refusing_port.address()\n"
        "    if not os.fork():\n"
        "        names = [each['Name'] for each in boto3.client('s3').list_buckets()['Buckets']]\n"
        "        os.write(writer, json.dumps([names, refusing_port.address() != first]).encode())\n"
        "        os._exit(0)\n"
        "    os.wait()\n"
        "print(os.read(reader, 1000).decode())"
    )
    assert child(program) == [["data"], True]
