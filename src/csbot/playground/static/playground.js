// The stream says which parts of the page are out of date; htmx fetches them. Beyond that: talks stay at their end.
(() => {
  "use strict";

  const toEnd = (box) => { if (box) box.scrollTop = box.scrollHeight; };
  const boxes = () => document.querySelectorAll(".talk, #agent-transcript");
  const before = new Map();

  const near = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 60;

  // A reader who cannot see the phone hears what came in, once.
  const heard = new Map();
  const tell = (talk, aloud) => {
    const said = talk.querySelectorAll(".say:not(.mine)");
    const last = said[said.length - 1];
    const id = last ? `${talk.id} ${said.length} ${last.dataset.id}` : "";
    if (aloud && id && heard.get(talk.id) !== id) {
      const live = document.getElementById(talk.id.replace("talk-", "heard-"));
      const text = last.querySelector(".text");
      if (live && text) live.textContent = text.textContent;
    }
    heard.set(talk.id, id);
  };

  const ask = (parts) => document.querySelectorAll(parts).forEach((part) => htmx.trigger(part, "news"));

  const within = (target) => [...boxes()].filter((box) => target.contains(box));

  document.addEventListener("htmx:beforeSwap", (event) => {
    for (const box of within(event.detail.target)) before.set(box.id, near(box) ? null : box.scrollTop);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    // What was swapped as a whole is in the page under the same name by now.
    const target = document.getElementById(event.detail.target.id) ?? event.detail.target;
    for (const box of within(target)) {
      const top = before.get(box.id) ?? null;
      if (top === null) toEnd(box); else box.scrollTop = top;
      if (box.classList.contains("talk")) tell(box, true);
    }
  });

  // A phone that was replaced has lost what its talk was about to ask.
  document.addEventListener("htmx:afterSettle", (event) => {
    const id = event.detail.target.id;
    if (id.startsWith("phone-")) ask(`[data-news="${CSS.escape(id.replace("phone-", ""))}"]`);
  });

  document.addEventListener("DOMContentLoaded", () => {
    boxes().forEach(toEnd);
    document.querySelectorAll(".talk").forEach((talk) => tell(talk, false));
    const stopped = document.getElementById("stopped");
    const stream = new EventSource("/events");
    // What happened before the stream was there, at first or after it was cut, nobody has told.
    stream.onopen = () => { stopped.hidden = true; ask("[data-news]"); };
    stream.onerror = () => { stopped.hidden = false; };
    stream.onmessage = (news) => ask(`[data-news="${CSS.escape(news.data)}"]`);
    window.addEventListener("pagehide", () => stream.close());
  });
})();
