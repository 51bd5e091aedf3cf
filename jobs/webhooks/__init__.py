"""Webhooks: requests to a client's server about a job, as Standard Webhooks describes them.

https://www.standardwebhooks.com
"""
