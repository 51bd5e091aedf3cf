"""The timeline of a work, and the operations that edit it. Pure: no I/O.

Begin with `operations/__init__.py: apply`, `edit.py` and `clips.py`. An operation takes an
`editorState` to another one, and what it does not change is the same object in both. The page has
the same operations in console/static/timeline/operations/, whose modules have other names
(`operations/clip_edges.py` and `clip_playing.py` are `clip-operations.js`); both run the cases in
tests/timeline/cases/. Decision 25 says why.
"""
