"""``mocks3 lint``: report errors and probable mistakes in policy files."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from mocks3.cli.file_errors import FileError

if TYPE_CHECKING:
    from mocks3.cli.checking import Finding

KINDS = ("identity", "bucket", "trust", "boundary", "session", "scp", "rcp", "vpc-endpoint")
HELP = "report errors and probable mistakes in policy files, with file:line:column"
DESCRIPTION = """\
Read policies as IAM and S3 do. Report what they would reject (error) and what is probably a mistake (warning), one line
each: file:line:column: severity: message [code]. The exit code is 1 if there are findings.
"""
EPILOG = """\
Without --kind, a policy whose statements have a Principal is a bucket policy, or a trust policy if they have no
Resource. Any other policy is an identity policy. Files may be bare policies or the output of the AWS CLI.

examples:
  mocks3 lint policies/*.json
  mocks3 lint --kind bucket uploads.json
  mocks3 lint --json policies/ > findings.json
  mocks3 lint --format sarif policies/ > findings.sarif
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the files and their kind."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a file, or a folder of .json files"
    )
    parser.add_argument("--kind", choices=KINDS, help="the kind of all policies")
    parser.add_argument(
        "--format", choices=("text", "json", "sarif"), default="text", help="the form of the output"
    )
    parser.add_argument(
        "--json", action="store_const", const="json", dest="format", help="the same as --format json"
    )


def run(options: argparse.Namespace) -> int:
    """Check the files. Return 1 if there are findings, else 0."""
    from mocks3.cli.checking import check

    findings = [each for path in _files(options.files) for each in check(path, options.kind)]
    if options.format == "json":
        print(json.dumps([_record(each) for each in findings], indent=2))
    elif options.format == "sarif":
        from mocks3.cli.sarif import sarif

        print(json.dumps(sarif(findings), indent=2))
    else:
        for each in findings:
            print(each)
    return 1 if findings else 0


def _files(given: list[Path]) -> list[Path]:
    found: list[Path] = []
    for path in given:
        inside = _json_files(path) if os.path.isdir(path) else [path]
        if not inside:
            raise FileError(path, "there is no .json file in this folder")
        found += inside
    return found


def _json_files(folder: Path) -> list[Path]:
    """Return the ``.json`` files of a folder. Pipes and devices are skipped: reading one might never end."""
    try:
        return sorted(path for path in folder.rglob("*.json") if path.is_file() or path.is_symlink())
    except OSError as error:
        raise FileError(folder, f"the folder cannot be read: {error}") from None


def _record(finding: Finding) -> dict[str, object]:
    return {**finding._asdict(), "path": str(finding.path)}
