"""What is exported reads back as the same answers, and exports again as the same bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from octavia_wizard.core.answers.answers import Answers
from octavia_wizard.core.answers.load import load_text
from octavia_wizard.core.answers.save import preset_text

values = st.fixed_dictionaries(
    {},
    optional={
        "network.cidr": st.sampled_from(["10.0.0.0/24", "172.29.232.0/22"]),
        "network.gateway": st.sampled_from([None, "10.0.0.1"]),
        "network.dns_servers": st.lists(st.sampled_from(["9.9.9.9", "1.1.1.1"]), max_size=2),
        "network.dhcp": st.booleans(),
        "capacity.load_balancers": st.integers(1, 1_000_000),
        "capacity.extra_specs": st.dictionaries(
            st.sampled_from(["hw_rng:allowed", "on", "1e3"]),
            st.sampled_from(["True", "no", "0x10", "~", "12:30", "2026-01-01", "'", "a: b"]),
        ),
        "cloud.release": st.sampled_from(["33.0.1", "2026.1", "16"]),
        "variables.octavia_debug": st.booleans() | st.none(),
        "variables.octavia_worker_init_overrides": st.dictionaries(
            st.sampled_from(["Service"]), st.lists(st.integers(), max_size=2)
        ),
    },
)


@given(values, st.lists(st.sampled_from(["network", "image"]), unique=True))
def test_export_is_stable_to_the_byte(values: dict[str, object], interactive: list[str]) -> None:
    text = preset_text(Answers(values=values, interactive=tuple(interactive)))
    again = load_text(text, "export")
    assert dict(again.values) == values
    assert preset_text(again) == text


def test_keys_stand_in_the_order_of_the_format() -> None:
    given = {"ssh.enabled": True, "network.mtu": 1500, "network.mode": "create"}
    lines = preset_text(Answers(values=given, description="d")).splitlines()
    body = [line.strip() for line in lines if not line.startswith("#")]
    assert body == [
        "schema: 1",
        "description: d",
        "network:",
        "mode: create",
        "mtu: 1500",
        "ssh:",
        "enabled: true",
    ]
