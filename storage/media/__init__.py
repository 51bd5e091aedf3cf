"""Media files of a document, their takes, and what is made of them."""
