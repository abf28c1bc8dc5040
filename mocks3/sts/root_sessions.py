"""AssumeRoot: sessions of the root user of a member account, limited to one task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.access.root_sessions import target_account
from mocks3.lib.limits import later
from mocks3.model.operation import operation
from mocks3.model.permissions import ROOT_USER, Need
from mocks3.storage.iam import SessionRecord
from mocks3.sts.operations import refuse_unsupported
from mocks3.sts.sessions import VALIDATION_ERROR, issued

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

_TASK = "arn:aws:iam::aws:policy/root-task/"
LONGEST = 900
"""The most seconds of a session, and the default."""


@operation(Need("sts:AssumeRoot", ROOT_USER), service="sts")
def assume_root(call: Authorized, params: Params) -> Params:
    """Return credentials of the root user of a member account, for the task of a policy [API_AssumeRoot].

    Raises ``ValidationError`` for a policy that is not one of the task policies.
    """
    refuse_unsupported("AssumeRoot", params)
    account, task = target_account(params["TargetPrincipal"]), params["TaskPolicyArn"].get("arn", "")
    if not task.startswith(_TASK) or call.world.iam.managed_policy(task) is None:
        raise VALIDATION_ERROR(message=f"{task} is not a policy for root tasks")  # the sentence is inferred
    now = clock.now().replace(microsecond=0)
    source = call.caller.keys.get("aws:sourceidentity", (None,))[0]
    session = SessionRecord(
        "root",
        account,
        account,
        "",
        now,
        later(now, seconds=params.get("DurationSeconds", LONGEST)),
        managed_policies=(task,),
        source_identity=source,
    )
    answer = issued(call, session)
    return {
        "Credentials": answer["Credentials"],
        **({} if source is None else {"SourceIdentity": source}),
    }
