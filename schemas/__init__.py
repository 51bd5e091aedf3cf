"""marshmallow schemas: the shapes that come in and go out. They never touch storage."""
