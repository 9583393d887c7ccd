// The desk's pages work without this; with it they keep themselves up to date.
"use strict";

(() => {
  const live = document.querySelector("[data-live]");
  const log = () => document.getElementById("transcript");
  const atEnd = (box) => box && box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  const toEnd = (box) => { if (box) box.scrollTop = box.scrollHeight; };
  const told = () => new Map([...document.querySelectorAll("[data-news]")].map((row) => [row.id, row.dataset.news]));

  // Makes `old` what `fresh` is and touches only what differs, so that focus, scrolling and open details stay.
  function become(old, fresh) {
    if (old.isEqualNode(fresh) || (old.dataset && "kept" in old.dataset)) return;
    if (old.nodeType !== 1 || old.nodeName !== fresh.nodeName || old.id !== fresh.id) { old.replaceWith(fresh); return; }
    for (const { name } of [...old.attributes]) if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    const known = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
    const coming = new Set([...fresh.children].map((child) => child.id));
    let at = old.firstChild;
    for (const child of [...fresh.childNodes]) {
      while (at && at.id && !coming.has(at.id)) { const gone = at; at = at.nextSibling; gone.remove(); }
      const match = child.id ? known.get(child.id) : at && !at.id && at.nodeName === child.nodeName ? at : null;
      if (!match) { old.insertBefore(child, at); continue; }
      if (match === at) at = at.nextSibling; else old.insertBefore(match, at);
      become(match, child);
    }
    while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
  }

  function refresh(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html").body.firstElementChild;
    const before = told(), stay = atEnd(log());
    become(live.firstElementChild, fresh);
    if (stay) toEnd(log());
    if (fresh.dataset.title) document.title = fresh.dataset.title;
    for (const field of document.querySelectorAll("input[name=csrf]")) field.value = fresh.dataset.csrf;
    const news = document.getElementById("news");
    const fresher = [...told()].filter(([id]) => !before.has(id)).map(([, said]) => said);
    if (news && fresher.length) news.textContent = fresher.join(". ");
  }

  const trouble = document.getElementById("trouble");
  function tell(status) {
    const kind = status === 401 ? "signedOut" : status === 403 ? "refused" : "away";
    trouble.firstElementChild.textContent = trouble.dataset[kind];
    trouble.lastElementChild.hidden = status !== 401;
    trouble.hidden = false;
  }
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    if (xhr.status >= 400) return;
    trouble.hidden = true;
    if (target === live) { event.detail.shouldSwap = false; refresh(xhr.responseText); }
  });
  // Earlier messages come in above those one reads, which stay where they are.
  document.body.addEventListener("htmx:beforeSwap", ({ detail: { target, xhr } }) => {
    const first = document.querySelector("#transcript .bubble");
    if (!first || target.id !== "more" || xhr.status >= 400) return;
    const { top } = first.getBoundingClientRect();
    document.body.addEventListener("htmx:afterSwap", () => {
      log().scrollTop += first.getBoundingClientRect().top - top;
      if (document.activeElement === document.body) log().focus({ preventScroll: true });
    }, { once: true });
  });
  document.body.addEventListener("htmx:responseError", (event) => tell(event.detail.xhr.status));
  document.body.addEventListener("htmx:sendError", () => tell(0));

  document.addEventListener("focusin", ({ target }) => target.matches("[data-select]") && target.select());

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("[data-send]")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
    if (event.key === "Escape") for (const menu of document.querySelectorAll(".me[open]")) {
      menu.open = false;
      menu.firstElementChild.focus();
    }
  });

  // A form whose answer is a page is sent once, however often it is clicked.
  const sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    if (event.target.hasAttribute("hx-post")) return;
    if (sent.has(event.target)) event.preventDefault();
    sent.add(event.target);
    setTimeout(() => sent.delete(event.target), 3000);
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  const packet = document.getElementById("packet");
  if (packet && matchMedia("(min-width: 60rem)").matches) packet.open = true;
  toEnd(log());

  // While the page is looked at it is told of changes; in between, and where streams do not pass, it asks now and then.
  let source = null;
  function listen() {
    if (source) source.close();
    source = null;
    if (!live || document.hidden) return;
    source = new EventSource(live.dataset.stream);
    source.addEventListener("changed", () => htmx.trigger(document.body, "changed"));
  }
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => source && source.close());
  listen();
})();
