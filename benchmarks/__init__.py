"""Benchmarks: the service compared with baselines on the same machine, in the same run."""
