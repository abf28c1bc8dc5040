"""The files in suites/ import moto. Only the test here runs them."""

collect_ignore = ["suites"]
