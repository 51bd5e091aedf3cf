"""The tests mirror the packages; `reliability/` has those that need real processes."""
