"""Checks of advice: what it names, and when it is given."""

from __future__ import annotations

from .checking import Checking


def advice_holds(c: Checking) -> None:
    """Conditions and texts can be read; metrics, stages and actions exist."""
    ruleset = c.ruleset
    stages = ruleset.stages.profiles if ruleset.stages else {}
    for advice in ruleset.advice.values():
        c.condition(advice.when, "card")
        c.template(advice.title)
        c.template(advice.text)
        data = ruleset.origin.data["advice"][advice.id]
        for index, name in enumerate(data.get("metrics") or ()):
            if name not in ruleset.metrics:
                c.unknown("RC409", "metric", name, ruleset.metrics, (*advice.path, "metrics", index))
        for index, name in enumerate(advice.stages):
            if name not in stages:
                c.unknown("RC412", "stage", name, stages, (*advice.path, "stages", index))
        for index, action in enumerate(advice.actions):
            written = data["actions"][index]
            # a word with a dash is a text, but not where it is an action's name but for the dash
            dashed = isinstance(written, str) and written.replace("-", "_") in ruleset.actions
            parts = [part.strip() for part in written.split("，")] if isinstance(written, str) else []
            if len(parts) > 1 and parts[0] in ruleset.actions:
                c.at("RC415", (*advice.path, "actions", index), f"`{written}` are several actions",
                     "`，` is the comma of a Chinese keyboard; YAML needs `,`")  # fmt: skip
            elif isinstance(action, str) or dashed:
                c.used.add(f"action {written}")
                if written not in ruleset.actions:
                    c.unknown("RC415", "action", str(written), ruleset.actions, (*advice.path, "actions", index))
