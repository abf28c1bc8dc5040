"""The in-memory AWS: accounts, organizations, the record of calls and decisions, snapshot and restore."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Unpack

from mocks3.access import Decision, Question, ask, hypothetical_request
from mocks3.access.kms import key_use
from mocks3.clock import WorldClock, now
from mocks3.effects import (
    EffectsMark,
    EffectsState,
    Event,
    Replication,
    apply_due_effects,
    destinations,
    resume_replication,
)
from mocks3.errors import Mocks3Error
from mocks3.faults import Faults, FaultsMark
from mocks3.handles import arguments, organizations
from mocks3.handles.accounts import Account
from mocks3.handles.analysis import Analysis
from mocks3.handles.asked_resources import check_resource
from mocks3.handles.default_account import DefaultAccount
from mocks3.handles.invariant_checks import InvariantChecks
from mocks3.handles.journal import Journal
from mocks3.handles.loading import Loading
from mocks3.handles.organizations import Organization, VpcEndpoint
from mocks3.handles.principals import Anonymous, Principal, Service
from mocks3.handles.profiles import Profiles, ProfilesMark
from mocks3.handles.serving import Serving
from mocks3.lib.locking import WorldLock, holding
from mocks3.model.request_context import (
    EMPTY_CONTEXT,
    RequestContext,
    RequestContextArguments,
    request_context_from,
)
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


class Snapshot(NamedTuple):
    """The state that :meth:`MockAWS.snapshot` saves. It stays valid and can be restored any number of times."""

    store: StoreMark
    iam: IamMark
    kms: KeyStoreMark
    guardrails: GuardRails
    shift: timedelta
    effects: EffectsMark
    faults: FaultsMark
    decisions: int
    calls: int
    notes: int
    profiles: ProfilesMark


class MockAWS(Journal, Analysis, DefaultAccount, InvariantChecks, Loading, Serving):
    """The in-memory AWS. At first it contains only the default account.

    ``with mock_s3() as aws`` creates one that answers all clients. One that is created directly answers only the
    clients of ``aws.session()`` and of its principals.

    Args:
        settings: The options of :func:`mock_s3`.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        Journal.__init__(self, self.settings.record_limit)
        self.lock = WorldLock()
        self.store = Store(self.lock)
        self.iam = IamStore(self.lock)
        self.kms = KeyStore(self.lock)
        self._guardrails = NO_GUARDRAILS
        self.clock = WorldClock()
        self.effects = EffectsState()
        self.faults = Faults()
        self.context = EMPTY_CONTEXT
        self._request_contexts: list[RequestContext] = []
        self.ended = False
        self.clients: dict[tuple[str | None, str], Any] = {}
        self.profiles = Profiles(self)
        self.notes: list[str] = []
        """Assumptions that a test may want to know, such as the credentials of an unknown profile."""
        self.iam.add_account(self.settings.account, "default")
        if self.settings.ambient_credentials == "moto":
            key = AccessKeyRecord("FOOBARKEY", "FOOBARSECRET", self.settings.account, created=now())
            self.iam.put_key(key)
            self.iam.set_ambient_key(key)

    if not TYPE_CHECKING:  # a type checker would accept every name

        def __getattr__(self, name: str) -> NoReturn:
            """Say where the methods of accounts are."""
            hint = f"; use aws.account().{name}" if hasattr(Account, name) else ""
            raise AttributeError(f"'MockAWS' object has no attribute {name!r}{hint}")

    @property
    def guardrails(self) -> GuardRails:
        """Organizations and VPC endpoints."""
        return self._guardrails

    @guardrails.setter
    @holding("lock")
    def guardrails(self, rails: GuardRails) -> None:
        self._guardrails = rails
        self.lock.edition += 1

    # Principals
    @holding("lock")
    def account(self, account_id: str | None = None, name: str | None = None) -> Account:
        """Get or create an account.

        Args:
            account_id: 12 digits. Default: the default account.
            name: The display name, also used in ``Initiator.DisplayName``.

        Returns:
            The account.

        Raises:
            Mocks3Error: The id is not a string of 12 digits.
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
        """The caller without credentials. Its clients do not sign."""
        return Anonymous(self)

    @holding("lock")
    def service(
        self, name: str, *, source_arn: str | None = None, source_account: str | None = None
    ) -> Service:
        """Return an AWS service as a caller, such as ``cloudtrail.amazonaws.com`` (P-9).

        Args:
            name: The service principal.
            source_arn: The ARN of the resource for which the service calls (``aws:SourceArn``).
            source_account: The account of that resource (``aws:SourceAccount``).

        Returns:
            The service principal, which can call.

        Raises:
            Mocks3Error: The name is not that of a service principal.
        """
        if not name.endswith((".amazonaws.com", ".amazonaws.com.cn", ".amazon.com", ".aws.internal")):
            raise Mocks3Error(
                f"a service principal must be a name like cloudtrail.amazonaws.com, not {name!r}"
            )
        key = self.iam.issue_key(ServiceRecord(name, source_arn, source_account))
        return Service(self, key.id)

    @property
    def ambient_key(self) -> AccessKeyRecord:
        """The access key in the environment of the code under test. Default: the default account's root user's."""
        return self.iam.ambient_key or self.iam.root_key(self.settings.account)

    @holding("lock")
    def organization(self, organization_id: str, *, management: Account | None = None) -> Organization:
        """Get or create an organization.

        Args:
            organization_id: The id, which begins with ``o-``.
            management: The management account. Default: the default account.

        Returns:
            The organization.

        Raises:
            Mocks3Error: The id is not valid, the account belongs to another organization, or this organization has
                another management account.
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
        """Create or replace a VPC endpoint for S3. Its policy limits the requests that use it (E-3).

        ``aws.request_context(source_vpce=endpoint_id)`` makes requests use it.

        Args:
            endpoint_id: The id of the endpoint.
            vpc: The id of the VPC.
            policy: The endpoint policy: a dict, JSON text or the path of a ``.json`` file. Default: allow everything.
            account: The account that owns the endpoint. Default: the default account.

        Returns:
            The endpoint.

        Raises:
            PolicySyntaxError: The policy is malformed.
            Mocks3Error: The policy names a principal that does not exist.
        """
        compiled, principals = organizations.endpoint_policy(self, endpoint_id, policy)
        owner = account or self.account()
        record = EndpointRecord(endpoint_id, vpc, owner.id, self.settings.region, compiled, principals)
        self.guardrails = self.guardrails.with_endpoint(record)
        return VpcEndpoint(self, endpoint_id)

    @contextmanager
    def request_context(self, **properties: Unpack[RequestContextArguments]) -> Iterator[None]:
        """Set properties of requests that the process cannot know, such as the source IP address or MFA.

        They apply to all threads and all clients of this AWS until the block is left. An inner block has precedence
        over an outer one.

        Args:
            **properties: The properties, such as ``source_ip="203.0.113.5"``, ``source_vpce``, ``mfa`` and ``keys``.

        Raises:
            Mocks3Error: A name or value is not valid.
        """
        facts = request_context_from(properties)
        with self.lock:
            self._request_contexts.append(facts)
            self._update_facts()
        try:
            yield
        finally:
            with self.lock:
                self._request_contexts = [each for each in self._request_contexts if each is not facts]
                self._update_facts()

    def _update_facts(self) -> None:
        facts = EMPTY_CONTEXT
        for each in self._request_contexts:
            facts = each.with_defaults(facts)
        self.context = facts

    # Decisions
    @holding("lock")
    def explain(
        self,
        principal: Principal,
        action: str,
        resource: str,
        context: Mapping[str, object] | None = None,
    ) -> Decision:
        """Decide a call without making it. The decision is not added to :attr:`decisions`.

        Args:
            principal: The caller.
            action: The IAM action, such as ``s3:GetObject``.
            resource: The ARN of a bucket, an access point, an object in either, or a KMS key; ``*`` for calls on the
                service. A directory bucket's ARN needs an ``s3express:`` action.
            context: Condition keys, each with one value or a list of values. An empty list removes the key. They have
                precedence over :meth:`request_context` and over keys that follow from the principal and the resource.
                Keys that come from the headers and parameters of a request are absent unless given here.

        Returns:
            The :class:`Decision`. ``print`` it to read it.

        Raises:
            Mocks3Error: The principal, the action or the resource is not valid.
        """
        arguments.check_type(
            "principal", principal, Principal, "a principal, like aws.account().create_user('eve')"
        )
        arguments.check_action(action)
        facts = request_context_from({"keys": context or {}}).with_defaults(self.context)
        with self.clock.applied():
            apply_due_effects(self)
            if resource.startswith("arn:aws:kms:"):
                return key_use.decide_hypothetical(self, principal.caller(), facts, action, resource)
            request_info = hypothetical_request(self, principal.caller(), facts)
            return ask(self, Question(request_info, action, check_resource(resource, action, self.store)))

    def denied(
        self,
        action: str | None = None,
        resource: str | None = None,
        *,
        by: str | None = None,
        sid: str | None = None,
    ) -> Denied:
        """Expect that a call in the block is denied: ``with aws.denied("s3:PutObject", by="bucket-policy"):``.

        The block catches the error of the SDK for that call. Any other exception is raised on.

        Args:
            action: The IAM action that is denied. Default: any.
            resource: The ARN on which it is denied. Default: any.
            by: What denies it: ``identity-policy``, ``bucket-policy``, ``acl``, ``boundary``, ``session-policy``..., or
                a rule that no policy can change: ``object-lock``, ``requester-pays``, ``block-public-access``,
                ``signature``, ``expected-bucket-owner``...
            sid: The Sid of the statement that denies it.

        Returns:
            The :class:`Denied` expectation, whose ``decision`` is set when the block ends.

        Raises:
            AssertionError: No such call was denied. The message contains what was decided.
            Mocks3Error: The value of ``by`` is not valid.
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
        """Expect that a call is made in the block and that no such call is denied.

        Args:
            action: The IAM action that is allowed. Default: any.
            resource: The ARN on which it is allowed. Default: any.
            by: What allows it, as in :meth:`denied`.
            sid: The Sid of the statement that allows it.

        Returns:
            The :class:`Allowed` expectation, whose ``decision`` is set when the block ends.

        Raises:
            AssertionError: No such call was made, or one was denied. The message contains what was decided.
            Mocks3Error: The value of ``by`` is not valid.
        """
        from mocks3.handles.expectations import Allowed

        return Allowed(self, action, resource, by, sid)

    # Effects of bucket configurations
    @property
    def events(self) -> list[Event]:
        """The notifications that buckets have sent, in order, including ``s3:TestEvent``."""
        with self.lock, self.clock.applied():
            apply_due_effects(self)
        return self.effects.events

    @holding("lock")
    def on_event(self, destination: str, listener: Callable[[dict[str, Any]], object]) -> None:
        """Call a function with every message that buckets send to a destination, before the request is answered.

        Args:
            destination: The ARN of a queue, topic or function, or ``"eventbridge"``.
            listener: Takes the message as a dict. An exception that it raises reaches the caller of the S3 operation.

        Raises:
            Mocks3Error: The destination is not valid, or the listener is not callable.
        """
        arguments.check_type("listener", listener, Callable, "a function that takes the message")
        if destination != "eventbridge":
            arguments.check_destination(destination)
        listeners = self.effects.listeners
        listeners[destination] = (*listeners.get(destination, ()), listener)

    @holding("lock")
    def destination(self, arn: str, *, policy: Document | None = None) -> None:
        """Declare that a queue, topic or function exists for notifications. All undeclared ones stop existing.

        Args:
            arn: The ARN of the destination.
            policy: Its resource policy, which must allow S3 (F-133): a dict, JSON text or the path of a ``.json`` file.
                Without it, the destination accepts every message.

        Raises:
            PolicySyntaxError: The policy is malformed.
            Mocks3Error: The ARN is not valid.
        """
        arguments.check_destination(arn)
        self.effects.destinations[arn] = (
            None if policy is None else parse_document(policy, f"policy of {arn}", PolicyKind.RESOURCE)
        )

    @property
    def replications(self) -> list[Replication]:
        """The replications so far, in order, each with its status. A failed one has the reason and the decision."""
        return self.effects.replications

    @contextmanager
    def replication_paused(self) -> Iterator[None]:
        """Pause replication in the block: new objects stay ``PENDING`` and are replicated when the block is left."""
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
        """Return S3's error message for a destination that it cannot send to, or None."""
        return destinations.refusal(self, bucket, arn)

    # Snapshots
    @holding("lock")
    def snapshot(self) -> Snapshot:
        """Save the whole state: store, principals, keys, organizations, clock shift and the length of the records.

        It takes microseconds.

        Returns:
            The mark for :meth:`restore`.
        """
        return Snapshot(
            self.store.snapshot(),
            self.iam.snapshot(),
            self.kms.snapshot(),
            self.guardrails,
            self.clock.shift,
            self.effects.snapshot(),
            self.faults.snapshot(),
            self.decisions.end,
            self.calls.end,
            len(self.notes),
            self.profiles.snapshot(),
        )

    @holding("lock")
    def restore(self, mark: Snapshot) -> None:
        """Restore a saved state. Calls and decisions recorded since then are removed.

        Args:
            mark: The result of :meth:`snapshot`.
        """
        self.store.restore(mark.store)
        self.iam.restore(mark.iam)
        self.guardrails = mark.guardrails
        self.clock.shift = mark.shift
        self.effects.restore(mark.effects)
        self.kms.restore(mark.kms)
        self.faults.restore(mark.faults)
        self.decisions.cut(mark.decisions)
        self.calls.cut(mark.calls)
        del self.notes[mark.notes :]
        self.profiles.restore(mark.profiles)
        keys = self.iam
        clients = tuple(self.clients.items())
        self.clients = {who: client for who, client in clients if not who[0] or keys.key(who[0])}
