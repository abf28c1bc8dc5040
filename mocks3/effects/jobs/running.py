"""Start the jobs that are due: those with the highest priority first.

A job ends as ``Failed`` if S3 may not assume its role, if the manifest or the report does not work, or if more than
half of at least 1,000 tasks fail.

Source: user guide, "Tracking job status and completion reports", "Granting permissions for Batch Operations"; F-172.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mocks3.access import hypothetical_request, roles
from mocks3.access.s3control.resources import BATCH_SERVICE
from mocks3.effects.jobs import manifests, reports, tasks
from mocks3.effects.jobs.manifests import JobFailure, ManifestEntry
from mocks3.effects.jobs.tasks import TaskResult
from mocks3.lib.limits import later
from mocks3.storage.control.jobs import ACTIVE, CANCELLED, COMPLETE, FAILED, PREPARING, READY, SUSPENDED, Job
from mocks3.storage.iam import ServiceRecord, SessionRecord
from mocks3.storage.iam.callers import caller_of_service

if TYPE_CHECKING:
    from mocks3.effects.state import EffectsWorld
    from mocks3.storage.iam import AccessKeyRecord
    from mocks3.storage.iam.caller import Caller

SESSION = "s3-batch-operations"
_LONGEST = 12 * 3600
"""How many seconds the session of a job lasts."""
FEWEST_TASKS, MOST_FAILURES = 1000, 0.5
"""A job with at least so many tasks ends if a larger part of them fails."""


def run_due(world: EffectsWorld, now: datetime) -> None:
    """Prepare the jobs that are due, then run those that are ready."""
    with world.lock:
        waiting = world.store.control.waiting_jobs
        due = sorted((job for job in waiting if job.due <= now), key=lambda job: (-job.priority, job.created))
        for (
            job
        ) in due:  # none of them waits any more, so that the requests of the first do not start the others
            status = ACTIVE if job.status == READY else PREPARING
            world.store.control.put(replace(job, status=status))
        for job in due:
            _start(world, job, now)


def _start(world: EffectsWorld, job: Job, now: datetime) -> None:
    """Prepare a job and run it, unless it has to be confirmed first."""
    status = job.status
    if _is_cancelled(world, job):
        return
    try:
        key, caller = _session(world, job, now)
        client = world.client_of(key, job.region)
        entries = manifests.read(client, job)
        if _is_cancelled(world, job):
            return
        if job.confirmation and status != READY:
            _change(world, job, status=SUSPENDED, suspended=now, total=len(entries))
            return
        _change(world, job, status=ACTIVE, total=len(entries))
        results = _run_tasks(world, client, caller, job, entries)
        if job.report["Enabled"]:
            reports.write(client, job, results, now)
    except JobFailure as failure:
        if not _is_cancelled(world, job):
            _change(world, job, status=FAILED, ended=now, failures=((failure.code, failure.reason),))
        return
    failed = sum(not each.succeeded for each in results)
    ended = FAILED if _fails(len(results), failed) else COMPLETE
    ended = CANCELLED if _is_cancelled(world, job) else ended
    failures = (("FailureThreshold", "More than 50% of the tasks failed."),) if ended == FAILED else ()
    _change(
        world,
        job,
        status=ended,
        ended=now,
        total=len(entries),
        succeeded=len(results) - failed,
        failed=failed,
        failures=failures,
    )


def _change(world: EffectsWorld, job: Job, **changes: Any) -> None:
    """Change the job as it is stored: a function or another thread may have changed its tags or its priority."""
    with world.lock:
        present = world.store.control.find(Job, job.arn)
        if present is not None:
            world.store.control.put(replace(present, **changes))


def _run_tasks(
    world: EffectsWorld, client: Any, caller: Caller, job: Job, entries: list[ManifestEntry]
) -> list[TaskResult]:
    """Run the tasks. A Lambda function, or a listener of events, may cancel the job meanwhile."""
    results: list[TaskResult] = []
    failed = 0
    for entry in entries:
        if _is_cancelled(world, job):
            break
        results.append(tasks.run(world, client, caller, job, entry))
        failed += not results[-1].succeeded
        if _fails(len(results), failed):
            break
    return results


def _fails(tried: int, failed: int) -> bool:
    return tried >= FEWEST_TASKS and failed / tried > MOST_FAILURES


def _is_cancelled(world: EffectsWorld, job: Job) -> bool:
    present = world.store.control.find(Job, job.arn)
    return present is not None and present.status == CANCELLED


def _session(world: EffectsWorld, job: Job, now: datetime) -> tuple[AccessKeyRecord, Caller]:
    """Return credentials of the job's role, and their caller. Raise JobFailure if S3 may not assume the role."""
    role = world.iam.role(job.role)
    if role is None:
        raise JobFailure("AssumeRoleFailed", f"The role {job.role} does not exist.")
    service = ServiceRecord(BATCH_SERVICE, job.arn, job.account)
    decision = roles.ask_recorded(world, hypothetical_request(world, caller_of_service(service)), role)
    if not decision.allowed:
        raise JobFailure("AssumeRoleFailed", f"S3 Batch Operations may not assume the role {job.role}.")
    session = SessionRecord(
        "session", role.account, role.unique_id, SESSION, now, later(now, seconds=_LONGEST)
    )
    caller = world.iam.caller_of(session)
    assert caller is not None, "its role exists"
    return world.iam.issue_key(session), caller
