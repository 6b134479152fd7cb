#!/usr/bin/env python3
"""Writes index.tsv from the folder of statutes: facts only, counted, never a line of their text.

Usage: python3 make-index.py [folder] > index.tsv   (folder: ../../../../shared/data/statutes)
"""
import pathlib
import re
import sys

here = pathlib.Path(__file__).resolve().parent
folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / "../../../../shared/data/statutes"

# Amendments that CORPUS.md (trap 3) names and the folder does not hold.
RECALLED = "superseded by an amendment of 2024 (recalled, CORPUS.md trap 3); that text is not held"
NOTES = {"不动产登记暂行条例": RECALLED, "企业信息公示暂行条例": RECALLED}

# Where the text counts from promulgation or says nothing: read from the history lines of the same file.
FORCE = {
    "民事诉讼法": "1991-04-09",
    "监察法": "2018-03-20",
    "国务院关于在线政务服务的若干规定": "2019-04-26",
    "全国年节及纪念日放假办法": "1949-12-23",
    "行政执法机关移送涉嫌犯罪案件的规定": "2001-07-09",
    "建设工程质量管理条例": "2000-01-30",
    "殡葬管理条例": "1997-07-21",
    "市场主体登记管理条例实施细则": "2022-03-01",
    "地方各级人民代表大会和地方各级人民政府组织法": "1980-01-01",
}

# Cited by a rule or an item, text not in the folder. Of 民法典 two parts are held; its 1,260 articles: CORPUS.md trap 7.
NOT_HELD = [
    ("民法典", "", "中华人民共和国民法典", "2020-05-28", 1260, 1, 1260, "2021-01-01", "法律", "text held in part: 总则, 合同编"),
    ("城镇排水与污水处理条例", "", "城镇排水与污水处理条例", "", 0, 0, 0, "", "行政法规", "text not held"),
    ("城镇燃气管理条例", "", "城镇燃气管理条例", "", 0, 0, 0, "", "行政法规", "text not held"),
    ("关于推行地方各级政府工作部门权力清单制度的指导意见", "", "关于推行地方各级政府工作部门权力清单制度的指导意见", "", 0, 0, 0, "", "其他", "text not held"),
]

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}
UNITS = {"十": 10, "百": 100, "千": 1000}
ARTICLE = re.compile(r"^(?:\*\*)?第([零一二三四五六七八九十百千]+)条(?:之[一二三四五六七八九十]+)?(?:\*\*)?[ \u3000]")


def number(written):
    total, digit = 0, 0
    for c in written:
        if c in DIGITS:
            digit = DIGITS[c]
        else:
            total, digit = total + (digit or 1) * UNITS[c], 0
    return total + digit


def articles(text):
    """Numbers of the article markers; history before the marker may look like an article."""
    body = text.split("<!-- INFO END -->", 1)[-1]
    lines = (re.sub("[\u200b-\u200f\ufeff]", "", line).replace("\u00a0", " ").strip() + " " for line in body.splitlines())
    return [number(m[1]) for m in map(ARTICLE.match, lines) if m]


def main():
    print("# Facts about statutes: which versions this release knows, and how many articles each has. No statute text.")
    print("# Made by make-index.py; a blank note means in force as far as known (for regulations: as of April 2025).")
    print("# in_force_from is the first entry into force that the text states, also for an amended version.")
    print("short\tpart\ttitle\tversion\tarticles\tfirst_article\tlast_article\tin_force_from\tlevel\tnote")
    rows = []
    for line in (folder / "manifest.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        file, title, dates, level, *_ = line.split("\t")
        title, _, part = title.partition(" ")
        short = title.removeprefix("中华人民共和国")
        version, force = dates.split(" / first in force ")
        force = force[:10] if force[0].isdigit() else FORCE[short]
        numbers = articles((folder / file).read_text(encoding="utf-8"))
        if len(set(numbers)) != len(numbers) or numbers != sorted(numbers):
            sys.exit(f"{file}: article numbers repeat or run backwards")
        level = level.split("/")[0]
        rows.append((short, part, title, version, len(numbers), numbers[0], numbers[-1], force, level, NOTES.get(short, "")))
    for row in rows + NOT_HELD:
        print(*row, sep="\t")


main()
