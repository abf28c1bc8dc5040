"""Jobs of S3 Batch Operations: they run when the clock reaches their time, at the next request.

    running     starts jobs: the role, the manifest, the tasks, the report
    manifests   the objects of a job
    tasks       what a job does with one object: a call to S3
    reports     the completion report

Rule: everything that a job does is a call to S3 with the credentials of the job's role. The pipeline decides it.
"""

from __future__ import annotations

from mocks3.effects.jobs.running import run_due

__all__ = ["run_due"]
