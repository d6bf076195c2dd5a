// The document editor: totals while one types, rows by keyboard, suggestions, drafts. Without it the form's own buttons do it all.

import { announce } from "./app.js";
import * as draft from "./editor-draft.js";
import * as rows from "./editor-rows.js";
import { reach, tellFailed } from "./fragments.js";
import { suggest } from "./pickers.js";

const SOONEST = 80; // milliseconds after the last key until the totals are asked for …
const LATEST = 400; // … which a document whose totals take longer waits at most
const UNDO = 10_000; // milliseconds in which a row can be brought back

const byId = (id) => document.getElementById(id);
const editor = () => byId("editor");
const form = () => byId("document");
const base = document.body.dataset.base;

// what stands on the form

/** The fields by name, as they would be sent. */
function fields() {
  return new Map([...new FormData(form())].filter(([, value]) => typeof value === "string"));
}

/** Inputs that no total depends on; long documents are asked about often. */
const WORDY = /\.(description|code|category|measure|product_id|stock|discount_highlight)$|^(notes|dn_ai_|entity\.(?!default_payment))/;

/** What is sent to be worked out: the version that the form was made of only where one of two is chosen. */
const counted = (wanted) => [...fields()].filter(([name, value]) => wanted(name, value) && (name !== "_base" || document.querySelector("#editor .versions")));

function encoded(entries) {
  return new URLSearchParams([...entries]);
}

// asking the server

/** Send what stands on the form, or what `entries` says. */
async function ask(what, headers, entries) {
  editor().setAttribute("aria-busy", "true");
  const request = () => {
    const body = encoded(entries ?? fields());
    body.set("do", what);
    return { method: "POST", body, headers };
  };
  const response = await reach(form().getAttribute("action"), request, total);
  editor().removeAttribute("aria-busy");
  return response;
}

/** Let the server change a part of the form, and show it. */
async function replace(what, part, entries) {
  const focused = document.activeElement?.id;
  const response = await ask(what, { "HX-Request": "true", "HX-Target": part }, entries);
  if (!response) return false;
  if (response.headers.has("HX-Redirect")) {
    clearTimeout(keeping);
    draft.drop(key);
    left = true;
    location.assign(response.headers.get("HX-Redirect"));
    return true;
  }
  const html = await response.text();
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const fresh = holder.content.querySelector(`#${part}`);
  if (!fresh) {
    tellFailed(response, total);
    return false;
  }
  byId(part).replaceWith(fresh);
  spread();
  const target = ["[data-ask] button", "[aria-invalid=true]", "[data-focus]"].map((each) => editor().querySelector(each)).find(Boolean);
  if (response.ok || !target) byId(focused)?.focus({ preventScroll: true });
  else reveal(target);
  return true;
}

let underway = Promise.resolve(); // who saves at once saves what is being filled in, too

/** Let the server fill in fields. */
function change(...how) {
  return (underway = fillIn(...how));
}

async function fillIn(what, entries, rename = (name) => name) {
  const response = await ask(what, { Accept: "application/json" }, entries);
  if (!response?.ok) return false;
  for (const [name, value] of Object.entries((await response.json()).set)) set(rename(name), value);
  return true;
}

function set(name, value) {
  const found = form().elements.namedItem(name);
  const element = found instanceof RadioNodeList ? found[found.length - 1] : found;
  if (!element) return;
  if (element.type === "checkbox") element.checked = value === "on";
  else {
    if (element.matches("[data-vat]")) rows.offerAll(element);
    element.value = value;
  }
}

// totals

let waiting = 0;
let asked = null;
let took = 0; // milliseconds that the last answer took

function touched() {
  clearTimeout(waiting);
  waiting = setTimeout(total, Math.min(Math.max(SOONEST, took), LATEST));
  keepSoon();
}

async function total() {
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  byId("totals").setAttribute("aria-busy", "true");
  const request = () => ({ method: "POST", body: encoded(counted((name, value) => !WORDY.test(name) && (value || !name.endsWith("ei_raw")))), signal });
  const began = performance.now();
  const response = await reach(form().dataset.totals, request, total);
  if (signal.aborted) return; // asked anew meanwhile
  byId("totals").removeAttribute("aria-busy");
  if (!response) return; // the server is away, which is told
  if (!response.ok) return tellFailed(response, total);
  const html = await response.text().catch(() => "");
  if (!html || signal.aborted) return;
  took = performance.now() - began;
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const fresh = holder.content.querySelector("#totals");
  const shown = byId("totals");
  for (const name of Object.keys(fresh.dataset)) shown.dataset[name] = fresh.dataset[name];
  if (shown.innerHTML !== fresh.innerHTML) shown.innerHTML = fresh.innerHTML;
  spread();
}

function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/** Write beside the rows and installments what the totals say of them. */
function spread() {
  const told = byId("totals").dataset;
  const words = JSON.parse(told.rows);
  const worth = new Map(JSON.parse(told.keys).map((sent, index) => [sent, words[index] ?? ""]));
  for (const line of document.querySelectorAll("#editor .line")) write(line.querySelector("output"), worth.get(line.dataset.line) ?? "");
  write(byId("due"), told.due);
  const shares = JSON.parse(told.shares);
  document.querySelectorAll("#editor .installment").forEach((each, index) => {
    const [amount, , becomes] = shares[index] ?? ["", "", ""];
    const input = each.querySelector("[name$='.amount']");
    if (input) input.placeholder = amount;
    write(each.querySelector(".becomes"), becomes);
  });
  write(byId("shares-more"), told.more);
  const about = byId("number-about");
  write(about, told.numberAbout);
  about?.classList.toggle("bad", told.numberWrong !== "");
  const number = byId("f-number");
  if (number) number.placeholder = told.numberWrong ? "" : told.number;
  mark(JSON.parse(told.errors));
}

/** Say at its input what cannot be read. */
function mark(errors) {
  for (const old of document.querySelectorAll("#editor [data-live]")) {
    if (errors[old.dataset.live]) continue;
    form().elements.namedItem(old.dataset.live)?.removeAttribute?.("aria-invalid");
    old.remove();
  }
  for (const [name, words] of Object.entries(errors)) {
    const element = form().elements.namedItem(name);
    if (!(element instanceof Element) || element === document.activeElement || element.hasAttribute("aria-invalid")) continue;
    const said = document.createElement("p");
    said.className = "bad";
    said.id = `${element.id}-live`;
    said.dataset.live = name;
    said.textContent = words;
    element.setAttribute("aria-invalid", "true");
    element.setAttribute("aria-describedby", said.id);
    element.after(said);
  }
}

// the draft

const key = draft.keyOf(editor());
let before = "";
let keeping = 0;
let left = false;

function keepSoon() {
  clearTimeout(keeping);
  keeping = setTimeout(keepNow, 400);
}

function keepNow() {
  if (left || !form()) return;
  const entries = [...fields()];
  if (JSON.stringify(entries) !== before) draft.keep(key, entries);
}

function offerDraft() {
  draft.tidy();
  const found = draft.find(key);
  before = JSON.stringify([...fields()]);
  if (!found || JSON.stringify(found.fields) === before) return;
  const box = byId("draft");
  const when = new Date(found.at);
  const parts = [when.toLocaleDateString(document.documentElement.lang), when.toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" })];
  box.querySelector("p").textContent = box.dataset.text.replace("%", parts[0]).replace("%", parts[1]);
  box.hidden = false;
  box.addEventListener("click", async (event) => {
    const what = event.target.closest("[data-draft]")?.dataset.draft;
    if (what === "drop") draft.drop(key);
    if (what === "restore" && !(await replace("restore", "editor", found.fields))) return;
    if (what) box.hidden = true;
  });
}

addEventListener("pagehide", keepNow);
addEventListener("pageshow", (event) => event.persisted && left && location.reload()); // it is saved: not twice

// showing an input

/** Open what an input is folded away in, and go there. */
function reveal(element) {
  for (let box = element.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  const target = element.matches("input[type=hidden]") || element.closest("[hidden]") ? byId("f-entity") : element;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
}

/** The input of a key, as an address names it: the nearest one that there is. */
function locate(hash) {
  const plain = decodeURIComponent(hash.slice(1)).replaceAll(/[.[]/g, "-").replaceAll("]", "");
  if (!plain.startsWith("f-")) return;
  if (plain.startsWith("f-company-")) return location.replace(`${base}/settings#${plain.replace("company-", "")}`);
  for (let id = plain; id.length > 2; id = id.slice(0, Math.max(id.lastIndexOf("-"), 2))) {
    const found = byId(id) ?? byId(`${id}-id`);
    if (found) return reveal(found);
  }
}

addEventListener("hashchange", () => locate(location.hash));
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#editor a[href^='#f-']");
  if (!link) return;
  event.preventDefault();
  locate(link.hash);
});

// rows

function undoable(removed) {
  const box = byId("undo");
  box.hidden = false;
  const hide = setTimeout(() => (box.hidden = true), UNDO);
  box.querySelector("button").onclick = () => {
    clearTimeout(hide);
    box.hidden = true;
    removed.back();
    touched();
  };
}

function act(what, line) {
  if (what === "add") rows.add().querySelector("[data-pick]").focus();
  else if (what === "copy") rows.copy(line).querySelector("[data-pick]").focus();
  else if (what === "up" || what === "down") {
    const focused = document.activeElement;
    if (rows.move(line, what === "up")) announce(line.getAttribute("aria-label"));
    focused?.focus();
  } else if (what === "remove") {
    const removed = rows.remove(line);
    removed.focus.querySelector("[data-pick]").focus();
    undoable(removed);
  }
  touched();
}

document.addEventListener("keydown", (event) => {
  // a page that came with everything filled in has the focus nowhere: its keys hold all the same
  if (event.defaultPrevented || !(event.target === document.body || event.target.closest?.("#document"))) return;
  const control = event.ctrlKey || event.metaKey;
  const line = rows.lineOf(event.target);
  let done = true;
  if (control && event.key === "Enter") form().requestSubmit(form().querySelector("[data-save]"));
  else if (!line) done = false;
  else if (control && event.key.toLowerCase() === "d") act("copy", line);
  else if (control && event.key === "Delete") act("remove", line);
  else if (event.altKey && event.key === "ArrowUp") act("up", line);
  else if (event.altKey && event.key === "ArrowDown") act("down", line);
  else if (event.key === "Enter" && !control && !event.altKey && event.target.matches("input:not([type=checkbox])")) {
    if (rows.below(event.target)) touched();
  } else done = false;
  if (done) event.preventDefault();
});

document.addEventListener("focusin", (event) => event.target.matches("#document [data-vat]") && rows.offerAll(event.target));

/** Say beside the prices what they are in. */
function showCurrency(symbol) {
  byId("price-currency").textContent = symbol;
  const fresh = byId("new-line").content.querySelectorAll("label[data-currency]");
  for (const label of [...document.querySelectorAll("#editor label[data-currency]"), ...fresh]) label.dataset.currency = symbol;
}

// whom it is for

function showParty(chosen) {
  byId("party-find").hidden = chosen;
  byId("party-card").hidden = !chosen;
  const value = (name) => form().elements.namedItem(`entity.${name}`)?.value ?? "";
  byId("party-name").textContent = value("name");
  byId("party-about").textContent = [value("vat_number") || value("tax_code"), value("address_street"), value("address_city")].filter(Boolean).join(" · ");
}

const withoutRows = () => counted((name) => !name.startsWith("items_list."));

/** Show who was taken; rows that say nothing yet begin with what is usual there. */
function showTaken() {
  const usual = new Map([["vat.id", "_default_vat"], ["discount", "_default_discount"]].map(([to, from]) => [to, form().elements[from].value]).filter(([, value]) => value));
  for (const line of document.querySelectorAll("#editor .line")) {
    const values = rows.valuesOf(line);
    if (!values.get("name") && !values.get("product_id")) rows.fill(line, usual);
  }
  showParty(true);
  byId("party-more").open = !form().elements.namedItem("entity.id").value;
  touched();
}

async function chooseParty(option) {
  const isNew = option.hasAttribute("data-new");
  if (!(await change(isNew ? "new_entity" : `entity:${option.dataset.id}`, withoutRows()))) return;
  showTaken();
  if (isNew) byId("f-entity-vat_number").focus();
  else document.querySelector("#editor .line [data-pick]")?.focus();
}

/** Whoever is meant exactly by what was typed is taken when the input is left. */
async function matchParty() {
  if ((await change("match_entity", withoutRows())) && form().elements.namedItem("entity.id").value) showTaken();
}

async function changeParty() {
  if (!(await change("no_entity", withoutRows()))) return;
  showParty(false);
  byId("f-entity").focus();
  touched();
}

async function chooseProduct(input, option) {
  const line = rows.lineOf(input);
  const prefix = `items_list.${line.dataset.line}.`;
  const entries = counted((name) => !name.startsWith("items_list.") || name.startsWith(prefix));
  await change(`product:0:${option.dataset.id}`, entries, (name) => name.replace("items_list.0.", prefix));
  if (form().elements[`${prefix}description`]?.value) line.querySelector("details").open = true;
  line.querySelector("[name$='.qty']").focus();
  line.querySelector("[name$='.qty']").select();
  touched();
}

suggest({
  address(input, text) {
    const what = input.dataset.pick === "product" ? "products" : "entities";
    return `${base}/issued_documents/suggestions/${what}?${new URLSearchParams({ type: editor().dataset.kind, text })}`;
  },
  choose: (input, option) => (input.dataset.pick === "product" ? chooseProduct(input, option) : chooseParty(option)),
  eager: (input) => input.dataset.pick === "entity",
  found: editor().dataset.found,
});

// buttons, and what is typed

document.addEventListener("submit", async (event) => {
  if (event.target !== form()) return;
  event.preventDefault();
  const button = event.submitter;
  const what = button?.value ?? "recalculate";
  if (button?.dataset.row) return act(button.dataset.row, rows.lineOf(button));
  if (button?.dataset.party) return changeParty();
  if (button?.dataset.part) {
    if (await replace(what, button.dataset.part)) touched();
    return;
  }
  if (what === "recalculate") return total();
  await underway;
  keepNow();
  for (const each of document.querySelectorAll("#editor [data-save]")) each.disabled = true;
  const gone = await replace(what, "editor");
  if (gone && /^(entity:|new_entity)/.test(what)) (byId("party-more").open ? byId("f-entity-vat_number") : form().querySelector(".save-bar [data-save]")).focus();
  if (!left) for (const each of document.querySelectorAll("#editor [data-save]")) each.disabled = false;
  return gone;
}, true);

document.addEventListener("input", (event) => event.target.form === form() && touched());
document.addEventListener("change", async (event) => {
  const element = event.target;
  if (element.form !== form()) return;
  if (element.dataset.act) {
    if (await replace(element.dataset.act, "editor")) touched();
  } else if (/payments_list\.\d+\.status/.test(element.name)) {
    if (await replace("recalculate", "payments")) touched();
  } else if (element.type === "file") attach(element);
  else if (element.name === "_find") {
    if (element.dataset.pick && element.value.trim()) await matchParty();
  }
  else if (element.name === "date" && form().elements._payments_list) {
    await change("date", withoutRows());
    touched();
  } else {
    if (element.name === "currency.id") showCurrency(element.selectedOptions[0].textContent.trim().split(" ").at(-1));
    if (/payments_list\.\d+\.due_date/.test(element.name)) set(element.name.replace("due_date", "payment_terms.days"), "");
    touched();
  }
});

async function attach(input) {
  const [file] = input.files;
  if (!file) return;
  const body = new FormData();
  body.set("attachment", file);
  const name = byId("attachment-name");
  const before = name.textContent;
  name.textContent = "…";
  const request = () => ({ method: "POST", body, headers: { Accept: "application/json" } });
  const response = await reach(`${base}/issued_documents/attachment`, request, () => attach(input));
  const answer = await response?.json().catch(() => null);
  name.textContent = answer?.name ?? answer?.error ?? before;
  if (response && !answer) tellFailed(response, () => attach(input));
  if (answer?.token) set("attachment_token", answer.token);
  if (response) input.value = "";
  keepSoon();
}

spread();
offerDraft();
locate(location.hash);
