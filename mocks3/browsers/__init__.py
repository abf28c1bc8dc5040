"""What S3 says to browsers, beside the API: cross-origin requests, and the static website endpoint.

Rule 1: nothing here grants anything; objects are read by the pipeline, as whoever asks (F-163, F-164).
Rule 2: what it does is what the bucket's CORS and website configurations say.

    cors        preflights, and the headers that let a browser share an actual answer
    website     index documents, redirects, error documents, in their order
    routing     routing rules, and where they lead
"""

from __future__ import annotations

from mocks3.browsers.cors import asked_ahead, preflight, share
from mocks3.browsers.website import serve, visit

__all__ = ["asked_ahead", "preflight", "serve", "share", "visit"]
