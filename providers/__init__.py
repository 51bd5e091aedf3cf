"""Adapters for AI vendors: a module for each vendor, one contract, a registry, the models.

`contract.py` and `sound_contract.py` say what an adapter does, `registry.py` finds it. `prompts/`
has the texts for models, and reads their answers. Imports media and what is below.
"""
