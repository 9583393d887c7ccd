// Tells the parts of the page that something has changed on them; each then asks for itself. A part somebody types in is
// left alone until they are done.
(() => {
  "use strict";
  const end = (root) => {
    for (const log of root.querySelectorAll("[data-end]")) log.scrollTop = log.scrollHeight;
  };
  const opened = new Set();
  document.addEventListener("toggle", (event) => {
    const part = event.target.closest?.("[id]");
    if (event.target.matches?.("details.raw") && part) opened[event.target.open ? "add" : "delete"](part.id);
  }, true);
  document.addEventListener("htmx:afterSwap", (event) => {
    for (const id of opened) {
      const raw = document.querySelector(`#${id} > details.raw`);
      if (raw) raw.open = true;
    }
    end(document);
    const text = event.detail.elt?.id?.startsWith("composer-") && event.detail.elt.querySelector("input[name=text]");
    if (text) text.focus();
  });
  document.addEventListener("DOMContentLoaded", () => {
    end(document);
    const stream = new EventSource("/events");
    stream.addEventListener("message", (event) => {
      if (event.data === "agent" && document.activeElement?.id === "answer") return;
      htmx.trigger(document.body, `news-${event.data}`);
    });
    // What happened before the stream was there, at first or after it was cut, nobody has told.
    stream.addEventListener("open", () => {
      for (const part of document.querySelectorAll(".news, #agent")) {
        htmx.trigger(document.body, part.id.startsWith("news-") ? part.id : "news-agent");
      }
    });
    window.addEventListener("pagehide", () => stream.close());
  });
})();
