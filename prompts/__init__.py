"""What is asked of language, image and video models, all in one place."""
