"""A start that fails half-way leaves nothing behind, and a mock that is open stays open."""

from __future__ import annotations

import os
import sys
import types

import boto3
import botocore.session
import pytest
import urllib3

from mocks3 import Mocks3Error, mock_s3
from mocks3.interceptors import activation, network_guard, open_worlds, refusal_log
from mocks3.mocking.environment import SavedEnvironment


def state():
    return (
        open_worlds.current(),
        dict(os.environ),
        boto3.DEFAULT_SESSION,
        botocore.session.create_loader,
        urllib3.connectionpool.HTTPConnectionPool.urlopen,
        list(sys.meta_path),
        [getattr(patch._owner, patch._name) for patch in activation.AT_START],
    )


def fail(*args, **kwargs):
    raise RuntimeError("no")


PLACES = {
    "the first patch": (activation.AT_START[0], "apply"),
    "a patch in the middle": (network_guard.PATCHES[-1], "apply"),
    "the import hook": (activation._import_watcher, "watch"),
    "what is awaited": (activation._import_watcher, "when_imported"),
    "the refusal log": (refusal_log, "record_world"),
    "the environment": (SavedEnvironment, "apply"),
}


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_left(place, monkeypatch):
    with mock_s3():
        pass  # what is installed for the process is installed
    before = state()
    mock = mock_s3()
    with monkeypatch.context() as patched:
        patched.setattr(*PLACES[place], fail)
        with pytest.raises(RuntimeError, match="no"):
            mock.start()
    assert state() == before
    with pytest.raises(Mocks3Error, match="not started"):
        mock.stop()
    with mock as aws:
        assert aws.client().list_buckets()["Buckets"] == []
    assert state() == before


def test_the_mock_that_is_open_stays_open(monkeypatch):
    with mock_s3() as outer:
        outer.client().create_bucket(Bucket="outer")
        with monkeypatch.context() as patched:
            patched.setattr(refusal_log, "record_world", fail)
            with pytest.raises(RuntimeError, match="no"):
                mock_s3(account="111122223333").start()
        assert [each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]] == ["outer"]
        assert os.environ["AWS_ACCESS_KEY_ID"] == outer.ambient_key.id


def test_a_library_of_another_release_is_named(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "pook"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "mocks3.interceptors.other_mocks.pook", raising=False)
    monkeypatch.setitem(sys.modules, "pook", types.ModuleType("pook"))
    before = state()
    with pytest.raises(Mocks3Error, match="cannot intercept the calls of the installed pook"):
        mock_s3().start()
    assert state() == before


def test_the_rest_is_closed_if_one_patch_cannot_be_taken_off(monkeypatch):
    with mock_s3():
        pass
    before = state()
    mock = mock_s3()
    mock.start()
    with monkeypatch.context() as patched:
        patched.setattr(network_guard.PATCHES[0], "remove", fail)
        with pytest.raises(RuntimeError, match="no"):
            mock.stop()
    network_guard.PATCHES[0].remove()
    assert state() == before
