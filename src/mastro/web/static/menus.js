// Menus and dialogs that a button opens: the focus goes into them, arrows lead through a menu, and closing gives the
// focus back (the browser does that for what it opened).

const ITEMS = "a[href], button:not([disabled], [hidden]), input:not([type=hidden], [disabled]), select, textarea";

const items = (layer) => [...layer.querySelectorAll(ITEMS)].filter((item) => item.checkVisibility());

document.addEventListener(
  "toggle",
  (event) => {
    const layer = event.target;
    if (event.newState !== "open" || !layer.matches?.("[popover]") || layer.contains(document.activeElement)) return;
    // what cannot be undone is not where Enter would press it at once
    const first = layer.matches(".dialog") ? layer.querySelector("input:not([type=hidden]), select, textarea, [popovertargetaction=hide]") : layer.querySelector("[data-narrow], [aria-current]");
    (first ?? items(layer)[0])?.focus();
  },
  true,
);

// a long menu is narrowed by typing; Enter goes to the first line that is left
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const lines = (menu) => [...menu.querySelectorAll("a[href]")];
for (const input of document.querySelectorAll("[data-narrow]")) input.hidden = false;

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-narrow]")) return;
  const words = plain(event.target.value).split(/\s+/);
  for (const line of lines(event.target.closest(".menu"))) line.hidden = !words.every((word) => plain(line.textContent).includes(word));
});

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-narrow]")) return;
  const first = lines(event.target.closest(".menu")).find((line) => !line.hidden);
  if (event.key === "Enter") first?.click();
  else if (event.key === "ArrowDown") first?.focus();
  else return;
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu:popover-open, .sections");
  if (!menu || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.target.matches("select, textarea, input:not([type=checkbox], [type=radio])")) return;
  const all = items(menu);
  const here = all.indexOf(document.activeElement);
  const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined || !all.length) return;
  event.preventDefault();
  all[(to + all.length) % all.length].focus();
});
