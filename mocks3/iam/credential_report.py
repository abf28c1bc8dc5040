"""The credential report: one line for the root user and for each user.

Source: IAM user guide, "Generate credential reports for your AWS account", which lists the columns.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime
import io
from typing import TYPE_CHECKING

from mocks3 import clock
from mocks3.iam.faults import REPORT_EXPIRED, REPORT_NOT_PRESENT
from mocks3.iam.lookup import account_record, iam_of
from mocks3.iam.registering import iam_operation
from mocks3.iam.user_credentials import credentials_of
from mocks3.model.permissions import ACCOUNT, Need
from mocks3.storage.iam import UserRecord
from mocks3.storage.iam.credentials import SigningCertificateRecord
from mocks3.storage.iam.entities import MfaDeviceRecord
from mocks3.storage.iam.records import CredentialReport

if TYPE_CHECKING:
    from mocks3.model.parsed import Params
    from mocks3.model.stages import Authorized

LIFETIME = datetime.timedelta(hours=4)
"""After this time GenerateCredentialReport makes a new report (API page)."""

_TIME = "%Y-%m-%dT%H:%M:%S+00:00"
_START = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
)
_KEY = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
_END = ("cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated")
COLUMNS = (*_START, *(f"access_key_{n}_{each}" for n in (1, 2) for each in _KEY), *_END)


@iam_operation(Need("iam:GenerateCredentialReport", ACCOUNT))
def generate_credential_report(call: Authorized, params: Params) -> Params:
    """Make the credential report, which is complete at once. A report younger than four hours stays."""
    account = account_record(call)
    present = account.credential_report
    if present is not None and clock.now() - present.generated < LIFETIME:
        return {"State": "COMPLETE"}
    report = CredentialReport(_report(call), clock.now())
    iam_of(call).put_account(dataclasses.replace(account, credential_report=report))
    return {"State": "STARTED", "Description": "No report exists. Starting a new report generation task"}


@iam_operation(Need("iam:GetCredentialReport", ACCOUNT))
def get_credential_report(call: Authorized, params: Params) -> Params:
    """Return the credential report. Raises ``ReportNotPresent``, ``ReportExpired``."""
    report = account_record(call).credential_report
    if report is None:
        raise REPORT_NOT_PRESENT()
    if clock.now() - report.generated >= LIFETIME:
        raise REPORT_EXPIRED()
    return {"Content": report.content, "ReportFormat": "text/csv", "GeneratedTime": report.generated}


def _report(call: Authorized) -> bytes:
    account, out = account_record(call), io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    created = iam_of(call).root_key(account.id).created.strftime(_TIME)
    root = ("<root_account>", account.root_arn, created, "not_supported", "no_information")
    mfa = str(bool(account.mfa_devices)).lower()
    writer.writerow((*root, "not_supported", "not_supported", mfa, *_credentials(call, account.id)))
    for each in iam_of(call).principals_of(account.id, UserRecord):
        writer.writerow((*_user(call, each), *_credentials(call, each.unique_id)))
    return out.getvalue().rstrip("\n").encode()


def _user(call: Authorized, user: UserRecord) -> tuple[str, ...]:
    password = ("false", "N/A", "N/A", "N/A")
    if user.login is not None:
        password = ("true", "no_information", user.login.created.strftime(_TIME), "N/A")
    devices = iam_of(call).resources(MfaDeviceRecord, user.account)
    mfa = any(each.user == user.unique_id for each in devices)
    return (user.name, user.arn, user.created.strftime(_TIME), *password, str(mfa).lower())


def _credentials(call: Authorized, holder: str) -> tuple[str, ...]:
    """Return the cells of access keys and signing certificates."""
    certificates = credentials_of(call, SigningCertificateRecord, holder)
    cells = [(str(each.active).lower(), each.created.strftime(_TIME)) for each in certificates]
    missing = [("false", "N/A")] * (2 - len(cells))
    return (*_keys(call, holder), *(cell for pair in (*cells, *missing) for cell in pair))


def _keys(call: Authorized, holder: str) -> tuple[str, ...]:
    cells: list[str] = []
    for key in iam_of(call).keys_of(holder)[:2]:
        use = call.world.last_use(key.id)
        used = ("N/A",) * 3 if use is None else (use.when.strftime(_TIME), use.region, use.service)
        cells += [str(key.active).lower(), key.created.strftime(_TIME), *used]
    missing = 2 - len(cells) // len(_KEY)
    return (*cells, *(("false", *("N/A",) * 4) * missing))
