"""How requests come in. A door turns somebody's request into a ``WireRequest`` and the answer back.

Rule: a door knows no S3. What a request means, and who may make it, is asked behind it.
"""
