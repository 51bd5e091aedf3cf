"""What all endpoints share: guard, request and response bodies, errors, uploads, downloads."""
