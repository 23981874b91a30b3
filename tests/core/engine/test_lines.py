"""What is written to a journal comes back as it was."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octavia_wizard.core.engine.lines import (
    Header,
    Kind,
    RunKind,
    field_of,
    header_of,
    maybe_text,
    record_document,
    record_of,
)
from octavia_wizard.core.steps.base import Record

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
MAPS = st.dictionaries(st.text(), PLAIN)


@given(
    st.builds(
        Record,
        seq=st.integers(1),
        step=st.text(),
        kind=st.text(),
        name=st.text(),
        result=st.sampled_from(["created", "changed"]),
        id=st.text(),
        before=MAPS,
        after=MAPS,
    )
)
def test_a_record(record: Record) -> None:
    assert record_of(json.loads(json.dumps(record_document(record)))) == record


@given(
    st.builds(
        Header,
        run_id=st.text(),
        kind=st.sampled_from(RunKind),
        command=st.text(),
        started=st.text(),
        deploy_dir=st.text(),
        cloud=st.none() | st.text(),
        region=st.none() | st.text(),
        release=st.text(),
        answers=MAPS,
        only=st.lists(st.text()).map(tuple),
        skip=st.lists(st.text()).map(tuple),
        resumes=st.none() | st.text(),
        steps=st.lists(st.tuples(st.text(), st.text())).map(tuple),
    )
)
def test_a_header(header: Header) -> None:
    line = {"line": Kind.HEADER.value, **header.document()}
    assert header_of(json.loads(json.dumps(line))) == header


def test_a_field_of_another_type_is_refused() -> None:
    assert field_of({"seq": 1}, "seq", int) == 1
    assert maybe_text({"cloud": None}, "cloud") is None
    for line in ({"seq": "1"}, {"seq": None}, {}):
        with pytest.raises(ValueError, match="field 'seq' is missing or not int"):
            field_of(line, "seq", int)
    with pytest.raises(ValueError, match="field 'cloud'"):
        maybe_text({"cloud": 1}, "cloud")
    with pytest.raises(ValueError, match="unknown result 'made'"):
        record_of({"result": "made"})
