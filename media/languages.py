"""Codes of languages in media files, found by what people write: "de", "German", "Deutsch"."""

import re

# Codes of ISO 639-2/T and 639-1, then names, in English and in the language itself, and further
# codes: of ISO 639-2/B, old ones, and those of written forms.
_LANGUAGES = """
afr af Afrikaans
ara ar Arabic العربية
aze az Azerbaijani Azərbaycanca
bel be Belarusian Беларуская
ben bn Bengali Bangla বাংলা
bos bs Bosnian Bosanski
bul bg Bulgarian Български
cat ca Catalan Català
ces cs Czech Čeština cze
cym cy Welsh Cymraeg wel
dan da Danish Dansk
deu de German Deutsch ger
ell el Greek Ελληνικά gre
eng en English
epo eo Esperanto
est et Estonian Eesti
eus eu Basque Euskara baq
fas fa Persian Farsi فارسی per
fil fil Filipino Tagalog tl tgl
fin fi Finnish Suomi
fra fr French Français fre
gle ga Irish Gaeilge
glg gl Galician Galego
guj gu Gujarati ગુજરાતી
heb he Hebrew עברית iw
hin hi Hindi हिन्दी हिंदी
hrv hr Croatian Hrvatski
hun hu Hungarian Magyar
hye hy Armenian Հայերեն arm
ind id Indonesian Indonesia in
isl is Icelandic Íslenska ice
ita it Italian Italiano
jpn ja Japanese 日本語
kan kn Kannada ಕನ್ನಡ
kat ka Georgian ქართული geo
kaz kk Kazakh Қазақша
khm km Khmer Cambodian ខ្មែរ
kor ko Korean 한국어
lao lo Lao ລາວ
lav lv Latvian Latviešu
lit lt Lithuanian Lietuvių
mal ml Malayalam മലയാളം
mar mr Marathi मराठी
mkd mk Macedonian Македонски mac
mon mn Mongolian Монгол
msa ms Malay Melayu may
mya my Burmese မြန်မာ bur
nep ne Nepali नेपाली
nld nl Dutch Flemish Nederlands dut
nor no Norwegian Norsk Bokmål nb nn nob nno
pan pa Punjabi ਪੰਜਾਬੀ
pol pl Polish Polski
por pt Portuguese Português
ron ro Romanian Română rum
rus ru Russian Русский
sin si Sinhala සිංහල
slk sk Slovak Slovenčina slo
slv sl Slovenian Slovene Slovenščina
spa es Spanish Castilian Español Castellano
sqi sq Albanian Shqip alb
srp sr Serbian Српски Srpski
swa sw Swahili Kiswahili
swe sv Swedish Svenska
tam ta Tamil தமிழ்
tel te Telugu తెలుగు
tha th Thai ไทย ภาษาไทย
tur tr Turkish Türkçe
ukr uk Ukrainian Українська
urd ur Urdu اردو
uzb uz Uzbek O'zbek
vie vi Vietnamese Việt
zho zh Chinese Mandarin Cantonese 中文 普通话 國語 汉语 粵語 chi 简体中文 繁體中文
"""
_ENTRIES = [line.split() for line in _LANGUAGES.strip().splitlines()]
_CODES = {code: entry[0] for entry in _ENTRIES for code in entry[:2]}
_NAMES = {name.casefold(): entry[0] for entry in _ENTRIES for name in entry[2:]}
_ENGLISH = {entry[0]: entry[2] for entry in _ENTRIES}
_SHORT_CODES = {entry[0]: entry[1] for entry in _ENTRIES}
_CODE = re.compile(r"([a-z]{2,3})(?:[-_]\w+)*")  # with a script or a region
_GAPS = re.compile(r"[\s,;/()\uff08\uff09-]+")


def language_code(text: str) -> str:
    """Return the code of ISO 639-2/T for a language, such as `deu`; "" for an unknown one.

    It is given by a code, also with a region ("pt-BR"), or by its name, also among other words
    ("Brazilian Portuguese").
    """
    text = text.strip().casefold()
    if code := _CODE.fullmatch(text):
        return _CODES.get(code[1], "") or _NAMES.get(code[1], "")
    return next((_NAMES[word] for word in _GAPS.split(text) if word in _NAMES), "")


def language_name(code: str) -> str:
    """Return the English name of a language by its code of ISO 639-2/T; "" if it is unknown."""
    return _ENGLISH.get(code, "")


def short_code(code: str) -> str:
    """Return a language's code of ISO 639-1, such as `de`, by that of ISO 639-2/T."""
    return _SHORT_CODES.get(code, code)
