"""Load files into an in-memory AWS: find, read, name, merge, build."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from mocks3.errors import Mocks3Error
from mocks3.load import recognize
from mocks3.load.arns import account_in
from mocks3.load.build import build
from mocks3.load.descriptions import FileContents, FilePlace, Options, Unread
from mocks3.load.faults import LoadError, located
from mocks3.load.given import GivenValues
from mocks3.load.homes import Homes
from mocks3.load.looks import TERRAFORM
from mocks3.load.merging import Descriptions
from mocks3.load.naming import KINDS, Names
from mocks3.load.notes import Notes
from mocks3.load.owners import with_accounts
from mocks3.load.sources import Source, find, terraform_sources

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState

A = TypeVar("A")
W = TypeVar("W", bound="AwsState")


@dataclass(frozen=True)
class Loaded(Generic[A]):
    """The result of a load.

    Args:
        aws: The in-memory AWS.
        unread: What was not understood, or what the files lack: name, place and reason.
        caller: The ARN that ``aws sts get-caller-identity`` printed, or None.
        assumed: What was assumed because no file says it: one sentence each.
    """

    aws: A
    unread: tuple[Unread, ...]
    caller: str | None
    assumed: tuple[str, ...]


def load_into(
    aws: W,
    sources: Sequence[Source],
    *,
    strict: bool = False,
    values: Mapping[str, Any] | None = None,
    account: str | None = None,
    region: str | None = None,
    names: Mapping[str, str] | None = None,
) -> Loaded[W]:
    """Create in ``aws`` what the files say. See ``MockAWS.load``.

    Raises:
        LoadError: A file cannot be read or created, or with ``strict``, something was not understood.
        Mocks3Error: An argument is not valid.
    """
    documents = find(sources)
    given = GivenValues(values or {})
    options = Options(
        values=given,
        account=account,
        region=region,
        names=_checked(names or {}),
        documents={each.file: each.value for each in documents},
    )
    readings = [(each.file, recognize.read(each, options)) for each in documents]
    notes = Notes()
    for _, reading in readings:
        notes.extend(reading.unread)
    if not any(reading.descriptions for _, reading in readings):
        for path in terraform_sources(sources):
            notes.skip(path, FilePlace(path), TERRAFORM)
    callers = tuple(dict.fromkeys(each.caller for _, each in readings if each.caller is not None))
    homes = _homes(readings, options, aws.settings.account)
    described = [each for _, reading in readings for each in reading.descriptions]
    for name, reason in given.not_asked():
        notes.skip(name, FilePlace("<values>"), reason)
    known = Names(described, options)
    complete = with_accounts([known.complete(each) for each in described], homes, notes)
    default = account or (callers and account_in(callers[0])) or aws.settings.account
    build(aws, Descriptions(complete), notes, account=default, region=region, callers=callers)
    if strict and notes.unread:
        raise _not_understood(notes.unread)
    return Loaded(aws, notes.unread, callers[0] if len(callers) == 1 else None, notes.assumed)


def _homes(readings: Iterable[tuple[str, FileContents]], options: Options, default: str) -> Homes:
    homes = Homes(options, default)
    for file, reading in readings:
        homes.add(file, reading.descriptions, reading.caller)
    return homes


def _checked(names: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in names.items():
        if name not in KINDS:
            close = difflib.get_close_matches(name, list(KINDS), 1)
            hint = f"; did you mean {close[0]}=?" if close else ""
            raise Mocks3Error(
                f"there is no argument {name!r}{hint}; the arguments that name a resource are {', '.join(KINDS)}"
            )
        if not isinstance(value, str):
            raise Mocks3Error(f"{name} must be the name of a {KINDS[name]}, not {value!r}")
    return dict(names)


def _not_understood(unread: tuple[Unread, ...]) -> LoadError:
    first = unread[0]
    rest = "".join(f"\n{located(each.place)}: {each.what}: {each.reason}" for each in unread[1:])
    return LoadError(f"{first.what}: {first.reason}{rest}", first.place)
