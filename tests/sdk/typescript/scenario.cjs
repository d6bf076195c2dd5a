// The main job with the vendor's TypeScript SDK: a client, an invoice, its totals, PDF and XML, its payment, a change,
// pages, a refusal. Prints what it saw as JSON. Arguments: address, token, company.

const sdk = require("@fattureincloud/fattureincloud-ts-sdk");

const [basePath, accessToken, company] = process.argv.slice(2);
const companyId = Number(company);
const configuration = new sdk.Configuration({ basePath, accessToken });

async function refusal(request) {
  try {
    await request;
  } catch (error) {
    return { status: error.response.status, code: error.response.data.error.code };
  }
  throw new Error("it was not refused");
}

async function main() {
  const clients = new sdk.ClientsApi(configuration);
  const documents = new sdk.IssuedDocumentsApi(configuration);
  const eInvoices = new sdk.IssuedEInvoicesApi(configuration);
  const user = (await new sdk.UserApi(configuration).listUserCompanies()).data.data.companies.map((each) => each.id);
  const party = { name: "Bianchi S.p.A.", vat_number: "01234567897", tax_code: "01234567897", country: "Italia",
    address_street: "Via Verdi 2", address_postal_code: "00100", address_city: "Roma", address_province: "RM",
    ei_code: "ABC1234" };
  const client = (await clients.createClient(companyId, { data: party })).data.data;
  const data = { type: sdk.IssuedDocumentType.Invoice, entity: { id: client.id, name: client.name, ...party },
    date: "2026-03-02", e_invoice: true, ei_data: { payment_method: "MP05" },
    items_list: [{ name: "Consulenza", qty: 2, net_price: 100, vat: { id: 0 } }],
    payments_list: [{ amount: 244, due_date: "2026-04-01", status: "not_paid" }] };
  const totals = (await documents.getNewIssuedDocumentTotals(companyId, { data })).data.data;
  const invoice = (await documents.createIssuedDocument(companyId, { data })).data.data;
  const pdf = await fetch(invoice.url);
  const xml = (await eInvoices.getEInvoiceXml(companyId, invoice.id)).data;
  const account = (await new sdk.InfoApi(configuration).listPaymentAccounts(companyId)).data.data[0];
  const paid = { ...invoice.payments_list[0], status: "paid", paid_date: "2026-03-20", payment_account: account };
  await documents.modifyIssuedDocument(companyId, invoice.id, { data: { payments_list: [paid] } });
  const read = (await documents.getIssuedDocument(companyId, invoice.id, undefined, "detailed")).data.data;
  const query = new sdk.Filter().where("entity.name", sdk.Operator.CONTAINS, "bianchi").and("amount_gross", sdk.Operator.GT, 100).buildQuery();
  const page = (await documents.listIssuedDocuments(companyId, "invoice", undefined, "basic", "-date", 1, 5, query)).data;
  const twin = await refusal(documents.createIssuedDocument(companyId, { data: { ...data, number: invoice.number } }));
  await documents.deleteIssuedDocument(companyId, invoice.id);
  const gone = await refusal(documents.getIssuedDocument(companyId, invoice.id));
  console.log(JSON.stringify({ companies: user, due: totals.amount_due, number: invoice.number,
    pdf: [pdf.status, pdf.headers.get("content-type")], xml: xml.includes("<ImportoTotaleDocumento>244.00<"),
    paid: read.payments_list[0].status, listed: page.data.map((each) => each.id === invoice.id), total: page.total,
    twin, gone }));
}

main().catch((error) => {
  console.error(error.response ? JSON.stringify(error.response.data) : error.stack);
  process.exit(1);
});
