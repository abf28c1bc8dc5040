"""Named profiles: which principal's credentials a session with a profile uses.

The profiles of the machine are not used. A profile that the test did not set has the ambient credentials, and
``aws.notes`` says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from mocks3 import clock
from mocks3.errors import Mocks3Error
from mocks3.handles import principal_names
from mocks3.handles.principals import KeyedPrincipal, Principal, Role
from mocks3.storage.iam.records import SessionRecord

if TYPE_CHECKING:
    from mocks3.handles.aws_state import AwsState
    from mocks3.storage.iam import AccessKeyRecord


ProfilesMark = tuple[dict[str, Any], str | None]

_RENEWAL = timedelta(minutes=15)
_INSTANCE_SESSION = 21600
"""The seconds for which an instance gets credentials: six hours (EC2 user guide, "IAM roles for Amazon EC2")."""


class Profiles(MutableMapping[str, Any]):
    """Principals by profile name: ``aws.profiles["prod"] = role``, or text such as ``"ops:role/reader"``.

    At first it contains the profiles of ``mock_s3(profiles=...)``. A principal is looked up when a session first
    needs its credentials, so it may be created later. A role means a session of the role.
    """

    def __init__(self, world: AwsState) -> None:
        self._world = world
        self.assigned: dict[str, Any] = {}
        self.instance: str | None = None
        """The ARN of the role of this machine: ``aws.instance_profile(role)``."""
        self._keys: dict[tuple[str, Any], str] = {}

    def __getitem__(self, name: str) -> Any:
        return self._all()[name]

    def __setitem__(self, name: str, who: object) -> None:
        self.assigned[_name(name)] = _principal(name, who)

    def __delitem__(self, name: str) -> None:
        del self.assigned[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return f"Profiles({self._all()})"

    def _all(self) -> dict[str, Any]:
        return {**dict(self._world.settings.profiles), **self.assigned}

    def key(self, name: str | None) -> AccessKeyRecord:
        """Return the access key that a session of this profile signs with.

        Args:
            name: The profile. None means the ambient key, and ``default`` too unless it was set.

        Raises:
            Mocks3Error: The profile's principal does not exist.
        """
        who = self._all().get(name) if name else None
        if who is None or name is None:
            if name not in (None, "default"):
                self._note(name)
            return self._world.ambient_key
        known = self._world.iam.key(self._keys.get((name, who), ""))
        if known is not None and known.active and not _expired(known):
            return known
        key = self._find(name, who)
        self._keys[name, who] = key.id
        return key

    def instance_key(self, session_name: str) -> AccessKeyRecord:
        """Return the access key of a session of the instance's role. It is renewed 15 minutes before its end.

        Args:
            session_name: The name of the session.

        Raises:
            Mocks3Error: The role does not exist any more.
        """
        known = self._world.iam.key(self._keys.get(("", self.instance), ""))
        if known is not None and not _expired(known, _RENEWAL):
            return known
        record = self._world.iam.role(self.instance or "")
        if record is None:
            raise Mocks3Error(f"the role of the instance profile, {self.instance}, was deleted")
        role = Role(self._world, record.unique_id)
        key = role.assume(session_name=session_name, duration=_INSTANCE_SESSION).access_key
        self._keys["", self.instance] = key.id
        return key

    def snapshot(self) -> ProfilesMark:
        """Return the state that :meth:`restore` restores."""
        return dict(self.assigned), self.instance

    def restore(self, mark: ProfilesMark) -> None:
        """Restore a saved state."""
        self.assigned, self.instance = dict(mark[0]), mark[1]

    def _find(self, name: str, who: Any) -> AccessKeyRecord:
        if isinstance(who, KeyedPrincipal) and who._aws is self._world:
            return who.access_key
        text = who if isinstance(who, str) else str(who.arn)
        key = principal_names.find(self._world, text, session_name=_session_name(name))
        if key is None:
            raise Mocks3Error(f"profiles[{name!r}]: {principal_names.not_found_message(self._world, text)}")
        return key

    def _note(self, name: str | None) -> None:
        note = (
            f"the profile {name!r} is not in profiles: its sessions have the ambient credentials; set its principal: "
            f'aws.profiles[{name!r}] = role, or mock_s3(profiles={{{name!r}: "role/NAME"}})'
        )
        if note not in self._world.notes:
            self._world.notes.append(note)


def checked(profiles: object) -> tuple[tuple[str, Any], ...]:
    """Return the profiles as ``Settings`` stores them. Raise Mocks3Error unless it is a mapping to principals."""
    if not isinstance(profiles, Mapping):
        raise Mocks3Error(f"profiles must be a dict of profile names to principals, not {profiles!r}")
    return tuple((_name(name), _principal(name, who)) for name, who in profiles.items())


def _name(name: object) -> str:
    if not isinstance(name, str) or not name:
        raise Mocks3Error(f"the name of a profile must be a string that is not empty, not {name!r}")
    return name


def _principal(name: str, who: object) -> Any:
    if isinstance(who, str) and who:
        return who
    if isinstance(who, Role) or (isinstance(who, Principal) and who.access_key is not None):
        return who
    raise Mocks3Error(
        f'profiles[{name!r}] must be a principal with credentials, or a string like "ops:role/reader", not {who!r}'
    )


def _session_name(profile: str) -> str:
    """Return the name of the role session: 2 to 64 letters, digits and ``=,.@-_`` (API_AssumeRole)."""
    kept = "".join(
        each if each.isascii() and (each.isalnum() or each in "=,.@-_") else "-" for each in profile
    )
    return kept[:64].ljust(2, "-")


def _expired(key: AccessKeyRecord, before: timedelta = timedelta()) -> bool:
    return isinstance(key.holder, SessionRecord) and clock.now() + before >= key.holder.expires
