"""What is known of the images of a deployment, and what is to be done about them on day two."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from octavia_wizard.core.engine.plan import Plan
from octavia_wizard.core.facts.resources import Amphora, Image
from octavia_wizard.core.finding import Severity
from octavia_wizard.core.image.build.record import BuildRecord
from octavia_wizard.core.session import Session

OLD_AFTER = 90
"""Days after which an image is called old: it has had no security fixes since."""


class ImageStanding(StrEnum):
    """How an image stands to the tag."""

    CURRENT = "current"
    """The one Octavia boots now."""
    CARRIER = "carrier"
    """It has the tag as well, but Octavia takes another."""
    FORMER = "former"
    """It was replaced, and can be gone back to."""
    UNFINISHED = "unfinished"
    """An upload of the wizard that did not come to its end."""
    MISPLACED = "misplaced"
    """It has the tag, but Octavia does not find it: another owner, or not active."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an image came from, as its properties tell; "" for what they do not."""

    source: str = ""
    """Name of the file."""
    sha512: str = ""
    base: str = ""
    """Distribution and its release."""
    octavia: str = ""
    """Branch or tag of Octavia, and the commit: ``stable/2026.1 @ 0123abc``."""
    builder: str = ""
    """diskimage-builder and its version."""
    build: str = ""
    """Fingerprint of what was to be built."""
    built: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownImage:
    """One image of the deployment."""

    image: Image
    """With id, name, size in bytes, status and all properties."""
    standing: ImageStanding
    origin: Origin
    age: int | None
    """Days since it was built, or else since it was created in Glance."""
    matches_release: bool | None
    """Whether it was built from a branch of the deployed release; None where nothing tells."""
    amphorae: int | None
    """How many amphorae run it; None where that could not be read."""
    ours: bool
    """Whether the wizard uploaded it."""
    replaced: datetime | None = None
    """When another took its place."""


class NoteKind(StrEnum):
    """What a note about the images says."""

    NONE = "no-image-with-tag"
    SEVERAL = "several-images-with-tag"
    MISPLACED = "image-not-found-by-octavia"
    OLD = "image-old"
    RELEASE = "image-of-another-release"
    FAILOVER = "amphorae-on-other-images"
    UNFINISHED = "unfinished-uploads"
    NEWER_BUILD = "newer-build-not-uploaded"
    UNREAD = "amphorae-unread"


@dataclass(frozen=True, slots=True)
class Note:
    """One verdict."""

    kind: NoteKind
    severity: Severity
    text: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Failover:
    """A load balancer, or a spare amphora, that still runs another image than the current."""

    command: str
    load_balancer: str | None
    """None for a spare amphora."""
    amphorae: tuple[str, ...]
    """Ids of those that run another image."""
    images: tuple[str, ...]
    """Ids of the images they run."""


@dataclass(frozen=True, slots=True)
class ImageStatus:
    """How the images of a deployment stand."""

    tag: str
    owner: str | None
    """Id of the project Octavia asks for; None where it takes an image of any project."""
    images: tuple[KnownImage, ...]
    """All of them: the newest first."""
    builds: tuple[BuildRecord, ...] = ()
    """Finished builds of this host that are newer than the current image."""
    amphorae: tuple[Amphora, ...] = ()
    """Those that run or are about to."""
    amphorae_unread: str = ""
    """Why the amphorae could not be read; "" where they could."""
    notes: tuple[Note, ...] = ()

    @property
    def current(self) -> KnownImage | None:
        """Return the image Octavia boots now, if there is one."""
        return next((one for one in self.images if one.standing is ImageStanding.CURRENT), None)

    def of(self, *standings: ImageStanding) -> tuple[KnownImage, ...]:
        """Return the images that stand so, the newest first."""
        return tuple(one for one in self.images if one.standing in standings)

    @property
    def carriers(self) -> tuple[KnownImage, ...]:
        """Return the images Octavia could take: there should be one."""
        return self.of(ImageStanding.CURRENT, ImageStanding.CARRIER)

    @property
    def former(self) -> tuple[KnownImage, ...]:
        """Return the images that can be gone back to."""
        return self.of(ImageStanding.FORMER)


@dataclass(frozen=True, slots=True)
class Kept:
    """A former image that is not deleted, and why."""

    image: Image
    why: str


@dataclass(frozen=True, slots=True)
class Errand:
    """A plan beside the deployment's own: to be shown, confirmed and applied, and no more.

    Its session holds answers of this one run only: hand it to ``interview.apply`` together with
    the plan, but never to ``hand_over`` or ``write_preset``, nor save its answers.
    """

    session: Session
    plan: Plan
    command: str
    """What the journal calls the run, e.g. ``image rotate``."""
    kept: tuple[Kept, ...] = field(default=())
    """Of a prune: the former images that stay."""
