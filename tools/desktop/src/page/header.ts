import { duration } from "../state/customer.js";
import { isLive, type AgentWork } from "../state/desk.js";
import type { App, Model } from "./app.js";
import { button, dialog, h, setText } from "./dom.js";

const WORK: readonly (readonly [AgentWork, string, string])[] = [
  ["Ready", "Ready", "Alt+1"],
  ["NotReady", "Not ready", "Alt+2"],
  ["AfterCallWork", "After-call work", "Alt+3"],
];

/** Who is here, in which state, over which connection; the way out. */
export class Header {
  readonly element: HTMLElement;
  readonly #who = h("span", { class: "who" });
  readonly #link = h("span", { class: "pill", aria: { role: "status" } });
  readonly #clock = h("span", { class: "clock", aria: { label: "Time in this state" } });
  readonly #leaving = h("span", { class: "pill warn", aria: { role: "status" }, hidden: true });
  readonly #work = new Map<AgentWork, HTMLButtonElement>();

  constructor(private readonly app: App, private readonly finishEnded: () => Promise<boolean>) {
    const states = h("div", { class: "segments", aria: { role: "group", label: "Your state" } });
    for (const [work, label, shortcut] of WORK) {
      const one = button(label, "segment", () => this.become(work), shortcut);
      one.dataset["work"] = work;
      this.#work.set(work, one);
      states.append(one);
    }

    this.element = h(
      "header", { class: "bar" },
      h("span", { class: "brand" }, h("span", { class: "mark", aria: { hidden: "true" } }), h("h1", {}, "Agent desktop")),
      states,
      this.#clock,
      h("span", { class: "spring" }),
      this.#leaving,
      this.#link,
      this.#who,
      button("Log out", "quiet", () => this.#logOut()),
    );
  }

  async become(work: AgentWork): Promise<boolean> {
    const { session } = this.app;
    if (work === "Ready" && !(await this.finishEnded())) {
      return false;
    }

    return work === "Ready" ? this.app.attempt("Ready", () => session.ready())
      : work === "NotReady" ? this.app.attempt("Not ready", () => session.notReady())
      : this.app.attempt("After-call work", () => session.afterCallWork());
  }

  update({ desk, link, session, now }: Model): void {
    const credentials = this.app.session.credentials;
    setText(this.#who, credentials === null ? "" : `${credentials.agentId} at ${credentials.place}`);
    const up = session.kind === "in";
    this.#link.className = `pill ${up ? "good" : "bad"}`;
    setText(this.#link, up ? "Connected" : link.kind === "waiting" ? "No connection, trying again" : "Reconnecting");
    const call = desk.records.map((record) => record.call).find(isLive);
    setText(this.#clock, call === undefined ? duration(now - desk.workSince) : "On a call");
    for (const [work, one] of this.#work) {
      one.setAttribute("aria-pressed", String(desk.work === work));
      one.disabled = !up;
    }

    this.#leaving.hidden = desk.leavingAt === 0;
    setText(
      this.#leaving,
      desk.leavingAt === 0 ? ""
        : desk.records.length > 0 ? "Leaving when your records are finished"
        : desk.mayLeave ? "Leaving" : `Leaving, about ${Math.max(0, Math.ceil((desk.leavingAt - now) / 1000))} s`,
    );
  }

  #logOut(): void {
    const { app } = this;
    const busyCall = app.desk.records.some((record) => isLive(record.call));
    dialog("Log out", (close) => [
      h("p", {}, "When done: no more calls are dialled for you, and you are logged out as soon as none waits and your records are finished."),
      busyCall && h("p", { class: "fault" }, "You are on a call: logging out now ends it."),
      h(
        "div", { class: "buttons" },
        button("When done", "primary", () => {
          close();
          return app.attempt("Log out", () => app.leave());
        }),
        button("Now", busyCall ? "danger" : "", () => {
          close();
          return app.attempt("Log out", () => app.logOutNow());
        }),
        button("Stay", "quiet", close),
      ),
    ]);
  }
}
