"""``mocks3 serve``: serve an in-memory AWS over HTTP, until the process gets SIGINT or SIGTERM."""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mocks3.cli.loading import print_unread
from mocks3.errors import Mocks3Error

if TYPE_CHECKING:
    from types import FrameType

    from mocks3.model.exchange import Exchange

HELP = "serve an in-memory AWS over HTTP, for programs and other languages"
DESCRIPTION = """\
Serve S3, S3 Control, STS, KMS, IAM and Organizations over HTTP. The AWS begins with the resources that the files of
--world describe, or with the state that --load reads. Without both it is empty. Its content is lost at the end, unless
--save names a file. Print the environment variables with which clients find the server, then a line for each request:
time, method, path, operation, principal, status and verdict. A denial is explained.
"""
EPILOG = """\
SIGTERM or Ctrl-C ends the server after the running requests. The exit code is then 0.

examples:
  mocks3 serve
  mocks3 serve --port 0 --tls       a free port, with TLS
  mocks3 serve --world infra/ --as user/reader
  mocks3 serve --load state.zip --save state.zip
  mocks3 serve --record run.jsonl   and in another terminal: mocks3 watch run.jsonl
  curl -X POST http://127.0.0.1:9400/_mocks3/reset
"""
PORT = 9400


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the address and the settings."""
    parser.add_argument(
        "--port", type=int, default=PORT, help=f"the port; 0 for a free one (default: {PORT})"
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1, this machine only)"
    )
    parser.add_argument(
        "--domain",
        metavar="NAME",
        help="a name below which hosts name buckets: with s3.test, data.s3.test is the bucket data "
        "(always: data.localhost)",
    )
    parser.add_argument(
        "--world",
        metavar="FILE",
        action="extend",
        nargs="+",
        default=[],
        help="files and folders to load: AWS CLI output, CloudFormation, Terraform",
    )
    parser.add_argument(
        "--load",
        type=Path,
        metavar="FILE",
        help="begin with the state that --save wrote into this file",
    )
    parser.add_argument(
        "--save", type=Path, metavar="FILE", help="write the state into this file when the server ends"
    )
    parser.add_argument(
        "--as",
        dest="principal",
        metavar="PRINCIPAL",
        help="the owner of the access key in the variables: an ARN, user/NAME or role/NAME (default: the root user)",
    )
    parser.add_argument("--tls", action="store_true", help="serve https; AWS_CA_BUNDLE names the certificate")
    parser.add_argument(
        "--strict", action="store_true", help="refuse access keys that the server did not issue"
    )
    parser.add_argument(
        "--record",
        type=Path,
        metavar="FILE",
        help="write every decision to this file; 'mocks3 show' and 'mocks3 watch' read it",
    )


@contextlib.contextmanager
def _recording(file: Path | None) -> Iterator[Callable[[], None]]:
    """Yield a function that writes the decisions since its last call to a record, if there is to be one."""
    if file is None:
        yield lambda: None
        return
    from mocks3.coverage.records import CoverageRecorder
    from mocks3.interceptors import decision_log

    recorder = CoverageRecorder(file)
    decision_log.start()
    try:
        yield lambda: recorder.write(None, decision_log.take())
        recorder.write(None, decision_log.take())
    finally:
        decision_log.stop()
        recorder.close()


@contextlib.contextmanager
def _printed_warnings() -> Iterator[None]:
    """Print the warnings of the block as messages of the program."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        yield
    for each in found:
        print(f"mocks3 serve: warning: {each.message}", file=sys.stderr, flush=True)


def _check_save(file: Path) -> None:
    """Raise Mocks3Error if the state cannot be saved in a file. Otherwise it would be lost at the end."""
    folder = file.parent
    if not folder.is_dir():
        raise Mocks3Error(f"--save {file}: the folder {folder} does not exist")
    if file.exists() and not file.is_file():
        raise Mocks3Error(f"--save {file}: this is a folder or a device; give the name of a file")
    if not os.access(folder, os.W_OK):
        raise Mocks3Error(f"--save {file}: you may not write into the folder {folder}")


class _Printer:
    """Prints the log, until the reader of the output is gone.

    Args:
        record: Writes the latest decisions to the record.
        end: Is called if the output fails.
    """

    def __init__(self, record: Callable[[], None], end: Callable[[], None]) -> None:
        self._record = record
        self._end = end
        self._lock = threading.Lock()
        self.failure: OSError | None = None

    def log(self, exchange: Exchange, message: str) -> None:
        """Print the entry of a request."""
        from mocks3.server.log import entry

        with self._lock:
            self._record()
            if self.failure is None:
                try:
                    print(entry(exchange, message), flush=True)
                except OSError as error:  # the request is answered all the same
                    self.failure = error
                    self._end()


def run(options: argparse.Namespace) -> int:
    """Serve until a signal arrives. Return 0."""
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        _serve(options, ended)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0


def _serve(options: argparse.Namespace, ended: threading.Event) -> None:
    from mocks3.handles.mock_aws import MockAWS
    from mocks3.handles.principal_names import existing
    from mocks3.model.world import Settings

    if options.save is not None:
        _check_save(options.save)
    aws = MockAWS(Settings(strict=options.strict))
    if options.load is not None:
        aws.load_saved(options.load)
    if options.world:
        print_unread(aws.load(*options.world))
    caller = None if options.principal is None else existing(aws, options.principal)
    with _recording(options.record) as record:
        printer = _Printer(record, ended.set)
        server = aws.serve(
            host=options.host, port=options.port, tls=options.tls, domain=options.domain, log=printer.log
        )
        with _printed_warnings():
            server.start()
        try:
            for name, text in server.environment(caller).items():
                print(f"export {name}={shlex.quote(text)}")
            print(f"mocks3 serves {server.url}. Press Ctrl-C to end.", flush=True)
            ended.wait()
        finally:
            server.stop()
    if options.save is not None:
        aws.save(options.save)
        print(f"mocks3 saved {options.save}", flush=True)
    if printer.failure is not None:
        raise printer.failure
