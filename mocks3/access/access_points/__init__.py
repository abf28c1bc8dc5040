"""Requests through access points and Object Lambda access points: checks before policies, and the decision."""
