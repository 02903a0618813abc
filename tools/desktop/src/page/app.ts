import {
  AgentSession, CtiError, isCallEvent, OutboundError, ReplyTimeoutError, type CtiEvent, type LinkState, type SessionState,
} from "../client/index.js";
import { emptyDesk, isLive, onEvent, withLeaving, withNotice, withoutRecord, type Desk, type DeskRecord } from "../state/desk.js";

/** Errors of the outbound protocol that say that the record is not the agent's any more. */
const RECORD_GONE = new Set([109, 112]);

/** What the views are made from. */
export interface Model {
  desk: Desk;
  link: LinkState;
  session: SessionState;
  now: number;
}

/** Session and desk in one; tells the views when something has changed, at most once a frame. */
export class App {
  readonly session: AgentSession;
  desk: Desk;
  readonly #views = new Set<(model: Model) => void>();
  #drawing = false;

  constructor(url: string) {
    this.session = new AgentSession(url);
    this.desk = emptyDesk(Date.now());
    this.session.connection.onEvent((event) => this.#take(event));
    this.session.connection.onState(() => this.draw());
    let resuming = false;
    this.session.onState((state) => {
      if (state.kind === "out") {
        this.desk = emptyDesk(Date.now());
      } else if (state.kind === "in" && resuming) {
        this.desk = withNotice(this.desk, "info", "Connected again: your call and your records are there", Date.now());
      }

      resuming = state.kind === "resuming";

      this.draw();
    });
    // Clocks on the page.
    setInterval(() => this.draw(), 1000);
  }

  onDraw(view: (model: Model) => void): void {
    this.#views.add(view);
  }

  draw(): void {
    if (!this.#drawing) {
      this.#drawing = true;
      queueMicrotask(() => {
        this.#drawing = false;
        const model = { desk: this.desk, link: this.session.connection.state, session: this.session.state, now: Date.now() };
        for (const view of this.#views) {
          view(model);
        }
      });
    }
  }

  change(how: (desk: Desk) => Desk): void {
    this.desk = how(this.desk);
    this.draw();
  }

  say(kind: "info" | "warning" | "error", text: string): void {
    this.change((desk) => withNotice(desk, kind, text, Date.now()));
  }

  /** Runs what the agent asked for; what goes wrong is said in the engine's words. True when it went well. */
  async attempt(what: string, run: () => Promise<unknown>, record?: DeskRecord): Promise<boolean> {
    try {
      await run();
      return true;
    } catch (fault) {
      this.say("error", `${what}: ${explain(fault)}`);
      if (record !== undefined && fault instanceof OutboundError && RECORD_GONE.has(fault.number) && !isLive(record.call)) {
        this.change((desk) => withoutRecord(desk, record.key.handle));
      }

      return false;
    }
  }

  /**
   * Logs out at once. Records that were shown and not dialled are given back first, so that others may have them: what is left on a desktop at the
   * logout is finished (section Agent Logout of the protocol).
   */
  async logOutNow(): Promise<void> {
    const untouched = this.desk.records.filter((one) => one.source !== "call" && one.call === null && one.callback === null && one.closed === null);
    await Promise.allSettled(untouched.map((one) => this.session.outbound.rejectRecord(one.key)));
    await this.session.logOut();
  }

  /** The agent means to go: campaigns that dial by themselves are told, the others need not be. */
  async leave(): Promise<void> {
    let seconds = 0;
    let told = 0;
    for (const campaign of this.desk.campaigns.filter((one) => one.state === "Running" && !/preview/i.test(one.mode))) {
      try {
        seconds = Math.max(seconds, await this.session.outbound.smartLogOut({ campaign: campaign.name, group: campaign.group }));
        told++;
      } catch (fault) {
        if (!(fault instanceof OutboundError)) {
          throw fault;
        }

        // 101: the campaign does not dial by itself, or has been told already. Nothing waits there.
      }
    }

    if (told === 0) {
      this.change((desk) => ({ ...withLeaving(desk, 0, Date.now()), mayLeave: true }));
    } else {
      this.change((desk) => withLeaving(desk, seconds, Date.now()));
    }

    this.#leaveWhenDone();
  }

  #take(event: CtiEvent): void {
    this.desk = onEvent(this.desk, event, Date.now());
    if (event.message === "EventError" && event.referenceId === undefined) {
      this.desk = withNotice(this.desk, "error", event.errorMessage, Date.now());
    }

    if (isCallEvent(event) && event.message === "EventAbandoned") {
      this.desk = withNotice(this.desk, "warning", "The customer hung up before you talked", Date.now());
    }

    this.#leaveWhenDone();
    this.draw();
  }

  /** The agent who asked to leave goes as soon as no call waits and no record is left. */
  #leaveWhenDone(): void {
    const { mayLeave, leavingAt, records } = this.desk;
    if (mayLeave && leavingAt > 0 && records.length === 0) {
      this.desk = { ...this.desk, leavingAt: 0, mayLeave: false };
      void this.attempt("Log out", () => this.session.logOut());
    }
  }
}

/** A fault in words for the agent. */
export function explain(fault: unknown): string {
  if (fault instanceof OutboundError) {
    return fault.description ? `${fault.title} (${fault.number}): ${fault.description}` : `${fault.title} (${fault.number})`;
  }

  if (fault instanceof CtiError) {
    return `${fault.message} (${fault.code})`;
  }

  return fault instanceof ReplyTimeoutError ? "the engine gives no answer" : fault instanceof Error ? fault.message : String(fault);
}
