"""The in-memory AWS: accounts, the namespace of buckets, the journal, snapshot and restore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from mocks3.access import Decision, Question, judge
from mocks3.accounts import Account
from mocks3.call import Authenticated, Caller, Params, Parsed, Settings, Target
from mocks3.errors import Mocks3Error, S3Error
from mocks3.identity import AccessKeyRecord, Directory
from mocks3.identity.directory import DirectoryMark
from mocks3.principals import Anonymous, Principal
from mocks3.storage import Store

if TYPE_CHECKING:
    from mocks3.storage import Mark as StoreMark


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the journal: a call that was answered.

    ``params`` are the members of the URL and the headers, never a body; ``error`` is the code of an error answer.
    """

    service: str
    operation: str
    principal: str
    params: Params
    error: str | None


class Mark(NamedTuple):
    """What :meth:`MockAWS.snapshot` remembers. It stays valid, and may be restored any number of times."""

    store: StoreMark
    directory: DirectoryMark
    decisions: int
    calls: int


class MockAWS:
    """One AWS, with nothing in it but the default account.

    Args: ``settings`` how it behaves (see ``mock_s3``). Made by ``with mock_s3() as aws``, or directly: then only
    clients of ``aws.session()`` and of its principals talk to it.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.store = Store()
        self.directory = Directory()
        self.decisions: list[Decision] = []
        self.calls: list[Call] = []
        self.facts: Mapping[str, Any] = {}
        self.ended = False
        self.clients: dict[tuple[str | None, str], Any] = {}
        self.directory.add_account(self.settings.account, "default")

    # Who

    def account(self, account_id: str | None = None, name: str | None = None) -> Account:
        """Get or create an account.

        Args: ``account_id`` 12 digits, the default account without it; ``name`` for people and for
        ``Initiator.DisplayName``. Raises :class:`Mocks3Error` when the id is not 12 digits.
        """
        account_id = account_id or self.settings.account
        if not (len(account_id) == 12 and account_id.isascii() and account_id.isdigit()):
            raise Mocks3Error(f"an account id is 12 digits, not {account_id!r}")
        if self.directory.account(account_id) is None:
            self.directory.add_account(account_id, name)
        account = Account(self, account_id)
        if name is not None and account.record.name != name:
            account.rename(name)
        return account

    @property
    def anonymous(self) -> Anonymous:
        """The caller without credentials; its clients do not sign."""
        return Anonymous(self)

    @property
    def ambient_key(self) -> AccessKeyRecord:
        """The key that code under test finds in its environment: that of the default account's root."""
        return self.directory.root_key(self.settings.account)

    def client(self, service: str = "s3", **kwargs: Any) -> Any:
        """A boto3 client of the default account's root (see :meth:`Principal.client`)."""
        return self.account().client(service, **kwargs)

    def session(self, **kwargs: Any) -> Any:
        """A boto3 session of the default account's root, bound to this AWS; nothing global is patched."""
        return self.account().root.session(**kwargs)

    # Why

    def explain(
        self,
        principal: Principal,
        action: str,
        resource: str,
        context: Mapping[str, str | Sequence[str]] | None = None,
    ) -> Decision:
        """Decide without calling, and without a line in the journal.

        Args: ``principal`` who would ask; ``action`` the IAM action (``s3:GetObject``); ``resource`` an S3 ARN, or
        ``*`` for calls on the service; ``context`` condition keys beside those that follow from the principal, a
        value or a list of values each. Returns the :class:`Decision`; ``print`` it. Raises :class:`Mocks3Error`
        for a resource that is not an S3 ARN.
        """
        given = {
            key.lower(): (value,) if isinstance(value, str) else tuple(value)
            for key, value in (context or {}).items()
        }
        caller: Caller = principal.caller()
        question = Question(caller, action, self._target(resource), {**caller.keys, **given})
        return judge(self, question)

    def _target(self, resource: str) -> Target | None:
        if resource == "*":
            return None
        prefix = "arn:aws:s3:::"
        if not resource.startswith(prefix):
            raise Mocks3Error(f"a resource is an ARN like {prefix}bucket/key, or *, not {resource!r}")
        name, slash, key = resource.removeprefix(prefix).partition("/")
        return Target(name, self.store.bucket(name), key if slash else None)

    def note(self, parsed: Parsed, authenticated: Authenticated | None, error: S3Error | None) -> None:
        """Write a call that was answered into the journal."""
        principal = "unknown" if authenticated is None else authenticated.caller.arn or "anonymous"
        self.calls.append(
            Call(parsed.service, parsed.operation, principal, parsed.head, error.code if error else None)
        )

    # When

    def snapshot(self) -> Mark:
        """Remember everything: state, principals, keys and how long the journal is. Takes microseconds."""
        return Mark(self.store.snapshot(), self.directory.snapshot(), len(self.decisions), len(self.calls))

    def restore(self, mark: Mark) -> None:
        """Bring back what :meth:`snapshot` remembered; later lines of the journal are dropped."""
        self.store.restore(mark.store)
        self.directory.restore(mark.directory)
        del self.decisions[mark.decisions :]
        del self.calls[mark.calls :]
