"""Health, the API description, and what every answer carries."""
