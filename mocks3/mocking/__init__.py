"""``mock_s3``: start and stop a mock, as a context manager or a decorator."""
