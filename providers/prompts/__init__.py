"""The prompts for language, image and video models, and parsing of their answers."""
