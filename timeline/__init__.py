"""The timeline of a work, and the operations that edit it. Pure: no I/O.

An operation takes an `editorState` to another one, and what it does not change is the same object
in both. The page has the same modules in console/static/timeline/operations/. Decision 25 says why.
"""
