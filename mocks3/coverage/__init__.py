"""Policy coverage: which statements of the policies of a test run decided something, and in which tests.

    decision_log, policy.storing ─► collecting ─► data ─► measuring ─► terminal, html, lcov, json
    (what a run decides)            (per test)    (JSON)   (figures)

Rule 1: nothing here decides. ``deciding`` reads decisions, and runs the tests of their statements again.
Rule 2: the run only collects. Figures and reports are computed from the data, also from several runs (``combine``).
Rule 3: this package is imported only if a run measures coverage or records decisions, or by ``mocks3 coverage``.
"""
