// Parts of a page that are fetched: that they are on their way, that one failed and how to ask again, and that the
// session is over, which loses nothing that was typed: once somebody has signed in again it goes on by itself.

import { base } from "./app.js";

const LOOK = 3000; // milliseconds between two looks whether there is a session again
const trouble = document.getElementById("fragment-trouble");
const bar = document.getElementById("loading");
let open = 0;
let failed = null; // the request of htmx that failed
let retry = null; // what the button to try again does
let waiting = null; // until there is a session

function dismiss() {
  trouble.hidden = true;
  failed = retry = null;
}

function tell(words, again, expired = false) {
  retry = again;
  const shown = trouble.querySelector("p");
  if (shown.textContent !== words) shown.textContent = words;
  trouble.querySelector("[data-sign-in]").hidden = !expired;
  trouble.hidden = false;
}

const offline = (again) => tell(trouble.dataset.offline, again);

/** Say that an answer is none that can be shown. */
export function tellFailed(response, again) {
  const about = [response.status, response.headers.get("X-Request-Id")].filter(Boolean).join(", ");
  tell(trouble.dataset.failed.replace("%", about), again);
}

/** Say that the session is over, and wait until there is one again: somebody signs in in another tab. */
function signedIn() {
  let look;
  waiting ??= new Promise((resolve) => {
    look = async () => {
      const answer = await fetch(`${base}/shortcuts`, { method: "HEAD", redirect: "manual" }).catch(() => null);
      if (!answer || answer.type === "opaqueredirect" || !waiting) return;
      clearInterval(timer);
      removeEventListener("focus", look);
      waiting = null;
      trouble.hidden = true;
      resolve();
    };
    const timer = setInterval(look, LOOK);
    addEventListener("focus", look);
  });
  tell(trouble.dataset.expired, look ?? retry, true);
  return waiting;
}

/**
 * Ask the server from a page that is alive. `request` makes what is sent, anew where a session has to come first;
 * `again` is what the button to try again does. The answer; null where there is none, which is told.
 */
export async function reach(address, request, again) {
  for (;;) {
    const options = request();
    let response = null;
    try {
      response = await fetch(address, { redirect: "manual", ...options });
    } catch {
      if (!options.signal?.aborted) offline(again);
      return null;
    }
    if (response.type !== "opaqueredirect") {
      if (!trouble.hidden) dismiss();
      return response;
    }
    await signedIn();
    if (options.signal?.aborted) return null;
  }
}

// what htmx fetches

function replay() {
  if (!failed) return;
  const { elt, verb, path, target, unfilteredParameters } = failed;
  window.htmx.ajax(verb, path, { source: elt, target, values: unfilteredParameters });
}

document.addEventListener("htmx:beforeRequest", (event) => {
  event.detail.target?.setAttribute("aria-busy", "true");
  open += 1;
  bar.hidden = false;
});

document.addEventListener("htmx:afterRequest", (event) => {
  event.detail.target?.removeAttribute("aria-busy");
  open = Math.max(0, open - 1);
  bar.hidden = open === 0;
  if (event.detail.successful && failed?.elt === event.detail.elt) dismiss();
});

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, requestConfig } = event.detail;
  failed = requestConfig;
  const about = [xhr.status, xhr.getResponseHeader("X-Request-Id")].filter(Boolean).join(", ");
  if (xhr.status !== 401) return tell(trouble.dataset.failed.replace("%", about), replay);
  const first = waiting === null;
  const done = signedIn();
  if (first) done.then(() => replay()); // of several that were asked for meanwhile only the last
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    failed = event.detail.requestConfig;
    offline(replay);
  });
}

trouble.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) trouble.hidden = true;
  else if (event.target.closest("[data-retry]")) retry?.();
});
