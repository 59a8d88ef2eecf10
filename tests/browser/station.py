"""What a reviewer sees and does at the station, in the words of the page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def open_case(page: Page, key: str = "case-1") -> None:
    page.goto(f"/cases/{key}")
    expect(page.locator("#viewer")).to_have_attribute("data-ready", "true")


def control(page: Page, field: str) -> Locator:
    return page.locator(f"#value-{field}")


def row(page: Page, field: str) -> Locator:
    return page.locator(f'[data-field="{field}"]')


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.dataset.action || ''"))


def expect_revision(page: Page, revision: int) -> None:
    expect(page.locator("#panel")).to_have_attribute("data-revision", str(revision))


def expect_focus(page: Page, field: str) -> None:
    expect(control(page, field)).to_be_focused()


def expect_view_inside(page: Page, bbox: tuple[float, float, float, float], document_id: str) -> None:
    """Wait until the middle of the view lies inside ``bbox`` (page pixels) of the document, its box drawn around it."""
    page.wait_for_function(
        """([x0, y0, x1, y1, id]) => {
          const viewer = document.getElementById("viewer"), d = viewer.dataset;
          const x = Number(d.centerX), y = Number(d.centerY);
          if (!(d.ready === "true" && d.document === id && x >= x0 && x <= x1 && y >= y0 && y <= y1)) return false;
          const box = document.querySelector(".evidence-box:not(.other)")?.getBoundingClientRect();
          const view = viewer.getBoundingClientRect();
          if (!box || !box.width) return false;
          const off = (start, size) => Math.abs(box[start] + box[size] / 2 - view[start] - view[size] / 2);
          return off("x", "width") < Math.max(6, box.width / 2) && off("y", "height") < Math.max(6, box.height / 2);
        }""",
        arg=[*bbox, document_id],
    )
