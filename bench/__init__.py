"""Benchmarks: ratios measured in one run on one machine, printed beside the budgets of the design; never timed tests."""
