"""Benchmarks: the service compared with baselines on the same machine, in the same run.

Begin with `run.py`, which lists and runs them.
"""
