import { App } from "./app.js";
import { Campaigns } from "./campaigns.js";
import { h } from "./dom.js";
import { Drafts } from "./drafts.js";
import { Header } from "./header.js";
import { Notices, RecordList } from "./lists.js";
import { LoginView } from "./login.js";
import { OutcomePanel } from "./outcome.js";
import { RecordPanel } from "./record.js";

/** The page's engine is the one that it came from. */
const address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/cti`;

const app = new App(address);
const drafts = new Drafts();
const login = new LoginView(app);
const campaigns = new Campaigns(app);
const records = new RecordList(app);
const record = new RecordPanel(app, drafts);
const outcome = new OutcomePanel(app, drafts);
const header = new Header(app, () => outcome.finishEnded());
const notices = new Notices();

const desk = h(
  "div", { class: "desk" },
  header.element,
  h(
    "main", { class: "columns" },
    h("div", { class: "column left" }, campaigns.element, records.element),
    h("div", { class: "column middle" }, record.element, notices.element),
    outcome.element,
  ),
);
document.querySelector("#app")!.replaceChildren(login.element, desk, notices.toast);

let working: boolean | null = null;
app.onDraw((model) => {
  const now = model.session.kind === "in" || model.session.kind === "resuming";
  drafts.keep(model.desk.records);
  login.update(model);
  if (now) {
    header.update(model);
    campaigns.update(model);
    records.update(model);
    record.update(model);
    outcome.update(model);
  }

  notices.update(model);
  if (working !== now) {
    working = now;
    login.element.hidden = now;
    desk.hidden = !now;
    if (!now) {
      login.focus();
    }
  }

  document.title = now && app.session.credentials !== null ? `${app.session.credentials.agentId} - Agent desktop` : "Agent desktop";
});
app.draw();

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat || !working || document.querySelector("dialog[open]") !== null) {
    return;
  }

  const run: Record<string, () => unknown> = {
    Digit1: () => header.become("Ready"),
    Digit2: () => header.become("NotReady"),
    Digit3: () => header.become("AfterCallWork"),
    KeyP: () => campaigns.nextRecord(),
    KeyD: () => record.dial(),
    KeyA: () => record.press("answer"),
    KeyX: () => record.press("release"),
    Enter: () => outcome.finish(),
  };
  const chosen = run[event.code];
  if (chosen !== undefined) {
    event.preventDefault();
    void chosen();
  }
});

// Leaving with open records by mistake: the browser asks.
window.addEventListener("beforeunload", (event) => {
  if (working === true && app.desk.records.length > 0) {
    event.preventDefault();
  }
});
