"""Other people's mocks of HTTP libraries: what is mocks3's passes by them, and everything else about them stays.

A test mocks other hosts with one of them, and it refuses whatever it was told nothing of. Rule 1: a request to what
mocks3 plays is refused by none of them, whichever was started first. Rule 2: what is registered with one of them for
that very request is its. Rule 3: a mock that stands where no such request comes needs no file here (respx stands in
httpcore, httpretty in sockets; doors stand before those).
"""
