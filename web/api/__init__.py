"""The endpoints: a module for each resource, with a view for each verb.

A view checks nothing by itself: decorators (web/blueprints.py) name the scope, the right and the
schemas, and it calls one function of a package below. `common/` has what several of these modules
share about jobs, reviews and activity.
"""
