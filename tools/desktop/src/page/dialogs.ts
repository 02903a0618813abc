import { formatDateTime, PHONE_TYPES, type CallbackType } from "../client/index.js";
import type { DeskRecord } from "../state/desk.js";
import { explain, type App } from "./app.js";
import { busy, dialog, field, h, select } from "./dom.js";

const PHONE = { required: true, maxLength: 64, pattern: "[^\\s].*", inputMode: "tel", autocomplete: "off" } as const;

/** A form in a window: stays open with the engine's words where the engine refuses. */
function formDialog(app: App, title: string, action: string, danger: boolean, body: HTMLElement[], run: () => Promise<unknown>, done: string): void {
  dialog(title, (close) => {
    const fault = h("p", { class: "fault", aria: { role: "alert" }, hidden: true });
    const submit = h("button", { type: "submit", class: danger ? "danger" : "primary" }, action);
    const cancel = h("button", { type: "button", class: "quiet" }, "Back");
    const form = h("form", { class: "stack" }, fault, ...body, h("div", { class: "buttons" }, submit, cancel));
    cancel.addEventListener("click", close);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void busy(submit, async () => {
        fault.hidden = true;
        try {
          await run();
          app.say("info", done);
          close();
        } catch (refused) {
          fault.textContent = explain(refused);
          fault.hidden = false;
        }
      });
    });
    return [form];
  });
}

function campaignSelect(app: App): HTMLSelectElement {
  return select(app.desk.campaigns.map((campaign) => [campaign.group, campaign.name] as const));
}

function groupOf(app: App, chosen: string): { campaign: string; group: string } {
  const campaign = app.desk.campaigns.find((one) => one.group === chosen);
  if (campaign === undefined) {
    throw new Error("no campaign of yours is loaded");
  }

  return { campaign: campaign.name, group: campaign.group };
}

/** AddRecord: a new chain, or one more number for the record on show. */
export function addRecordDialog(app: App, to?: DeskRecord): void {
  const campaign = campaignSelect(app);
  const list = h("input", { required: true, maxLength: 64, value: to?.key.list ?? listOf(app), autocomplete: "off" });
  const phone = h("input", PHONE);
  const type = select(PHONE_TYPES.map(([number, name]) => [String(number), name] as const));
  const zone = h("input", { required: true, maxLength: 64, value: String(to?.data["GSW_TZ_CODE"] ?? "GMT"), autocomplete: "off", spellcheck: false });
  const when = h("input", { type: "datetime-local" });
  const whose = select([["Campaign", "Anyone of the campaign"], ["Personal", "Me"]]);
  type.value = "2";
  if (to !== undefined) {
    campaign.value = to.key.group ?? campaign.value;
  }

  formDialog(
    app, to === undefined ? "Add record" : "Add number to this customer", "Add", false,
    [
      field("Campaign", campaign),
      field("Calling list", list),
      field("Phone", phone),
      field("Kind of phone", type),
      field("Time zone", zone, "As the calling list knows it, for example EST or Europe/Berlin"),
      field("Call at", when, "The customer's local time; leave empty to call when its turn comes"),
      field("Callback for", whose),
    ],
    () => app.session.outbound.addRecord({
      ...groupOf(app, campaign.value),
      list: list.value.trim(),
      phone: phone.value.trim(),
      phoneType: Number(type.value),
      timeZone: zone.value.trim(),
      handle: to?.key.handle,
      chainId: to === undefined ? undefined : Number(to.data["GSW_CHAIN_ID"]),
      dateTime: when.value === "" ? undefined : formatDateTime(when.value),
      callbackType: whose.value as CallbackType,
      agentId: when.value !== "" && whose.value === "Personal" ? app.session.credentials?.agentId : undefined,
    }),
    "The record was added",
  );
}

/** Do-not-call or cancel by phone number, for a customer who is not on the desktop. */
export function numberDialog(app: App): void {
  const campaign = campaignSelect(app);
  const list = h("input", { required: true, maxLength: 64, value: listOf(app), autocomplete: "off" });
  const phone = h("input", PHONE);
  const what = select([["dnc", "Put on the do-not-call list"], ["cancel", "Cancel its records"]]);
  formDialog(
    app, "By number", "Do it", true,
    [field("What", what), field("Campaign", campaign), field("Calling list", list), field("Phone", phone)],
    () => {
      const { outbound } = app.session;
      const group = groupOf(app, campaign.value);
      return what.value === "dnc"
        ? outbound.doNotCallPhone(group, list.value.trim(), phone.value.trim())
        : outbound.cancelPhone(group, list.value.trim(), phone.value.trim());
    },
    "Done",
  );
}

/** DoNotCall for the record on show. */
export function doNotCallDialog(app: App, record: DeskRecord): void {
  const reach = select([["AllChain", "All numbers of this customer"], ["RecordOnly", "This number only"]]);
  const why = h("input", { maxLength: 200, autocomplete: "off" });
  formDialog(
    app, "Do not call again", "Do not call", true,
    [h("p", {}, `${String(record.data["GSW_PHONE"] ?? "")} goes onto the do-not-call list.`), field("Which numbers", reach), field("What the customer said", why)],
    () => app.session.outbound.doNotCall(record.key, reach.value as "AllChain" | "RecordOnly", why.value.trim() || undefined),
    "On the do-not-call list",
  );
}

/** RequestRecordCancel for the record on show. */
export function cancelDialog(app: App, record: DeskRecord): void {
  const reach = select([["AllChain", "All numbers of this customer"], ["RecordOnly", "This number only"]]);
  formDialog(
    app, "Cancel record", "Cancel record", true,
    [h("p", {}, "A cancelled record is not dialled any more in this campaign."), field("Which numbers", reach)],
    () => app.session.outbound.cancelRecord(record.key, reach.value as "AllChain" | "RecordOnly"),
    "The record was cancelled",
  );
}

function listOf(app: App): string {
  return app.desk.records.at(-1)?.key.list ?? "";
}
