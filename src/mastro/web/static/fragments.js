// Parts of a page that are fetched: that they are on their way, that one failed and how to ask again, and that the
// session is over, which loses nothing that was typed.

const trouble = document.getElementById("fragment-trouble");
const bar = document.getElementById("loading");
let open = 0;
let failed = null;

function dismiss() {
  trouble.hidden = true;
  failed = null;
}

function tell(words, request, expired) {
  failed = request;
  trouble.querySelector("p").textContent = words;
  trouble.querySelector("[data-sign-in]").hidden = !expired;
  trouble.hidden = false;
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
  const about = [xhr.status, xhr.getResponseHeader("X-Request-Id")].filter(Boolean).join(", ");
  const expired = xhr.status === 401;
  tell(expired ? trouble.dataset.expired : trouble.dataset.failed.replace("%", about), requestConfig, expired);
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => tell(trouble.dataset.offline, event.detail.requestConfig, false));
}

trouble.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) dismiss();
  if (!event.target.closest("[data-retry]") || !failed) return;
  const { elt, verb, path, target, unfilteredParameters } = failed;
  window.htmx.ajax(verb, path, { source: elt, target, values: unfilteredParameters });
});
