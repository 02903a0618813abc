import { callResultName, phoneTypeName } from "../client/index.js";
import { customerNow, customFields, details, duration, labelOf, titleOf } from "../state/customer.js";
import { find, isLive, withChain, type CallState, type Desk, type DeskRecord } from "../state/desk.js";
import type { App, Model } from "./app.js";
import { button, field, h, setChildren, setText } from "./dom.js";
import { changedFields, type Drafts } from "./drafts.js";

const CALL_WORDS: Record<CallState, string> = {
  Dialing: "Dialling",
  Ringing: "Ringing",
  Established: "Talking",
  Held: "On hold",
  Released: "Call ended",
  Abandoned: "Customer hung up",
};

/** The record on show: who it is, its call, its fields, its chain. */
export class RecordPanel {
  readonly element: HTMLElement;
  readonly #title = h("h2", { class: "customer", tabIndex: -1 });
  readonly #source = h("span", { class: "pill" });
  readonly #phone = h("span", { class: "phone" });
  readonly #phoneType = h("span", { class: "dim" });
  readonly #clock = h("span", { class: "dim" });
  readonly #callState = h("strong", {}, "");
  readonly #callTime = h("span", { class: "clock" });
  readonly #callBar = h("div", { class: "call" });
  readonly #note = h("p", { class: "note", hidden: true, aria: { role: "status" } });
  readonly #fields = h("div", { class: "fields" });
  readonly #details = h("dl", { class: "details" });
  readonly #chain = h("ul", { class: "list chain" });
  readonly #chainNone = h("p", { class: "dim", hidden: true }, "The customer has no other number.");
  readonly #body: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #buttons: Record<"dial" | "answer" | "hold" | "retrieve" | "release" | "save" | "others", HTMLButtonElement>;
  #shown = 0;
  #fieldsOf = "";
  #record: DeskRecord | null = null;

  constructor(private readonly app: App, private readonly drafts: Drafts) {
    const { session } = app;
    const call = (what: string, run: (connId: string) => Promise<void>) => () => {
      const connId = this.#record?.call?.connId;
      return connId === undefined ? undefined : app.attempt(what, () => run(connId));
    };
    this.#buttons = {
      dial: button("Dial", "primary", () => this.dial(), "Alt+D"),
      answer: button("Answer", "primary", call("Answer", (id) => session.answer(id)), "Alt+A"),
      hold: button("Hold", "", call("Hold", (id) => session.hold(id))),
      retrieve: button("Retrieve", "primary", call("Retrieve", (id) => session.retrieve(id))),
      release: button("Release", "danger", call("Release", (id) => session.release(id)), "Alt+X"),
      save: button("Save changes", "small", () => this.#save()),
      others: button("Show other numbers", "small", () => this.#others()),
    };
    this.#callBar.append(
      h("span", { class: "call-state", aria: { live: "polite" } }, this.#callState), this.#callTime, h("span", { class: "spring" }),
      this.#buttons.answer, this.#buttons.dial, this.#buttons.hold, this.#buttons.retrieve, this.#buttons.release,
    );
    this.#body = h(
      "div", { class: "stack" },
      h("div", { class: "row" }, this.#title, this.#source),
      h("div", { class: "row wrap" }, this.#phone, this.#phoneType, h("span", { class: "spring" }), this.#clock),
      this.#callBar,
      this.#note,
      h("h3", {}, "Customer"),
      this.#fields,
      h("div", { class: "buttons" }, this.#buttons.save),
      h("h3", {}, "Record"),
      this.#details,
      h("h3", {}, "Other numbers"),
      this.#chain,
      this.#chainNone,
      h("div", { class: "buttons" }, this.#buttons.others),
    );
    this.#empty = h(
      "div", { class: "empty" },
      h("p", { class: "big" }, "No record on your desktop"),
      h("p", { class: "dim" }, "Go ready to be given calls, or take the next record of a preview campaign."),
    );
    this.element = h("section", { class: "card record", aria: { label: "Record" } }, this.#empty, this.#body);
  }

  async dial(): Promise<void> {
    const record = this.#record;
    if (record !== null && canDial(record, this.app.desk)) {
      await this.app.attempt("Dial", () => this.app.session.dial(record.key, String(record.data["GSW_PHONE"] ?? "")), record);
    }
  }

  press(which: "answer" | "release"): void {
    if (!this.#buttons[which].hidden && !this.#buttons[which].disabled) {
      this.#buttons[which].click();
    }
  }

  update({ desk, session, now }: Model): void {
    const record = find(desk, desk.selected);
    this.#record = record;
    this.#empty.hidden = record !== null;
    this.#body.hidden = record === null;
    if (record === null) {
      this.#shown = 0;
      this.#fieldsOf = "";
      return;
    }

    const up = session.kind === "in";
    const { data } = record;
    setText(this.#title, titleOf(data));
    setText(this.#source, record.source === "preview" ? "Preview" : record.source === "scheduled" ? "Callback" : "Call");
    setText(this.#phone, String(data["GSW_PHONE"] ?? ""));
    setText(this.#phoneType, typeof data["GSW_PHONE_TYPE"] === "number" ? phoneTypeName(data["GSW_PHONE_TYPE"]) : "");
    const local = customerNow(data, now);
    setText(this.#clock, local === null ? "" : `Customer's time ${local.toISOString().slice(11, 16)}`);
    this.#drawCall(record, desk, up, now);
    const note = record.closed ?? (record.callback === null ? "" : `${record.callback.type} callback at ${record.callback.dateTime} (customer's time), when you finish`);
    this.#note.hidden = note === "";
    setText(this.#note, note);
    this.#drawFields(record, up);
    this.#drawDetails(record);
    this.#drawChain(record, desk, up);
    if (this.#shown !== record.key.handle) {
      this.#shown = record.key.handle;
      this.element.scrollTop = 0;
    }
  }

  #drawCall(record: DeskRecord, desk: Desk, up: boolean, now: number): void {
    const { call } = record;
    const live = isLive(call);
    const { dial, answer, hold, retrieve, release } = this.#buttons;
    this.#callBar.className = `call ${call === null ? "" : call.state.toLowerCase()}`;
    setText(this.#callState, call === null ? "Not dialled" : CALL_WORDS[call.state]);
    setText(this.#callTime, live ? duration(now - (call.talkingSince || call.since)) : "");
    dial.hidden = !canDial(record, desk);
    answer.hidden = call?.state !== "Ringing";
    hold.hidden = call?.state !== "Established";
    retrieve.hidden = call?.state !== "Held";
    release.hidden = !live;
    for (const one of [dial, answer, hold, retrieve, release]) {
      one.disabled = !up;
    }
  }

  /** Inputs are made anew only for another record or other fields: what is being typed stays. */
  #drawFields(record: DeskRecord, up: boolean): void {
    const fields = customFields(record.data);
    const draft = this.drafts.of(record);
    const which = `${record.key.handle} ${fields.map((one) => one.key).join(" ")}`;
    if (which !== this.#fieldsOf) {
      this.#fieldsOf = which;
      setChildren(this.#fields, fields.map((one) => {
        const input = h("input", { name: one.key, value: draft.fields.get(one.key) ?? one.value, maxLength: 1_024, autocomplete: "off" });
        input.addEventListener("input", () => {
          draft.fields.set(one.key, input.value);
          this.app.draw();
        });
        return field(labelOf(one.key), input);
      }));
    } else {
      for (const input of this.#fields.querySelectorAll("input")) {
        const value = draft.fields.get(input.name) ?? fields.find((one) => one.key === input.name)?.value ?? "";
        if (input.value !== value && document.activeElement !== input) {
          input.value = value;
        }
      }
    }

    this.#buttons.save.hidden = Object.keys(changedFields(record, draft)).length === 0;
    this.#buttons.save.disabled = !up || record.closed !== null;
  }

  #drawDetails(record: DeskRecord): void {
    const wanted = details(record.data, callResultName).flatMap(([words, value]) => [words, value]);
    const now = [...this.#details.children].map((child) => child.textContent);
    if (wanted.length !== now.length || wanted.some((text, i) => text !== now[i])) {
      this.#details.replaceChildren(...wanted.map((text, i) => h(i % 2 === 0 ? "dt" : "dd", {}, text)));
    }
  }

  #drawChain(record: DeskRecord, desk: Desk, up: boolean): void {
    const chain = record.chain?.filter((other) => other["GSW_RECORD_HANDLE"] !== record.key.handle) ?? [];
    this.#buttons.others.hidden = record.chain !== null || record.closed !== null;
    this.#buttons.others.disabled = !up;
    this.#chainNone.hidden = record.chain === null || chain.length > 0;
    const key = `${record.key.handle}:${chain.length}:${up && canDial(record, desk)}`;
    if (this.#chain.dataset["key"] === key) {
      return;
    }

    this.#chain.dataset["key"] = key;
    this.#chain.replaceChildren(...chain.map((other) => {
      const phone = String(other["GSW_PHONE"] ?? "");
      const about = [
        typeof other["GSW_PHONE_TYPE"] === "number" ? phoneTypeName(other["GSW_PHONE_TYPE"]) : "",
        typeof other["GSW_CALL_RESULT"] === "number" ? callResultName(other["GSW_CALL_RESULT"]) : "",
        typeof other["GSW_ATTEMPTS"] === "number" ? `${other["GSW_ATTEMPTS"]} attempts` : "",
      ].filter((part) => part !== "").join(" · ");
      const handle = Number(other["GSW_RECORD_HANDLE"]);
      const dial = button("Dial", "small", () =>
        this.app.attempt("Dial", () => this.app.session.dial(handle > 0 ? { ...record.key, handle } : record.key, phone), record));
      dial.disabled = !up || !canDial(record, desk);
      return h("li", { class: "row" }, h("span", {}, h("strong", {}, phone), " ", h("span", { class: "dim" }, about)), h("span", { class: "spring" }), dial);
    }));
  }

  async #save(): Promise<void> {
    const record = this.#record;
    if (record === null) {
      return;
    }

    const draft = this.drafts.of(record);
    const changed = changedFields(record, draft);
    if (await this.app.attempt("Save changes", () => this.app.session.outbound.updateRecord(record.key, changed), record)) {
      draft.fields.clear();
      this.app.change((desk) => ({
        ...desk,
        records: desk.records.map((one) => (one.key.handle === record.key.handle ? { ...one, data: { ...one.data, ...changed } } : one)),
      }));
      this.app.say("info", "Changes saved");
    }
  }

  async #others(): Promise<void> {
    const record = this.#record;
    if (record !== null) {
      await this.app.attempt("Other numbers", async () => {
        const chain = await this.app.session.outbound.requestChainedRecords(record.key);
        this.app.change((desk) => withChain(desk, record.key.handle, chain));
      });
    }
  }
}

/** A record may be dialled while no call of the agent goes on and nobody has closed it. */
function canDial(record: DeskRecord, desk: Desk): boolean {
  return record.closed === null && !desk.records.some((one) => isLive(one.call)) && (record.source !== "call" || record.call === null);
}
