"""Adapters for AI vendors: a module for each vendor, one contract, a registry, the models."""
