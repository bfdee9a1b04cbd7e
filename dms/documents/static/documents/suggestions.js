// Suggestions: the place on the scan shows when its field is looked at; Enter accepts and goes on to the next.
"use strict";
(() => {
  const fields = () => [...document.querySelectorAll("#panel [data-suggestion]")];
  const sources = () => [...document.querySelectorAll("#stage .source")];

  const point = (id, bring) => {
    for (const source of sources()) {
      const is = source.dataset.suggestion === id;
      source.classList.toggle("at", is);
      if (is && bring) {
        source.scrollIntoView({ block: "center", inline: "nearest" });
        bring = false;
      }
    }
  };
  const next = () => document.querySelector("#panel .known--next")?.dataset.suggestion;
  const rest = () => {
    const waiting = new Set(fields().map((field) => field.dataset.suggestion));
    if (document.querySelector('#panel[data-tab="info"] .known-list')) {
      for (const source of sources()) if (!waiting.has(source.dataset.suggestion)) source.remove();
    }
    const at = document.activeElement?.closest?.("#panel [data-suggestion]");
    point(at ? at.dataset.suggestion : next(), false);
  };

  const over = (event) => event.target.closest?.("#panel [data-suggestion]");
  document.addEventListener("mouseover", (event) => { const field = over(event); if (field) point(field.dataset.suggestion, false); });
  document.addEventListener("mouseout", (event) => { if (over(event)) rest(); });
  document.addEventListener("focusin", (event) => { const field = over(event); if (field) point(field.dataset.suggestion, true); });
  document.addEventListener("focusout", rest);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("a, button, summary, input, textarea, select") || document.querySelector("dialog[open]")) return;
    const field = over(event) || document.querySelector("#panel .known--next");
    const accept = field?.querySelector('button[value="accept"]');
    if (!accept) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    going = true;
    accept.click();
  }, true);

  let going = false; // Enter was pressed: keep the keyboard in the list
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "panel" && going) {
      going = false;
      document.querySelector("#panel .known--next")?.focus({ preventScroll: false });
    }
    if (["panel", "viewer"].includes(event.target.id)) rest();
  });
  rest();
})();
