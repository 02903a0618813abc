import { duration } from "../state/customer.js";
import type { Campaign } from "../state/desk.js";
import type { App, Model } from "./app.js";
import { addRecordDialog, numberDialog } from "./dialogs.js";
import { button, h, setChildren, setText } from "./dom.js";

const PREVIEW = /preview/i;

/** The agent's campaigns, and records to preview where a campaign gives them. */
export class Campaigns {
  readonly element: HTMLElement;
  readonly #list = h("ul", { class: "list" });
  readonly #none = h("p", { class: "dim" }, "No campaign of yours is loaded. You see it here when one is.");
  readonly #cards = new Map<string, CampaignCard>();

  constructor(private readonly app: App) {
    this.element = h(
      "section", { class: "card", aria: { label: "Campaigns" } },
      h("div", { class: "head" }, h("h2", {}, "Campaigns"), button("Refresh", "quiet small", () =>
        app.attempt("Campaigns", () => Promise.resolve(app.session.outbound.requestCampaignStatus())))),
      this.#list,
      this.#none,
      h(
        "div", { class: "buttons" },
        button("Add record", "small", () => addRecordDialog(app)),
        button("By number", "small", () => numberDialog(app)),
      ),
    );
  }

  /** The first campaign that gives records to preview. */
  nextRecord(): void {
    const campaign = this.app.desk.campaigns.find((one) => one.state === "Running" && PREVIEW.test(one.mode));
    if (campaign !== undefined) {
      void this.app.attempt("Next record", () => this.app.session.outbound.requestPreviewRecord(keyOf(campaign)));
    }
  }

  update({ desk, session, now }: Model): void {
    this.#none.hidden = desk.campaigns.length > 0;
    const cards = desk.campaigns.map((campaign) => {
      const card = this.#cards.get(campaign.group) ?? new CampaignCard(this.app, campaign.group);
      this.#cards.set(campaign.group, card);
      card.update(campaign, session.kind === "in", now);
      return card.element;
    });
    setChildren(this.#list, cards);
  }
}

class CampaignCard {
  readonly element: HTMLElement;
  readonly #name = h("strong");
  readonly #state = h("span", { class: "pill" });
  readonly #about = h("span", { class: "dim" });
  readonly #next: HTMLButtonElement;
  readonly #session: HTMLButtonElement;
  #campaign: Campaign | null = null;

  constructor(app: App, group: string) {
    const { outbound } = app.session;
    this.#next = button("Next record", "primary small", () => app.attempt("Next record", () => outbound.requestPreviewRecord(keyOf(this.#campaign!))), "Alt+P");
    this.#session = button("Start preview", "small", () => {
      const campaign = this.#campaign!;
      return campaign.previewing
        ? app.attempt("End preview", () => outbound.endPreview(keyOf(campaign)))
        : app.attempt("Start preview", () => outbound.startPreview(keyOf(campaign)));
    });
    this.element = h(
      "li", { class: "campaign", data: { group } },
      h("div", { class: "row" }, this.#name, this.#state),
      this.#about,
      h("div", { class: "buttons" }, this.#next, this.#session),
    );
  }

  update(campaign: Campaign, up: boolean, now: number): void {
    this.#campaign = campaign;
    const running = campaign.state === "Running";
    const previews = running && PREVIEW.test(campaign.mode);
    setText(this.#name, campaign.name);
    setText(this.#state, campaign.state === "Running" ? "Running" : campaign.state === "Loaded" ? "Loaded" : "Stopped");
    this.#state.className = `pill ${running ? "good" : campaign.state === "Stopped" ? "warn" : ""}`;
    setText(this.#about, [campaign.description, campaign.mode, duration(now - campaign.since)].filter((part) => part !== "").join(" · "));
    this.#next.hidden = !previews;
    this.#session.hidden = !previews;
    this.#next.disabled = !up;
    this.#session.disabled = !up;
    setText(this.#session, campaign.previewing ? "End preview" : "Start preview");
  }
}

function keyOf(campaign: Campaign): { campaign: string; group: string } {
  return { campaign: campaign.name, group: campaign.group };
}
