"""The values that the stages of a request exchange.

Rule 1: this package has values and protocols only; it imports no stage. Rule 2: values do not change after creation.
"""
