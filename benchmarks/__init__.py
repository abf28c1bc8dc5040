"""What mocks3 costs, measured side by side with a floor and with moto. ``python -m benchmarks`` prints the table."""
