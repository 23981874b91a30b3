"""Work in the background is seen from every screen, and gone when it has ended."""

from __future__ import annotations

from tests.screens.conftest import Opened


async def test_work_in_the_background_is_told_on_every_screen(opened: Opened) -> None:
    async with opened({"cloud.name": "site", "cloud.release": "33.0.1"}) as desk:
        job = desk.app.begin_job("image", "building the image")
        for keys in ((), ("2",), ("escape", "9")):
            await desk.press(*keys)
            assert "building the image" in desk.text(), keys
        job.update("install.d 9 of 16", 62, 100)
        await desk.settle()
        assert "building the image, 62 of 100" in desk.text()
        job.end()
        await desk.settle()
        assert "building the image" not in desk.text()


async def test_of_several_works_the_newest_is_told_and_the_others_counted(opened: Opened) -> None:
    async with opened({"cloud.name": "site", "cloud.release": "33.0.1"}) as desk:
        desk.app.begin_job("image", "building the image")
        desk.app.begin_job("cloud", "asking the clouds")
        await desk.settle()
        assert "asking the clouds, 1 more" in desk.text()
        assert [job.title for job in desk.app.jobs.within("image")] == ["building the image"]
