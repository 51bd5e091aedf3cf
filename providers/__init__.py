"""The AI vendors: one module each, one contract, one registry, one table of models."""
