"""The in-memory AWS: accounts, the namespace of buckets, the journal, snapshot and restore."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

from mocks3.access import Decision, Question, ask, of_arn, supposed
from mocks3.access.kms import key_use
from mocks3.clock import Clock
from mocks3.effects import (
    EffectsMark,
    EffectsState,
    Event,
    Replication,
    apply_due_effects,
    destinations,
    resume_replication,
)
from mocks3.errors import Mocks3Error, S3Error
from mocks3.handles import arguments, organizations
from mocks3.handles.accounts import Account
from mocks3.handles.organizations import Organization, VpcEndpoint
from mocks3.handles.principals import Anonymous, Principal, Service
from mocks3.handles.profiles import Profiles
from mocks3.lib.locking import WorldLock, holding
from mocks3.model import zones
from mocks3.model.parsed import Params, Parsed
from mocks3.model.request_context import UNTOLD, Facts, Told, tell
from mocks3.model.target import DirectoryTarget, Target
from mocks3.model.world import Settings
from mocks3.policy import PolicyKind
from mocks3.rules.policy_documents import Document, parse_document
from mocks3.storage import Store
from mocks3.storage.iam import AccessKeyRecord, IamStore, ServiceRecord
from mocks3.storage.iam.guardrails import NO_GUARDRAILS, EndpointRecord, GuardRails
from mocks3.storage.iam.principal_store import IamMark
from mocks3.storage.kms import KeyStore, KeyStoreMark

if TYPE_CHECKING:
    from mocks3.handles.expectations import Allowed, Denied
    from mocks3.storage import Bucket
    from mocks3.storage import StoreMark as StoreMark
    from mocks3.storage.iam.caller import Caller


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
    iam: IamMark
    kms: KeyStoreMark
    guardrails: GuardRails
    shift: timedelta
    effects: EffectsMark
    decisions: int
    calls: int
    notes: int
    profiles: dict[str, Any]


class MockAWS:
    """One AWS, with nothing in it but the default account.

    Args: ``settings`` how it behaves (see ``mock_s3``). Made by ``with mock_s3() as aws``, or directly: then only
    clients of ``aws.session()`` and of its principals talk to it.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.lock = WorldLock()
        self.store = Store(self.lock)
        self.iam = IamStore(self.lock)
        self.kms = KeyStore(self.lock)
        self._guardrails = NO_GUARDRAILS
        self.clock = Clock()
        self.effects = EffectsState()
        self.decisions: list[Decision] = []
        self.calls: list[Call] = []
        self.facts = UNTOLD
        self._told: list[Facts] = []
        self.ended = False
        self.clients: dict[tuple[str | None, str], Any] = {}
        self.profiles = Profiles(self)
        self.notes: list[str] = []
        """What this AWS took for granted, and a test may want to know: profiles that nobody mentioned."""
        self.iam.add_account(self.settings.account, "default")

    @property
    def guardrails(self) -> GuardRails:
        """Organizations and VPC endpoints."""
        return self._guardrails

    @guardrails.setter
    @holding("lock")
    def guardrails(self, rails: GuardRails) -> None:
        self._guardrails = rails
        self.lock.edition += 1

    # Who

    @holding("lock")
    def account(self, account_id: str | None = None, name: str | None = None) -> Account:
        """Get or create an account.

        Args: ``account_id`` 12 digits, the default account without it; ``name`` for people and for
        ``Initiator.DisplayName``. Raises :class:`Mocks3Error` when the id is not 12 digits.
        """
        account_id = arguments.check_account_id(account_id or self.settings.account)
        if self.iam.account(account_id) is None:
            self.iam.add_account(account_id, name)
        account = Account(self, account_id)
        if name is not None and account.record.name != name:
            account.rename(name)
        return account

    @property
    def anonymous(self) -> Anonymous:
        """The caller without credentials; its clients do not sign."""
        return Anonymous(self)

    @holding("lock")
    def service(
        self, name: str, *, source_arn: str | None = None, source_account: str | None = None
    ) -> Service:
        """An AWS service as a caller, such as ``cloudtrail.amazonaws.com`` (P-9).

        Args: ``source_arn`` and ``source_account`` the resource for which it calls, and that resource's account.
        Raises :class:`Mocks3Error` for a name that no service has.
        """
        if not name.endswith((".amazonaws.com", ".amazonaws.com.cn", ".amazon.com", ".aws.internal")):
            raise Mocks3Error(f"a service principal is named like cloudtrail.amazonaws.com, not {name!r}")
        key = self.iam.issue_key(ServiceRecord(name, source_arn, source_account))
        return Service(self, key.id)

    @property
    def ambient_key(self) -> AccessKeyRecord:
        """The key that code under test finds in its environment: the default account's root's, or another's."""
        return self.iam.ambient_key or self.iam.root_key(self.settings.account)

    def client(self, service: str = "s3", **kwargs: Any) -> Any:
        """A boto3 client of the default account's root (see :meth:`Principal.client`)."""
        return self.account().client(service, **kwargs)

    def session(self, **kwargs: Any) -> Any:
        """A boto3 session of the default account's root, bound to this AWS; nothing global is patched."""
        return self.account().root.session(**kwargs)

    @holding("lock")
    def organization(self, organization_id: str, *, management: Account | None = None) -> Organization:
        """Get or create an organization.

        Args: ``organization_id`` begins with ``o-``; ``management`` the account that founds it, the default account
        without it. Raises :class:`Mocks3Error` for an id of another form, an account that is in another organization
        already, or a management account that is not this organization's.
        """
        record = self.guardrails.organizations.get(organization_id)
        if record is None:
            founder = (management or self.account()).id
            record = organizations.new_organization(self.guardrails, organization_id, founder)
            self.guardrails = self.guardrails.with_organization(record)
        if management is not None and record.management != management.id:
            raise Mocks3Error(f"the management account of {organization_id} is {record.management}")
        return Organization(self, organization_id)

    @holding("lock")
    def vpc_endpoint(
        self, endpoint_id: str, *, vpc: str, policy: Document | None = None, account: Account | None = None
    ) -> VpcEndpoint:
        """Make a VPC endpoint for S3, or make it anew.

        Requests come through it by ``request_context(source_vpce=endpoint_id)``; its policy binds them (E-3).
        Args: ``vpc`` the VPC's id; ``policy`` a dict, JSON text or the path of a ``.json`` file, None for the default,
        which allows everything; ``account`` whose it is, the default account without it. Raises
        ``PolicySyntaxError``.
        """
        compiled, principals = organizations.endpoint_policy(self, endpoint_id, policy)
        owner = account or self.account()
        record = EndpointRecord(endpoint_id, vpc, owner.id, self.settings.region, compiled, principals)
        self.guardrails = self.guardrails.with_endpoint(record)
        return VpcEndpoint(self, endpoint_id)

    @contextmanager
    def request_context(self, **told: Unpack[Told]) -> Iterator[None]:
        """Say what requests are like that the process cannot know: where from, with MFA or not, for whom.

        Args: ``told`` as :class:`mocks3.model.request_context.Facts` lists them. Holds for all threads and all
        clients of this AWS until the block is left; within another such block, what the inner one says goes before.
        Raises :class:`Mocks3Error` for a name or value that means nothing.
        """
        facts = tell(told)
        with self.lock:
            self._told.append(facts)
            self._retell()
        try:
            yield
        finally:
            with self.lock:
                self._told = [each for each in self._told if each is not facts]
                self._retell()

    def _retell(self) -> None:
        facts = UNTOLD
        for each in self._told:
            facts = each.over(facts)
        self.facts = facts

    # Why

    @holding("lock")
    def explain(
        self,
        principal: Principal,
        action: str,
        resource: str,
        context: Mapping[str, Any] | None = None,
    ) -> Decision:
        """Decide without calling, and without a line in the journal.

        Args: ``principal`` who would ask; ``action`` the IAM action (``s3:GetObject``); ``resource`` the ARN of a
        bucket, an access point, an object in either, or a KMS key, or ``*`` for calls on the service, of a directory
        bucket with an action of ``s3express:``; ``context``
        condition keys, a value or a list of values each (an empty list says that a key is missing). They go before
        what follows from the principal, the resource and :meth:`request_context`; of a request's own headers and
        parameters nothing is known here. Returns the :class:`Decision`; ``print`` it. Raises :class:`Mocks3Error` for
        any other resource.
        """
        arguments.check_type(
            "who asks", principal, Principal, "a principal, like aws.account().create_user('eve')"
        )
        arguments.check_action(action)
        facts = tell({"keys": context or {}}).over(self.facts)
        with self.clock.applied():
            apply_due_effects(self)
            if resource.startswith("arn:aws:kms:"):
                return key_use.suppose(self, principal.caller(), facts, action, resource)
            scene = supposed(self, principal.caller(), facts)
            return ask(self, Question(scene, action, self._target(resource, action)))

    def denied(
        self,
        action: str | None = None,
        resource: str | None = None,
        *,
        by: str | None = None,
        sid: str | None = None,
    ) -> Denied:
        """Expect that a call in the block is refused: ``with aws.denied("s3:PutObject", by="bucket-policy"):``.

        Args: ``action`` and ``resource`` what is asked for, anything without them; ``by`` where the refusal is to come
        from (``identity-policy``, ``bucket-policy``, ``acl``, ``boundary``, ``session-policy``...); ``sid`` the
        statement. The SDK's AccessDenied ends with the block, any other exception does not. Raises ``AssertionError``
        saying what was decided instead, :class:`Mocks3Error` for a place that there is not.
        """
        from mocks3.handles.expectations import Denied

        return Denied(self, action, resource, by, sid)

    def allowed(
        self,
        action: str | None = None,
        resource: str | None = None,
        *,
        by: str | None = None,
        sid: str | None = None,
    ) -> Allowed:
        """Expect that the block asks for something and is never refused it; arguments as :meth:`denied`."""
        from mocks3.handles.expectations import Allowed

        return Allowed(self, action, resource, by, sid)

    def _target(self, resource: str, action: str) -> Target | None:
        if resource == "*":
            return None
        target = of_arn(resource, self.store)
        zonal = isinstance(target, DirectoryTarget)
        if (
            target is not None
            and zones.is_directory(target.name)
            and not (zonal and action.lower().startswith("s3express:"))
        ):
            raise Mocks3Error(
                f"directory buckets are asked about by actions of s3express: and by their own ARNs; what happens in "
                f"{target.name} takes s3express:CreateSession on arn:aws:s3express:REGION:ACCOUNT:bucket/..., not "
                f"{action} on {resource}"
            )
        if target is None:
            known = "an ARN like arn:aws:s3:::bucket/key, that of an access point that there is, or *"
            raise Mocks3Error(f"a resource is {known}, not {resource!r}")
        return target

    def record_decision(self, decision: object) -> None:
        """Add a decision to :attr:`decisions`."""
        assert isinstance(decision, Decision)
        self.decisions.append(decision)

    def note(self, parsed: Parsed, caller: Caller | None, error: S3Error | None) -> None:
        """Write a call that was answered into the journal."""
        principal = "unknown" if caller is None else caller.arn or "anonymous"
        self.calls.append(
            Call(parsed.service, parsed.operation, principal, parsed.head, error.code if error else None)
        )

    # What buckets make happen

    @property
    def events(self) -> list[Event]:
        """The notifications that buckets sent so far, ``s3:TestEvent`` too, in order."""
        with self.lock, self.clock.applied():
            apply_due_effects(self)
        return self.effects.events

    @holding("lock")
    def on_event(self, destination: str, listener: Callable[[dict[str, Any]], object]) -> None:
        """Call a function with every message that buckets send to a destination, before the request is answered.

        Args: ``destination`` the ARN of a queue, topic or function, or ``"eventbridge"``; ``listener`` takes the
        message as a dict; what it raises reaches whoever made the request. Raises :class:`Mocks3Error` for a
        destination that is neither, and a listener that cannot be called.
        """
        arguments.check_type("a listener", listener, Callable, "a function that takes the message")
        if destination != "eventbridge":
            arguments.check_destination(destination)
        listeners = self.effects.listeners
        listeners[destination] = (*listeners.get(destination, ()), listener)

    @holding("lock")
    def destination(self, arn: str, *, policy: Document | None = None) -> None:
        """Say that there is a queue, topic or function for notifications; from then on there are no others.

        Args: ``policy`` its own policy, which must let S3 in (F-133); without one it takes everything. Raises
        ``PolicySyntaxError``, and :class:`Mocks3Error` for what is no such ARN.
        """
        arguments.check_destination(arn)
        self.effects.destinations[arn] = (
            None if policy is None else parse_document(policy, f"policy of {arn}", PolicyKind.RESOURCE)
        )

    @property
    def replications(self) -> list[Replication]:
        """What replication tried so far, in order; of a failure also why, and the decision behind it."""
        return self.effects.replications

    @contextmanager
    def replication_paused(self) -> Iterator[None]:
        """Let what is written within the block wait (``PENDING``); it is replicated when the block is left."""
        with self.lock:
            self.effects.paused += 1
        try:
            yield
        finally:
            with self.lock, self.clock.applied():
                self.effects.paused -= 1
                if not self.effects.paused:
                    resume_replication(self)

    def refused_destination(self, bucket: Bucket, arn: str) -> str | None:
        """What S3 says of a destination that it cannot send to; None where it can."""
        return destinations.refusal(self, bucket, arn)

    # When

    @holding("lock")
    def snapshot(self) -> Mark:
        """Remember everything: state, principals, keys, guard rails, what the clock was moved by, the journal's length.

        It takes microseconds.
        """
        return Mark(
            self.store.snapshot(),
            self.iam.snapshot(),
            self.kms.snapshot(),
            self.guardrails,
            self.clock.shift,
            self.effects.snapshot(),
            len(self.decisions),
            len(self.calls),
            len(self.notes),
            dict(self.profiles.assigned),
        )

    @holding("lock")
    def restore(self, mark: Mark) -> None:
        """Bring back what :meth:`snapshot` remembered; later lines of the journal are dropped."""
        self.store.restore(mark.store)
        self.iam.restore(mark.iam)
        self.guardrails = mark.guardrails
        self.clock.shift = mark.shift
        self.effects.restore(mark.effects)
        self.kms.restore(mark.kms)
        del self.decisions[mark.decisions :]
        del self.calls[mark.calls :]
        del self.notes[mark.notes :]
        self.profiles.assigned = dict(mark.profiles)
        keys = self.iam
        clients = tuple(self.clients.items())
        self.clients = {who: made for who, made in clients if not who[0] or keys.key(who[0])}
