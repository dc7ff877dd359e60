"""Invented names: surnames weighted for Shandong, given names by cohort, rare characters, homophones.

In:  a Draw, a surname or none, a sex, a year of birth. Out: a name; or another name of equal sound.
"""

from __future__ import annotations

from kinfold.demo.draw import Draw, Table

_SURNAMES = Table((
    ("王", 110), ("张", 100), ("李", 90), ("刘", 80), ("孙", 35), ("赵", 30), ("陈", 30), ("徐", 25),
    ("杨", 25), ("于", 16), ("马", 16), ("高", 16), ("尹", 9), ("武", 9), ("阴", 5), ("汪", 8), ("雷", 5),
    ("朱", 12), ("郭", 12), ("宋", 12), ("韩", 10), ("田", 8), ("董", 8), ("吕", 8), ("程", 7), ("石", 6),
    ("路", 6), ("夏", 6), ("鹿", 4), ("冉", 3), ("梁", 6), ("辛", 5), ("任", 5), ("曹", 6), ("丁", 5),
    ("单", 2), ("曾", 3), ("解", 2), ("仇", 1), ("盖", 1), ("华", 1), ("查", 1), ("翟", 2), ("葛", 2),
    ("逄", 1), ("禚", 1), ("尉迟", 0.3), ("欧阳", 0.5), ("万俟", 0.2),
))  # fmt: skip

_COMPOUND = frozenset(surname for surname in _SURNAMES.values if len(surname) == 2)

# (last birth year of the cohort, given names of men, of women); one or two characters as written.
_GIVEN = (
    (1965, "建国 建军 德福 玉山 传仁 庆祥 广田 振华 志明 兴旺 绪良 玉柱 长海 洪亮 保国 明礼",
     "秀英 桂兰 玉珍 秀兰 桂英 玉兰 凤英 淑珍 桂芹 秀芝 素芳 爱莲 月英 玉芹 兰英 翠花"),
    (1980, "军 伟 强 勇 斌 刚 建 涛 志强 卫东 新民 红军 国强 永刚 爱民 洪波",
     "霞 燕 红 梅 丽 芳 艳 玲 秀丽 红梅 桂霞 爱华 丽华 春燕 海霞 玉红"),
    (1995, "磊 鹏 涛 超 浩 凯 亮 杰 峰 洋 晓东 海涛 文杰 志鹏 建磊 明明",
     "娜 静 敏 婷 倩 颖 莉 雪 丹丹 晓燕 文静 海燕 亚楠 丽娜 晶晶 慧敏"),
    (2007, "鑫 宇 帅 晨 昊 俊杰 文博 家豪 志豪 浩然 天宇 子豪 晓龙 嘉伟 明轩 一鸣",
     "悦 欣 雨 佳 蕾 雨欣 佳怡 思雨 梦瑶 欣怡 晓彤 雅静 嘉慧 文慧 雪莹 一诺"),
    (9999, "浩宇 子轩 宇轩 梓豪 一鸣 沐辰 奕辰 浩然 铭泽 俊熙 宇航 子墨 家睿 博文 煜城 泽宇",
     "子涵 梓萱 一诺 欣怡 雨桐 梓涵 诗涵 可馨 语桐 若汐 依诺 沐瑶 思彤 佳怡 锦瑜 雨萱"),
)  # fmt: skip

_COHORTS = tuple((last, men.split(), women.split()) for last, men, women in _GIVEN)

# Characters that old code pages and fonts lack; the second list lies outside the basic plane (four bytes).
_RARE = tuple("喆堃玥彧珺昶翀犇燚翯烜晞珩璟瑄嫚翛甡赟颋")
_RAREST = tuple("𫖯𬱟𫍽𬬭𬭚𬍤𬸚𬭎𫓧𬘭")
RARE_SHARE = 0.12
_RAREST_SHARE = 0.01

_HOMOPHONES = (
    "子梓", "涵函晗", "浩昊皓", "宇雨羽", "轩萱", "欣馨鑫", "怡仪", "伟玮", "磊蕾", "建健", "秀绣",
    "英瑛", "军君均", "佳嘉家", "文雯", "静敬", "明铭鸣", "红洪宏", "平萍", "杰洁", "勇永", "丽莉利",
    "燕艳雁", "志智治", "辰晨", "彤桐", "瑶遥", "慧惠", "玉煜", "兰岚", "芳方", "梅玫",
)  # fmt: skip
_EQUAL_SOUND = {character: group for group in _HOMOPHONES for character in group}


def draw_surname(draw: Draw) -> str:
    return draw.pick(_SURNAMES)


def read_surname(name: str) -> str:
    """The surname of an invented name: two characters of a compound one."""
    return name[:2] if name[:2] in _COMPOUND else name[0]


def draw_name(draw: Draw, surname: str, sex: str, born: int) -> str:
    """A whole name; 12 % have a rare character, one in a hundred of all a four-byte one."""
    men, women = next((men, women) for last, men, women in _COHORTS if born <= last)
    given = draw.one_of(men if sex == "MALE" else women)
    chance = draw.share()
    if chance < RARE_SHARE:
        rare = draw.one_of(_RAREST if chance < _RAREST_SHARE else _RARE)
        given = given[:-1] + rare
    return surname + given


def change_to_homophone(draw: Draw, name: str) -> str | None:
    """The name with one character of the given name changed for one of equal sound; None if there is none."""
    for position in range(len(name) - 1, 0, -1):
        group = _EQUAL_SOUND.get(name[position])
        if group:
            others = [other for other in group if other != name[position]]
            return name[:position] + draw.one_of(others) + name[position + 1 :]
    return None


def change_by_typo(draw: Draw, name: str) -> str:
    """The name with its last character mistyped."""
    return name[:-1] + draw.one_of([c for c in _RARE if c != name[-1]])
