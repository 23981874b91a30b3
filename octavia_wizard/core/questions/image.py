"""Section 3: the image amphorae boot from."""

from __future__ import annotations

from pathlib import PurePath

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.questions import image_origin, summaries
from octavia_wizard.core.questions.grounds import (
    always,
    both,
    chosen,
    either,
    fixed,
    from_role,
    live,
    on,
)
from octavia_wizard.core.questions.image_build import BASICS, host_architecture
from octavia_wizard.core.questions.image_origin import brought, on_this_host
from octavia_wizard.core.questions.image_tuning import TUNING, built
from octavia_wizard.core.questions.model import (
    Choice,
    Context,
    Default,
    InterviewSection,
    Kind,
    Question,
)

_FORMATS = {".qcow2": "qcow2", ".raw": "raw", ".img": "raw", ".vmdk": "vmdk", ".vhd": "vhd"}


def _formats(context: Context) -> tuple[Choice, ...]:
    names: tuple[str, ...] = ("qcow2", "raw", "vmdk", "vhd", "vdi")
    if built(context):
        names = (*names[:2], "vhd")
    return tuple(Choice(name, name) for name in names)


def _architecture(context: Context) -> Default:
    if built(context):
        return host_architecture(context)
    return Default("x86_64", Provenance.COMPUTED, "what most computes are")


def _disk_format(context: Context) -> Default:
    suffix = PurePath(context.effective.maybe_text("image.path") or "").suffix
    if suffix in _FORMATS:
        return Default(_FORMATS[suffix], Provenance.COMPUTED, f"the file ends in {suffix}")
    return Default("qcow2", Provenance.COMPUTED, "what Octavia's own build makes")


SECTION = InterviewSection(
    name="image",
    title="Amphora image",
    help="Every load balancer boots from this image; Octavia finds it in Glance by tag and owner.",
    summary=summaries.image,
    questions=(
        image_origin.SOURCE,
        image_origin.URL,
        image_origin.CHECKSUM,
        image_origin.EXISTING,
        *BASICS,
        image_origin.PATH,
        Question(
            key="image.name",
            kind=Kind.TEXT,
            title="Image name",
            help="Name in Glance. Octavia does not care; the role's own is amphora-x64-haproxy.",
            default=always("amphora-x64-haproxy", "the name the role gives"),
            when=brought,
        ),
        Question(
            key="image.tag",
            kind=Kind.TEXT,
            title="Tag",
            help="The tag by which Octavia finds its image. Change it only to keep two apart.",
            default=from_role("octavia_glance_image_tag", "octavia-amphora-image"),
            variables=("octavia_glance_image_tag",),
        ),
        Question(
            key="image.replace",
            kind=Kind.FLAG,
            title="Replace another",
            help="Where another image has the tag: whether the new one takes its place, once it "
            "is active and verified. The former one stays, for image rollback.",
            default=always(False, "an image in use is not replaced unasked"),
            when=either(brought, both(live, chosen("image.source", "existing"))),
        ),
        Question(
            key="image.keep",
            kind=Kind.INTEGER,
            title="Former ones kept",
            help="How many replaced images of the wizard stay in Glance to go back to; the older "
            "ones are what image prune deletes.",
            default=always(1, "one to go back to"),
            when=on("image.replace"),
        ),
        Question(
            key="image.not_before",
            kind=Kind.TEXT,
            title="Not older than",
            help="Day or time (ISO 8601): an image built earlier is built anew, so that it gets "
            "the security fixes since. image rotate sets it.",
            default=always(None, "an image of any age does"),
            nullable=True,
            none_label="an image of any age",
            when=both(live, built),
        ),
        Question(
            key="image.visibility",
            kind=Kind.CHOICE,
            title="Visibility",
            help="Private to the service project is right for most; shared lets you add members.",
            choices=fixed(Choice("private", "private"), Choice("shared", "shared")),
            default=always("private", "only the service project needs it"),
            when=brought,
        ),
        Question(
            key="image.disk_format",
            kind=Kind.CHOICE,
            title="Disk format",
            help="Format of the file. Use raw where computes boot from Ceph.",
            choices=_formats,
            default=_disk_format,
            when=on_this_host,
        ),
        Question(
            key="image.architecture",
            kind=Kind.CHOICE,
            title="Architecture",
            help="Processor architecture of the computes; the scheduler matches hw_architecture.",
            choices=fixed(
                *(Choice(name, name) for name in ("x86_64", "aarch64", "ppc64le", "s390x"))
            ),
            default=_architecture,
            when=on_this_host,
        ),
        Question(
            key="image.properties",
            kind=Kind.MAPPING,
            title="More properties",
            help="Further Glance properties, e.g. hw_rng_model=virtio. Most people need none.",
            default=always({}, "most people need none"),
            when=brought,
        ),
        *TUNING,
    ),
)
