"""Who the report is about."""

from collections.abc import Sequence
from datetime import date

from dodam.features.children.models.children import Child, age
from dodam.features.children.models.diagnoses import Diagnosis
from dodam.features.reports.models.document import Block, Fact, Facts, Section, Table
from dodam.features.reports.models.wording import (
    AFFECTED,
    DOMINANT,
    NONE,
    SEXES,
    Words,
    legible,
)
from dodam.platform.i18n import Text

_HEADING = Text(ko="아이", en="The child")
_NAME = Text(ko="이름", en="Name")
_BORN = Text(ko="생년월일", en="Born")
_AGE = Text(ko="{born} (만 {years}세 {months}개월)", en="{born} ({years} y {months} m)")
_SEX = Text(ko="성별", en="Sex")
_AFFECTED = Text(ko="불편한 손", en="Affected hand")
_DOMINANT = Text(ko="주로 쓰는 손", en="Dominant hand")
_DIAGNOSES = Text(ko="등록된 진단 (KCD-8 / ICD-10)", en="Recorded diagnoses (KCD-8 / ICD-10)")
_COLUMNS = (
    Text(ko="진단", en="Diagnosis"),
    Text(ko="진단일", en="Diagnosed on"),
    Text(ko="기관", en="Institution"),
)
_SCALES = {"macs": "MACS", "mini_macs": "Mini-MACS", "gmfcs": "GMFCS", "bfmf": "BFMF"}
_MOST_DIAGNOSES = 10
_NO_DIAGNOSES = Text(ko="등록된 진단", en="Diagnoses recorded")
_NOT_ANY = Text(ko="없음", en="None")


def child_section(
    words: Words, child: Child, diagnoses: Sequence[Diagnosis], today: date
) -> Section:
    months = (today.year - child.birth_date.year) * 12 + today.month - child.birth_date.month
    months -= today.day < child.birth_date.day
    facts = [
        Fact(words.say(_NAME), legible(child.name)),
        Fact(
            words.say(_BORN),
            words.say(
                _AGE,
                born=words.day(child.birth_date),
                years=age(child.birth_date, today),
                months=months % 12,
            ),
        ),
        Fact(words.say(_AFFECTED), words.say(AFFECTED[child.affected_hand])),
        Fact(words.say(_DOMINANT), words.say(DOMINANT[child.dominant_hand])),
    ]
    if child.sex in SEXES:
        facts.append(Fact(words.say(_SEX), words.say(SEXES[child.sex])))
    if not diagnoses:
        facts.append(Fact(words.say(_NO_DIAGNOSES), words.say(_NOT_ANY)))
    blocks: list[Block] = [Facts(facts)]
    if diagnoses:
        blocks.append(_diagnoses(words, diagnoses))
    return Section(words.say(_HEADING), blocks)


def _diagnoses(words: Words, diagnoses: Sequence[Diagnosis]) -> Table:
    return Table(
        caption=words.say(_DIAGNOSES),
        columns=[*(words.say(column) for column in _COLUMNS), *_SCALES.values()],
        rows=[
            [
                each.code if each.title is None else f"{each.code} {each.title}",
                words.day(each.diagnosed_on),
                legible(each.institution or NONE),
                *(getattr(each, scale) or NONE for scale in _SCALES),
            ]
            for each in diagnoses[:_MOST_DIAGNOSES]
        ],
        words=[1, 2],
    )
