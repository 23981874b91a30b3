"""Variables of topology, sizes and placement."""

from __future__ import annotations

from octavia_wizard.core.emit.entries import Row, View
from octavia_wizard.core.emit.lookup import adopted_flavor_id


def _new_flavor(view: View) -> bool:
    return view.effective.chosen("capacity.flavor_source", "create")


def _volumes(view: View) -> bool:
    return view.effective.is_on("capacity.volume_backed")


ROWS = (
    Row(
        variable="octavia_loadbalancer_topology",
        key="capacity.topology",
        why="How many amphorae carry one load balancer.",
    ),
    Row(
        variable="octavia_enable_anti_affinity",
        key="capacity.anti_affinity",
        why="Whether the two amphorae of a load balancer must be on different computes.",
    ),
    Row(
        variable="octavia_spare_amphora_pool_size",
        key="capacity.spare_pool",
        why="Amphorae booted in advance; of use with SINGLE only.",
    ),
    Row(
        variable="octavia_nova_flavor_uuid",
        key="capacity.flavor_existing",
        why="The flavor to use; with its id the role creates none.",
        value=adopted_flavor_id,
        when=lambda view: view.effective.chosen("capacity.flavor_source", "adopt"),
    ),
    Row(
        variable="octavia_amp_flavor_name",
        key="capacity.flavor_name",
        why="Name of the private flavor of amphorae.",
        when=_new_flavor,
    ),
    Row(
        variable="octavia_amp_vcpu",
        key="capacity.vcpus",
        why="Virtual CPUs of an amphora.",
        when=_new_flavor,
    ),
    Row(
        variable="octavia_amp_ram",
        key="capacity.ram_mib",
        why="Memory of an amphora in MiB.",
        when=_new_flavor,
    ),
    Row(
        variable="octavia_amp_disk",
        key="capacity.disk_gib",
        why="Root disk of an amphora in GiB; 0 where it is a volume.",
        when=_new_flavor,
    ),
    Row(
        variable="octavia_amp_extra_specs",
        key="capacity.extra_specs",
        why="Extra specs of the flavor.",
        value=lambda view: view.effective.mapping("capacity.extra_specs") or None,
        when=_new_flavor,
    ),
    Row(
        variable="octavia_amp_availability_zone",
        key="capacity.availability_zone",
        why="Nova zone of amphorae; empty leaves it to the scheduler.",
        none="",
        default=lambda view: _zone_default(view),
    ),
    Row(
        variable="cinder_default_availability_zone",
        key="capacity.availability_zone",
        why="Cinder's zone; the role would take Nova's, and Cinder knows no empty one.",
        value=lambda _: None,
        none="nova",
        when=_volumes,
        always=True,
    ),
    Row(
        variable="octavia_cinder_enabled",
        key="capacity.volume_backed",
        why="Whether amphorae boot from Cinder volumes.",
    ),
    Row(
        variable="octavia_cinder_volume_size",
        key="capacity.volume_size_gib",
        why="Size of an amphora's volume in GiB.",
        when=_volumes,
    ),
    Row(
        variable="octavia_cinder_volume_type",
        key="capacity.volume_type",
        why="Cinder type of an amphora's volume.",
        when=_volumes,
    ),
    Row(
        variable="octavia_amp_active_retries",
        key="capacity.active_retries",
        why="How often Octavia asks, 10 seconds apart, whether an amphora has booted.",
    ),
    Row(
        variable="octavia_wsgi_processes",
        key="capacity.api_workers",
        why="Processes of the Octavia API in each container.",
    ),
)


def _zone_default(view: View) -> object:
    variable = view.release.variable("octavia_amp_availability_zone")
    # Up to 24 (xena) the variable is only an example in the role, and no zone is set.
    return (variable.default if variable else None) or ""
