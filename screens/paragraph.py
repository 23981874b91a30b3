"""Text that is as high as its lines."""

from __future__ import annotations

from textual.visual import VisualType
from textual.widgets import Static


class Paragraph(Static):
    """Text whose height follows it, however soon one text comes after another.

    Textual (8.2.8) keeps a measured size until the count of layouts asked for, or the style,
    changes, and counts once what was asked for twice before a layout was sent off: a height that
    was measured in between held for good, and all but the first line stayed unseen.
    """

    DEFAULT_CSS = "Paragraph { height: auto; }"

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show a text, and be measured anew unless told that its size stays."""
        super().update(content, layout=layout)
        if layout:
            # A rule that changes there and back is as good as another style.
            self.styles.height = 1
            self.styles.height = "auto"
