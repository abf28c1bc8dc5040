"""No option is accepted and forgotten: each member of each object operation's input is read by somebody.

Each operation is called once for each member that the installed model gives it, with the member set, and what is
asked of the parsed input on the way is written down. A member nobody asks for stands in ``UNREAD`` with the reason why.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from mocks3 import Mocks3Error
from mocks3.aws import MockAWS
from mocks3.call import Parsed
from mocks3.operations import registered
from mocks3.wire.models import operation_model, service_model

from .inputs import ALSO, CALLS, Path, filled, knows, method_of, paths, with_member

UNREAD = {
    "Bucket": "the address of the request is read before its members are",
    "Key": "the address of the request is read before its members are",
    "Body": "it is read as the stream that it is",
    "ContentLength": "how long a body is, HTTP knows",
    "ContentMD5": "what bodies of XML are held against, when they are read",
    "ChecksumAlgorithm": "it says which checksum the client sends; the checksum itself is what is held against",
    "RequestPayer": "the gate asks for it where one pays for another (test_buckets_settings)",
    "MFA": "asked for by buckets with MFA delete (test_mfa_delete)",
    "DisplayName": "accounts have none any more (answers.md, Owners)",
    "RestoreRequest.Description": "no operation of S3 shows it again",
    "RestoreRequest.SelectParameters": "refused as a whole",
    "RestoreRequest.OutputLocation": "refused as a whole",
}
"""Members that no operation has to ask for: by name, or by path with all that is under it."""

DECLARED = frozenset({"PutObject", "PutObjectAnnotation", "UploadPart"})
"""Operations whose bodies carry the checksums that are declared of them (``Payload.declared``)."""


class Asked(dict[str, Any]):
    """An input that writes down which of its members are asked for."""

    def __init__(self, content: dict[str, Any], asked: set[Path], path: Path = ()) -> None:
        super().__init__({name: _watched(value, asked, (*path, name)) for name, value in content.items()})
        self.asked, self.path = asked, path

    def __getitem__(self, name: str) -> Any:
        self.asked.add((*self.path, name))
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.asked.add((*self.path, str(name)))
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add((*self.path, name))
        return super().get(name, default)

    def pop(self, name: str, *default: Any) -> Any:
        self.asked.add((*self.path, name))
        return super().pop(name, *default)


def _watched(value: Any, asked: set[Path], path: Path) -> Any:
    if isinstance(value, dict) and not isinstance(value, Asked):
        return Asked(value, asked, path)
    if isinstance(value, list):
        return [_watched(item, asked, path) for item in value]
    return value


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """What was asked for of the inputs of all calls."""
    found: set[Path] = set()
    make, whole = Parsed.__init__, Parsed.params.fget
    assert whole is not None

    def watching(self: Parsed, *args: Any) -> None:
        make(self, *args)
        self.head = Asked(self.head, found)

    def watched(self: Parsed) -> Any:
        params = whole(self)
        if not isinstance(params, Asked):
            params = self._params = Asked(params, found)
        return params

    monkeypatch.setattr(Parsed, "__init__", watching)
    monkeypatch.setattr(Parsed, "params", property(watched))
    return found


def reason(operation: str, path: Path) -> str | None:
    """Why nobody asks for a member."""
    if operation in DECLARED and path[-1].startswith("Checksum"):
        return "declared with the body"
    names = [path[-1], *(".".join(path[: end + 1]) for end in range(len(path)))]
    return next((UNREAD[name] for name in names if name in UNREAD), None)


def test_every_operation_on_keys_is_called() -> None:
    installed = set(service_model("s3").operation_names)
    on_keys = {
        name
        for service, name in registered()
        if service == "s3"
        and name in installed
        and ("Key" in operation_model("s3", name).input_shape.members or "Object" in name or "Upload" in name)
    }
    others = {name for name in on_keys if name.endswith("Configuration")}
    others |= {"PostObject"}  # a browser's form, with PutObject's members
    others |= {"WriteGetObjectResponse"}  # of no object: see test_object_lambda.py
    assert (on_keys - others) & installed == CALLS.keys() & installed


@pytest.mark.parametrize("operation", sorted(CALLS))
def test_every_member_is_asked_for(
    aws: MockAWS, s3: Any, world: dict[str, str], asked: set[Path], operation: str
) -> None:
    if operation not in service_model("s3").operation_names:
        pytest.skip("the installed botocore does not know the operation")
    shape = operation_model("s3", operation).input_shape
    call = getattr(s3, method_of(s3, operation))
    bases = [filled(each[operation], world) for each in (CALLS, ALSO) if operation in each]
    bases = [base for base in bases if knows(shape, base)]
    forgotten, mark = [], aws.snapshot()
    for path, _ in paths(shape):
        asked.clear()
        for base in bases:
            aws.restore(mark)
            try:
                call(**with_member(base, shape, path))
            except (ClientError, Mocks3Error):
                pass
            except BotoCoreError as fault:
                raise AssertionError(f"{operation} was not sent with {'.'.join(path)}") from fault
        if path not in asked and reason(operation, path) is None:
            forgotten.append(".".join(path))
    assert not forgotten, " ".join(forgotten)
