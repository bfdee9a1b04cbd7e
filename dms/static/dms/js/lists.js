// Lists: columns, selecting rows, and what is done with the selected ones.
"use strict";
(() => {
  // htmx tells of the whole page as well as of what it brings: each element is set up once
  const fresh = (root, selector) => [...root.querySelectorAll(selector)].filter((element) => {
    const isFresh = !element.dataset.ready;
    element.dataset.ready = "yes";
    return isFresh;
  });
  const setUp = (root) => {
    fresh(root, "[data-columns]").forEach((field) => {
      const boxes = [...field.form.querySelectorAll("[data-column]")];
      const read = () => { field.value = boxes.filter((box) => box.checked).map((box) => box.value).join(" "); };
      boxes.forEach((box) => box.addEventListener("change", read));
    });
    fresh(root, "form[data-bulk]").forEach((form) => {
      const bar = form.querySelector("[data-bulk-bar]");
      const every = form.querySelector("[data-all]");
      if (!bar) return;
      const words = bar.querySelector("[data-bulk-count]");
      const usual = words.textContent;
      const boxes = () => [...form.querySelectorAll("tbody input[type=checkbox]")];
      const count = () => {
        const chosen = boxes().filter((box) => box.checked).length;
        bar.hidden = chosen === 0;
        words.textContent = `${usual.replace(/[:：]\s*$/, "")} (${chosen}):`;
        if (every) {
          every.checked = chosen > 0 && chosen === boxes().length;
          every.indeterminate = chosen > 0 && chosen < boxes().length;
        }
        boxes().forEach((box) => box.closest("tr").classList.toggle("chosen", box.checked));
      };
      every?.addEventListener("change", () => { boxes().forEach((box) => { box.checked = every.checked; }); count(); });
      form.addEventListener("change", count);
      count();
    });
  };
  setUp(document);
  document.addEventListener("htmx:load", (event) => setUp(event.target));
})();
