// The chat's page. What is written is kept until the server has it; what the server has is shown, each message once.
"use strict";

(() => {
  const settings = JSON.parse(document.body.dataset.chat), { words, base } = settings;
  const at = (id) => document.getElementById(id);
  const log = at("log"), box = at("text"), empty = at("empty"), menu = at("menu");
  const POLL_MS = 3000, HIDDEN_MS = 15000, SILENCE_MS = 40000, LONGEST_MS = 30000;
  const LATER = new Set([408, 425, 429, 500, 502, 503, 504]);

  let you = "", cursor = null, begun = false, source = null, heardAt = 0, pollAt = 0, streamAt = 0;
  let queue = [], pumping = false, failures = 0, pumpAt = 0, from = 0, unread = 0;
  let identity = "", parentOrigin = "", isOpen = !settings.framed, news = {};
  const byId = new Map(), byKey = new Map();

  // -- what the browser keeps; some keep nothing, then this page does -------------------------------------------------
  const memory = new Map();
  const keep = (name, value) => {
    const key = `csbot_chat${base}/${you}/${name}`;
    memory.set(key, value);
    try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* kept above */ }
  };
  const kept = (name, otherwise) => {
    const key = `csbot_chat${base}/${you}/${name}`;
    try { return JSON.parse(localStorage.getItem(key)) ?? memory.get(key) ?? otherwise; } catch { return memory.get(key) ?? otherwise; }
  };
  const forgetKept = () => {
    memory.clear();
    try { ["queue", "from", "seen"].forEach((name) => localStorage.removeItem(`csbot_chat${base}/${you}/${name}`)); } catch { /* nothing was kept */ }
  };

  // -- small things ---------------------------------------------------------------------------------------------------
  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };
  const newKey = () => (crypto.randomUUID ? crypto.randomUUID() : Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join(""));
  const connection = (text) => { const line = at("connection"); if (line.textContent !== text) line.textContent = text; line.hidden = !text; };
  const word = (text, ...more) => { const line = at("word"); line.replaceChildren(text, ...more); line.hidden = !text; };
  const clock = (iso) => {
    const when = new Date(iso), today = when.toDateString() === new Date().toDateString();
    return new Intl.DateTimeFormat(settings.language, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" }).format(when);
  };
  // Who reads the end goes on reading the end, whatever comes or changes its size; who reads further up stays there.
  let atEnd = true, top = 0;
  const toEnd = () => { atEnd = true; log.scrollTop = log.scrollHeight; };
  const stay = () => { if (atEnd) toEnd(); };
  log.addEventListener("scroll", () => {
    // Told a frame late: what has come meanwhile puts the end out of view, too, but only a reader goes up.
    if (log.scrollHeight - log.scrollTop - log.clientHeight < 40) atEnd = true;
    else if (log.scrollTop < top) atEnd = false;
    top = log.scrollTop;
  });
  new ResizeObserver(stay).observe(log);
  new MutationObserver(stay).observe(log, { childList: true, subtree: true, characterData: true });
  const tellSite = (said) => { if (settings.framed && parentOrigin) parent.postMessage({ csbot: said, unread }, parentOrigin); };
  const readMessages = () => { unread = 0; document.title = settings.name; tellSite("unread"); tellSeen(); };

  // -- the server -----------------------------------------------------------------------------------------------------
  const ask = (path, options = {}) => fetch(`${base}/${path}${path.includes("?") ? "&" : "?"}lang=${settings.language}`, { credentials: "same-origin", ...options });
  const post = (path, value) => ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });
  const reason = async (answer) => { try { return (await answer.json()).error.message; } catch { return ""; } };

  // The server wants to be asked again later, and says when.
  class Later extends Error {
    constructor(text, answer) { super(text); this.ms = 1000 * Number(answer.headers.get("Retry-After") || 1); }
  }

  async function session() {
    let answer = await post("session", { framed: settings.framed, identity });
    if (answer.status === 403 && identity) {
      console.warn(`csbot: data-identity is refused: ${await reason(answer)}`);
      word(words.guest);
      identity = "";
      answer = await post("session", { framed: settings.framed });
    }
    if (LATER.has(answer.status)) throw new Later(await reason(answer), answer);
    if (!answer.ok) throw new Error(await reason(answer));
    const who = await answer.json();
    if (who.you !== you) {
      // What was written before the page knew as whom belongs to whoever it is now.
      const written = you ? [] : queue;
      you = who.you;
      clear();
      from = kept("from", 0);
      for (const item of [...kept("queue", []), ...written]) { queue.push(item); draft(item); }
      if (written.length) keepQueue();
    }
    at("state").textContent = who.proven && who.name ? words.signedIn.replace("{name}", who.name) : words.assistant;
    at("state").dataset.quiet = at("state").textContent;
  }

  async function fetchNews() {
    const answer = await ask(`messages${cursor === null ? "" : `?after=${cursor}`}`);
    if (answer.status === 401) {
      const link = element("a", "", words.ownWindow);
      link.href = base; link.target = "_blank"; link.rel = "noopener";
      word(words.noCookies, " ", link);
      throw new Error("no session");
    }
    if (!answer.ok) throw new Error(await reason(answer));
    take(await answer.json());
  }

  function take(told) {
    const first = cursor === null;
    let came = 0;
    for (const message of told.messages) if (put(message) && message.from !== "you") came += 1;
    cursor = told.after;
    begun = begun || byId.size > 0;
    news = told;
    dress();
    if (came && !first && (document.hidden || !isOpen)) {
      unread += came;
      document.title = `(${unread}) ${settings.name}`;
      tellSite("unread");
    }
    tellSeen();
    connection("");
  }

  // Which words of a person have been looked at: those nobody looks at go on elsewhere.
  let seenAt = 0, staysHere = false;
  function tellSeen() {
    if (document.hidden || !isOpen || !you) return;
    const after = kept("seen", 0);
    const last = Math.max(0, ...[...byId.values()].filter((one) => one.message.from === "agent").map((one) => one.message.id));
    if (last <= Math.max(after, seenAt)) return;
    seenAt = last;
    post("seen", { after, last }).then((answer) => { if (answer.ok) keep("seen", last); else seenAt = 0; }).catch(() => { seenAt = 0; });
  }

  // -- what is shown --------------------------------------------------------------------------------------------------
  function put(message) {
    if (byId.has(message.id)) return false;
    const draftOf = message.key && byKey.get(message.key);
    if (draftOf?.preview) message.files[0].preview = draftOf.preview;
    const made = bubble(message, message.from === "you" ? words.sent : "");
    made.dataset.id = message.id;
    if (draftOf) { draftOf.remove(); byKey.delete(message.key); drop(message.key); }
    made.message = message;
    byId.set(message.id, made);
    const next = [...log.querySelectorAll(".said")].find((other) => !other.dataset.id || Number(other.dataset.id) > message.id);
    log.insertBefore(made, next || null);
    return true;
  }

  function bubble(message, how) {
    const own = message.from === "you", made = element("article", own ? "said own" : "said");
    made.append(element("p", own ? "visually-hidden" : "who", own ? words.you : message.name));
    if (message.text) made.append(linked(message.text, own));
    for (const file of message.files || []) made.append(attachment(file));
    const meta = element("p", "meta"), time = element("time", "", clock(message.at));
    time.dateTime = message.at;
    meta.append(time, element("span", "how", how));
    made.append(meta);
    return made;
  }

  function linked(text, own) {
    const made = element("p", "words");
    if (own) { made.textContent = text; return made; }
    for (const part of text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]'])/)) {
      if (!/^https?:\/\//.test(part)) { made.append(part); continue; }
      const link = element("a", "", part);
      link.href = part; link.target = "_blank"; link.rel = "noopener noreferrer nofollow";
      made.append(link);
    }
    return made;
  }

  function attachment(file) {
    const made = element("p", "file"), name = element(file.href ? "a" : "span", "", file.name);
    if (file.href) { name.href = file.href; name.download = file.name; name.target = "_blank"; name.rel = "noopener"; }
    if (file.preview) {
      const picture = element("img");
      picture.src = file.preview; picture.alt = "";
      picture.addEventListener("load", stay);
      made.append(picture);
    }
    made.append(element("span", "visually-hidden", file.kind === "photo" ? words.photo : words.file), name);
    return made;
  }

  // What follows from all that is shown: choices under the last word, who has the word, what is hidden, what is on its way.
  function dress() {
    log.querySelectorAll(".chat-choices, .chat-begun").forEach((one) => one.remove());
    const all = [...log.querySelectorAll(".said")];
    let hidden = 0, divided = false;
    for (const one of all) {
      const isOld = from > 0 && Number(one.dataset.id || Infinity) <= from;
      one.hidden = isOld && !log.dataset.all;
      hidden += one.hidden ? 1 : 0;
      if (from > 0 && !isOld && !divided) { one.before(element("p", "chat-begun", words.begun)); divided = true; }
    }
    if (from > 0 && !divided) log.append(element("p", "chat-begun", words.begun));
    at("earlier").hidden = !hidden;
    empty.hidden = all.length > 0;
    const last = all.at(-1);
    if (last && !last.hidden && last.message && last.message.choices.length) last.after(choices(last.message.choices));
    at("typing").hidden = !(queue.length === 0 && news.busy && (news.state || "bot") === "bot");
    if (at("offer")) at("offer").hidden = !(news.state === "waiting" && !news.elsewhere && !staysHere);
    if (news.state !== "waiting") staysHere = false;
    at("state").textContent = news.elsewhere ? words.elsewhere.replace("{app}", news.elsewhere) : news.with ? words.with.replace("{name}", news.with) : news.state === "waiting" ? words.waiting : at("state").dataset.quiet || words.assistant;
  }

  function choices(offered) {
    const made = element("div", "chat-choices");
    for (const choice of offered) {
      const button = element("button", "button", choice.label);
      button.type = "button";
      button.addEventListener("click", () => {
        if (made.dataset.picked) return;
        made.dataset.picked = "1";
        say(choice.label, choice);
        box.focus();
      });
      made.append(button);
    }
    return made;
  }

  function clear() {
    byId.clear(); byKey.clear(); queue = []; cursor = null; begun = false; from = 0; news = {}; seenAt = 0;
    delete log.dataset.all;
    log.querySelectorAll(".said, .chat-choices, .chat-begun").forEach((one) => one.remove());
    empty.hidden = false;
    silence();
  }

  // -- what is said ---------------------------------------------------------------------------------------------------
  function say(text, choice, file) {
    const item = { key: newKey(), text, choice, at: new Date().toISOString() };
    if (file) Object.assign(item, { file, name: file.name, preview: /^image\//.test(file.type) ? URL.createObjectURL(file) : "" });
    queue.push(item);
    draft(item);
    keepQueue();
    dress();
    toEnd();
    pumpAt = 0;
    pump();
  }

  function draft(item) {
    const files = item.name ? [{ name: item.name, kind: item.preview ? "photo" : "file", preview: item.preview }] : [];
    const made = bubble({ from: "you", text: item.text, files, at: item.at }, words.sending);
    made.preview = item.preview;
    byKey.set(item.key, made);
    log.append(made);
  }

  // Files are kept by this page alone: they may be too large for what browsers keep.
  const keepQueue = () => keep("queue", queue.filter((item) => !item.file));
  const drop = (key) => { queue = queue.filter((item) => item.key !== key); keepQueue(); };
  const mark = (item, text) => { const how = byKey.get(item.key)?.querySelector(".how"); if (how) how.textContent = text; };

  async function pump() {
    if (pumping || Date.now() < pumpAt) return;
    pumping = true;
    try {
      while (queue.length) {
        const item = queue[0];
        if (!navigator.onLine) { wait(words.offline, 1000); return; }
        if (!you) await session();
        mark(item, words.sending);
        const answer = item.file ? await hand(item) : await post("messages", { id: item.key, text: item.text, choice: item.choice });
        if (answer.status === 401 && failures < 3) { failures += 1; await session(); continue; }
        if (LATER.has(answer.status)) { wait(answer.status === 429 ? words.slow : words.lost, 1000 * Number(answer.headers.get("Retry-After") || 0)); return; }
        failures = 0;
        if (queue[0] === item) queue.shift();
        keepQueue();
        if (answer.status === 202) { mark(item, words.sent); connection(""); news.busy = true; begun = true; dress(); soon(); } else fail(item, await reason(answer));
      }
    } catch (error) {
      if (error instanceof Later) wait(error.message || words.lost, error.ms);
      else wait(navigator.onLine ? words.lost : words.offline, 0);
    } finally { pumping = false; }
  }

  const hand = (item) => {
    const form = new FormData();
    form.append("id", item.key);
    form.append("file", item.file, item.name);
    return ask("files", { method: "POST", body: form });
  };

  function wait(text, ms) {
    failures += 1;
    pumpAt = Date.now() + Math.min(LONGEST_MS, Math.max(ms, 500 * 2 ** failures));
    connection(text);
    queue.forEach((item) => mark(item, words.waits));
  }

  function fail(item, why) {
    const made = byKey.get(item.key);
    if (!made) return;
    made.classList.add("failed");
    mark(item, why ? `${words.failed}: ${why}` : words.failed);
    const again = element("button", "again", words.again);
    again.type = "button";
    again.addEventListener("click", () => {
      again.remove();
      made.classList.remove("failed");
      queue.push(item); keepQueue(); pumpAt = 0; pump();
    });
    made.querySelector(".meta").append(again);
    dress();
  }

  // -- what arrives: a stream, and questions of our own where there is none ---------------------------------------------
  function listen() {
    if (source || !begun || document.hidden || !navigator.onLine || Date.now() < streamAt) return;
    streamAt = Date.now() + 10000;
    source = new EventSource(`${base}/stream?after=${cursor ?? 0}`);
    source.addEventListener("news", (told) => { heardAt = Date.now(); take(JSON.parse(told.data)); });
    source.addEventListener("beat", () => { heardAt = Date.now(); connection(""); });
    source.addEventListener("error", () => { if (source && source.readyState === EventSource.CLOSED) silence(); });
  }
  function silence() { if (source) source.close(); source = null; heardAt = 0; }
  function soon() { if (source) return; streamAt = 0; pollAt = 0; listen(); }

  async function tick() {
    pump();
    if (!you || !begun) return;
    if (!navigator.onLine) { connection(words.offline); return; }
    if (source && heardAt && Date.now() - heardAt > SILENCE_MS) silence();
    listen();
    if ((source && heardAt) || Date.now() < pollAt) return;
    pollAt = Date.now() + (document.hidden ? HIDDEN_MS : POLL_MS);
    try { await fetchNews(); } catch (error) { if (error instanceof TypeError) connection(words.lost); }
  }

  // -- the page -------------------------------------------------------------------------------------------------------
  at("say").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    grow();
    say(text);
    box.focus();
  });
  const grow = () => { box.style.height = "auto"; box.style.height = `${Math.min(box.scrollHeight + 2, 144)}px`; };
  box.addEventListener("input", grow);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    at("say").requestSubmit();
  });
  box.maxLength = settings.textLimit;
  at("file")?.addEventListener("change", (event) => {
    word("");
    for (const file of event.target.files) {
      if (file.size > settings.uploadBytes) word(words.tooLarge.replace("{limit}", new Intl.NumberFormat(settings.language).format(settings.uploadBytes / 1048576)));
      else say("", undefined, file);
    }
    event.target.value = "";
  });
  at("earlier").addEventListener("click", () => { log.dataset.all = "1"; dress(); log.scrollTop = 0; log.focus(); });
  at("anew").addEventListener("click", async () => {
    menu.open = false;
    try {
      const answer = await post("anew", {});
      if (!answer.ok) { word(await reason(answer)); return; }
    } catch { connection(words.lost); return; }
    word("");
    from = Math.max(0, ...byId.keys());
    keep("from", from);
    delete log.dataset.all;
    dress();
    box.focus();
  });
  // A link works once, so it is made when it is asked for.
  async function goOn() {
    menu.open = false;
    let told;
    try {
      const answer = await post("pass", {});
      if (!answer.ok) { word(await reason(answer)); return; }
      told = await answer.json();
    } catch { connection(words.lost); return; }
    word("");
    at("ways-list").replaceChildren(...told.ways.map(way));
    at("ways-until").textContent = words.until.replace("{minutes}", told.minutes);
    at("ways").showModal();
  }
  function way({ app, href, picture }) {
    const made = element("li"), link = element("a", "button primary", words.openApp.replace("{app}", app));
    link.href = href; link.rel = "noopener noreferrer";
    if (href.startsWith("https:")) link.target = "_blank";
    const drawn = (name, attributes) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      return node;
    };
    const square = drawn("svg", { viewBox: `0 0 ${picture.size} ${picture.size}`, role: "img", "shape-rendering": "crispEdges", "aria-label": words.square.replace("{app}", app) });
    square.append(drawn("path", { d: picture.path }));
    made.append(square, link);
    return made;
  }
  at("go-on")?.addEventListener("click", goOn);
  at("offer-yes")?.addEventListener("click", goOn);
  at("offer-no")?.addEventListener("click", () => { staysHere = true; dress(); box.focus(); });
  at("ways-close")?.addEventListener("click", () => at("ways").close());
  at("forget").addEventListener("click", () => { menu.open = false; at("sure").showModal(); });
  at("sure-no").addEventListener("click", () => at("sure").close());
  at("sure-yes").addEventListener("click", async () => {
    at("sure").close();
    try {
      const answer = await post("forget", { framed: settings.framed });
      if (!answer.ok) { word(await reason(answer)); return; }
    } catch { connection(words.lost); return; }
    forgetKept();
    clear();
    you = "";
    word(words.forgotten);
    box.focus();
  });
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape" && menu.open) { event.stopPropagation(); menu.open = false; menu.querySelector("summary").focus(); } });
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) tellSite("close"); });
  at("close")?.addEventListener("click", () => tellSite("close"));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { silence(); return; }
    if (isOpen) readMessages();
    soon();
  });
  addEventListener("online", () => { connection(""); failures = 0; pumpAt = 0; soon(); tick(); });
  addEventListener("offline", () => { silence(); connection(words.offline); });

  async function start() {
    for (let tries = 0; ; tries += 1) {
      try { await session(); await fetchNews(); break; } catch (error) {
        const later = error instanceof Later;
        if (!later && !(error instanceof TypeError)) break;
        connection(later && error.message ? error.message : navigator.onLine ? words.lost : words.offline);
        await new Promise((done) => setTimeout(done, Math.min(LONGEST_MS, Math.max(later ? error.ms : 0, 1000 * 2 ** tries))));
      }
    }
    document.body.dataset.ready = "1";
    if (isOpen) box.focus();
    listen();
  }
  setInterval(tick, 1000);

  if (settings.framed && parent !== window) {
    let started = false;
    addEventListener("message", (event) => {
      if (event.source !== parent || !settings.origins.includes(event.origin) || typeof event.data !== "object" || !event.data) return;
      parentOrigin = event.origin;
      const said = event.data;
      if (said.csbot === "open") { isOpen = true; readMessages(); box.focus(); toEnd(); }
      if (said.csbot === "closed") isOpen = false;
      if (said.csbot === "hello") {
        identity = typeof said.identity === "string" ? said.identity : "";
        isOpen = Boolean(said.open);
        if (!started) { started = true; start(); } else session().then(fetchNews).catch(() => connection(words.lost));
      }
    });
    // Says nothing but that the page is there; whoever answers has to be one of `origins`.
    parent.postMessage({ csbot: "ready" }, "*");
  } else start();
})();
