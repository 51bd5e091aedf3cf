"""marshmallow schemas of request and response bodies. They never access storage."""
