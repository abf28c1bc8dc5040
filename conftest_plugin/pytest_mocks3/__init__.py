"""mocks3 for pytest: S3 with AWS-exact permissions as fixtures."""
