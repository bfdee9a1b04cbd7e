// The search page: the page image beside the hits follows the hit at hand.
"use strict";
(() => {
  const part = (name) => document.querySelector(`[data-preview-${name}]`);
  const set = (image, address) => {
    if (!image) return;
    image.hidden = !address;
    if (address && image.getAttribute("src") !== address) image.src = address;
  };
  const show = (hit) => {
    if (!part("image")) return;
    const { image, lit, page, pages } = hit.dataset;
    set(part("image"), image);
    set(part("lit"), lit);
    part("none").hidden = Boolean(image);
    part("link").href = hit.querySelector("a[data-open]").href;
    const words = part("page");
    words.textContent = pages > 0 ? words.dataset.previewPage.replace("{page}", page).replace("{pages}", pages) : "";
  };
  const setUp = () => {
    const first = document.querySelector(".hit.at") || document.querySelector(".hit");
    if (first) show(first);
    const narrow = document.querySelector("[data-facets]");
    if (narrow && matchMedia("(max-width: 799px)").matches) narrow.open = false;
    const box = document.getElementById("finder");
    const query = new URLSearchParams(location.search).get("q");
    if (box && query !== null && document.activeElement !== box) box.value = query;
  };
  document.addEventListener("vankho:at", (event) => { if (event.target.matches(".hit")) show(event.target); });
  document.addEventListener("mouseover", (event) => {
    const hit = event.target.closest(".hit");
    if (hit && !hit.classList.contains("at")) {
      document.querySelector(".hit.at")?.classList.remove("at");
      hit.classList.add("at");
      show(hit);
    }
  });
  document.addEventListener("htmx:afterSettle", setUp);
  // an answer that says why it failed is shown as well
  document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.xhr.status === 503) { event.detail.shouldSwap = true; event.detail.isError = false; } });
  setUp();
})();
