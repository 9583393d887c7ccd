// csbot on a brand's own site: a button, and the chat in a frame. Made to work under a strict policy: no inline style,
// no picture, no request of its own. Given out by /chat/widget.js with the channel's settings in it.
"use strict";

(() => {
  const script = document.currentScript;
  if (!script || document.querySelector("csbot-chat")) return;
  const settings = __SETTINGS__;
  const home = new URL(script.src).origin;
  const wanted = (script.dataset.language || document.documentElement.lang || navigator.language || "").slice(0, 2).toLowerCase();
  const language = settings.labels[wanted] ? wanted : settings.labels[settings.language] ? settings.language : "en";
  const labels = settings.labels[language];

  const host = document.createElement("csbot-chat"), root = host.attachShadow({ mode: "closed" });
  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host { all: initial; --accent: #0b665b; --on-accent: #fff; }
    ${settings.theme}
    button { position: fixed; right: 1.25rem; bottom: 1.25rem; z-index: 2147483646; display: flex; align-items: center;
      justify-content: center; width: 3.5rem; height: 3.5rem; padding: 0; border: 0; border-radius: 50%;
      background: var(--accent); color: var(--on-accent); box-shadow: 0 4px 16px rgb(0 0 0 / 0.3); cursor: pointer; }
    button:focus-visible { outline: 3px solid #1a5fd0; outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
    svg { width: 1.75rem; height: 1.75rem; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round;
      stroke-linejoin: round; }
    span { position: absolute; top: -0.25rem; right: -0.25rem; min-width: 1.4rem; box-sizing: border-box; padding: 0 0.35rem;
      border-radius: 1rem; background: #b3261e; color: #fff; font: 600 0.8rem/1.4rem system-ui, sans-serif; }
    span[hidden], iframe[hidden] { display: none; }
    iframe { position: fixed; right: 1.25rem; bottom: 5.5rem; z-index: 2147483647; width: min(24rem, calc(100vw - 2.5rem));
      height: min(38rem, calc(100vh - 7rem)); border: 0; border-radius: 1rem; box-shadow: 0 8px 32px rgb(0 0 0 / 0.35);
      color-scheme: light dark; background: Canvas; }
    @media (max-width: 30rem), (max-height: 30rem) {
      iframe { inset: 0; width: 100vw; height: 100vh; height: 100dvh; border-radius: 0; }
    }
  `);
  root.adoptedStyleSheets = [style];

  const svg = (path) => {
    const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg"), line = document.createElementNS(picture.namespaceURI, "path");
    picture.setAttribute("viewBox", "0 0 24 24");
    picture.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    picture.append(line);
    return picture;
  };
  const talk = svg("M4 5h16v11H9l-5 4z"), cross = svg("M6 6l12 12M18 6L6 18");
  const button = document.createElement("button"), badge = document.createElement("span");
  button.type = "button";
  badge.hidden = true;
  let frame = null, isOpen = false;

  const tell = (said) => frame?.contentWindow?.postMessage({ csbot: said, identity: script.dataset.identity || "", open: isOpen }, home);
  const show = (open) => {
    isOpen = open;
    if (open && !frame) {
      frame = document.createElement("iframe");
      frame.title = settings.title;
      frame.src = `${home}${settings.frame}?lang=${language}`;
      root.append(frame);
    }
    if (frame) frame.hidden = !open;
    button.replaceChildren(open ? cross : talk, badge);
    button.setAttribute("aria-expanded", String(open));
    if (open) badge.hidden = true;
    button.setAttribute("aria-label", open ? labels.close : labels.open);
    tell(open ? "open" : "closed");
  };
  button.addEventListener("click", () => show(!isOpen));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && isOpen) { show(false); button.focus(); } });
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== home || !event.data) return;
    if (event.data.csbot === "ready") tell("hello");
    if (event.data.csbot === "close") { show(false); button.focus(); }
    if (event.data.csbot === "unread") {
      const count = isOpen ? 0 : Number(event.data.unread) || 0;
      badge.textContent = String(count);
      badge.hidden = !count;
      if (count) button.setAttribute("aria-label", `${labels.open}. ${labels.unread}: ${count}`);
    }
  });
  // A site that signs somebody in or out without loading anew changes the attribute; the chat follows.
  new MutationObserver(() => tell("hello")).observe(script, { attributeFilter: ["data-identity"] });

  show(false);
  root.append(button);
  const place = () => document.body.append(host);
  if (document.body) place(); else addEventListener("DOMContentLoaded", place);
})();
