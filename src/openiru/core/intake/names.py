"""Words for languages and kinds, as people write them in English and the languages of the Western Balkans."""

from __future__ import annotations

from typing import Final

from openiru.core.vocabulary import Kind

_LANGUAGES: Final = {
    "sq": "sqi alb albanian shqip gjuha-shqipe albanski албански shqipe",
    "bs": "bos bosnian bosanski bošnjački босански bosnisht boshnjakisht bosnisch",
    "hr": "hrv scr croatian hrvatski хрватски kroatisht kroatisch hrvaški",
    "sr": "srp scc serbian srpski српски serbisht serbisch serbian-cyrillic srpski-ćirilica српски-ћирилица",
    "sr-Latn": "serbian-latin srpski-latinica serbian-(latin) srpski-(latinica)",
    "cnr": "montenegrin crnogorski црногорски malazezisht montenegrinisch črnogorski",
    "mk": "mkd mac macedonian makedonski македонски maqedonisht mazedonisch",
    "sl": "slv slovene slovenian slovenski slovenščina slovenački словенечки sllovenisht slovenisch",
    "ar": "ara arabic arapski arabski арапски arabisht العربية عربي arabisch",
    "en": "eng english engleski angleški енглески англиски anglisht englisch",
    "de": "deu ger german njemački nemački nemški немачки германски gjermanisht deutsch",
    "fr": "fra fre french francuski francoski француски frëngjisht français",
    "tr": "tur turkish turski turški турски turqisht türkçe",
    "ru": "rus russian ruski руски rusisht русский",
    "es": "spa spanish španski španjolski шпански spanjisht español",
    "it": "ita italian talijanski italijanski италијански italisht italiano",
    "nl": "nld dut dutch holandski nizozemski холандски holandisht nederlands",
    "uk": "ukr ukrainian ukrajinski украјински ukrainisht українська",
    "bg": "bul bulgarian bugarski бугарски bullgarisht български",
    "ur": "urd urdu اردو",
    "fa": "fas per persian farsi perzijski فارسی",
    "ps": "pus pashto pashtu پښتو",
    "bn": "ben bengali bangla বাংলা",
    "id": "ind indonesian indonezijski bahasa-indonesia",
    "ku": "kur kurdish kurdski kurdî",
    "so": "som somali somalski soomaali",
    "el": "ell gre greek grčki грчки greqisht ελληνικά",
    "ro": "ron rum romanian rumunski румунски rumanisht română",
    "hu": "hun hungarian mađarski мађарски hungarisht magyar",
    "pl": "pol polish poljski пољски polonisht polski",
    "rom": "romani romski ромски romisht",
}

#: Word or code, folded → tag. A hyphen in a word above stands for a space or a hyphen.
LANGUAGES: Final[dict[str, str]] = {
    spelling: tag
    for tag, words in _LANGUAGES.items()
    for word in (tag.casefold(), *words.casefold().split())
    for spelling in (word, word.replace("-", " "))
}

#: The script that a bare tag means, where people write more than one (CLDR likely subtags).
DEFAULT_SCRIPT: Final[dict[str, str]] = {
    **dict.fromkeys(("bs", "cnr", "de", "en", "es", "fr", "hr", "it", "nl", "sl", "sq", "tr"), "Latn"),
    **dict.fromkeys(("bg", "mk", "ru", "sr", "uk"), "Cyrl"),
    **dict.fromkeys(("ar", "fa", "ur"), "Arab"),
}

_KINDS: Final = {
    Kind.PAGE: "page web-page webpage website-page stranica web-stranica страница faqe stran link",
    Kind.POST: "post message tweet status objava poruka објава порака postim mesazh objavë sporočilo",
    Kind.VIDEO: "video clip film snimak видео видео-запис video-zapis posnetek reel short",
    Kind.AUDIO: "audio sound nasheed nashid našid zvuk аудио audio-zapis zvočni-posnetek podcast",
    Kind.IMAGE: "image picture photo slika fotografija слика foto imazh pamje meme",
    Kind.DOCUMENT: "document pdf magazine dokument документ časopis revistë magazin dokumenti",
    Kind.FILE: "file archive zip datoteka fajl фајл skedar dosje",
    Kind.ACCOUNT: "account profile user nalog profil račun налог профил llogari përdorues uporabnik",
    Kind.CHANNEL: "channel kanal канал kanali",
    Kind.INVITE: "invite invitation invite-link pozivnica ftesë vabilo покана",
    Kind.PLAYLIST: "playlist lista-pjesama плејлиста seznam-predvajanja",
    Kind.COLLECTION: "collection album kolekcija zbirka колекција koleksion",
    Kind.SEARCH: "search hashtag pretraga pretraživanje пребарување kërkim iskanje",
    Kind.SITE: "site website web-site sajt сајт uebfaqe faqe-interneti spletna-stran web-sajt blog",
    Kind.APP: "app application apk aplikacija апликација aplikacion",
    Kind.DOMAIN: "domain domena domen домен domeni",
    Kind.HOST: "host server ip poslužitelj strežnik сервер",
    Kind.SHORTENER: "shortener short-link shortlink kratki-link",
    Kind.OTHER: "other drugo ostalo друго tjetër tjera",
}

#: Word, folded → kind.
KINDS: Final[dict[str, Kind]] = {
    spelling: kind
    for kind, words in _KINDS.items()
    for word in (kind.value, *words.casefold().split())
    for spelling in (word, word.replace("-", " "))
}
