"""Three examples of AccessDenied, run with real boto3 clients against an in-memory AWS.

The demo prints every call: the caller, S3's answer (status, error code, AWS's message) and the decision behind a
denial. The expected answers are those of S3's user guide; a different one is marked with ``!``, and the demo fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from botocore.exceptions import ClientError

from mocks3.demo.cross_account import cross_account
from mocks3.demo.missing_key import missing_key
from mocks3.demo.multipart import multipart
from mocks3.mocking.mock import mock_s3

if TYPE_CHECKING:
    from mocks3.demo.example_call import ExampleCall
    from mocks3.handles.mock_aws import MockAWS

Example = Callable[["MockAWS"], "Iterator[ExampleCall]"]


def run_examples(out: TextIO) -> bool:
    """Run every example and print it to ``out``. Return whether all calls were answered as S3's user guide says."""
    right = [_run(example, out) for example in (cross_account, missing_key, multipart)]
    return all(right)


def _run(example: Example, out: TextIO) -> bool:
    title, _, text = (example.__doc__ or "").partition("\n\n")
    out.write(f"\n{title}\n{'=' * len(title)}\n")
    out.writelines(f"{line.strip()}\n" for line in text.strip().splitlines())
    right = True
    with mock_s3() as aws:
        for step in example(aws):
            seen = len(aws.decisions)
            answer, sentence = _answer(step.call)
            right &= answer == step.expected
            mark = " " if answer == step.expected else "!"
            out.write(f"\n{mark} {step.who}: {step.what}\n    {answer}\n")
            if sentence:
                out.write(f"    {sentence}\n")
            denied = [decision for decision in aws.decisions[seen:] if not decision.allowed]
            for decision in denied[:1]:
                out.writelines(f"    | {line}\n" for line in str(decision).splitlines())
            if answer != step.expected:
                out.write(f"    expected {step.expected}\n")
    return right


def _answer(call: Callable[[], Any]) -> tuple[str, str]:
    try:
        answer = call()
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return f"{status} {error.response['Error']['Code']}", error.response["Error"]["Message"]
    return str(answer["ResponseMetadata"]["HTTPStatusCode"]), ""
