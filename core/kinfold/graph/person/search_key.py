"""The stored search key of a name, and what somebody types to find it: characters, pinyin or initials.

In:  a name; or the text of a search. Out: the key, in which each word that a search may begin with stands behind a
bar; or the search's words. A search finds a name when every word of it begins somewhere in the key:

    search_key("王浩宇") == "|xe78e8bxe6b5a9xe5ae87|xe6b5a9xe5ae87|xe5ae87|wanghaoyu|haoyu|yu|why|hy|y|"
    search_words("浩 Wáng") == ["wang", "xe6b5a9"]

Characters are written as `x` and the hexadecimal digits of their UTF-8 form, so that the key is ASCII and a trigram
index works under every locale. The migration core_0002 makes the same key in SQL.
"""

from __future__ import annotations

import unicodedata

from kinfold.graph.person.sort_key import read_sound, sort_key

#: Marks inside names that nobody types: the dot between the parts of a foreign or minority name.
DOTS = "·•・‧．"
_APOSTROPHES = "'’ʼ`"
_DIAERESIS = "\u0308"
MAX_WORDS = 8
MAX_LETTERS = 64


def search_key(name: str) -> str:
    """The key to store in `name_search`; pure, and the same in every process."""
    sounds = [letters for letters in map(_letters, read_sound(sort_key(name)).split(" ")) if letters]
    characters = [_encode(c) for c in name if not c.isascii() and c not in DOTS]
    initials = [letters[0] for letters in sounds]
    words = ["".join(parts[i:]) for parts in (characters, sounds, initials) for i in range(len(parts))]
    return f"|{'|'.join(words)}|"


def _letters(syllable: str) -> str:
    """`lü4` → `lv`: lower-case ASCII letters only."""
    return "".join(c for c in syllable.replace("ü", "v") if "a" <= c <= "z")


def _encode(character: str) -> str:
    return f"x{character.encode('utf-8', 'replace').hex()}"


def search_words(text: str) -> list[str]:
    """The words of a search as they stand in keys, the longest first; none when there is nothing to look for.

    Latin letters in any width and with any tone mark are pinyin or initials, digits are tones and are dropped;
    a change between Latin letters and characters begins a new word, like a blank.
    """
    words: list[str] = []
    kind = ""
    for character in unicodedata.normalize("NFC", text):
        found, spelling = _classify(character)
        if found == "skip":
            continue
        if found in ("latin", "character"):
            if found == kind:
                words[-1] += spelling
            else:
                words.append(spelling)
        kind = found
    return sorted(set(words), key=lambda word: (-len(word), word))


def _classify(character: str) -> tuple[str, str]:
    """(latin | character | skip | gap, its spelling in a key)."""
    spelled = unicodedata.normalize("NFKD", character)
    base, marks = spelled[0], spelled[1:]
    if base.isascii():
        if base.isalpha():
            letter = "v" if base in "uU" and _DIAERESIS in marks else base.lower()
            return "latin", letter
        return ("skip" if base.isdigit() or character in _APOSTROPHES else "gap"), ""
    if character in _APOSTROPHES or unicodedata.combining(character):
        return "skip", ""
    if character in DOTS or unicodedata.category(character)[0] in "PZC":
        return "gap", ""
    return "character", _encode(character)
