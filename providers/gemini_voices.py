"""Gemini's prebuilt voices: what the vendor says of each, and how it is heard."""

from providers.sound_contract import Voice

_VOICES = """
Kore female firm
Puck male upbeat
Charon male informative
Zephyr female bright
Leda female youthful
Fenrir male excitable
Orus male firm
Aoede female breezy
Callirrhoe female easy-going
Autonoe female bright
Enceladus male breathy
Iapetus male clear
Umbriel male easy-going
Algieba male smooth
Despina female smooth
Erinome female clear
Algenib male gravelly
Rasalgethi male informative
Laomedeia female upbeat
Achernar female soft
Alnilam male firm
Schedar male even
Gacrux female mature
Pulcherrima female forward
Achird male friendly
Zubenelgenubi male casual
Vindemiatrix female gentle
Sadachbia male lively
Sadaltager male knowledgeable
Sulafat female warm
"""

GEMINI_VOICES = tuple(
    Voice(name, name, gender=gender, style=style)
    for name, gender, style in map(str.split, _VOICES.strip().splitlines())
)
