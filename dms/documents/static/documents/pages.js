// Moving through pages and hits by keys, and bringing in what reading has found meanwhile.
"use strict";
(() => {
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const press = (selector) => {
    const found = document.querySelector(selector);
    found?.click();
    return Boolean(found);
  };
  const next = () => press('#viewer a[rel="next"]');
  const previous = () => press('#viewer a[rel="prev"]');

  // --- hits: the words lit on this page in turn, then the next page that has some
  let hits = null; // top edges of lit words, in heights of the page
  let place = -1;
  const find = async () => {
    const lit = document.querySelector("#stage .lit");
    if (!lit) return [...document.querySelectorAll("#stage mark")];
    const answer = await fetch(lit.src);
    if (!answer.ok) return [];
    const drawing = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
    const [, , , height] = (drawing.getAttribute("viewBox") || "0 0 1 1").split(/\s+/).map(Number);
    return [...drawing.querySelectorAll("rect")].map((rect) => Number(rect.getAttribute("y")) / height);
  };
  const look = (hit) => {
    if (hit instanceof Element) { hit.scrollIntoView({ block: "center" }); return; }
    const stage = document.getElementById("stage");
    const room = stage.querySelector(".sheet-room");
    stage.scrollTo({ top: hit * room.offsetHeight - stage.clientHeight / 3, behavior: "smooth" });
  };
  const nextHit = async () => {
    hits ??= await find();
    place += 1;
    if (place < hits.length) look(hits[place]);
    else press("#next-hit");
  };
  const firstHit = async () => {
    if (!document.querySelector("#stage .lit, #stage mark")) return;
    hits = await find();
    if (hits.length) { place = 0; look(hits[0]); }
  };

  const KEYS = {
    n: () => { if (document.getElementById("next-hit")) { nextHit(); return true; } return next(); },
    p: previous, j: next, k: previous, PageDown: next, PageUp: previous,
    d: () => press('.head__actions a[href$="/file/"]'),
  };
  // before the shortcuts of lists, which mean something else by j, k and n
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const key = KEYS[event.key];
    if (!key) return;
    if (key()) event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  // --- the panel comes back to the page that is shown, and the page to the panel
  document.addEventListener("htmx:configRequest", (event) => {
    const address = new URL(event.detail.path, location.href);
    const keep = (name, value, usual) => {
      if (!value || value === usual) address.searchParams.delete(name);
      else address.searchParams.set(name, value);
    };
    if (event.target.closest("#panel, #status")) keep("page", document.getElementById("viewer")?.dataset.page, "1");
    else if (event.target.closest("#viewer")) keep("tab", document.getElementById("panel")?.dataset.tab, "info");
    else return;
    event.detail.path = address.pathname + address.search;
  });

  // --- reading goes on: when the state has moved, pages and description are fetched anew
  let mark = document.getElementById("status")?.dataset.mark;
  const fresh = () => {
    hits = null;
    place = -1;
  };
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "viewer") { fresh(); firstHit(); }
    const status = document.getElementById("status");
    if (!status || status.dataset.mark === mark) return;
    mark = status.dataset.mark;
    document.body.dispatchEvent(new CustomEvent("vankho:moved"));
  });
  firstHit();
})();
