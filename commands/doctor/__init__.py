"""The checks of `doctor`: one module per subject, all run by checks.py."""
