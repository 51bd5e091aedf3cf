"""HTTP: the endpoints, and what they share.

    api/      the endpoints, a module for each resource
    server/   what gunicorn runs

The modules here are what all endpoints share: guard, bodies, errors, uploads, downloads, OpenAPI.
They know no resource; only context.py names the services. Begin with blueprints.py and guard.py.
"""
