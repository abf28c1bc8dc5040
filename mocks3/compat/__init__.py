"""Stand-ins for the public names of other mocks, so that a suite moves to mocks3 with one import changed."""
