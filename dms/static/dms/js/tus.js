// A client of the resumable upload protocol tus 1.0: one file, sent in chunks, going on where it stood
// after a broken connection, a reload or a restart of the machine.
"use strict";
(() => {
  const CHUNK_BYTES = 8 * 1024 * 1024;
  const WAITS_S = [0.5, 1, 2, 4, 8, 15, 30, 30, 30, 30];
  const PREFIX = "vankho-upload:";
  const AGE_MS = 36 * 3600 * 1000; // the server keeps an unfinished upload for two days

  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

  // signing in again, perhaps in another tab, changes the token: the cookie has the one that holds now
  const freshToken = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];

  class Refused extends Error { // the server said no: trying again would not help
    constructor(sentence, status) { super(sentence); this.status = status; }
  }
  class Stopped extends Error {} // by the person

  class TusUpload extends EventTarget {
    // wishes: unit, mode, document, parent …; keeper: whose uploads are remembered in this browser
    constructor(file, { endpoint, token, keeper, wishes }) {
      super();
      Object.assign(this, { file, endpoint, token, wishes });
      this.state = "waiting"; // sending, paused, broken, received, refused, cancelled
      this.offset = 0;
      this.url = "";
      this.answer = null;
      const what = [keeper, file.name, file.size, file.lastModified, wishes.document || ""].join("|");
      this.mark = PREFIX + what;
    }

    async start() {
      if (this.state !== "waiting") return;
      this.become("sending");
      for (let failures = 0; ;) {
        const before = this.offset;
        try {
          await this.send();
          return;
        } catch (problem) {
          if (problem instanceof Stopped) return;
          if (problem instanceof Refused) {
            this.problem = problem;
            if (problem.status !== 401) this.forget();
            this.become("refused");
            return;
          }
          failures = this.offset > before ? 1 : failures + 1;
          if (failures > WAITS_S.length) { this.become("failed"); return; }
          this.become("broken");
          await this.wait(WAITS_S[failures - 1] * (0.75 + Math.random() / 2));
          if (this.state !== "broken") return; // paused or cancelled while waiting
          this.become("sending");
        }
      }
    }

    pause() { this.stop("paused"); }

    async cancel() {
      this.stop("cancelled");
      this.forget();
      if (this.url) await this.ask("DELETE", this.url).catch(() => {});
    }

    stop(state) {
      this.become(state);
      this.request?.abort();
      this.wake?.();
    }

    async send() {
      this.url ||= this.remembered();
      if (this.url) await this.findPlace();
      if (!this.url) await this.create();
      while (!this.answer) {
        if (this.state !== "sending") throw new Stopped();
        await this.sendChunk();
      }
      this.forget();
      this.become("received");
    }

    async create() {
      const metadata = Object.entries({ filename: this.file.name, ...this.wishes })
        .filter(([, value]) => value).map(([name, value]) => `${name} ${base64(value)}`).join(",");
      const answer = await this.ask("POST", this.endpoint, { "Upload-Length": String(this.file.size), "Upload-Metadata": metadata });
      if (answer.status !== 201) this.refuse(answer);
      this.url = new URL(answer.getResponseHeader("Location"), location.href).pathname;
      this.offset = 0;
      localStorage.setItem(this.mark, JSON.stringify({ url: this.url, at: Date.now() }));
    }

    async findPlace() {
      const answer = await this.ask("HEAD", this.url);
      if ([403, 404, 410].includes(answer.status)) { this.url = ""; this.forget(); return; } // begin anew
      if (answer.status !== 200) this.refuse(answer);
      this.offset = Number(answer.getResponseHeader("Upload-Offset"));
      this.resumedAt = this.offset;
      this.settle(answer);
      this.tell("progress");
    }

    async sendChunk() {
      const chunk = this.file.slice(this.offset, this.offset + CHUNK_BYTES);
      const headers = { "Upload-Offset": String(this.offset), "Content-Type": "application/offset+octet-stream" };
      const answer = await this.ask("PATCH", this.url, headers, chunk);
      if (answer.status === 409) { // it stands elsewhere than we thought
        await this.findPlace();
        if (!this.url) throw new Error("gone");
        return;
      }
      if (answer.status === 404) { this.url = ""; this.forget(); throw new Error("gone"); }
      if (answer.status !== 204) this.refuse(answer);
      this.offset = Number(answer.getResponseHeader("Upload-Offset"));
      this.settle(answer);
      this.tell("progress");
    }

    settle(answer) {
      const told = answer.getResponseHeader("Vankho-Answer");
      if (told) this.answer = JSON.parse(told);
    }

    refuse(answer) { // temporary troubles are thrown as such, to be tried again
      if ([0, 408, 423, 429, 500, 502, 503, 504].includes(answer.status)) throw new Error(String(answer.status));
      let sentence = "";
      try { sentence = JSON.parse(answer.responseText).title; } catch { /* not ours: no sentence */ }
      throw new Refused(sentence || `HTTP ${answer.status}`, answer.status);
    }

    ask(method, url, headers = {}, body = null) {
      return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest(); // fetch tells no progress of what is sent
        this.request = request;
        request.open(method, url);
        Object.entries({ "Tus-Resumable": "1.0.0", "X-CSRFToken": freshToken() || this.token, ...headers }).forEach(([name, value]) => request.setRequestHeader(name, value));
        request.upload.onprogress = (event) => { this.inFlight = event.loaded; this.tell("progress"); };
        request.onloadend = () => { this.inFlight = 0; };
        request.onload = () => resolve(request);
        request.onerror = () => reject(new Error("connection"));
        request.ontimeout = () => reject(new Error("timeout"));
        request.onabort = () => reject(new Stopped());
        request.send(body);
      });
    }

    wait(seconds) {
      return new Promise((resolve) => {
        const done = () => { clearTimeout(timer); removeEventListener("online", done); resolve(); };
        const timer = setTimeout(done, seconds * 1000);
        addEventListener("online", done); // the network is back: no need to wait longer
        this.wake = done;
      });
    }

    get sentBytes() { return Math.min(this.file.size, this.offset + (this.inFlight || 0)); }

    remembered() {
      try {
        const { url, at } = JSON.parse(localStorage.getItem(this.mark));
        return Date.now() - at < AGE_MS ? url : "";
      } catch { return ""; }
    }

    forget() { localStorage.removeItem(this.mark); }
    become(state) { this.state = state; this.tell("state"); }
    tell(what) { this.dispatchEvent(new Event(what)); }

    // Names of the files that were begun in this browser and not finished.
    static unfinished(keeper) {
      const found = [];
      for (const key of Object.keys(localStorage).filter((name) => name.startsWith(`${PREFIX}${keeper}|`))) {
        const { at } = JSON.parse(localStorage.getItem(key));
        if (Date.now() - at < AGE_MS) found.push({ key, name: key.slice(PREFIX.length).split("|")[1] });
        else localStorage.removeItem(key);
      }
      return found;
    }
  }

  window.vankho = Object.assign(window.vankho || {}, { TusUpload });
})();
