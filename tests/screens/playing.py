"""A run in which playbooks are run: in the middle of one, and failed in it."""

from __future__ import annotations

from octavia_wizard.core.engine.events import (
    Event,
    RunStarted,
    StepFailed,
    StepFinished,
    StepLog,
    StepProgress,
    StepStarted,
)
from octavia_wizard.core.engine.plan import Plan, PlanItem
from octavia_wizard.core.steps.base import Action, Decision, Unit
from octavia_wizard.screens.run_model import RunModel

_STEPS = (
    ("secrets", "Secrets", ()),
    ("certificates", "Certificates", ("secrets",)),
    ("files", "Files", ("certificates",)),
    ("containers_playbook", "Playbook: containers", ("files",)),
    ("network", "Management network", ()),
    ("image", "Amphora image", ()),
    ("octavia_playbook", "Playbook: Octavia", ("containers_playbook", "network")),
    ("quotas_playbook", "Playbook: quotas", ("octavia_playbook",)),
    ("horizon_playbook", "Playbook: Horizon", ("quotas_playbook",)),
    ("verification", "Verification", ("octavia_playbook", "image")),
)
_LOG = (
    "PLAY [Install octavia server]",
    "TASK [os_octavia : Drop octavia Config(s)]",
    "changed: [infra1_octavia_server_container-3c0ffee1]",
)


def playing() -> RunModel:
    """Return a run in the middle of the Octavia playbook."""
    items = tuple(
        PlanItem(step, title, "deployment", needs, Decision(Action.RUN))
        for step, title, needs in _STEPS
    )
    model = RunModel(Plan(items), clock=lambda: 0.0)
    events: tuple[Event, ...] = (
        RunStarted("0001", ()),
        StepFinished("secrets", Action.CREATE, "user_secrets_octavia.yml", 0.1),
        StepFinished("certificates", Action.CREATE, "/etc/openstack_deploy/octavia", 0.9),
        StepFinished("files", Action.CREATE, "user_variables_octavia.yml", 0.2),
        StepFinished("network", Action.CREATE, "lbaas-mgmt", 1.4),
        StepFinished("image", Action.KEEP, "amphora-x64-haproxy", 0.3),
        StepFinished("containers_playbook", Action.RUN, "openstack-ansible …", 94.0),
        StepStarted("octavia_playbook", Action.RUN),
        StepProgress(
            "octavia_playbook",
            620,
            1000,
            "play 2 · os_octavia : Drop octavia Config(s) · infra1",
            Unit.SHARE,
            (180.0, 290.0),
        ),
        *(StepLog("octavia_playbook", line) for line in _LOG),
    )
    for event in events:
        model.fold(event)
    return model


def failed_in_it() -> RunModel:
    """Return that run after a task failed on one of the hosts."""
    model = playing()
    message = (
        "os_octavia : Drop octavia Config(s) failed on infra1_octavia_server_container-3c0ffee1\n"
        "AnsibleUndefinedVariable: 'octavia_service_password' is undefined\n"
        "the task stands in /etc/ansible/roles/os_octavia/tasks/octavia_post_install.yml:61"
    )
    hint = (
        "give octavia_service_password a value in user_secrets.yml; a retry begins at play 2, "
        "which failed"
    )
    model.fold(StepFailed("octavia_playbook", message, hint, 212.0))
    model.end(None, None)
    return model
