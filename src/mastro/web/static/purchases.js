// The form of an expense: suppliers are suggested and the VAT follows the amount while one types. Without it the name is
// looked up when the form is saved, and a button works the VAT out.

import { reach } from "./fragments.js";
import { suggest } from "./pickers.js";

const WAIT = 150; // milliseconds after the last key

const form = document.getElementById("expense");

if (form) {
  const known = form.querySelector("[data-known]");
  const name = form.elements.namedItem("entity.name");
  const tied = form.querySelector("[data-tied]");

  const tie = (id) => {
    known.value = id;
    if (tied) tied.hidden = !id;
  };

  suggest({
    address: (input, text) => `${form.dataset.suggestions}?${new URLSearchParams({ text })}`,
    choose(input, option) {
      if (option.dataset.id) {
        name.value = option.dataset.name;
        for (const key of ["vat_number", "tax_code"]) form.elements.namedItem(`entity.${key}`).value = "";
      }
      else form.elements.namedItem("_new_supplier").value = name.value.trim();
      tie(option.dataset.id ?? "");
      form.querySelector("[name='invoice_number']").focus();
    },
    eager: () => false,
    found: form.dataset.found,
  });
  name.addEventListener("input", () => tie(""));

  form.addEventListener("htmx:beforeRequest", (event) => {
    if (!form.dataset.sent) return;
    event.preventDefault(); // the form itself is on its way
    event.stopPropagation();
  });

  const rate = form.elements.namedItem("_vat");
  const vat = form.elements.namedItem("amount_vat");
  let timer = 0;

  /** The VAT of what is typed, at the rate that is chosen: the rate stays, and the amounts follow it. */
  async function workOut() {
    if (!rate?.value) return;
    const request = () => {
      const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
      body.set("do", "vat");
      return { method: "POST", body };
    };
    const response = await reach(form.getAttribute("hx-post"), request, workOut);
    if (!response?.ok || !rate.value) return;
    vat.value = (await response.json()).set.amount_vat;
    form.dispatchEvent(new Event("change", { bubbles: true })); // the totals are asked for
  }

  form.addEventListener("input", (event) => {
    if (event.target === vat && rate) rate.value = ""; // written by hand: no rate says it any more
    if (event.target !== form.elements.namedItem("amount_net")) return;
    clearTimeout(timer);
    timer = setTimeout(workOut, WAIT);
  });
  rate?.addEventListener("change", (event) => {
    event.stopPropagation();
    workOut();
  });
}
