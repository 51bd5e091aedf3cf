"""Languages by what people write, "de-AT", "German", "Deutsch": tags, codes in media files, names.

Tags are those of BCP 47 (RFC 5646): what they share of subtags is found as RFC 4647 looks it up.
"""

import re

# Codes of ISO 639-2/T (639-3 where that has none) and of tags, then names, in English and in the
# language itself, with ~ for spaces, and further codes: of ISO 639-2/B, old ones, and those of
# written forms and of dialects that are spoken alike.
_LANGUAGES = """
afr af Afrikaans
amh am Amharic አማርኛ
ara ar Arabic العربية
asm as Assamese অসমীয়া
aze az Azerbaijani Azərbaycanca
bel be Belarusian Беларуская
ben bn Bengali Bangla বাংলা
bod bo Tibetan བོད་ཡིག tib
bos bs Bosnian Bosanski
bre br Breton Brezhoneg
bul bg Bulgarian Български
cat ca Catalan Català
ceb ceb Cebuano
ces cs Czech Čeština cze
chr chr Cherokee
ckb ckb Sorani Central~Kurdish
cos co Corsican Corsu
cym cy Welsh Cymraeg wel
dan da Danish Dansk
deu de German Deutsch ger
div dv Divehi Maldivian
ell el Greek Ελληνικά gre
eng en English
epo eo Esperanto
est et Estonian Eesti
eus eu Basque Euskara baq
fao fo Faroese Føroyskt
fas fa Persian Farsi فارسی per
fil fil Filipino Tagalog tl tgl
fin fi Finnish Suomi
fra fr French Français fre
fry fy Frisian Frysk
gla gd Gaelic Scottish~Gaelic Scots~Gaelic Gàidhlig
gle ga Irish Gaeilge
glg gl Galician Galego
grc grc Ancient~Greek
grn gn Guarani Avañe'ẽ
gsw gsw Swiss~German Schweizerdeutsch Schwyzerdütsch Schwiizerdütsch Schwizerdütsch Alemannic
guj gu Gujarati ગુજરાતી
hat ht Haitian Haitian~Creole
hau ha Hausa Harshen~Hausa
haw haw Hawaiian
heb he Hebrew עברית iw
hin hi Hindi हिन्दी हिंदी
hmn hmn Hmong
hrv hr Croatian Hrvatski
hun hu Hungarian Magyar
hye hy Armenian Հայերեն arm
ibo ig Igbo
ind id Indonesian Indonesia in
isl is Icelandic Íslenska ice
ita it Italian Italiano
jav jv Javanese Jawa
jpn ja Japanese 日本語
kan kn Kannada ಕನ್ನಡ
kat ka Georgian ქართული geo
kaz kk Kazakh Қазақша
khm km Khmer Cambodian ខ្មែរ
kin rw Kinyarwanda
kir ky Kyrgyz Кыргызча
kor ko Korean 한국어
kur ku Kurdish Kurmanji Kurdî kmr
lao lo Lao ລາວ
lat la Latin Latina
lav lv Latvian Latviešu
lin ln Lingala
lit lt Lithuanian Lietuvių
ltz lb Luxembourgish Lëtzebuergesch
mal ml Malayalam മലയാളം
mar mr Marathi मराठी
mkd mk Macedonian Македонски mac
mlg mg Malagasy
mlt mt Maltese Malti
mon mn Mongolian Монгол
mri mi Maori Māori mao
msa ms Malay Melayu may
mya my Burmese မြန်မာ bur
nds nds Low~German Low~Saxon Plattdeutsch Plattdüütsch
nep ne Nepali नेपाली
nld nl Dutch Flemish Nederlands dut
nor no Norwegian Norsk Bokmål nb nn nob nno
nya ny Chichewa Nyanja
oci oc Occitan
ori or Odia Oriya ଓଡ଼ିଆ
orm om Oromo
pan pa Punjabi ਪੰਜਾਬੀ
pol pl Polish Polski
por pt Portuguese Português
pus ps Pashto پښتو
que qu Quechua
roh rm Romansh Rumantsch
ron ro Romanian Română rum
rus ru Russian Русский
san sa Sanskrit संस्कृतम्
sco sco Scots
sin si Sinhala සිංහල
slk sk Slovak Slovenčina slo
slv sl Slovenian Slovene Slovenščina
smo sm Samoan
sna sn Shona
snd sd Sindhi سنڌي
som so Somali Soomaali
sot st Sotho Sesotho
spa es Spanish Castilian Español Castellano
sqi sq Albanian Shqip alb
srp sr Serbian Српски Srpski
sun su Sundanese Sunda
swa sw Swahili Kiswahili
swe sv Swedish Svenska
tam ta Tamil தமிழ்
tat tt Tatar Татарча
tel te Telugu తెలుగు
tgk tg Tajik Тоҷикӣ
tha th Thai ไทย ภาษาไทย
tir ti Tigrinya ትግርኛ
tsn tn Tswana Setswana
tuk tk Turkmen Türkmençe
tur tr Turkish Türkçe
uig ug Uyghur ئۇيغۇرچە
ukr uk Ukrainian Українська
urd ur Urdu اردو
uzb uz Uzbek O'zbek
vie vi Vietnamese Việt
wol wo Wolof
xho xh Xhosa isiXhosa
yid yi Yiddish ייִדיש
yor yo Yoruba Yorùbá
yue yue Cantonese 粵語 粤语 廣東話 广东话
zho zh Chinese Mandarin 中文 普通话 國語 汉语 chi cmn 简体中文 繁體中文
zul zu Zulu isiZulu
"""
_ENTRIES = [line.split() for line in _LANGUAGES.strip().splitlines()]
_CODES = {code: entry[0] for entry in _ENTRIES for code in entry[:2]}
_NAMES = {name.casefold().replace("~", " "): entry[0] for entry in _ENTRIES for name in entry[2:]}
_ENGLISH = {entry[0]: entry[2].replace("~", " ") for entry in _ENTRIES}
_TAGS = {entry[0]: entry[1] for entry in _ENTRIES}
# What people write of where a language is spoken, and the region's subtag.
_REGIONS = {
    "419": ("latin american", "latin america", "latinoamérica", "latinoamericano"),
    "AT": ("austrian", "austria", "österreich"),
    "AU": ("australian", "australia"),
    "BR": ("brazilian", "brazil", "brasil", "brasileiro"),
    "CA": ("canadian", "canada"),
    "CH": ("swiss", "switzerland", "schweiz"),
    "ES": ("european spanish", "castilian spanish", "spain", "españa"),
    "GB": ("british", "united kingdom", "uk", "britain", "england"),
    "IE": ("ireland",),
    "IN": ("indian", "india"),
    "MX": ("mexican", "mexico", "méxico"),
    "PT": ("european portuguese", "portugal"),
    "US": ("american", "united states", "us", "usa"),
}
_OF_REGIONS = {name: region for region, names in _REGIONS.items() for name in names}
# A language, one that extends it (zh-yue), a script, a region.
_TAG = re.compile(r"([a-z]{2,3})(-[a-z]{3}\b)?(-[a-z]{4}\b)?(-(?:[a-z]{2}|\d{3})\b)?")
_CODE = re.compile(r"[a-z]{2,3}(?:[-_]\w+)*")  # of a tag, with what else may follow
_GAPS = re.compile(r"[\s,;/()\uff08\uff09-]+")
_MOST_WORDS = 2  # of a name


def language_tag(text: str) -> str:
    """Return the tag of a language, such as `de-AT`; the text itself for an unknown one.

    It is given by a tag, by a code, or by its name, also among other words ("Brazilian
    Portuguese", which is `pt-BR`).
    """
    text = " ".join(text.split())
    folded = text.casefold()
    if _CODE.fullmatch(folded) and folded not in _NAMES:
        return _canonical(folded) or text
    words = [word for word in _GAPS.split(folded) if word]
    runs = [
        " ".join(words[begin : begin + count])
        for count in range(_MOST_WORDS, 0, -1)
        for begin in range(len(words))
    ]
    place = next((run for run in runs if run in _OF_REGIONS), "")
    names = [run for run in runs if run in _NAMES]
    if not names:
        return text
    name = next((name for name in names if name not in place.split()), names[0])
    tag, region = _TAGS[_NAMES[name]], _OF_REGIONS.get(place)
    return f"{tag}-{region}" if region else tag


def language_code(text: str) -> str:
    """Return the code of ISO 639-2/T for a language, such as `deu`; "" for an unknown one.

    The language is given as for `language_tag`.
    """
    return _CODES.get(language_tag(text).partition("-")[0], "")


def language_name(text: str) -> str:
    """Return the English name of a language by its tag or code; the text for an unknown one."""
    return _ENGLISH.get(language_code(text), text)


def short_code(text: str) -> str:
    """Return a language's code of ISO 639-1, such as `de`, by its tag or code; "" if unknown."""
    return _TAGS.get(language_code(text), "")


def ranges_of(tag: str) -> list[str]:
    """Return a tag and what RFC 4647 looks up after it: without its last subtag, and so on."""
    subtags = tag.split("-")
    return ["-".join(subtags[:count]) for count in range(len(subtags), 0, -1)]


def _canonical(tag: str) -> str:
    """Return a tag in its usual form; "" for an unknown language. Variants are left out."""
    found = _TAG.match(tag.replace("_", "-"))
    if found is None:
        return ""
    language, extended, script, region = found.groups(default="")
    code = _CODES.get(extended[1:]) or _CODES.get(language) or _NAMES.get(language)
    return _TAGS[code] + script.title() + region.upper() if code else ""
