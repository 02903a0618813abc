import type { App, Model } from "./app.js";
import { busy, field, h, setText } from "./dom.js";

const KEY = "dialer.desktop";

/** Where an agent logs in. Place and login id are remembered for this tab; the password never leaves the page's memory. */
export class LoginView {
  readonly element: HTMLElement;
  readonly #place = h("input", { name: "place", required: true, maxLength: 64, autocomplete: "off", spellcheck: false });
  readonly #agent = h("input", { name: "agent", required: true, maxLength: 32, autocomplete: "username", spellcheck: false });
  readonly #password = h("input", { name: "password", type: "password", maxLength: 256, autocomplete: "current-password" });
  readonly #submit = h("button", { type: "submit", class: "primary wide" }, "Log in");
  readonly #cancel = h("button", { type: "button", class: "quiet wide", hidden: true }, "Stop trying");
  readonly #fault = h("p", { class: "fault", aria: { role: "alert" }, hidden: true });

  constructor(app: App) {
    const form = h(
      "form", { class: "login card", noValidate: false },
      h("div", { class: "brand" }, h("span", { class: "mark", aria: { hidden: "true" } }), h("h1", {}, "Agent desktop")),
      this.#fault,
      field("Place", this.#place, "The DN of your phone, for example 7001"),
      field("Login id", this.#agent),
      field("Password", this.#password, "Leave empty where you have none"),
      this.#submit,
      this.#cancel,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const place = this.#place.value.trim();
      const agentId = this.#agent.value.trim();
      remember(place, agentId);
      void busy(this.#submit, () => app.session.logIn({ place, agentId, password: this.#password.value || undefined }));
    });
    this.#cancel.addEventListener("click", () => app.session.connection.close());
    this.element = h("main", { class: "login-page" }, form);
    const remembered = recall();
    this.#place.value = remembered.place;
    this.#agent.value = remembered.agentId;
  }

  focus(): void {
    (this.#place.value === "" ? this.#place : this.#agent.value === "" ? this.#agent : this.#password).focus();
  }

  update({ session, link }: Model): void {
    const trying = session.kind === "logging-in";
    this.#submit.disabled = trying;
    this.#cancel.hidden = !trying;
    setText(this.#submit, trying ? (link.kind === "waiting" ? "The engine does not answer; trying again …" : "Logging in …") : "Log in");
    const fault = session.kind === "out" ? session.fault : undefined;
    this.#fault.hidden = fault === undefined;
    setText(this.#fault, fault === undefined ? "" : inWords(fault));
    if (session.kind === "in") {
      this.#password.value = "";
    }
  }
}

function inWords(fault: string): string {
  const known: Record<string, string> = {
    FailedLogins: "Too many failed logins. Wait a moment, then try again.",
    Flood: "The engine ended the connection: too many requests.",
    RegistrationTimeout: "The engine ended the connection: nobody logged in.",
    TakenOver: "You logged in at this place again, in another window or page: it works there now.",
  };
  return known[fault] ?? fault.charAt(0).toUpperCase() + fault.slice(1);
}

function remember(place: string, agentId: string): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ place, agentId }));
  } catch {
    // Storage is a convenience: where the browser forbids it, the agent types again.
  }
}

function recall(): { place: string; agentId: string } {
  try {
    const value = JSON.parse(sessionStorage.getItem(KEY) ?? "{}") as { place?: unknown; agentId?: unknown };
    return { place: typeof value.place === "string" ? value.place : "", agentId: typeof value.agentId === "string" ? value.agentId : "" };
  } catch {
    return { place: "", agentId: "" };
  }
}
