// A statement: from one proposal to the next by the arrow keys, and what is left of a movement that is divided.

document.addEventListener("keydown", (event) => {
  if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.target.matches("input, select, textarea")) return;
  const rows = [...document.querySelectorAll("tr, li")].filter((row) => row.querySelector("[data-accept]"));
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[event.key === "ArrowDown" ? here + 1 : Math.max(here - 1, 0)];
  if (!next) return;
  event.preventDefault();
  next.querySelector("[data-accept]").focus();
});

const form = document.querySelector("form[data-sum]");
if (form) {
  const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "EUR" });
  const left = form.querySelector("[data-left]");
  // an amount as it is typed: the last of point and comma is the decimal one
  const typed = (text) => {
    const bare = text.replace(/[\s€]/g, "");
    const decimal = Math.max(bare.lastIndexOf(","), bare.lastIndexOf("."));
    const whole = bare.slice(0, decimal < 0 ? bare.length : decimal).replace(/[.,]/g, "");
    return Number(decimal < 0 ? whole : `${whole}.${bare.slice(decimal + 1)}`);
  };
  const count = () => {
    let rest = Math.round(Number(form.dataset.sum) * 100);
    for (const box of form.querySelectorAll("input[type=checkbox]:checked")) {
      const part = form.elements[box.name.replace("tick", "amount")].value.trim();
      rest -= Math.round((part ? typed(part) : Number(box.dataset.amount)) * 100);
    }
    rest -= Math.round(typed(form.elements.rest_amount.value.trim() || "0") * 100);
    left.textContent = rest ? left.dataset.left.replace("%", money.format(rest / 100)) : left.dataset.done;
  };
  form.addEventListener("input", count);
}
