// What every page can do: shortcuts, the search box with its suggestions, menus, rows that follow the keyboard.
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const typing = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  // Elements that only make sense with a script are shown by it.
  const reveal = (root) => all("[data-needs-script]", root).forEach((element) => { element.hidden = false; });

  // --- dialogs and menus
  const openDialog = (id) => {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
  };
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) openDialog(opener.dataset.opens);
    all("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target) || opener) menu.open = false;
    });
    if (event.target.matches("dialog")) event.target.close(); // the backdrop
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest(closer.dataset.closes)?.remove();
  });

  // --- rows: j and k move, Enter opens, x selects; the row at hand is marked `.at`
  const rows = () => all("[data-row]").filter((row) => row.offsetParent !== null);
  const at = () => one("[data-row].at");
  const goTo = (row) => {
    if (!row) return;
    at()?.classList.remove("at");
    row.classList.add("at");
    row.scrollIntoView({ block: "nearest" });
    one("a[data-open]", row)?.focus({ preventScroll: true });
    row.dispatchEvent(new CustomEvent("vankho:at", { bubbles: true }));
  };
  const step = (by) => {
    const list = rows();
    const place = list.indexOf(at());
    goTo(list[place < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(place + by, 0), list.length - 1)]);
  };
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && !row.classList.contains("at")) {
      at()?.classList.remove("at");
      row.classList.add("at");
      row.dispatchEvent(new CustomEvent("vankho:at", { bubbles: true }));
    }
  });

  const press = (selector) => { const found = one(selector); if (found) found.click(); return Boolean(found); };
  const SHORTCUTS = {
    "/": () => { const box = one("#finder"); box?.focus(); box?.select(); return Boolean(box); },
    "?": () => { openDialog("keys"); return true; },
    j: () => { step(1); return true; },
    k: () => { step(-1); return true; },
    n: () => { step(1); return true; },
    u: () => press("a.bar__upload"),
    x: () => {
      const box = at() && one("input[type=checkbox]", at());
      if (box) box.click();
      return Boolean(box);
    },
    d: () => {
      const link = at() && one("a[data-download]", at());
      if (link) link.click();
      return Boolean(link);
    },
    Enter: (event) => {
      const control = event.target.closest("a, button, summary, input");
      const ticks = control?.type === "checkbox" && control.closest("[data-row]"); // Enter there would send the form
      if (control && !ticks) return false;
      const link = at() && one("a[data-open]", at());
      if (link) link.click();
      return Boolean(link);
    },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") {
      all("details[data-menu][open]").forEach((menu) => { menu.open = false; one("summary", menu).focus(); });
      if (typing(event.target)) event.target.blur();
      return;
    }
    if (typing(event.target) || one("dialog[open]")) return;
    const shortcut = SHORTCUTS[event.key];
    if (shortcut && shortcut(event)) event.preventDefault();
  });

  // --- the search box offers what begins like the words typed
  const finder = one("[data-finder]");
  if (finder && finder.dataset.offers) {
    const box = one("input", finder);
    const list = one("[role=listbox]", finder);
    let asked = 0;
    let timer = 0;
    const options = () => all("[role=option]", list);
    const close = () => { list.replaceChildren(); box.setAttribute("aria-expanded", "false"); box.removeAttribute("aria-activedescendant"); };
    const choose = (option) => { box.value = option.dataset.value; close(); finder.requestSubmit(); };
    const mark = (option) => {
      options().forEach((each) => each.setAttribute("aria-selected", String(each === option)));
      if (option) box.setAttribute("aria-activedescendant", option.id);
      else box.removeAttribute("aria-activedescendant");
    };
    const ask = async () => {
      const words = box.value;
      const mine = ++asked;
      if (words.trim().length < 2) return close();
      const address = `${finder.dataset.offers}?${new URLSearchParams({ q: words })}`;
      try {
        const answer = await fetch(address, { headers: { "HX-Request": "true" } });
        if (!answer.ok || mine !== asked || document.activeElement !== box) return undefined;
        list.innerHTML = await answer.text();
        box.setAttribute("aria-expanded", String(options().length > 0));
      } catch { close(); } // no suggestions is no failure
      return undefined;
    };
    box.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
    box.addEventListener("blur", () => setTimeout(close, 150));
    box.addEventListener("keydown", (event) => {
      const found = options();
      if (event.isComposing || !found.length) return;
      const place = found.findIndex((option) => option.getAttribute("aria-selected") === "true");
      if (event.key === "ArrowDown") { mark(found[(place + 1) % found.length]); event.preventDefault(); }
      if (event.key === "ArrowUp") { mark(found[(place - 1 + found.length) % found.length]); event.preventDefault(); }
      if (event.key === "Enter" && place >= 0) { choose(found[place]); event.preventDefault(); }
    });
    list.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) { event.preventDefault(); choose(option); }
    });
  }

  // --- a form marked so is sent once, however often its button is pressed
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-once]");
    if (!form) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => all("form[data-once]").forEach((form) => { delete form.dataset.sent; }));

  // --- a change of these fields sends their form at once
  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-sends]");
    if (field) field.form.requestSubmit();
  });

  // --- why a part of the page did not come is told at its top; what repeats by itself just tries again
  const tell = (event) => {
    const { elt, xhr } = event.detail;
    if (xhr.status === 401 || elt.matches("[hx-trigger^=every]")) return;
    const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const said = one(".notice, [role=alert] h1", answer)?.textContent.trim();
    one("#failed").hidden = false;
    one("#failed .notice__body").textContent = said || one("#failed").dataset.usual;
    one("#failed").scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:responseError", tell);
  document.addEventListener("htmx:sendError", tell);
  document.addEventListener("htmx:afterSwap", () => { if (one("#failed")) one("#failed").hidden = true; });

  // --- text to copy
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
    } catch { // no clipboard without https: select it instead
      getSelection().selectAllChildren(source);
      return;
    }
    button.dataset.was ??= button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = button.dataset.was; }, 2000);
  });

  reveal(document);
  document.addEventListener("htmx:load", (event) => reveal(event.target));
  window.vankho = { rows, at, goTo, openDialog };
})();
