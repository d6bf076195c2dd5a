// Inputs that suggest what they may mean: a list below them, by keyboard as by mouse. What is typed stays free text.

import { announce } from "./app.js";

const WAIT = 120; // milliseconds after the last key

let input = null;
let list = null;
let active = -1;
let timer = 0;
let asked = null;
let settings = null;

/**
 * Suggest at every input with `data-pick`. `settings.address(input, text)` says where to ask, `settings.choose(input, option)`
 * takes a choice, `settings.eager(input)` whether the first option is chosen by Enter, `settings.found` announces how many
 * there are (`%` stands for the number).
 */
export function suggest(given) {
  settings = given;
  document.addEventListener("input", (event) => of(event.target) && later(event.target, false));
  document.addEventListener("focusin", (event) => event.target === input || of(event.target) || close());
  document.addEventListener("focusout", () => setTimeout(() => list && document.activeElement !== input && close(), 120));
  document.addEventListener("keydown", keys, true);
  document.addEventListener("click", (event) => {
    if (of(event.target) && !event.target.value && settings.eager(event.target)) later(event.target, true);
  });
  document.addEventListener("pointerdown", (event) => {
    const option = event.target.closest?.("#suggestions [role=option]");
    if (option) event.preventDefault(); // the focus stays where it is
  });
  document.addEventListener("pointerup", (event) => {
    const option = event.target.closest?.("#suggestions [role=option]");
    if (option) choose(option);
  });
}

function of(element) {
  return element instanceof HTMLInputElement && element.dataset.pick ? element : null;
}

function later(element, now) {
  clearTimeout(timer);
  timer = setTimeout(() => ask(element, now), now ? 0 : WAIT);
}

async function ask(element, wanted) {
  asked?.abort();
  asked = new AbortController();
  const text = element.value.trim();
  if (!text && !wanted && !settings.eager(element)) return close();
  let html = "";
  try {
    const response = await fetch(settings.address(element, text), { signal: asked.signal, redirect: "manual" });
    if (!response.ok) return close();
    html = await response.text();
  } catch {
    return; // another question took its place, or the server is away: the text stays as it is
  }
  if (document.activeElement === element) show(element, html);
}

function show(element, html) {
  close();
  const made = document.createElement("ul");
  made.id = "suggestions";
  made.className = "suggestions";
  made.setAttribute("role", "listbox");
  made.setAttribute("aria-label", element.labels?.[0]?.textContent ?? "");
  made.innerHTML = html;
  const options = made.querySelectorAll("[role=option]");
  announce(settings.found.replace("%", made.querySelectorAll("[data-id]").length));
  if (!options.length) return;
  document.body.append(made);
  const box = element.getBoundingClientRect();
  made.style.setProperty("left", `${Math.max(8, Math.min(box.left, innerWidth - made.offsetWidth - 8)) + scrollX}px`);
  made.style.setProperty("top", `${box.bottom + scrollY + 3}px`);
  made.style.setProperty("min-width", `${Math.min(box.width, innerWidth - 16)}px`);
  [input, list, active] = [element, made, -1];
  element.setAttribute("role", "combobox");
  element.setAttribute("aria-expanded", "true");
  element.setAttribute("aria-autocomplete", "list");
  element.setAttribute("aria-controls", "suggestions");
  if (settings.eager(element)) point(0);
}

function close() {
  clearTimeout(timer);
  if (!list) return;
  list.remove();
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
  input.removeAttribute("aria-controls");
  [input, list, active] = [null, null, -1];
}

function point(index) {
  const options = [...list.querySelectorAll("[role=option]")];
  active = (index + options.length) % options.length;
  options.forEach((option, place) => option.setAttribute("aria-selected", String(place === active)));
  input.setAttribute("aria-activedescendant", options[active].id);
  options[active].scrollIntoView({ block: "nearest" });
}

function choose(option) {
  const element = input;
  close();
  settings.choose(element, option);
}

function keys(event) {
  const element = of(event.target);
  if (!element || event.altKey || event.ctrlKey || event.metaKey) return;
  if (!list) {
    if (event.key === "ArrowDown") {
      event.preventDefault();
      later(element, true);
    } else if (event.key === "Enter" && settings.eager(element)) {
      event.preventDefault(); // what was typed just now is still being looked for
      later(element, true);
    }
    return;
  }
  const chosen = list.querySelectorAll("[role=option]")[active];
  if (event.key === "ArrowDown") point(list.dataset.moved || active < 0 ? active + 1 : active); // what is proposed comes first
  else if (event.key === "ArrowUp") point(active < 0 ? -1 : active - 1);
  else if (event.key === "Escape") close();
  else if (event.key === "Enter" && chosen) choose(chosen);
  else return;
  if (list) list.dataset.moved = "1";
  event.preventDefault();
  event.stopPropagation();
}
