"""Make one call in an in-memory AWS that was created from files, and return what was decided.

    played = play(aws, "role/reader", ServiceCall("s3", "GetObject", {"Bucket": "data", "Key": "k"}))
    played.allowed, played.denial, played.assumed

Rule 1: a boto3 client makes the call, and the pipeline answers it. Nothing here decides.
Rule 2: the state is restored after the call, with everything that was created for it.
Rule 3: what a call needs and no file describes is created, and said in ``Played.assumed``.
"""

from __future__ import annotations

from mocks3.calls.assumptions import EVERYTHING_EXISTS, Assumptions
from mocks3.calls.play import Played, play
from mocks3.calls.principals import FoundPrincipal, SessionDetails, find_principal
from mocks3.calls.sending import ServiceError
from mocks3.calls.service_call import ServiceCall
from mocks3.calls.world import CallWorld

__all__ = [
    "EVERYTHING_EXISTS",
    "Assumptions",
    "CallWorld",
    "FoundPrincipal",
    "Played",
    "ServiceCall",
    "ServiceError",
    "SessionDetails",
    "find_principal",
    "play",
]
