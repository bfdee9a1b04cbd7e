// Lines that follow the reading of a version: all that are still on their way are asked for together.
"use strict";
(() => {
  const MOST = 200; // versions in one question
  const waiting = () => [...document.querySelectorAll("[data-live]")].filter((line) => Number(line.dataset.again) > 0);
  let timer = 0;
  let failures = 0;

  const pause = (lines) => {
    const soonest = Math.min(...lines.map((line) => Number(line.dataset.again)));
    return 1000 * soonest + 15 * lines.length + Math.min(30000, 1000 * (2 ** failures - 1));
  };

  const plan = () => {
    clearTimeout(timer);
    const lines = waiting();
    if (lines.length && document.visibilityState === "visible") timer = setTimeout(ask, pause(lines));
  };

  const ask = async () => {
    const lines = waiting().slice(0, MOST);
    const query = new URLSearchParams(lines.map((line) => ["version", line.dataset.live]));
    try {
      const answer = await fetch(`/documents/statuses/?${query}`, { headers: { "HX-Request": "true" } });
      if (answer.status === 401 || answer.redirected) return; // signed out meanwhile
      if (!answer.ok) throw new Error(String(answer.status));
      show(await answer.text(), lines);
      failures = 0;
    } catch {
      failures = Math.min(failures + 1, 5);
    }
    plan();
  };

  const show = (html, lines) => {
    const came = new DOMParser().parseFromString(html, "text/html");
    for (const line of lines) {
      const fresh = came.querySelector(`[data-live="${CSS.escape(line.dataset.live)}"]`);
      if (!fresh) line.dataset.again = "0"; // gone, or not ours to see any more
      else if (fresh.dataset.mark !== line.dataset.mark || fresh.textContent !== line.textContent) {
        line.replaceWith(document.adoptNode(fresh));
        fresh.dispatchEvent(new CustomEvent("vankho:moved", { bubbles: true }));
      } else line.dataset.again = fresh.dataset.again;
    }
  };

  document.addEventListener("visibilitychange", plan);
  document.addEventListener("htmx:load", plan);
  document.addEventListener("vankho:follow", plan);
  plan();
})();
