// Keys pressed outside of texts. The table comes with the page (web/shortcuts.py, and the letters of the menu); what the
// reader changed stays in this browser.
import { announce, base } from "./app.js";

const KEPT = "shortcuts";
const PATIENCE = 1500; // milliseconds between two keys of one shortcut
const acts = new Map();

/** True where keys are meant for a text, not for us. */
export function typing(target) {
  return target instanceof Element && target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

/** Say what the shortcut of this name does; its keys are those of the table. */
export function shortcut(name, act) {
  acts.set(name, act);
}

function kept() {
  try {
    const { off = false, keys = {} } = JSON.parse(localStorage.getItem(KEPT)) ?? {};
    return { off, keys };
  } catch {
    return { off: false, keys: {} };
  }
}

const keep = (state) => localStorage.setItem(KEPT, JSON.stringify(state));

/** Name → keys, out of a text of the page. */
const listed = (text) => new Map(text.split(" | ").filter(Boolean).map((line) => line.split(/ (.*)/s, 2)));

function defaults() {
  const table = listed(document.body.dataset.keyboard ?? "");
  for (const link of document.querySelectorAll("[data-go]")) table.set(`go ${link.dataset.go}`, `g ${link.dataset.go}`);
  return table;
}

/** Name → keys, as they hold now. */
function table() {
  const { off, keys } = kept();
  return off ? new Map() : new Map([...defaults()].map(([name, usual]) => [name, keys[name] ?? usual]));
}

/** A key as the table writes it; "" for what is only part of one. */
function written(event) {
  if (["Control", "Meta", "Alt", "Shift", "AltGraph", "Dead"].includes(event.key)) return "";
  const held = (event.ctrlKey || event.metaKey ? "Control+" : "") + (event.altKey ? "Alt+" : "");
  return held + (event.key === " " ? "Space" : event.key.length === 1 ? event.key.toLowerCase() : event.key);
}

/** Press what the page has for it; false where it has nothing: the key is the browser's then. */
export function press(selector) {
  const found = document.querySelector(selector);
  found?.click();
  return found !== null;
}

function act(name, event) {
  const [kind, letter] = name.split(" ");
  return kind === "go" ? press(`[data-go="${CSS.escape(letter)}"]`) : acts.get(name)?.(event);
}

let before = "";
let at = 0;

document.addEventListener("keydown", (event) => {
  const key = written(event);
  const bare = !key.includes("+") || key === "+";
  const plain = bare && !/^F\d+$/.test(key);
  if (!key || event.repeat || event.defaultPrevented || (plain && typing(event.target))) return;
  if (bare && document.querySelector("dialog[open]")) return;
  const all = [...table()];
  const pressed = before && event.timeStamp - at < PATIENCE ? `${before} ${key}` : key;
  const found = all.find(([, keys]) => keys === pressed) ?? all.find(([, keys]) => keys === key);
  before = found ? "" : all.some(([, keys]) => keys.startsWith(`${key} `)) ? key : "";
  at = event.timeStamp;
  if (!found) return;
  if (act(found[0], event) !== false) event.preventDefault();
});

// the list of them

function drawn(list, keys) {
  const printed = new Map(list.dataset.caps.split("|").map((cap) => cap.split(" ")));
  const caps = keys.split(" ").flatMap((one) => (one === "+" ? [one] : one.split("+"))).filter(Boolean);
  if (!caps.length) return [list.dataset.none];
  return caps.flatMap((one) => {
    const cap = document.createElement("kbd");
    cap.textContent = printed.get(one) ?? one;
    return [cap, " "];
  });
}

const usual = (line) => line.querySelector("[data-keys]").dataset.keys;

function refresh(list) {
  const { off, keys } = kept();
  list.querySelector("[data-off]").checked = off;
  for (const part of list.querySelectorAll("[data-change]")) part.hidden = false;
  for (const line of list.querySelectorAll("[data-name]")) {
    line.querySelector("[data-keys]").replaceChildren(...drawn(list, keys[line.dataset.name] ?? usual(line)));
  }
}

/** Take the next keys for a line; Escape leaves it, Backspace takes its keys away. */
function listen(list, line, button) {
  const shown = line.querySelector("[data-keys]");
  let taken = "";
  let timer = 0;
  shown.textContent = list.dataset.press;
  button.setAttribute("aria-pressed", "true");
  announce(list.dataset.press);

  function end(keys) {
    clearTimeout(timer);
    button.removeEventListener("keydown", hear);
    button.removeEventListener("blur", leave);
    button.removeAttribute("aria-pressed");
    const state = kept();
    const other = keys && [...list.querySelectorAll("[data-name]")].find((one) => one !== line && (state.keys[one.dataset.name] ?? usual(one)) === keys);
    if (keys !== null && !other) {
      state.keys[line.dataset.name] = keys;
      keep(state);
    }
    refresh(list);
    if (other) {
      shown.textContent = list.dataset.taken.replace("%", other.dataset.label);
      announce(shown.textContent);
    } else if (keys !== null) announce(shown.textContent);
  }

  function hear(event) {
    const key = written(event);
    if (event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") end(null);
    else if (event.key === "Backspace") end("");
    else if (key) {
      taken = taken ? `${taken} ${key}` : key;
      shown.replaceChildren(...drawn(list, taken));
      clearTimeout(timer);
      if (taken.includes(" ") || key.length > 1) end(taken);
      else timer = setTimeout(() => end(taken), PATIENCE / 2); // a second key may follow
    }
  }
  const leave = () => end(taken || null);
  button.addEventListener("keydown", hear);
  button.addEventListener("blur", leave);
}

document.addEventListener("click", (event) => {
  const list = event.target.closest?.("[data-shortcuts]");
  if (!list) return;
  if (event.target.matches("[data-off]")) keep({ ...kept(), off: event.target.checked });
  else if (event.target.matches("[data-preset]")) {
    const state = kept();
    keep({ off: false, keys: { ...state.keys, ...Object.fromEntries(listed(event.target.dataset.preset)) } });
    refresh(list);
  } else if (event.target.matches("[data-reset]")) {
    keep({ off: false, keys: {} });
    refresh(list);
  } else {
    const button = event.target.closest("[data-name] button");
    if (button) listen(list, button.closest("[data-name]"), button);
  }
});

const dialog = document.getElementById("shortcuts");

async function help() {
  const page = document.querySelector("[data-shortcuts]");
  if (dialog.open || (page && !dialog.contains(page))) return;
  const answer = await fetch(`${base}/shortcuts`, { headers: { "HX-Request": "true", "HX-Target": "shortcuts" }, redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return location.assign(`${base}/shortcuts`);
  dialog.querySelector("[data-body]").innerHTML = await answer.text();
  refresh(dialog.querySelector("[data-shortcuts]"));
  dialog.showModal();
}

shortcut("help", help);
shortcut("filter", () => document.querySelector("[data-filter]")?.focus());
shortcut("company", () => document.getElementById("companies")?.showPopover());
shortcut("new", () => press("[data-new]"));
shortcut("save", () => press("[data-save], main form[method=post] .form-end button.primary"));
shortcut("print", () => press("[data-print]"));
shortcut("email", () => press("[data-email]"));
for (const link of document.querySelectorAll("[data-help]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    link.closest("[popover]")?.hidePopover();
    help();
  });
}
for (const list of document.querySelectorAll("main [data-shortcuts]")) refresh(list);
