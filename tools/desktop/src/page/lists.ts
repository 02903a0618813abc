import { titleOf } from "../state/customer.js";
import { isLive, withSelected, type Notice } from "../state/desk.js";
import type { App, Model } from "./app.js";
import { h, setChildren, setText } from "./dom.js";

/** The records on the desktop, to choose from. */
export class RecordList {
  readonly element: HTMLElement;
  readonly #list = h("ul", { class: "list" });
  readonly #count = h("span", { class: "pill" });
  readonly #none = h("p", { class: "dim" }, "None now.");
  readonly #items = new Map<number, { item: HTMLElement; choose: HTMLButtonElement; name: HTMLElement; about: HTMLElement }>();

  constructor(private readonly app: App) {
    this.element = h("section", { class: "card", aria: { label: "Records" } }, h("div", { class: "head" }, h("h2", {}, "Your records"), this.#count), this.#list, this.#none);
  }

  update({ desk }: Model): void {
    setText(this.#count, String(desk.records.length));
    this.#none.hidden = desk.records.length > 0;
    const items = desk.records.map((record) => {
      const { handle } = record.key;
      let entry = this.#items.get(handle);
      if (entry === undefined) {
        const name = h("strong");
        const about = h("span", { class: "dim" });
        const choose = h("button", { type: "button", class: "choose" }, name, about);
        choose.addEventListener("click", () => this.app.change((one) => withSelected(one, handle)));
        entry = { item: h("li", {}, choose), choose, name, about };
        this.#items.set(handle, entry);
      }

      setText(entry.name, titleOf(record.data));
      const state = record.closed !== null ? "done" : isLive(record.call) ? record.call.state : record.call !== null ? "to finish"
        : record.callback !== null ? "callback noted" : record.source === "scheduled" ? "callback due" : "to dial";
      setText(entry.about, `${String(record.data["GSW_PHONE"] ?? "")} · ${state.toLowerCase()}`);
      entry.choose.setAttribute("aria-current", String(desk.selected === handle));
      return entry.item;
    });
    for (const handle of [...this.#items.keys()]) {
      if (!desk.records.some((record) => record.key.handle === handle)) {
        this.#items.delete(handle);
      }
    }

    setChildren(this.#list, items);
  }
}

/** What happened: the newest as a message over the page for some seconds, all of them in a list. */
export class Notices {
  readonly element: HTMLElement;
  readonly toast = h("div", { class: "toasts", aria: { live: "assertive", role: "alert" } });
  readonly #list = h("ol", { class: "notices" });
  #last = 0;

  constructor() {
    this.element = h("details", { class: "card log" }, h("summary", {}, "What happened"), this.#list);
  }

  update({ desk }: Model): void {
    if (desk.lastNotice < this.#last) {
      // Another session has begun.
      this.#last = 0;
      this.#list.replaceChildren();
      this.toast.replaceChildren();
    }

    const news = desk.notices.filter((notice) => notice.id > this.#last).reverse();
    this.#last = desk.lastNotice;
    for (const notice of news) {
      this.#list.prepend(h("li", { class: notice.kind }, h("time", {}, new Date(notice.at).toLocaleTimeString()), " ", notice.text));
      this.#show(notice);
    }

    while (this.#list.children.length > 100) {
      this.#list.lastElementChild!.remove();
    }
  }

  #show(notice: Notice): void {
    const dismiss = h("button", { type: "button", class: "quiet small", aria: { label: "Dismiss" } }, "×");
    const toast = h("div", { class: `toast ${notice.kind}` }, h("span", {}, notice.text), dismiss);
    dismiss.addEventListener("click", () => toast.remove());
    this.toast.prepend(toast);
    while (this.toast.children.length > 4) {
      this.toast.lastElementChild!.remove();
    }

    setTimeout(() => toast.remove(), notice.kind === "info" ? 4_000 : 12_000);
  }
}
