"""Explain decisions: the reason, the statements that nearly matched, the changes that would allow the call."""
