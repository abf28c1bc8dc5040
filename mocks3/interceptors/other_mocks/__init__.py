"""Make other mocks of HTTP libraries ignore requests to services that mocks3 mocks.

A test may mock other hosts with such a library, which rejects requests to unknown hosts. Rule 1: a request to a service
that mocks3 mocks is not rejected, whichever mock was started first. Rule 2: what the user registered for exactly that
request is answered by that library. Rule 3: libraries that never see such requests need no file here (respx works in
httpcore, httpretty in sockets; the interceptors act before them).
"""
