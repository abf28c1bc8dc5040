"""Policy mutation: whether a test notices if one thing in one policy is changed.

    recording ─► plan ─► (the runner of the tests) ─► results ─► reports, html
    (per test)   (which mutants, which tests)         (data)

Rule 1: a mutant is one change of one policy, or of one setting of a bucket. It is tried with the tests that it affects:
those that send a request to which a changed statement applies, before or after the change.
Rule 2: a mutant that no request can tell from the policy is equivalent, and is not counted. The engine says which
(``mocks3.policy.sampling``).
Rule 3: this package does not run tests. ``pytest_mocks3.mutating`` does.
"""
