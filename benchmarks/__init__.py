"""Benchmarks of Vidworks: ratios to yardsticks on the same machine in the same run."""
