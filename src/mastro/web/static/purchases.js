// The form of an expense: suppliers are suggested while one types. Without it the name is looked up when the form is saved.

import { suggest } from "./pickers.js";

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
}
