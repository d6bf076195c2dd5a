// What every page does with a keyboard and without a reload. Pages work without it: it only makes them quicker.

const base = document.body.dataset.base ?? "";

/** Say something to who listens to the page instead of looking at it. */
export function announce(text) {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
}

// the first broken input of a refused form, else the refusal itself
(document.querySelector("[aria-invalid=true]") ?? document.querySelector("[data-focus]"))?.focus();

// tick all rows, and show what can be done with them
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-all]")) {
    for (const box of document.querySelectorAll(`input[name=ids][form="${event.target.getAttribute("form")}"]`)) box.checked = event.target.checked;
  }
  if (event.target.matches?.("[data-all], [data-everything], input[name=ids]")) {
    const everything = document.querySelector("[data-everything]");
    if (!event.target.checked && !event.target.matches("[data-everything]")) {
      for (const box of document.querySelectorAll("[data-all], [data-everything]")) box.checked = false;
    }
    const count = everything?.checked ? everything.dataset.everything : document.querySelectorAll("input[name=ids]:checked").length;
    for (const bar of document.querySelectorAll("[data-bulk]")) {
      bar.hidden = count === 0;
      const words = bar.querySelector("[data-count]");
      if (words) words.textContent = words.dataset.count.replace("%", count);
    }
  }
  if (event.target.matches?.("[data-submit]")) event.target.form.requestSubmit();
});

// a form that was sent is not sent twice
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "1";
  setTimeout(() => delete event.target.dataset.sent, 3000);
});

// the columns of a list are one key of the address
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("[data-columns]")) return;
  const chosen = event.formData.getAll("columns");
  event.formData.set("columns", chosen.join(","));
});

// copy a text
for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = !navigator.clipboard;
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  navigator.clipboard?.writeText(button.dataset.copy).then(() => announce(button.dataset.copied ?? ""));
});

export { base };
