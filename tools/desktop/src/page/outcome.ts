import { AGENT_RESULTS, callResultName, formatDateTime, type CallbackType, type Treatment } from "../client/index.js";
import { customerNow, inputValue } from "../state/customer.js";
import { find, isLive, type DeskRecord } from "../state/desk.js";
import type { App, Model } from "./app.js";
import { addRecordDialog, cancelDialog, doNotCallDialog } from "./dialogs.js";
import { button, field, h, select, setText } from "./dom.js";
import { changedFields, type Drafts } from "./drafts.js";

/** Unknown Call Result: nothing has been found out. */
const UNKNOWN = 28;

/** What comes of the record on show: its result, a callback, do-not-call, cancellation. */
export class OutcomePanel {
  readonly element: HTMLElement;
  readonly #result = select([["", "As detected"], ...AGENT_RESULTS.map(([number, name]) => [String(number), name] as const)]);
  readonly #treatment = select([["", "None"], ["RecordTreatCampaign", "Call again, anyone"], ["RecordTreatPersonal", "Call again, me"]]);
  readonly #thenReady = h("input", { type: "checkbox", checked: true });
  readonly #callback = select([["Campaign", "Anyone"], ["Personal", "Me"]]);
  readonly #when = h("input", { type: "datetime-local", name: "when" });
  readonly #zone = h("span", { class: "hint" }, "Customer's time");
  readonly #finish: HTMLButtonElement;
  readonly #note: HTMLButtonElement;
  readonly #reject: HTMLButtonElement;
  readonly #doNotCall: HTMLButtonElement;
  readonly #cancel: HTMLButtonElement;
  readonly #add: HTMLButtonElement;
  #record: DeskRecord | null = null;
  #shown = 0;

  constructor(private readonly app: App, private readonly drafts: Drafts) {
    this.#finish = button("Finish record", "primary wide", () => this.finish(), "Alt+Enter");
    this.#note = button("Note callback", "wide", () => this.#reschedule());
    this.#reject = button("Give back", "", () => this.#onRecord("Give back", (record) => app.session.outbound.rejectRecord(record.key)));
    this.#doNotCall = button("Do not call", "danger", () => this.#record && doNotCallDialog(app, this.#record));
    this.#cancel = button("Cancel record", "", () => this.#record && cancelDialog(app, this.#record));
    this.#add = button("Add number", "", () => this.#record && addRecordDialog(app, this.#record));
    const draft = <T extends HTMLSelectElement | HTMLInputElement>(control: T, take: (value: string) => void): T => {
      control.addEventListener("change", () => take(control.value));
      return control;
    };
    this.element = h(
      "div", { class: "column" },
      h(
        "section", { class: "card beside", aria: { label: "Finish" } },
        h("h2", {}, "Finish"),
        field("Result", draft(this.#result, (value) => this.#edit((one) => (one.result = value)))),
        field("Treatment", draft(this.#treatment, (value) => this.#edit((one) => (one.treatment = value as Treatment | "")))),
        h("label", { class: "check" }, this.#thenReady, "Then go ready"),
        this.#finish,
      ),
      h(
        "section", { class: "card beside", aria: { label: "Call back" } },
        h("h2", {}, "Call back"),
        field("At", draft(this.#when, (value) => this.#edit((one) => (one.when = value))), this.#zone),
        h(
          "div", { class: "buttons" },
          button("In 1 hour", "small", () => this.#in(60)),
          button("In 4 hours", "small", () => this.#in(240)),
          button("Tomorrow", "small", () => this.#in(24 * 60)),
        ),
        field("By", draft(this.#callback, (value) => this.#edit((one) => (one.callbackType = value as CallbackType)))),
        this.#note,
      ),
      h(
        "section", { class: "card", aria: { label: "More" } },
        h("h2", {}, "More"),
        h("div", { class: "buttons grid" }, this.#doNotCall, this.#cancel, this.#reject, this.#add),
      ),
    );
  }

  /** Going ready ends after-call work, and with it the records whose call is over: they go with what was entered for them. */
  async finishEnded(): Promise<boolean> {
    for (const record of this.app.desk.records.filter((one) => one.call !== null && !isLive(one.call) && one.closed === null)) {
      if (!(await this.#process(record))) {
        return false;
      }
    }

    return true;
  }

  async finish(): Promise<void> {
    const record = this.#record;
    if (record === null || this.#finish.disabled) {
      return;
    }

    if (await this.#process(record)) {
      this.app.say("info", "Record finished");
      if (this.#thenReady.checked && this.app.desk.leavingAt === 0 && this.app.desk.records.length === 0 && this.app.desk.work !== "Ready") {
        await this.app.attempt("Ready", () => this.app.session.ready());
      }
    }
  }

  update({ desk, session, now }: Model): void {
    const record = find(desk, desk.selected);
    this.#record = record;
    this.element.hidden = record === null;
    if (record === null) {
      this.#shown = 0;
      return;
    }

    if (this.#shown !== record.key.handle) {
      this.#shown = record.key.handle;
      const draft = this.drafts.of(record);
      this.#result.value = draft.result;
      this.#treatment.value = draft.treatment;
      this.#callback.value = draft.callbackType;
      this.#when.value = draft.when;
    }

    const open = session.kind === "in" && record.closed === null;
    const talking = isLive(record.call) && record.call.state !== "Established" && record.call.state !== "Held";
    const detected = record.data["GSW_CALL_RESULT"];
    setText(this.#result.options[0]!, record.call !== null && typeof detected === "number" && detected !== UNKNOWN ? `Detected: ${callResultName(detected)}` : "As detected");
    const local = customerNow(record.data, now);
    setText(this.#zone, local === null ? "Customer's time" : `Customer's time; now ${local.toISOString().slice(11, 16)}`);
    setText(this.#note, record.source === "scheduled" ? "Reschedule" : record.callback === null ? "Note callback" : "Change callback");
    this.#finish.disabled = !open || talking;
    this.#note.disabled = !open;
    this.#doNotCall.disabled = !open;
    this.#cancel.disabled = !open;
    this.#add.disabled = !open;
    this.#reject.hidden = record.source === "call" || record.call !== null;
    this.#reject.disabled = !open;
  }

  #process(record: DeskRecord): Promise<boolean> {
    const draft = this.drafts.of(record);
    return this.app.attempt(
      "Finish record",
      () => this.app.session.outbound.recordProcessed(record.key, {
        callResult: draft.result === "" ? undefined : Number(draft.result),
        treatment: draft.treatment === "" ? undefined : draft.treatment,
        fields: changedFields(record, draft),
      }),
      record,
    );
  }

  #edit(how: (draft: ReturnType<Drafts["of"]>) => void): void {
    if (this.#record !== null) {
      how(this.drafts.of(this.#record));
    }
  }

  /** Fills in a moment of the customer's clock, or of this machine's where the record has none. */
  #in(minutes: number): void {
    if (this.#record === null) {
      return;
    }

    const now = Date.now();
    const local = customerNow(this.#record.data, now) ?? new Date(now - new Date(now).getTimezoneOffset() * 60_000);
    const step = 5 * 60_000;
    this.#when.value = inputValue(new Date(Math.ceil((local.getTime() + minutes * 60_000) / step) * step));
    this.#edit((draft) => (draft.when = this.#when.value));
  }

  async #reschedule(): Promise<void> {
    const record = this.#record;
    if (record === null) {
      return;
    }

    if (this.#when.value === "") {
      this.app.say("error", "Callback: choose a date and a time of day");
      this.#when.focus();
      return;
    }

    const { outbound } = this.app.session;
    const type = this.#callback.value as CallbackType;
    const at = formatDateTime(this.#when.value);
    const done = await this.app.attempt(
      "Callback",
      () => (record.source === "scheduled" ? outbound.rescheduleScheduledRecord(record.key, type, at) : outbound.rescheduleRecord(record.key, type, at)),
      record,
    );
    if (done) {
      this.app.say("info", `Callback noted for ${at}`);
    }
  }

  async #onRecord(what: string, run: (record: DeskRecord) => Promise<unknown>): Promise<void> {
    const record = this.#record;
    if (record !== null && (await this.app.attempt(what, () => run(record), record))) {
      this.app.say("info", `${what}: done`);
    }
  }
}
