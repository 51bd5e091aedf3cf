# ruff: noqa: E501, RUF001 - lines of a table, in many scripts
"""Words that end with a full stop and do not end a sentence. Pure.

Captions do not know the language of each word, so that all languages count; what is a word of its
own in another one ("no.", "art.") is listed with what has to follow it. The page has the same table
(console/static/timeline/caption-lines.js).
"""

import re
from collections.abc import Iterator
from unicodedata import category

from timeline.spoken_words import OPENING

# Of each language with voices that has any: what something always follows; what a number follows; and
# what may end a sentence or be a word, unless it goes on in small letters or with a number. Letters
# with full stops ("e.g.", "J.") are found by their form, if something else may not follow them.
TABLE = """
afr: dr prof mnr mev mej bv incl insl | nr bl | ens asb
aze: prof dok | səh |
bel: праф др вул гл | стар | інш
ben: ডা মো |  |
bos: dr prof gosp mr npr tzv | br str | itd sl
bul: проф др инж ул напр св гр | бр стр |
cat: dr dra sr sra prof | núm pàg art | etc av ex
ces: dr prof ing mgr bc mudr judr např tzv tj př sv ul vč | č str | atd apod aj
cym: dr | rhif tud | ayb
dan: dr prof hr fr f.eks bl.a ca inkl ekskl dvs jf skt | nr s kap | osv mv mfl
deu: dr prof hr fr st dipl ing bzw ca inkl exkl einschl zzgl evtl ggf vgl sog lt bspw | nr abb bd kap art tel | usw etc u.ä str gem sen
ell: κα κος δρ καθ δηλ αγ | αρ σελ | κλπ κτλ
eng: dr mr mrs ms prof st messrs rev gov capt lt sgt cpl mt incl excl approx cf vs viz ca | no nos fig figs vol ch sec pp p art | etc inc ltd co corp jr esq a.m p.m dept est ave blvd rd max min hon sen rep gen col ft
epo: d-ro s-ro s-ino prof ekz | n-ro p | ktp k.t.p
est: dr prof hr pr nt st | nr lk | jne jms
eus: dk jn adib | zk or | etab and
fin: dr prof hra rva esim ts sis ko | nro s | jne yms mm
fra: dr pr mme mlle st p.ex c.-à-d env incl | no nos n° art chap vol fig p | etc mm ste ex
gle: dr prof uas m.sh | uimh lch | srl
hin: डॉ श्री प्रो | सं |
hrv: dr prof gosp gđa mr sc npr tzv sv ul uklj | br str | itd sl
hun: dr prof ifj özv ún pl kb vö szt | sz old | stb ill
hye: դր պրոֆ | էջ |
ind: dr prof drs ir jl yth tn | no hal | dll dsb dst ny
isl: dr sr hr | nr bls | o.s.frv o.fl
ita: dott dottssa dr sigg sigra prof profssa avv ing arch ecc.mo p.es ca incl escl | n nn art cap fig pag vol | ecc sig on es ss
kaz: проф др | бет | т.б
lav: dr prof kgs piem sv | nr lpp | utt u.c
lit: dr prof pvz šv | nr psl |
mkd: проф др г-дин г-ѓа ул св | бр стр | итн
mal: ഡോ |  |
mar: डॉ प्रा श्री | क्र |
msa: dr prof pn jln | no hlm | dll dsb en
nep: डा प्रा | नं |
nld: dr prof ir ing mr drs dhr mevr mw st bv bijv incl excl ca zgn | nr blz art hfst | enz etc
nor: dr prof hr fr f.eks bl.a ca inkl ekskl dvs jf st | nr s kap | osv mv mfl
pan: ਡਾ |  |
pol: dr prof inż mgr np tzn tzw m.in św ul ks wg | nr str rozdz tel | itd itp hab lek al ok
por: dr dra sr sra srta prof profa exmo incl aprox | n núm art cap pág vol fig | etc ltda cia eng ex av
ron: dr prof ing dl dna dlui sf str cca | nr pag art cap | etc ș.a ex
rus: проф др г-н г-жа ул св напр акад | стр рис гл | т.д т.п др г руб им см
slk: dr prof ing mgr napr tzv tj sv ul vrát | č str | atď pod
slv: dr prof ga npr tj sv ul | št str | itd ipd mag
spa: dr dra sr sra srta prof profa ing lic dña ud uds avda p.ej ej incl aprox | n núm núms art cap pág vol fig | etc cía av sto sta
sqi: dr prof znj p.sh dmth sh | nr fq | etj
srp: др проф г-дин г-ђа нпр тзв св ул | бр стр | итд сл
swa: dkt prof bw mh | uk | n.k bi
swe: dr prof hr fr t.ex bl.a ca inkl exkl dvs jfr s:t | nr s kap | osv m.m m.fl etc
tam: டாக் திரு | எண் |
tel: డా శ్రీ |  |
tur: dr prof doç müh öğr sn bkz örn yrd alb hz | no sf cilt | vb av
ukr: проф др пп вул св напр т.зв див акад | стор рис гл | т.д т.п ін грн ім
uzb: dr prof masalan | bet |
vie: ts ths gs pgs bs tp | tr | v.v
"""
_MARKS = f"\"'{OPENING}"
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+")  # "J.", "e.g.", "z.B."


def _column(number: int) -> Iterator[str]:
    for line in TABLE.strip().splitlines():
        column = line.partition(":")[2].split("|")[number]
        yield from (f"{word}." for word in column.split())


_LEADING, _NUMBERED, _INNER = (frozenset(_column(number)) for number in range(3))


def is_abbreviation(word: str, following: str) -> bool:
    """Return whether a word with a full stop goes on with the following one."""
    text = word.lstrip(_MARKS).lower()
    if not text.endswith("."):
        return False
    if text in _INNER:
        return _kind(following) in {"Ll", "Nd"}
    if text in _NUMBERED and _kind(following) == "Nd":
        return True
    return text in _LEADING or _INITIALS.fullmatch(text) is not None


def _kind(word: str) -> str:
    """Return the category of the first character of a word."""
    return category(word[0]) if word else ""
