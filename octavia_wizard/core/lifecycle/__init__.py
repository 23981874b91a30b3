"""Day two of the amphora image: how it stands, and going over to another or back.

``status.image_status`` tells how things stand, and ``failover.failover_commands`` how amphorae
come to the current image.  ``rotation.rotation_plan``, ``rollback.rollback_plan`` and
``prune.prune_plan`` return an Errand, which is shown like any plan and carried out by
``interview.apply(errand.session, errand.plan, command=errand.command, ...)``; resume and undo know
its run like every other.
"""
