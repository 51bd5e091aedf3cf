"""HTTP requests to URLs that users supply; only public addresses are contacted.

Begin with `fetch.py` and `addresses.py`.
"""
