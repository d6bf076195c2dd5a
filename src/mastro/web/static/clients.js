// A city that is chosen among the suggestions fills in postal code and province, too.

const CHOSEN = /^(.+) \(([A-Z]{2})\) (\d{5})$/;

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-city]")) return;
  const parts = CHOSEN.exec(event.target.value);
  if (!parts) return;
  const form = event.target.form.elements;
  [, form.namedItem("address_city").value, form.namedItem("address_province").value, form.namedItem("address_postal_code").value] = parts;
});
