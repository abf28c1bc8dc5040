"""Measure the cost of mocks3, a floor and moto. ``python -m benchmarks`` prints the table."""
