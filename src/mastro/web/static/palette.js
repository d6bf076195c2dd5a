// The palette: pages, actions and records in one list, from anywhere by Ctrl or Cmd + K.
import { announce, base } from "./app.js";
import { shortcut } from "./shortcuts.js";

const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const list = dialog?.querySelector("[role=listbox]");
let waiting = 0;
let asked = 0;
let before = null;

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => options().find((option) => option.getAttribute("aria-selected") === "true");

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
}

async function ask() {
  const mine = ++asked;
  list.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`${base}/search/palette?text=${encodeURIComponent(input.value)}`, { redirect: "manual" });
    if (mine !== asked) return; // a newer question is on its way
    if (!answer.ok) throw new Error(answer.statusText);
    list.innerHTML = await answer.text();
    choose(options()[0]);
    announce(list.dataset.count.replace("%", options().length));
  } catch {
    if (mine === asked) list.textContent = list.dataset.failed;
  } finally {
    if (mine === asked) list.removeAttribute("aria-busy");
  }
}

function open(text = "") {
  if (!dialog || dialog.open) return;
  before = document.activeElement;
  dialog.showModal();
  input.value = text;
  input.select();
  ask();
}

if (dialog) {
  shortcut("palette", () => open());
  for (const box of document.querySelectorAll("[data-palette]")) {
    box.addEventListener("click", () => open(box.value));
    box.addEventListener("input", () => open(box.value));
  }
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.indexOf(chosen());
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      event.preventDefault();
      choose(all[(at + step + all.length) % all.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const link = chosen();
      if (link) location.assign(link.href);
    }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => before?.focus());
}
