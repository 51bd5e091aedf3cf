"""The settings of an installation, and what follows from the machine. Imports no other package.

Begin with config.py: `Settings` has them all, with their defaults. `tuning.py` has the pauses and
limits that only tests change.
"""
