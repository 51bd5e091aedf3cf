"""Users, sessions (JWTs), API tokens, and authentication."""
