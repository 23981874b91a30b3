"""Section 3: the image amphorae boot from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.facts.cloud import project_names
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.questions import summaries
from octavia_wizard.core.questions.grounds import (
    always,
    both,
    chosen,
    fixed,
    from_role,
    live,
    undecided,
)
from octavia_wizard.core.questions.model import (
    Choice,
    Context,
    Default,
    InterviewSection,
    Kind,
    Question,
)
from octavia_wizard.core.releases import ImageMechanism

_FORMATS = {".qcow2": "qcow2", ".raw": "raw", ".img": "raw", ".vmdk": "vmdk", ".vhd": "vhd"}
_IMAGE_COLUMNS = ("Name", "Status", "Owner", "Tags", "Size", "Format", "Created")
_DOWNLOADS = (ImageMechanism.DOWNLOAD, ImageMechanism.RESOURCE)
_from_file = both(live, chosen("image.source", "file"))


def _tagged(context: Context) -> tuple[Image, ...]:
    tag = from_role("octavia_glance_image_tag", "octavia-amphora-image")(context)
    images = context.facts.cloud.images if context.facts.cloud else ()
    wanted = str(tag.value) if tag else ""
    return tuple(image for image in images if wanted in image.tags and image.status == "active")


def _sources(context: Context) -> tuple[Choice, ...]:
    sources = [Choice("existing", "existing", "an image that is, or will be, in Glance")]
    if live(context):
        sources.insert(0, Choice("file", "file", "upload a file, tag it and check it"))
    if context.release.rules.image_mechanism in _DOWNLOADS:
        detail = "the role downloads a test image: not for production"
        sources.append(Choice("role", "the role", detail))
    return tuple(sources)


def _source(context: Context) -> Default:
    if not live(context):
        return Default("existing", Provenance.COMPUTED, "files only: you upload the image")
    if "image.path" in context.answers:
        return Default("file", Provenance.COMPUTED, "a file is named")
    if len(_tagged(context)) == 1:
        return Default("existing", Provenance.DETECTED, "the cloud has one with Octavia's tag")
    return Default("file", Provenance.DETECTED, "no image with Octavia's tag was found")


def _images(context: Context) -> tuple[Choice, ...]:
    cloud = context.facts.cloud
    if cloud is None:
        return ()
    owner, tagged = project_names(cloud), {image.id for image in _tagged(context)}
    return tuple(
        Choice(image.id, image.name or image.id, _describe(image), _cells(image, owner))
        for image in sorted(
            cloud.images, key=lambda image: (image.id not in tagged, image.name, image.id)
        )
    )


def _describe(image: Image) -> str:
    tags = f"tags {' '.join(image.tags)}" if image.tags else "no tag"
    return ", ".join((image.disk_format, _size(image), tags, image.created_at[:10]))


def _cells(image: Image, owner: Callable[[str], str]) -> tuple[str, ...]:
    return (
        image.name or image.id,
        image.status,
        owner(image.owner),
        " ".join(image.tags),
        _size(image),
        image.disk_format,
        image.created_at[:10],
    )


def _size(image: Image) -> str:
    return f"{image.size / 1024 / 1024:.0f} MiB" if image.size else "no data"


def _existing(context: Context) -> Default | None:
    tagged = _tagged(context)
    if len(tagged) != 1:
        return None
    return Default(tagged[0].id, Provenance.DETECTED, f"{tagged[0].name} carries Octavia's tag")


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
        Question(
            key="image.source",
            kind=Kind.CHOICE,
            title="Image from",
            help="Upload a file you built (diskimage-create.sh of the release's Octavia branch) or "
            "use one that is in Glance. The image the role can download gets no security fixes.",
            choices=_sources,
            default=_source,
            variables=("octavia_download_artefact",),
        ),
        Question(
            key="image.path",
            kind=Kind.PATH,
            title="File",
            help="Path on this host of the image file, usually amphora-x64-haproxy.qcow2.",
            default=undecided,
            when=_from_file,
        ),
        Question(
            key="image.existing",
            kind=Kind.TEXT,
            title="Image in Glance",
            help="Name or id. Octavia uses the newest active image that carries the tag and "
            "belongs to the right project; the wizard checks both and changes neither.",
            choices=_images,
            columns=_IMAGE_COLUMNS,
            default=_existing,
            when=both(live, chosen("image.source", "existing")),
        ),
        Question(
            key="image.name",
            kind=Kind.TEXT,
            title="Image name",
            help="Name in Glance. Octavia does not care; the role's own is amphora-x64-haproxy.",
            default=always("amphora-x64-haproxy", "the name the role gives"),
            when=_from_file,
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
            key="image.disk_format",
            kind=Kind.CHOICE,
            title="Disk format",
            help="Format of the file. Use raw where computes boot from Ceph.",
            choices=fixed(*(Choice(name, name) for name in ("qcow2", "raw", "vmdk", "vhd", "vdi"))),
            default=_disk_format,
            when=_from_file,
        ),
        Question(
            key="image.architecture",
            kind=Kind.CHOICE,
            title="Architecture",
            help="Processor architecture of the computes; the scheduler matches hw_architecture.",
            choices=fixed(
                *(Choice(name, name) for name in ("x86_64", "aarch64", "ppc64le", "s390x"))
            ),
            default=always("x86_64", "what most computes are"),
            when=_from_file,
        ),
        Question(
            key="image.properties",
            kind=Kind.MAPPING,
            title="More properties",
            help="Further Glance properties, e.g. hw_rng_model=virtio. Most people need none.",
            default=always({}, "most people need none"),
            when=_from_file,
        ),
    ),
)
