"""Suggestions on the labelled texts: `python -m tests.server.suggesting.table`.

The half learned from is judged by cross-validation; the half set aside by the weights shipped. Beside both stand two
baselines: the majority of keywords (each word of the taxonomy that was met while learning votes for the category it was
met in most often), and the plain count of the words each category lists; and ours when it must always suggest. Of the
half set aside no text is printed. Everything goes to build/checker/suggesting.json."""

import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from server.law.disputes import DISPUTES
from server.suggesting.danger import signs
from server.suggesting.rules import learned, suggest
from server.suggesting.weighing import weigh, words_in
from tests.server.suggesting.learn import FOLDS, learn
from tests.server.suggesting.sample import Labelled, halves, texts, warned

OUTPUT = Path(__file__).parents[3] / "build" / "checker" / "suggesting.json"
NONE = "-"
Guess = Callable[[str], str]
Judged = list[tuple[Labelled, str]]


def majority(rows: Sequence[Labelled]) -> Guess:
    """The baseline made of these texts."""
    held: dict[str, Counter[str]] = {}
    for one in rows:
        for word in words_in(one.text, learned()):
            held.setdefault(word, Counter())[one.category] += 1
    votes = {word: said.most_common(1)[0][0] for word, said in held.items()}
    commonest = Counter(one.category for one in rows).most_common(1)[0][0]

    def guess(text: str) -> str:
        cast = Counter(votes[word] for word in words_in(text, learned()) if word in votes)
        return cast.most_common(1)[0][0] if cast else commonest

    return guess


def listed(text: str) -> str:
    """The second baseline: the category of which most words of the taxonomy are in the text."""
    count = {kind.code: sum(word in text for word in kind.words) for kind in DISPUTES.values()}
    best = max(count, key=lambda code: count[code])
    return best if count[best] else NONE


def always(text: str) -> str:
    """Ours where no suggestion is not allowed, as the baselines have it."""
    likely = weigh(text, learned())
    return likely[0].category if likely else NONE


def ours(rows: Sequence[Labelled]) -> Guess:
    """What would be suggested by weights learned from these texts."""
    weights = learn(rows, learned().sharpness, learned().least)
    return lambda text: suggest(text, weights).category.value or NONE


def crossed(rows: Sequence[Labelled], make: Callable[[Sequence[Labelled]], Guess]) -> Judged:
    """Each text guessed by what the other folds taught."""
    judged: Judged = []
    for fold in range(FOLDS):
        guess = make([one for place, one in enumerate(rows) if place % FOLDS != fold])
        judged += [(one, guess(one.text)) for place, one in enumerate(rows) if place % FOLDS == fold]
    return judged


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's interval of a share, 95 %."""
    z, share = 1.96, hits / of
    middle, spread = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return tuple(round((middle + sign * spread) / (1 + z * z / of), 3) for sign in (-1, 1))  # type: ignore[return-value]


def figures(judged: Judged) -> dict[str, Any]:
    """Accuracy, suggestions made and right, per category recall and precision, and who was taken for whom."""
    right = sum(one.category == said for one, said in judged)
    made = [(one, said) for one, said in judged if said != NONE]
    taken = Counter((one.category, said) for one, said in judged)
    rows = {}
    for code in dict.fromkeys(one.category for one, _ in judged):
        of, named = (sum(n for pair, n in taken.items() if pair[place] == code) for place in (0, 1))
        rows[code] = {"of": of, "named": named, "right": taken[code, code]}
    return {
        "texts": len(judged),
        "accuracy": round(right / len(judged), 3),
        "interval": interval(right, len(judged)),
        "suggested": len(made),
        "right_of_suggested": round(sum(one.category == said for one, said in made) / len(made), 3),
        "categories": rows,
        "confusion": {f"{true} > {said}": n for (true, said), n in sorted(taken.items()) if true != said},
        "matrix": {code: {said: n for (true, said), n in taken.items() if true == code} for code in rows},
    }


def rules_on(rows: Sequence[Labelled]) -> dict[str, float]:
    """How often complexity and route are as labelled; the route with the category suggested, not the labelled one."""
    said = [(one, suggest(one.text)) for one in rows]
    commonest = Counter(one.route for one in rows).most_common(1)[0][1]
    return {
        "complexity": round(sum(one.complexity == it.complexity.value for one, it in said) / len(said), 3),
        "complexity_all_simple": round(sum(one.complexity == "simple" for one in rows) / len(rows), 3),
        "route": round(sum(one.route == it.route.value for one, it in said) / len(said), 3),
        "route_all_committee": round(commonest / len(rows), 3),
    }


def within(rows: Sequence[Labelled], clicks: int = 3) -> float:
    """How often the right category is suggested or among the next ones, one click away."""
    found = 0
    for one in rows:
        it = suggest(one.text)
        found += one.category in {it.category.value, *it.others[:clicks]}
    return round(found / len(rows), 3)


def danger() -> dict[str, Any]:
    """Texts with a sign and without, found and missed, by set."""
    told: dict[str, Any] = {}
    for name in ("danger", "danger_later"):
        rows = warned(name)
        risky, calm = [one for one in rows if one.danger], [one for one in rows if not one.danger]
        told[name] = {
            "texts": len(risky),
            "found": sum(bool(signs(one.text)) for one in risky),
            "missed": [one.text for one in risky if not signs(one.text)],
            "harmless": len(calm),
            "false_alarms": [one.text for one in calm if signs(one.text)],
        }
    return told


def tables() -> dict[str, Any]:
    """Everything, written to OUTPUT."""
    train, aside = halves(texts())
    base = majority(train)
    told = {
        "train": figures(crossed(train, ours)),
        "train_majority": figures(crossed(train, majority)),
        "aside": figures([(one, suggest(one.text).category.value or NONE) for one in aside]),
        "aside_majority": figures([(one, base(one.text)) for one in aside]),
        "aside_listed": figures([(one, listed(one.text)) for one in aside]),
        "aside_always": figures([(one, always(one.text)) for one in aside]),
        "aside_within_four": within(aside),
        "train_rules": rules_on(train),
        "aside_rules": rules_on(aside),
        "danger": danger(),
    }
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    return told


def printed(told: dict[str, Any]) -> str:
    """The tables as text."""
    lines = []
    for name in ("train", "train_majority", "aside", "aside_majority", "aside_listed", "aside_always"):
        it = told[name]
        low, high = it["interval"]
        lines.append(
            f"{name:16}{it['accuracy']:.1%} right of {it['texts']} ({low:.1%}-{high:.1%}); "
            f"{it['suggested']} suggested, {it['right_of_suggested']:.1%} of these right"
        )
    lines.append(f"aside, suggested or among the next three: {told['aside_within_four']:.1%}")
    for name in ("train_rules", "aside_rules"):
        lines.append(f"{name}: " + ", ".join(f"{key} {value:.1%}" for key, value in told[name].items()))
    for name, it in told["danger"].items():
        lines.append(
            f"{name}: {it['found']} of {it['texts']} found, {len(it['false_alarms'])} of {it['harmless']} falsely"
        )
        lines += [f"  missed: {one}" for one in it["missed"]] + [f"  falsely: {one}" for one in it["false_alarms"]]
    for name in ("train", "aside"):
        lines += ["", *_matrix(name, told[name])]
    return "\n".join(lines)


def _matrix(name: str, it: dict[str, Any]) -> list[str]:
    codes = [*it["categories"]]
    lines = [
        f"{name}: true in rows, suggested in columns",
        " " * 24 + "".join(f"{one[:5]:>6}" for one in [*codes, "none"]),
    ]
    for true in codes:
        cells = "".join(f"{it['matrix'][true].get(said, 0) or '.':>6}" for said in [*codes, NONE])
        row = it["categories"][true]
        precision = f"{row['right'] / row['named']:.0%}" if row["named"] else "-"
        lines.append(f"{true:24}{cells}  recall {row['right'] / row['of']:.0%}, precision {precision}")
    return lines


def main() -> None:
    print(printed(tables()))


if __name__ == "__main__":
    main()
