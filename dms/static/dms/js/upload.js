// The upload page: files by choice or by drop, three at a time, each with its progress and what became of it.
"use strict";
(() => {
  const AT_ONCE = 3;
  const form = document.querySelector("form[data-upload]");
  const panel = document.getElementById("sending");
  if (!form || !panel) return;
  const { TusUpload } = window.vankho;
  const list = document.getElementById("files-sent");
  const template = document.getElementById("file-row");
  const summary = document.getElementById("sending-summary");
  const total = document.getElementById("sending-progress");
  const words = panel.dataset;
  const uploads = [];
  let allPaused = false;

  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const size = (bytes) => {
    const units = ["B", "KB", "MB", "GB"];
    const power = Math.min(units.length - 1, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)));
    return `${number.format(bytes / 1024 ** power)} ${units[power]}`;
  };
  const fill = (sentence, facts) => sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  const badge = (tone, text) => Object.assign(document.createElement("span"), { className: `badge badge--${tone}`, textContent: text });
  const link = (url, text) => Object.assign(document.createElement("a"), { href: url, textContent: text });

  const wishes = () => Object.fromEntries(
    [...form.querySelectorAll("[data-wish]")].filter((field) => field.type !== "radio" || field.checked).map((field) => [field.name, field.value]),
  );

  const add = (files) => {
    const limit = Number(form.dataset.limitMb) * 1024 * 1024;
    for (const file of files) {
      const upload = new TusUpload(file, {
        endpoint: form.dataset.upload, token: form.elements.csrfmiddlewaretoken.value, keeper: form.dataset.user,
        wishes: { ...wishes(), document: form.dataset.document || "", parent: form.dataset.parent || "" },
      });
      if (uploads.some((other) => other.mark === upload.mark && !["cancelled", "refused", "failed"].includes(other.state))) continue; // chosen twice
      uploads.push(upload);
      show(upload);
      if (file.size === 0) refuseHere(upload, words.wordEmpty);
      else if (file.size > limit) refuseHere(upload, words.wordTooLarge);
    }
    panel.hidden = uploads.length === 0;
    interrupted();
    work();
  };

  const refuseHere = (upload, sentence) => { upload.problem = new Error(sentence); upload.become("refused"); };

  // --- three at a time
  const work = () => {
    const busy = uploads.filter((upload) => ["sending", "broken"].includes(upload.state)).length;
    const next = uploads.find((upload) => upload.state === "waiting");
    if (next && busy < AT_ONCE && !allPaused) next.start(); // its change of state leads here again, for the one after it
    tellAll();
  };

  // --- one row
  const show = (upload) => {
    const row = template.content.firstElementChild.cloneNode(true);
    const part = (selector) => row.querySelector(selector);
    part(".file__name").textContent = upload.file.name;
    part(".file__size").textContent = size(upload.file.size);
    part("[data-pause]").addEventListener("click", () => { upload.pause(); work(); });
    part("[data-resume]").addEventListener("click", () => { upload.become("waiting"); work(); });
    part("[data-retry]").addEventListener("click", () => { upload.become("waiting"); work(); });
    part("[data-cancel]").addEventListener("click", () => { upload.cancel(); row.remove(); work(); });
    upload.addEventListener("progress", () => { part("progress").value = (1000 * upload.sentBytes) / upload.file.size; tellAll(); });
    upload.addEventListener("state", () => { dress(upload, part); work(); });
    dress(upload, part);
    list.append(row);
  };

  const dress = (upload, part) => {
    const { state } = upload;
    const moving = ["sending", "broken", "waiting"].includes(state);
    part("[data-pause]").hidden = !moving;
    part("[data-resume]").hidden = state !== "paused";
    part("[data-retry]").hidden = !(state === "failed" || (state === "refused" && upload.problem.status === 401));
    part("[data-cancel]").hidden = state === "received";
    part("progress").hidden = !moving && state !== "paused";
    part(".file__state").replaceChildren(...told(upload));
    if (state === "received" && upload.answer.status !== "duplicate") {
      const line = document.createElement("span");
      Object.assign(line.dataset, { live: upload.answer.version, again: "1", mark: "" });
      part(".file__state").append(line);
      document.dispatchEvent(new Event("vankho:follow"));
      form.dispatchEvent(new CustomEvent("vankho:received", { bubbles: true, detail: upload.answer }));
    }
  };

  const TOLD = {
    waiting: () => [badge("plain", words.wordWaiting)],
    sending: (upload) => [badge("busy", words.wordSending), upload.resumedAt ? ` ${fill(words.wordResumed, { share: `${Math.round((100 * upload.resumedAt) / upload.file.size)} %` })}` : ""],
    paused: () => [badge("plain", words.wordPaused)],
    broken: () => [badge("warning", words.wordBroken)],
    failed: () => [badge("bad", words.wordFailed)],
    cancelled: () => [],
    refused: (upload) => [badge("bad", words.wordRefused), ` ${upload.problem.status === 401 ? words.wordSignedOut : upload.problem.message}`],
    received: (upload) => (upload.answer.status === "duplicate"
      ? [badge("warning", words.wordDuplicate), " ", link(upload.answer.url, words.wordOpen)]
      : [link(upload.answer.url, words.wordReceived)]),
  };
  const told = (upload) => TOLD[upload.state](upload);

  // --- all together
  const tellAll = () => {
    const counted = uploads.filter((upload) => upload.state !== "cancelled");
    const bad = counted.filter((upload) => ["refused", "failed"].includes(upload.state));
    const good = counted.filter((upload) => !bad.includes(upload));
    const all = good.reduce((sum, upload) => sum + upload.file.size, 0);
    const sent = good.reduce((sum, upload) => sum + (upload.state === "received" ? upload.file.size : upload.sentBytes), 0);
    const facts = { done: good.filter((upload) => upload.state === "received").length, all: good.length, bytes: size(sent), total: size(all) };
    const sentence = [fill(words.wordSummary, facts)];
    if (bad.length) sentence.push(fill(words.wordProblems, { number: bad.length }));
    const text = sentence.join(" · ");
    if (summary.textContent !== text) summary.textContent = text;
    total.value = all ? (100 * sent) / all : 100;
    const open = good.some((upload) => upload.state !== "received");
    total.hidden = !open;
    panel.querySelector("[data-pause-all]").hidden = allPaused || !open;
    panel.querySelector("[data-resume-all]").hidden = !(open && (allPaused || good.some((upload) => upload.state === "paused")));
    panel.querySelector("[data-retry-all]").hidden = !bad.some((upload) => upload.state === "failed");
  };
  panel.querySelector("[data-pause-all]").addEventListener("click", () => {
    allPaused = true;
    uploads.filter((upload) => ["sending", "broken"].includes(upload.state)).forEach((upload) => upload.pause());
    tellAll();
  });
  panel.querySelector("[data-resume-all]").addEventListener("click", () => {
    allPaused = false;
    uploads.filter((upload) => upload.state === "paused").forEach((upload) => upload.become("waiting"));
    work();
  });
  panel.querySelector("[data-retry-all]").addEventListener("click", () => {
    uploads.filter((upload) => upload.state === "failed").forEach((upload) => upload.become("waiting"));
    work();
  });

  // --- what was not finished last time
  const interruptedPanel = document.getElementById("interrupted");
  const interrupted = () => {
    if (!interruptedPanel) return;
    const known = new Set(uploads.map((upload) => upload.mark));
    const left = TusUpload.unfinished(form.dataset.user).filter((entry) => !known.has(entry.key));
    interruptedPanel.hidden = left.length === 0;
    document.getElementById("interrupted-files").replaceChildren(...left.map((entry) => Object.assign(document.createElement("li"), { textContent: entry.name })));
    interruptedPanel.querySelector("[data-forget]").onclick = () => { left.forEach((entry) => localStorage.removeItem(entry.key)); interrupted(); };
  };

  // --- ways in: choosing, dropping files, dropping folders
  const chooser = form.querySelector("input[type=file]");
  chooser.addEventListener("change", () => { add([...chooser.files]); chooser.value = ""; });
  form.addEventListener("submit", (event) => event.preventDefault());

  const filesBelow = async (entry) => {
    if (entry.isFile) return [await new Promise((resolve, reject) => { entry.file(resolve, reject); })];
    const reader = entry.createReader();
    const found = [];
    for (;;) { // a directory is told in parts
      const entries = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
      if (!entries.length) return found;
      for (const below of entries) found.push(...await filesBelow(below));
    }
  };
  let depth = 0;
  const carriesFiles = (event) => [...event.dataTransfer.types].includes("Files");
  addEventListener("dragenter", (event) => { if (carriesFiles(event)) { depth += 1; document.body.classList.add("dropping"); } });
  addEventListener("dragleave", () => { depth = Math.max(0, depth - 1); if (!depth) document.body.classList.remove("dropping"); });
  addEventListener("dragover", (event) => { if (carriesFiles(event)) event.preventDefault(); });
  addEventListener("drop", async (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    document.body.classList.remove("dropping");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.length) { add([...event.dataTransfer.files]); return; }
    for (const entry of entries) add(await filesBelow(entry));
  });

  // --- leaving the page while something is under way
  addEventListener("beforeunload", (event) => {
    if (uploads.some((upload) => ["waiting", "sending", "broken"].includes(upload.state))) event.preventDefault();
  });

  interrupted();
})();
