// The page image: zoom, fit, turn; native scrolling moves it, the words over it are selected and copied.
"use strict";
(() => {
  const KEPT = "vankho.sheet"; // how this reader likes pages, for as long as the tab lives
  const SMALLEST = 0.25, LARGEST = 8, STEP = 1.25;
  const view = { fit: "width", zoom: 1, turn: 0 };
  try { Object.assign(view, JSON.parse(sessionStorage.getItem(KEPT) || "{}"), { turn: 0 }); } catch { /* a fresh tab */ }

  const parts = () => {
    const stage = document.getElementById("stage");
    const room = stage && stage.querySelector(".sheet-room");
    return room ? { stage, room, sheet: room.firstElementChild, scan: room.querySelector(".scan") } : null;
  };

  // The room is the space that the turned sheet takes; the sheet inside is turned by a transform.
  const show = (at) => {
    const found = parts();
    if (!found) return;
    const { stage, room, sheet, scan } = found;
    const ratio = scan.getAttribute("height") / scan.getAttribute("width");
    const lies = view.turn % 180 !== 0;
    const style = getComputedStyle(stage);
    const wide = stage.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const high = stage.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    const fitWidth = lies ? wide / ratio : wide;
    const fitPage = lies ? Math.min(fitWidth, high) : Math.min(wide, high / ratio);
    const full = Math.min(fitWidth, 900);
    const width = view.fit === "width" ? full : view.fit === "page" ? fitPage : full * view.zoom;
    const height = width * ratio;
    if (view.fit !== "free") view.zoom = width / full;
    room.classList.add("sheet-room--led");
    room.style.width = `${lies ? height : width}px`;
    room.style.height = `${lies ? width : height}px`;
    sheet.style.width = `${width}px`;
    sheet.style.transform = {
      0: "", 90: `translateX(${height}px) rotate(90deg)`,
      180: `translate(${width}px, ${height}px) rotate(180deg)`, 270: `translateY(${width}px) rotate(270deg)`,
    }[view.turn];
    scan.sizes = `${Math.round(width)}px`; // the browser takes a finer image when the page is large
    if (at) {
      stage.scrollLeft = at.x * room.offsetWidth + room.offsetLeft - stage.offsetLeft - at.left;
      stage.scrollTop = at.y * room.offsetHeight + room.offsetTop - stage.offsetTop - at.top;
    }
    tell();
    try { sessionStorage.setItem(KEPT, JSON.stringify(view)); } catch { /* private window */ }
  };

  const tell = () => {
    const zoom = document.getElementById("zoom");
    if (zoom) zoom.textContent = `${Math.round(view.zoom * 100)} %`;
    for (const fit of ["width", "page"]) {
      document.querySelector(`[data-do="fit-${fit}"]`)?.setAttribute("aria-pressed", String(view.fit === fit));
    }
  };

  // Zoom so that the point under the hand (or the middle) stays where it is.
  const zoomTo = (zoom, clientX, clientY) => {
    const found = parts();
    if (!found) return;
    const box = found.stage.getBoundingClientRect();
    const room = found.room.getBoundingClientRect();
    const left = (clientX ?? box.left + box.width / 2) - box.left;
    const top = (clientY ?? box.top + box.height / 2) - box.top;
    const at = { left, top, x: (left + box.left - room.left) / room.width, y: (top + box.top - room.top) / room.height };
    view.fit = "free";
    view.zoom = Math.min(LARGEST, Math.max(SMALLEST, zoom));
    show(at);
  };

  const fit = (how) => { view.fit = how; show(); };
  const DO = {
    larger: () => zoomTo(view.zoom * STEP), smaller: () => zoomTo(view.zoom / STEP), reset: () => fit("width"),
    "fit-width": () => fit("width"), "fit-page": () => fit("page"),
    turn: () => { view.turn = (view.turn + 90) % 360; show(); },
  };
  const KEYS = { "+": "larger", "=": "larger", "-": "smaller", 0: "reset", w: "fit-width", f: "fit-page", r: "turn" };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button && DO[button.dataset.do]) DO[button.dataset.do]();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
    const name = KEYS[event.key];
    if (!name || !parts()) return;
    DO[name]();
    event.preventDefault();
  });
  document.addEventListener("wheel", (event) => {
    if (!event.ctrlKey || !event.target.closest("#stage") || !parts()) return;
    event.preventDefault(); // a trackpad's pinch arrives as a wheel with ctrl
    zoomTo(view.zoom * Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
  }, { passive: false });

  // --- pinch: two fingers
  let pinch = null;
  const spread = (touches) => Math.hypot(touches[0].clientX - touches[1].clientX, touches[0].clientY - touches[1].clientY);
  document.addEventListener("touchstart", (event) => {
    const inside = event.touches.length === 2 && event.target.closest("#stage") && parts();
    pinch = inside ? { spread: spread(event.touches), zoom: view.zoom } : null;
  }, { passive: true });
  document.addEventListener("touchmove", (event) => {
    if (!pinch || event.touches.length !== 2) return;
    event.preventDefault();
    const [one, two] = event.touches;
    zoomTo(pinch.zoom * spread(event.touches) / pinch.spread, (one.clientX + two.clientX) / 2, (one.clientY + two.clientY) / 2);
  }, { passive: false });

  const begin = () => {
    show();
    const strip = document.querySelector(".strip");
    const here = strip?.querySelector("[aria-current]");
    if (!here) return; // only the strip moves, never the page around it
    const [room, box] = [strip.getBoundingClientRect(), here.getBoundingClientRect()];
    strip.scrollBy(box.left - room.left - (room.width - box.width) / 2, box.top - room.top - (room.height - box.height) / 2);
  };
  new ResizeObserver(() => { if (view.fit !== "free") show(); }).observe(document.documentElement);
  document.addEventListener("htmx:afterSettle", (event) => { if (event.target.id === "viewer") begin(); });
  begin();
  window.vankhoSheet = { parts, show };
})();
