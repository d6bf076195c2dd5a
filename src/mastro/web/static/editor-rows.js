// The rows of a document: added, copied, moved and taken away without asking the server.

const lines = () => document.querySelector("#editor .lines");
const all = () => [...lines().children];

/** The row that an element is in. */
export const lineOf = (element) => element?.closest?.(".line") ?? null;

const keyOf = (element) => element.name.split(".").slice(2).join(".");

const inputs = (line) => [...line.querySelectorAll("input[name], select[name], textarea[name]")];

/** What a row says, by key. */
export function valuesOf(line) {
  return new Map(inputs(line).map((element) => [keyOf(element), element.type === "checkbox" ? (element.checked ? "on" : "off") : element.value]));
}

/** Write values into a row. */
export function fill(line, values) {
  for (const element of inputs(line)) {
    const value = values.get(keyOf(element));
    if (value === undefined || (element.type === "hidden" && value === "on")) continue;
    if (element.type === "checkbox") element.checked = value === "on";
    else {
      if (element.matches("[data-vat]")) offerAll(element);
      element.value = value;
    }
  }
}

/** Offer all VAT types: a long document is sent with only those that it has. */
export function offerAll(select) {
  const known = document.getElementById("vat-types");
  if (!known || select.dataset.vat === "all") return;
  select.dataset.vat = "all";
  const value = select.value;
  const had = [...select.options].map((option) => option.value);
  for (const option of known.content.querySelectorAll("option")) {
    if (!had.includes(option.value)) select.append(option.cloneNode(true));
  }
  select.value = value;
}

let made = null;

function create() {
  made = Math.max(made ?? -1, ...all().map((line) => Number(line.dataset.line))) + 1;
  const holder = document.createElement("template");
  holder.innerHTML = document.getElementById("new-line").innerHTML.replaceAll(/([.-])NEW\b/g, `$1${made}`).replaceAll('data-line="NEW"', `data-line="${made}"`);
  return holder.content.querySelector(".line");
}

const usual = (name) => document.querySelector(`#document [name="${name}"]`)?.value ?? "";

/** A new row after another one, or the last; with what new rows begin with. */
export function add(after = null, values = new Map()) {
  const line = create();
  if (after) after.after(line);
  else lines().append(line);
  fill(line, new Map([["vat.id", usual("_default_vat")], ["discount", usual("_default_discount")]].filter(([, value]) => value)));
  fill(line, values);
  number();
  return line;
}

export function copy(line) {
  const values = valuesOf(line);
  values.set("id", "");
  return add(line, values);
}

export function move(line, up) {
  const other = up ? line.previousElementSibling : line.nextElementSibling;
  if (!other) return false;
  if (up) other.before(line);
  else other.after(line);
  number();
  return true;
}

/** Take a row away; a function that brings it back. */
export function remove(line) {
  const next = line.nextElementSibling;
  const focus = next ?? line.previousElementSibling;
  line.remove();
  if (!lines().children.length) add();
  number();
  return {
    focus: focus ?? lines().firstElementChild,
    back() {
      if (next?.isConnected) next.before(line);
      else lines().append(line);
      number();
    },
  };
}

/** Say again which row is which. */
function number() {
  const words = lines().dataset.words;
  all().forEach((line, index) => {
    const label = words.replace("%", index + 1);
    if (line.getAttribute("aria-label") !== label) line.setAttribute("aria-label", label);
  });
}

/** The same input in the next row; a new row where there is none. */
export function below(element) {
  const line = lineOf(element);
  const next = line.nextElementSibling;
  const target = next ? inputs(next).find((other) => keyOf(other) === keyOf(element) && other.type !== "hidden") : add().querySelector("[data-pick]");
  target?.focus();
  target?.select?.();
  return next === null;
}
