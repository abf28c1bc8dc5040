"""Jobs of S3 Batch Operations: create, describe, list, status, priority, tags.

``mocks3.effects.jobs`` runs them when the clock reaches their time: one second after they were created or confirmed.

Source: the pages of the operations in the API Reference; user guide, "Managing S3 Batch Operations jobs",
"Troubleshooting S3 Batch Operations". Sentences that the pages do not have are inferred.
"""

from __future__ import annotations

import dataclasses
import re
import uuid
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.errors import INVALID_REQUEST, NotSupported, Row
from mocks3.lib.limits import later
from mocks3.model.operation import operation
from mocks3.model.permissions import ACCOUNT, PASSED_ROLE, Need, On
from mocks3.rules.tag_sets import MAX_TAGS
from mocks3.s3control.lookup import account_of, control_call, refuse_members
from mocks3.s3control.paging import paginate
from mocks3.s3control.tagging import TAGGED, given_tags, tag_list
from mocks3.storage.control.jobs import CANCELLED, ENDED, READY, SUSPENDED, Job

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

BAD_REQUEST = Row("BadRequestException", 400, "{message}")
IDEMPOTENCY = Row(
    "IdempotencyException", 400, "A job with this client request token exists, and it has other parameters."
)
NO_JOB = Row("NoSuchJobException", 404, "The specified job does not exist.")
BAD_STATUS = Row("JobStatusException", 400, "{message}")
BAD_TOKEN = Row("InvalidNextTokenException", 400, "{message}")
TOO_MANY_TAGS = Row("TooManyTagsException", 400, f"The number of tags exceeds the limit of {MAX_TAGS} tags.")

START_AFTER = 1
"""Seconds until a job starts, after it was created or confirmed. AWS documents no time."""

KEPT = 90
"""How many days S3 keeps a job that ended (user guide, "Troubleshooting S3 Batch Operations")."""

SUPPORTED = frozenset(
    {
        "LambdaInvoke",
        "S3DeleteObjectTagging",
        "S3InitiateRestoreObject",
        "S3PutObjectAcl",
        "S3PutObjectCopy",
        "S3PutObjectLegalHold",
        "S3PutObjectRetention",
        "S3PutObjectTagging",
        "S3UpdateObjectEncryption",
    }
)
"""The operations of jobs that mocks3 runs."""

_FUNCTION = re.compile(r"arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[\w$:-]+", re.ASCII)
_OBJECT = re.compile(r"arn:[a-z-]+:s3:::[a-z0-9.-]{3,63}/.+", re.ASCII | re.DOTALL)
_ETAG = re.compile(r"[!-~]+", re.ASCII)

_UNSUPPORTED_MEMBERS = {
    "S3PutObjectCopy": ("AnnotationDirective", "ObjectLockEventHold", "ObjectLockEventHoldDuration"),
}


@operation(
    Need("s3:CreateJob", ACCOUNT),
    Need("iam:PassRole", PASSED_ROLE),
    Need("s3:PutJobTagging", ACCOUNT, when=TAGGED),
    service="s3control",
)
def create_job(call: Authorized, params: Params) -> Params:
    """Create a job. It runs with its role, one second later; with ``ConfirmationRequired`` once it is confirmed.

    Raises ``InvalidRequest``, ``BadRequestException``, ``IdempotencyException``, ``InvalidTag``; :class:`NotSupported`
    for ``ManifestGenerator``, and for operations that replicate objects or compute checksums.
    """
    refuse_members(call, params, "ManifestGenerator")
    kind = _checked_operation(params)
    _check_manifest(params)
    report = params["Report"]
    if report["Enabled"] and not {"Bucket", "Format", "ReportScope"} <= report.keys():
        raise INVALID_REQUEST(message="A report needs Bucket, Format and ReportScope.")
    place, now = control_call(call), clock.now().replace(microsecond=0)
    job = Job(
        place.account,
        place.region,
        str(uuid.uuid5(uuid.NAMESPACE_URL, f"{place.arn('job')}/{params['ClientRequestToken']}")),
        params["ClientRequestToken"],
        {kind: params["Operation"][kind]},
        params["Manifest"],
        report,
        params["Priority"],
        params["RoleArn"],
        now,
        later(clock.now(), seconds=START_AFTER),
        params.get("ConfirmationRequired", False),
        params.get("Description"),
        given_tags(params),
    )
    present = call.store.control.find(Job, job.arn)
    if present is None:
        call.store.control.put(job)
    elif _parameters(present) != _parameters(job):
        raise IDEMPOTENCY()
    return {"JobId": job.id}


@operation(Need("s3:DescribeJob", On.JOB), service="s3control")
def describe_job(call: Authorized, params: Params) -> Params:
    """Return a job. Raises ``NoSuchJobException``."""
    job = _job(call, params)
    optional = {
        "Description": job.description,
        "StatusUpdateReason": job.status_reason,
        "TerminationDate": job.ended,
        "SuspendedDate": job.suspended,
        "SuspendedCause": None if job.suspended is None else "AwaitingConfirmation",
    }
    return {
        "Job": {
            "JobId": job.id,
            "ConfirmationRequired": job.confirmation,
            "JobArn": job.arn,
            "Status": job.status,
            "Manifest": dict(job.manifest),
            "Operation": dict(job.operation),
            "Priority": job.priority,
            "ProgressSummary": _progress(job),
            "FailureReasons": [
                {"FailureCode": code, "FailureReason": reason} for code, reason in job.failures
            ],
            "Report": dict(job.report),
            "CreationTime": job.created,
            "RoleArn": job.role,
            **{name: value for name, value in optional.items() if value is not None},
        }
    }


@operation(Need("s3:ListJobs", ACCOUNT), service="s3control")
def list_jobs(call: Authorized, params: Params) -> Params:
    """List the account's jobs of the Region, by status; without those that ended more than 90 days ago.

    Raises ``InvalidRequest``, ``InvalidNextTokenException``.
    """
    prefix, wanted = control_call(call).arn("job/"), params.get("JobStatuses")
    jobs = [
        each
        for each in call.store.control.all(Job)
        if each.arn.startswith(prefix) and _is_kept(each) and (not wanted or each.status in wanted)
    ]
    return paginate(
        params,
        "Jobs",
        jobs,
        lambda job: f"{job.created:%Y%m%d%H%M%S}{job.id}",
        lambda job: {
            "JobId": job.id,
            "Operation": job.kind,
            "Priority": job.priority,
            "Status": job.status,
            "CreationTime": job.created,
            "ProgressSummary": _progress(job),
            **({} if job.description is None else {"Description": job.description}),
            **({} if job.ended is None else {"TerminationDate": job.ended}),
        },
        bad_token=BAD_TOKEN,
    )


@operation(Need("s3:UpdateJobPriority", On.JOB), service="s3control")
def update_job_priority(call: Authorized, params: Params) -> Params:
    """Change the priority of a job. Raises ``NoSuchJobException``, ``BadRequestException`` for a job that ended."""
    job = _job(call, params)
    if job.status in ENDED:
        raise BAD_REQUEST(message=f"The priority of a job cannot be changed in the status {job.status}.")
    call.store.control.put(dataclasses.replace(job, priority=params["Priority"]))
    return {"JobId": job.id, "Priority": params["Priority"]}


@operation(Need("s3:UpdateJobStatus", On.JOB), service="s3control")
def update_job_status(call: Authorized, params: Params) -> Params:
    """Confirm a job that waits for it (``Ready``), or cancel a job that did not end.

    Raises ``NoSuchJobException``, ``JobStatusException``.
    """
    job, wanted = _job(call, params), params["RequestedJobStatus"]
    if job.status in ENDED or (wanted == READY and job.status != SUSPENDED):
        raise BAD_STATUS(message=f"A job cannot change from the status {job.status} to {wanted}.")
    now = clock.now().replace(microsecond=0)
    changed = dataclasses.replace(
        job,
        status=wanted,
        status_reason=params.get("StatusUpdateReason"),
        due=later(clock.now(), seconds=START_AFTER),
        ended=now if wanted == CANCELLED else None,
    )
    call.store.control.put(changed)
    reason = {} if changed.status_reason is None else {"StatusUpdateReason": changed.status_reason}
    return {"JobId": job.id, "Status": changed.status, **reason}


@operation(Need("s3:GetJobTagging", On.JOB), service="s3control")
def get_job_tagging(call: Authorized, params: Params) -> Params:
    """Return the tags of a job. Raises ``NoSuchJobException``."""
    return {"Tags": tag_list(_job(call, params).tags)}


@operation(Need("s3:PutJobTagging", On.JOB), service="s3control")
def put_job_tagging(call: Authorized, params: Params) -> Params:
    """Replace the tags of a job. Raises ``NoSuchJobException``, ``TooManyTagsException``, ``InvalidTag``."""
    job = _job(call, params)
    if len(params["Tags"]) > MAX_TAGS:
        raise TOO_MANY_TAGS()
    call.store.control.put(dataclasses.replace(job, tags=given_tags(params)))
    return {}


@operation(Need("s3:DeleteJobTagging", On.JOB), service="s3control")
def delete_job_tagging(call: Authorized, params: Params) -> Params:
    """Remove all tags of a job. Raises ``NoSuchJobException``."""
    call.store.control.put(dataclasses.replace(_job(call, params), tags={}))
    return {}


def _job(call: Authorized, params: Params) -> Job:
    job = call.store.control.find(Job, control_call(call).arn(f"job/{params['JobId']}"))
    if job is None or job.account != account_of(call) or not _is_kept(job):
        raise NO_JOB()
    return job


def _is_kept(job: Job) -> bool:
    return job.ended is None or clock.now() < later(job.ended, days=KEPT)


def _parameters(job: Job) -> tuple[object, ...]:
    return job.operation, job.manifest, job.report, job.priority, job.role, job.confirmation


def _progress(job: Job) -> Params:
    return {
        "TotalNumberOfTasks": job.total,
        "NumberOfTasksSucceeded": job.succeeded,
        "NumberOfTasksFailed": job.failed,
        "Timers": {"ElapsedTimeInActiveSeconds": 0},
    }


def _checked_operation(params: Params) -> str:
    """Return the kind of the job's operation. Raise ``InvalidRequest`` unless there is exactly one."""
    given = params["Operation"]
    if len(given) != 1:
        raise INVALID_REQUEST(message="A job needs exactly one operation.")
    kind = str(next(iter(given)))
    unsupported = [name for name in _UNSUPPORTED_MEMBERS.get(kind, ()) if name in given[kind]]
    if kind == "S3PutObjectRetention" and not {"Mode", "RetainUntilDate"} & given[kind]["Retention"].keys():
        unsupported = sorted(given[kind]["Retention"])
    if kind not in SUPPORTED or unsupported:
        raise NotSupported(
            f"mocks3 does not support {'.'.join([kind, *unsupported[:1]])} of s3control:CreateJob; no job was created"
        )
    if not _is_complete(kind, given[kind]):
        raise INVALID_REQUEST(message=f"The operation {kind} is not complete.")
    return kind


def _is_complete(kind: str, settings: Params) -> bool:
    """Return whether an operation has the members without which it does nothing. The model does not require them."""
    if kind == "LambdaInvoke":
        return _FUNCTION.fullmatch(settings.get("FunctionArn", "")) is not None
    if kind == "S3UpdateObjectEncryption":
        return bool(settings.get("ObjectEncryption"))
    if kind == "S3PutObjectAcl":
        policy = settings.get("AccessControlPolicy") or {}
        grants = (policy.get("AccessControlList") or {}).get("Grants") or ()
        return len(policy) == 1 and all(map(_is_complete_grant, grants))
    return all(map(_is_complete_grant, settings.get("AccessControlGrants") or ()))


def _is_complete_grant(grant: Params) -> bool:
    return "Permission" in grant and {"TypeIdentifier", "Identifier"} <= (grant.get("Grantee") or {}).keys()


def _check_manifest(params: Params) -> None:
    manifest = params.get("Manifest")
    if manifest is None:
        raise INVALID_REQUEST(message="A job needs a manifest.")
    fields = manifest["Spec"].get("Fields", ())
    is_csv = manifest["Spec"]["Format"] == "S3BatchOperations_CSV_20180820"
    if is_csv and not {"Bucket", "Key"} <= set(fields):
        raise INVALID_REQUEST(message="The fields of the manifest must contain Bucket and Key.")
    location = manifest["Location"]
    if not _OBJECT.fullmatch(location["ObjectArn"]) or not _ETAG.fullmatch(location["ETag"]):
        raise INVALID_REQUEST(
            message="The location of the manifest is not the ARN and the ETag of an object."
        )
