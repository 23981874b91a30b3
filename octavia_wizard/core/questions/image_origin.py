"""Questions about where the image comes from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from octavia_wizard.core.answers.answers import Provenance
from octavia_wizard.core.facts.cloud import project_names
from octavia_wizard.core.facts.resources import Image
from octavia_wizard.core.places import cache_root
from octavia_wizard.core.questions.grounds import always, both, chosen, either, from_role, live
from octavia_wizard.core.questions.image_tuning import built
from octavia_wizard.core.questions.model import Choice, Context, Default, Kind, Question
from octavia_wizard.core.releases import ImageMechanism

_IMAGE_COLUMNS = ("Name", "Status", "Owner", "Tags", "Size", "Format", "Created")
_DOWNLOADS = (ImageMechanism.DOWNLOAD, ImageMechanism.RESOURCE)
_BRINGING = ("build", "file", "download")
"""Sources that end in a file on this host, which the wizard uploads."""
brought = both(live, chosen("image.source", *_BRINGING))
on_this_host = either(brought, built)
"""Also without a cloud an image can be built."""
_downloaded = both(live, chosen("image.source", "download"))


def _tagged(context: Context) -> tuple[Image, ...]:
    tag = from_role("octavia_glance_image_tag", "octavia-amphora-image")(context)
    images = context.facts.cloud.images if context.facts.cloud else ()
    wanted = str(tag.value) if tag else ""
    return tuple(image for image in images if wanted in image.tags and image.status == "active")


def _sources(context: Context) -> tuple[Choice, ...]:
    sources = [
        Choice("build", "build", "with Octavia's diskimage-create.sh, on this host"),
        Choice("existing", "existing", "an image that is, or will be, in Glance"),
    ]
    if live(context):
        sources[1:1] = [
            Choice("file", "file", "upload a file that is there already"),
            Choice("download", "download", "fetch a URL, check it and upload it"),
        ]
    if context.release.rules.image_mechanism in _DOWNLOADS:
        detail = "the role downloads a test image: not for production"
        sources.append(Choice("role", "the role", detail))
    return tuple(sources)


def _source(context: Context) -> Default:
    if not live(context):
        return Default("existing", Provenance.COMPUTED, "files only: you upload the image")
    if "image.url" in context.answers:
        return Default("download", Provenance.COMPUTED, "a URL is named")
    if "image.path" in context.answers:
        return Default("file", Provenance.COMPUTED, "a file is named")
    if len(_tagged(context)) == 1:
        return Default("existing", Provenance.DETECTED, "the cloud has one with Octavia's tag")
    return Default("build", Provenance.DETECTED, "no image with Octavia's tag was found")


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


def _path(context: Context) -> Default | None:
    effective = context.effective
    if effective.chosen("image.source", "build"):
        system = (effective.maybe_text("image.base_os") or "").removesuffix("-minimal")
        known = (system, effective.maybe_text("image.base_release") or "")
        name = "-".join(("amphora-x64-haproxy", *(part for part in known if part)))
        # The format is asked later, and for a file it is told by the path.
        return _kept(f"{name}.{context.answers.values.get('image.disk_format', 'qcow2')}")
    if effective.chosen("image.source", "download"):
        url = effective.maybe_text("image.url")
        return _kept(PurePosixPath(urlsplit(url).path).name or "amphora.qcow2") if url else None
    return None


def _kept(name: str) -> Default:
    path = cache_root() / "images" / name
    return Default(str(path), Provenance.COMPUTED, "where the wizard keeps images")


def _path_title(context: Context) -> str:
    return "File" if context.effective.chosen("image.source", "file") else "Kept as"


def _url(context: Context) -> Default | None:
    url = context.release.rules.default_image_url
    if url is None:
        return None
    why = "the project's test image for this release: not for production"
    return Default(url, Provenance.ROLE_DEFAULT, why)


SOURCE = Question(
    key="image.source",
    kind=Kind.CHOICE,
    title="Image from",
    help="Build it here with Octavia's own diskimage-create.sh, upload a file, or use one "
    "that is in Glance. The project's test images get no security fixes.",
    choices=_sources,
    default=_source,
    variables=("octavia_download_artefact",),
)
URL = Question(
    key="image.url",
    kind=Kind.TEXT,
    title="URL",
    help="Where the image is downloaded from: a site of your own, or the test image of "
    "the Octavia project, which is not for production.",
    default=_url,
    when=_downloaded,
)
CHECKSUM = Question(
    key="image.checksum",
    kind=Kind.TEXT,
    title="Checksum",
    help="What the file must hash to: sha256:…, sha512:… or md5:…; without one a damaged "
    "or forged file would not be noticed.",
    default=always(None, "none is known"),
    nullable=True,
    none_label="not verified",
    when=_downloaded,
)
EXISTING = Question(
    key="image.existing",
    kind=Kind.TEXT,
    title="Image in Glance",
    help="Name or id. Octavia uses the newest active image that carries the tag and "
    "belongs to the right project; the wizard checks both and changes neither.",
    choices=_images,
    columns=_IMAGE_COLUMNS,
    default=_existing,
    when=both(live, chosen("image.source", "existing")),
)
PATH = Question(
    key="image.path",
    kind=Kind.PATH,
    title="File",
    titled=_path_title,
    help="Path on this host of the image file. What is built or downloaded appears there "
    "only when it is complete and checked.",
    default=_path,
    when=on_this_host,
)
