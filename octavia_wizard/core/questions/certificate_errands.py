"""What the verbs ``certs renew`` and ``certs rollover`` answer for a run of theirs.

Nobody is asked these: they apply only where they are answered, and the verbs answer them in the
journal of their run, for resume.
"""

from __future__ import annotations

from octavia_wizard.core.questions.grounds import Condition, always, fixed
from octavia_wizard.core.questions.model import Choice, Context, Kind, Question


def _answered(key: str) -> Condition:
    def applies(context: Context) -> bool:
        return context.answers.values.get(key) is not None

    return applies


_PHASES = (
    ("trust", "the new CA is trusted beside the former"),
    ("use", "the new CA signs, the former is still trusted"),
    ("drop", "only the new CA is trusted"),
    ("distributed", "the playbook has run on all controllers"),
)

ERRANDS = (
    Question(
        key="certificates.not_before",
        kind=Kind.TEXT,
        title="Not older than",
        help="Day or time (ISO 8601): a client certificate made earlier is renewed by certs renew, "
        "and a phase of certs rollover begins then. Those verbs set it; leave it out of a preset.",
        default=always(None, "nothing is to be renewed"),
        nullable=True,
        none_label="nothing is to be renewed",
        when=_answered("certificates.not_before"),
    ),
    Question(
        key="certificates.rollover",
        kind=Kind.CHOICE,
        title="CA rollover",
        help="The phase that certs rollover is to carry out. That verb sets it; leave it out of a "
        "preset.",
        choices=fixed(
            *(
                Choice(f"{side}-{phase}", f"{side} CA: {phase}", about)
                for side in ("server", "client")
                for phase, about in _PHASES
            )
        ),
        default=always(None, "no CA is to be replaced"),
        nullable=True,
        none_label="no CA is to be replaced",
        when=_answered("certificates.rollover"),
    ),
)
