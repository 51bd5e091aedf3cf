"""Users, their sessions (JWTs), API tokens, and what each may do."""
