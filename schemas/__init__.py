"""marshmallow schemas of request and response bodies. They never access storage.

Begin with `common.py` and `json_fields.py`, then the module of a resource, such as `works.py`.
"""
