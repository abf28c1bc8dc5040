"""Create an in-memory AWS from the files that people have: AWS CLI output, CloudFormation, SAM, CDK, Terraform.

    file ─► recognize ─► a reader for its format ─► descriptions ─► build ─► the in-memory AWS

Rule 1: a reader only reads. It returns a :class:`~mocks3.load.descriptions.Reading`: descriptions of what exists, and
what it did not understand.
Rule 2: only :mod:`mocks3.load.build` creates something. It merges the descriptions of one resource from several
files.
Rule 3: nothing is dropped in silence. What is not understood is in ``unread``, with its file and place.
"""
