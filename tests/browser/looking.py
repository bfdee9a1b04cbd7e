"""What is measured in a page: contrast, overflow, and whether one sees where the keyboard is."""

from typing import Any

from playwright.sync_api import Page

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

# Colours are read off a canvas, which understands every notation that a style may compute to.
FAINT = """async () => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame); // a new look is drawn
  const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = colour;
    pixel.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((part, at) => part * a + below[at] * (1 - a));
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") return null;
      layers.push(rgba(style.backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let measured = 0;
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const words = texts.currentNode.textContent.trim();
    if (!words || element.closest("svg, script, noscript, template, option, :disabled, [aria-disabled=true], .hidden-text")) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const below = ground(element);
    if (!below) continue;
    const style = getComputedStyle(element);
    const [high, low] = [light(over(rgba(style.color), below)), light(below)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const ratio = (high + 0.05) / (low + 0.05);
    measured += 1;
    if (ratio < needed) faint.push(`${words.slice(0, 40)}: ${ratio.toFixed(2)} (${style.color} on ${below.map(Math.round)})`);
  }
  return { measured, faint: [...new Set(faint)] };
}"""

FOCUS = """(before) => {
  const element = document.activeElement;
  const parts = [element, element.nextElementSibling, element.parentElement, element.closest(".drop"), ...(element.labels || [])].filter(Boolean);
  const look = () => parts.map((part) => {
    const style = getComputedStyle(part);
    return [style.outlineStyle === "none" ? "" : `${style.outlineWidth} ${style.outlineColor}`, style.boxShadow, style.borderColor, style.backgroundColor, style.transform].join("|");
  }).join();
  const box = element.getBoundingClientRect();
  const focused = look();
  element.blur();
  const blurred = look();
  element.focus({ preventScroll: true, focusVisible: true });
  return {
    name: `${element.tagName} ${element.getAttribute("aria-label") || element.textContent.trim().slice(0, 30) || element.name || ""}`,
    seen: focused !== blurred && box.width > 0 && box.height > 0,
  };
}"""


def faint(page: Page) -> list[str]:
    """Texts that do not stand out from what is behind them as WCAG AA asks."""
    told: dict[str, Any] = page.evaluate(FAINT)
    assert told["measured"] >= 4, "no text was measured"
    return list(told["faint"])


def too_wide(page: Page) -> list[str]:
    """What reaches beyond the right edge, when the page can be pushed sideways."""
    return list(
        page.evaluate("""() => document.documentElement.scrollWidth <= screen.width ? [] : [
          `${document.documentElement.scrollWidth} px`,
          ...[...document.body.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right > screen.width + 1)
            .slice(0, 5).map((each) => each.outerHTML.slice(0, 120))]""")
    )


def focus(page: Page) -> dict[str, Any]:
    """What has the keyboard, and whether that shows."""
    return dict(page.evaluate(FOCUS))
