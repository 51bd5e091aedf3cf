"""Webhooks: requests to a client's server about jobs and reviews, as Standard Webhooks says.

https://www.standardwebhooks.com
"""
