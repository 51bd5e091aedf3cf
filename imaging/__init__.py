"""The one place that decodes images."""
