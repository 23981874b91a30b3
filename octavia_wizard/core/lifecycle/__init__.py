"""Day two: how images and certificates stand, and putting others in their place.

``status.image_status`` and ``certificates.certificates_standing`` tell how things stand, and
``failover.failover_commands`` how amphorae come to the current image.  What is to be done is an
Errand (``rotation``, ``rollback``, ``prune``, ``renewal``, ``rollover``, ``importing``), which is
shown like any plan and carried out by ``interview.apply(errand.session, errand.plan,
command=errand.command, ...)``; resume and undo know its run like every other.
"""
