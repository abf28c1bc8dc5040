"""The values that travel between the stages of a request.

Rule 1: values and protocols only; no stage is imported here. Rule 2: values are not changed once they are made.
"""
