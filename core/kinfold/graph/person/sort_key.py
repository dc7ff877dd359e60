"""The stored sort key of a name: pinyin, tone digits, then the characters themselves.

In:  a name of a person, a place or an organisation. Out: ASCII syllables that COLLATE "C" puts in the order
of a Chinese directory; two blanks; the name. Two blanks sort before one blank and a syllable, so the shorter
name comes first, and names of equal sound stay in a stable order.

    sort_key("曾华") == "zeng1 hua2  曾华"

A surname is read as a surname (单 is shàn, 仇 is qiú), which no general dictionary of readings does.
"""

from __future__ import annotations

from functools import cache

from pypinyin import Style, pinyin

# Surnames whose reading is not the usual one of the character.
_SURNAMES = {
    "单": "shan4", "曾": "zeng1", "仇": "qiu2", "解": "xie4", "区": "ou1", "查": "zha1", "盖": "ge3",
    "任": "ren2", "华": "hua4", "朴": "piao2", "翟": "zhai2", "乐": "yue4", "覃": "qin2", "员": "yun4",
    "缪": "miao4", "燕": "yan1", "纪": "ji3", "葛": "ge3", "宁": "ning4", "应": "ying1", "哈": "ha3",
    "重": "chong2", "秘": "bi4", "冼": "xian3", "洗": "xian3", "召": "shao4", "折": "she2", "种": "chong2",
    "祭": "zhai4", "尉": "wei4", "繁": "po2", "那": "na1", "车": "che1", "沈": "shen3", "薄": "bo2",
    "柏": "bai3", "贲": "ben1", "卜": "bu3", "晁": "chao2", "逄": "pang2", "郇": "xun2", "佴": "nai4",
    "黑": "he4", "牟": "mu4", "盛": "sheng4", "石": "shi2", "都": "du1", "能": "nai4", "幺": "yao1",
    "过": "guo1", "令": "ling2", "訾": "zi1", "禚": "zhuo2", "郝": "hao3", "于": "yu2", "尹": "yin3",
}  # fmt: skip

_DOUBLE_SURNAMES = {
    "尉迟": ("yu4", "chi2"), "万俟": ("mo4", "qi2"), "单于": ("chan2", "yu2"), "澹台": ("tan2", "tai2"),
    "长孙": ("zhang3", "sun1"), "令狐": ("ling2", "hu2"), "鲜于": ("xian1", "yu2"), "宰父": ("zai3", "fu3"),
    "欧阳": ("ou1", "yang2"), "上官": ("shang4", "guan1"), "司马": ("si1", "ma3"), "诸葛": ("zhu1", "ge3"),
    "夏侯": ("xia4", "hou2"), "皇甫": ("huang2", "fu3"), "慕容": ("mu4", "rong2"), "宇文": ("yu3", "wen2"),
}  # fmt: skip

# Readings in names of people and places that a general dictionary does not put first.
_IN_NAMES = {
    "长": "chang2", "都": "du1", "济": "ji3", "佛": "fo2", "肖": "xiao1", "舍": "she4", "翟": "zhai2",
    "着": "zhuo2", "还": "huan2", "了": "liao3", "地": "di4", "和": "he2", "朝": "chao2", "会": "hui4",
}  # fmt: skip

_SEPARATOR = "  "


def sort_key(name: str) -> str:
    """The key to store in `name_sort`; pure, and the same in every process."""
    return " ".join(_read_syllables(name)) + _SEPARATOR + name


def read_sound(key: str) -> str:
    """The syllables of a key without the characters: equal for homophones."""
    return key.split(_SEPARATOR, 1)[0]


def _read_syllables(name: str) -> list[str]:
    double = _DOUBLE_SURNAMES.get(name[:2])
    if double:
        return [*double, *map(_read_character, name[2:])]
    syllables = [_read_character(character) for character in name]
    if name[:1] in _SURNAMES:
        syllables[0] = _SURNAMES[name[0]]
    return syllables


@cache
def _read_character(character: str) -> str:
    """The usual reading; letters and digits in lower case; what has no reading sorts last, by code point.

    A light tone belongs to a character as a suffix (儿子), never to one in a name (子涵): the first full
    tone is taken, if there is one.
    """
    if character.isascii():
        return character.lower()
    if character in _IN_NAMES:
        return _IN_NAMES[character]
    readings = pinyin(
        character,
        style=Style.TONE3,
        heteronym=True,
        neutral_tone_with_five=True,
        errors=lambda unknown: f"~{unknown}",
    )[0]
    return next((reading for reading in readings if not reading.endswith("5")), readings[0])
