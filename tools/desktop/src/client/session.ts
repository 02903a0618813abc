import { CtiConnection, type Clock, type ConnectionOptions, type LinkState } from "./connection.js";
import { CtiError } from "./errors.js";
import { OutboundProtocol, type RecordKey } from "./outbound.js";
import { isCallEvent, type CtiEvent, type UserData } from "./wire.js";

/** Who works where. */
export interface Credentials {
  /** DN of the place. */
  place: string;
  /** Login id. */
  agentId: string;
  password?: string | undefined;
}

/**
 * `out`: nobody is logged in; `fault` says why where it is the engine's word. `resuming`: the connection broke or the DN is still held by the broken
 * one; the session logs in again by itself.
 */
export type SessionState =
  | { kind: "out"; fault?: string }
  | { kind: "logging-in" }
  | { kind: "in" }
  | { kind: "resuming"; reason: string };

/** TERR_RESOURCE_SEIZED: the DN or the agent is in use, after a break perhaps by this desktop's own broken connection. */
const SEIZED = 42;

/** How long a session that broke tries to get its place back: the engine notices a dead connection within 30 s. */
const SEIZED_PATIENCE_MS = 60_000;
const SEIZED_RETRY_MS = 2_000;

/** The engine checks hashed passwords one after the other: at the start of a shift a login may wait for those before it. */
const LOGIN_PATIENCE_MS = 120_000;

/**
 * An agent at work over a connection that mends itself: logs in, and after a break logs in again; an agent who was ready is ready again. The engine keeps the
 * agent's call and records for a while (`cti.reconnectSeconds`) and shows them again.
 */
export class AgentSession {
  readonly connection: CtiConnection;
  readonly outbound: OutboundProtocol;
  #credentials: Credentials | null = null;
  #state: SessionState = { kind: "out" };
  #wasReady = false;
  #hasCall = false;
  #leaving = false;
  #retryTimer: unknown = null;
  #seizedMs = 0;
  readonly #clock: Clock;
  readonly #stateListeners = new Set<(state: SessionState) => void>();

  constructor(url: string, options: ConnectionOptions = {}) {
    this.connection = new CtiConnection(url, options);
    this.outbound = new OutboundProtocol(this.connection);
    this.#clock = options.clock ?? {
      setTimeout: (run, ms) => setTimeout(run, ms),
      clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    };
    this.connection.onEvent((event) => this.#watch(event));
    this.connection.onState((state) => this.#linkChanged(state));
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Who is logged in or being logged in. */
  get credentials(): Credentials | null {
    return this.#credentials;
  }

  onState(listener: (state: SessionState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /** Connects and logs in; the state says how it went. */
  logIn(credentials: Credentials): void {
    this.#clock.clearTimeout(this.#retryTimer);
    this.#credentials = credentials;
    this.#wasReady = false;
    this.#hasCall = false;
    this.#become({ kind: "logging-in" });
    if (this.connection.state.kind === "open") {
      void this.#enter(false);
    } else {
      this.connection.open();
      this.connection.retryNow();
    }
  }

  /** Logs out at once; a call is ended by it. See {@link OutboundProtocol.smartLogOut} for leaving without breaking anything off. */
  async logOut(): Promise<void> {
    this.#leaving = true;
    try {
      await this.connection.request("RequestAgentLogout", {});
      this.#leave();
    } finally {
      this.#leaving = false;
    }
  }

  async ready(): Promise<void> {
    await this.connection.request("RequestAgentReady", {});
  }

  async notReady(): Promise<void> {
    await this.connection.request("RequestAgentNotReady", {});
  }

  async afterCallWork(): Promise<void> {
    await this.connection.request("RequestAgentNotReady", { workMode: "AfterCallWork" });
  }

  async answer(connId: string): Promise<void> {
    await this.connection.request("RequestAnswerCall", { connId });
  }

  async release(connId: string): Promise<void> {
    await this.connection.request("RequestReleaseCall", { connId });
  }

  async hold(connId: string): Promise<void> {
    await this.connection.request("RequestHoldCall", { connId });
  }

  async retrieve(connId: string): Promise<void> {
    await this.connection.request("RequestRetrieveCall", { connId });
  }

  /** Dials a record that is on the desktop. */
  async dial(record: RecordKey, phone: string): Promise<CtiEvent> {
    return this.connection.request("RequestMakeCall", { otherDN: phone, userData: this.outbound.callData(record) });
  }

  /** Attaches data to a call. */
  async attach(connId: string, userData: UserData): Promise<void> {
    await this.connection.request("RequestUpdateUserData", { connId, userData });
  }

  #linkChanged(state: LinkState): void {
    switch (state.kind) {
      case "open":
        if (this.#credentials !== null) {
          void this.#enter(this.#state.kind === "resuming");
        }

        break;
      case "waiting":
        if (this.#state.kind === "in") {
          this.#seizedMs = 0;
          this.#become({ kind: "resuming", reason: state.reason });
        }

        break;
      case "closed":
        if (this.#credentials !== null) {
          this.#leave(state.reason);
        }

        break;
      case "connecting":
        break;
    }
  }

  async #enter(resuming: boolean): Promise<void> {
    const { place, agentId, password } = this.#credentials!;
    const wasReady = this.#wasReady;
    try {
      await this.connection.request("RequestAgentLogin", { thisDN: place, agentId, ...(password ? { password } : {}) }, LOGIN_PATIENCE_MS);
    } catch (fault) {
      this.#refused(fault, resuming);
      return;
    }

    this.#become({ kind: "in" });
    if (resuming && wasReady && !this.#hasCall) {
      await this.ready().catch(() => undefined);
    }
  }

  #refused(fault: unknown, resuming: boolean): void {
    if (!(fault instanceof CtiError)) {
      // The connection's own trouble: it comes again by itself, and with it the login.
      if (this.connection.state.kind === "open") {
        this.#leave(fault instanceof Error ? fault.message : String(fault));
      }

      return;
    }

    if (resuming && fault.code === SEIZED && this.#seizedMs < SEIZED_PATIENCE_MS) {
      this.#seizedMs += SEIZED_RETRY_MS;
      this.#retryTimer = this.#clock.setTimeout(() => {
        if (this.connection.state.kind === "open" && this.#state.kind === "resuming") {
          void this.#enter(true);
        }
      }, SEIZED_RETRY_MS);
      return;
    }

    this.#leave(fault.message);
  }

  #watch(event: CtiEvent): void {
    if (isCallEvent(event)) {
      this.#hasCall = event.message !== "EventReleased" && event.message !== "EventAbandoned";
      return;
    }

    switch (event.message) {
      case "EventAgentReady":
        this.#wasReady = true;
        break;
      case "EventAgentNotReady":
        // While resuming, the engine's word about the time without a connection does not undo what the agent wished.
        this.#wasReady = this.#state.kind === "resuming" && this.#wasReady && event.workMode === undefined;
        break;
      case "EventAgentLogout":
        if (this.#state.kind === "in" && !this.#leaving) {
          this.#leave("the engine logged you out");
        }

        break;
      default:
        break;
    }
  }

  #leave(fault?: string): void {
    this.#clock.clearTimeout(this.#retryTimer);
    this.#credentials = null;
    this.#wasReady = false;
    this.#become(fault === undefined ? { kind: "out" } : { kind: "out", fault });
    this.connection.close();
  }

  #become(state: SessionState): void {
    this.#state = state;
    for (const listener of [...this.#stateListeners]) {
      listener(state);
    }
  }
}
