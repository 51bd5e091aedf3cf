"""The console: the web page, served by the same process as the API it talks to.

Begin with `routes.py` and `page.py`, which serve the page; its own modules are in static/, as
console/README.md says.
"""
