"""The names of transitions between clips, and their movements.

timeline/transitions.py says how long they last, export/render/transition_filters.py draws them, and
in the page player/stage.js.
"""

CUT = "cut"
FADE = "fade"

# Most movements are those of FFmpeg's xfade. In the web editor's preview `wipeleft` uncovers the
# new picture from the left edge, which xfade calls `wiperight`.
_FADES = {"fade": FADE, "dissolve": FADE}
_FADES_TO_COLORS = {"fadeblack": "fadeblack", "fadewhite": "fadewhite"}
_BLURS = {"blur": "blur"}
_ZOOMS = {"zoom": "zoom"}
_SLIDES = {"slide": "slideleft", "slideup": "slideup", "slidedown": "slidedown"}
_WIPES = {
    "wipe": "wiperight",
    "wipeleft": "wiperight",
    "wiperight": "wipeleft",
    "wipeup": "wipeup",
    "wipedown": "wipedown",
}
# In the order of the page's menu, and in that of the API's description.
MOVEMENTS = {**_FADES, **_FADES_TO_COLORS, **_BLURS, **_ZOOMS, **_SLIDES, **_WIPES}
TRANSITIONS = (CUT, *_FADES, *_WIPES, *_SLIDES, *_ZOOMS, *_BLURS, *_FADES_TO_COLORS)
