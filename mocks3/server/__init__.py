"""An HTTP server in front of one in-memory AWS, for clients that have a network of their own.

Rule 1: transport only. The server reads and writes HTTP/1.1 (with h11). The pipeline decides what a request means and
whether it is allowed; nothing here knows an operation of S3. Rule 2: a body is not held in memory: the storage reads it
piece by piece from the connection, and answers are sent piece by piece. Rule 3: a client that breaks the rules of HTTP,
is slow, or hangs up only ends its own connection.

    listener     the listening socket, a thread for each connection, start and stop
    connection   the requests and answers of one connection
    bodies       the body of a request, read from the connection
    requests     a request of h11 becomes a ``WireRequest``: its service, its bucket, its context
    options      what clients need to find the server
    log          one line for each request
    tls          the certificate
"""

from __future__ import annotations

from mocks3.server.listener import Server

__all__ = ["Server"]
