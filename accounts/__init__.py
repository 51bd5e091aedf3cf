"""Users, sessions (JWTs), API tokens, and authentication.

Begin with `authentication.py`: who sends a request; then `sessions.py`, `tokens.py` and `users.py`.
"""
