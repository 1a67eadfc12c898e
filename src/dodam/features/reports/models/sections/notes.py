"""What the figures mean, and where their rules come from. Texts point to a note by its number."""

from enum import IntEnum

from dodam.features.outcomes.models import bests, comparing, fatigue
from dodam.features.reports.models.document import Notes, Section
from dodam.features.reports.models.most_played import MOST_ROWS, MOST_TRENDS
from dodam.features.reports.models.wording import Words
from dodam.platform.i18n import Text


class Note(IntEnum):
    """Its number in the report."""

    PLAY = 1
    ADHERENCE = 2
    DOSE = 3
    MOTIONS = 4
    SUCCESS = 5
    PACE = 6
    FATIGUE = 7
    SIDES = 8
    TREND = 9
    BASELINE = 10
    BEST = 11


_HEADING = Text(ko="숫자의 뜻", en="What the figures mean")
_FIGURES = {
    "rows": MOST_ROWS,
    "trends": MOST_TRENDS,
    "fatigue": fatigue.FEWEST_REPETITIONS,
    "compared": comparing.FEWEST_REPETITIONS,
    "days": comparing.FEWEST_DAYS,
    "best": bests.FEWEST_REPETITIONS,
    "well": f"{bests.WELL_DONE:.0%}",
}
_NOTES = {
    Note.PLAY: Text(
        ko="놀이에서 잰 값: 태블릿 놀이가 적은 반복 횟수, 성공, 시간이에요. AHA, 박스 앤 블록 "
        "검사 같은 임상 평가를 대신하지 않아요. 그날의 컨디션, 기기, 도움받은 정도가 섞여 있어요.",
        en="Play measures: repetitions, successes and times as the games on the tablet saw them. "
        "They stand for no clinical assessment such as the AHA or the Box and Block Test; mood, "
        "device and help from others are in them.",
    ),
    Note.ADHERENCE: Text(
        ko="이행률: 계획한 항목마다 한 양 ÷ 목표(최대 100%)를 평균한 값이에요. 계획이 없는 날, "
        "쉬기로 한 날, 아직 끝나지 않은 오늘은 셈하지 않아요.",
        en="Adherence: the mean over planned items of done ÷ target, each at most 100%. Days "
        "without a plan, excused days, and today until it is over do not count.",
    ),
    Note.DOSE: Text(
        ko="훈련량: 실제로 놀이한 시간과 반복 횟수예요. 계획에 없던 놀이도 들어가요. 계획한 분은 "
        "시간으로 정한 목표만, 계획한 횟수는 횟수로 정한 목표만 더했고 서로 환산하지 않아요. "
        "주당 값은 이 기간에 처음 계획했거나 놀이한 날부터 셈해요.",
        en="Dose: minutes and repetitions really played, of the plan or not. Planned minutes are "
        "of targets set in minutes only, planned repetitions of those set in repetitions; nothing "
        "is converted. A week's figures count from the first day of the period that had a plan or "
        "a play.",
    ),
    Note.MOTIONS: Text(
        ko="이 표에는 모든 동작이 있어요. 이어지는 표는 많이 반복한 {rows}개까지, 추이는 "
        "{trends}개까지 보여 줘요.",
        en="This table has every motion; the tables that follow have the {rows} with the most "
        "repetitions, the trends {trends}.",
    ),
    Note.SUCCESS: Text(
        ko="성공률 = 성공 ÷ 반복. 괄호는 95% 신뢰구간(Wilson 1927)이고, 하루 안의 놀이가 서로 "
        "비슷하다는 점을 반영했어요(Rao & Scott 1992). 정확도는 놀이마다의 평균 ± 표준편차예요.",
        en="Success = successes ÷ repetitions, with its 95% interval in brackets (Wilson 1927), "
        "which allows for the plays of a day being alike (Rao & Scott 1992). Accuracy is the mean "
        "of the plays ± standard deviation.",
    ),
    Note.PACE: Text(
        ko="속도: 놀이한 시간 1분 동안 반복한 횟수. 한 번에 걸린 초는 중앙값과 사분위수예요.",
        en="Pace: repetitions in a minute of active time. Seconds each are the median with "
        "quartiles.",
    ),
    Note.FATIGUE: Text(
        ko="지침: 한 번 하는 동안 같은 동작·손·난이도에서 마지막 3분의 1과 처음 3분의 1의 차이를 "
        "구해 그 중앙값을 적었어요. 양쪽 모두 {fatigue}회 이상일 때만 셈해요.",
        en="Fatigue: within a session, at the same motion, hand and level, how the last third of "
        "the active time differs from the first (median), where both have {fatigue} repetitions "
        "or more.",
    ),
    Note.SIDES: Text(
        ko="좌우 비교: 두 손이 가장 많이 한 같은 난이도에서, 손마다 {days}일 {compared}회 이상일 "
        "때 비교해요(차이의 구간: Newcombe 1998). 비대칭 = (오른손 - 왼손) ÷ (오른손 + 왼손), "
        "-1(왼손만)부터 1(오른손만)까지예요.",
        en="Left and right: compared at the level that both hands played most, with {compared} "
        "repetitions on {days} days each (interval of the difference: Newcombe 1998). Asymmetry = "
        "(right - left) ÷ (right + left), from -1 (left only) to 1 (right only).",
    ),
    Note.TREND: Text(
        ko="추이: 점은 그 주의 값, 세로선은 95% 신뢰구간, 괄호는 평균 난이도예요. 점선은 같은 "
        "난이도끼리 비교한 한 주의 변화(Theil-Sen 기울기, Sen 1968), 색칠한 부분은 그 95% "
        "구간이에요.",
        en="Trends: dots are weeks, upright lines their 95% intervals, figures in brackets mean "
        "levels. The broken line is the change a week among weeks at the same level (Theil-Sen "
        "slope, Sen 1968), the shade its 95% interval.",
    ),
    Note.BASELINE: Text(
        ko="처음과 지금: 그 손으로 그 동작을 시작한 첫 2주와 이 기간의 마지막 2주를, 둘 다 가장 "
        "많이 한 난이도에서 비교해요. 아이 자신하고만 비교해요.",
        en="Then and now: the first two weeks of that motion and hand beside the last two of this "
        "period, at the level that both played most. A child is compared with itself only.",
    ),
    Note.BEST: Text(
        ko="최고 기록: 하루에 한 난이도에서 {best}회 이상 반복한 날에서 골라요. 난이도와 속도는 "
        "성공률이 {well} 이상일 때만 기록이고, 성공률은 가장 어려운 난이도의 기록이에요.",
        en="Personal bests: of days with {best} repetitions or more at one level. Level and pace "
        "count at {well} success or more; success is the best at the hardest level.",
    ),
}


def notes_section(words: Words) -> Section:
    return Section(
        words.say(_HEADING), [Notes([words.say(_NOTES[note], **_FIGURES) for note in Note])]
    )


def noted(text: Text, note: Note) -> Text:
    """A text that points to a note."""
    return Text(ko=f"{text.ko} [{note}]", en=f"{text.en} [{note}]")
