import { ConnectionLostError, CtiError, ReplyTimeoutError } from "./errors.js";
import { readEvent, SUBPROTOCOL, type CtiEvent, type CtiRequestName, type CtiRequests } from "./wire.js";

/** What of a WebSocket this client uses: the browser's own has it, and so has any other. */
export interface Socket {
  readonly bufferedAmount: number;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** Time, so that tests need not wait. */
export interface Clock {
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

export interface ConnectionOptions {
  /** Opens a socket. Default: the environment's WebSocket. */
  open?: (url: string, subprotocol: string) => Socket;
  clock?: Clock;
  /** A number from 0 to 1; spreads the reconnections of many desktops. */
  random?: () => number;
  /** How long an answer may take, ms. Default 10,000. */
  replyTimeoutMs?: number;
  /** First wait before a new connection, ms; doubled each time. Default 500. */
  firstRetryMs?: number;
  /** Longest wait before a new connection, ms. Default 10,000. */
  longestRetryMs?: number;
}

/** `waiting`: the connection broke and is made anew in `retryMs`. `closed`: it ended and stays so, for `reason` where the engine gave one. */
export type LinkState =
  | { kind: "closed"; reason?: string }
  | { kind: "connecting" }
  | { kind: "open"; applicationId: number }
  | { kind: "waiting"; retryMs: number; reason: string };

interface Pending {
  name: string;
  resolve: (event: CtiEvent) => void;
  reject: (fault: Error) => void;
  timer: unknown;
}

/** Bytes that may wait in the socket: a desktop's request is small, more than this means that nothing goes through. */
const MAX_BUFFERED = 256 * 1024;

/**
 * A connection to the CTI link that mends itself: one promise a request, a stream of events, a new connection after a break. It knows nothing
 * of agents: {@link AgentSession} logs in again.
 */
export class CtiConnection {
  #socket: Socket | null = null;
  #state: LinkState = { kind: "closed" };
  #wanted = false;
  #retries = 0;
  #retryTimer: unknown = null;
  #lastReference = 0;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(event: CtiEvent) => void>();
  readonly #stateListeners = new Set<(state: LinkState) => void>();
  readonly #open: (url: string, subprotocol: string) => Socket;
  readonly #clock: Clock;
  readonly #options: Required<Pick<ConnectionOptions, "replyTimeoutMs" | "firstRetryMs" | "longestRetryMs" | "random">>;

  constructor(
    readonly url: string,
    options: ConnectionOptions = {},
  ) {
    this.#open = options.open ?? ((address, subprotocol) => new WebSocket(address, subprotocol) as unknown as Socket);
    this.#clock = options.clock ?? {
      setTimeout: (run, ms) => setTimeout(run, ms),
      clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    };
    this.#options = {
      replyTimeoutMs: options.replyTimeoutMs ?? 10_000,
      firstRetryMs: options.firstRetryMs ?? 500,
      longestRetryMs: options.longestRetryMs ?? 10_000,
      random: options.random ?? Math.random,
    };
  }

  get state(): LinkState {
    return this.#state;
  }

  /** The engine's application id (`GSW_APPLICATION_ID`); 0 before the link is open. */
  get applicationId(): number {
    return this.#state.kind === "open" ? this.#state.applicationId : 0;
  }

  /** Every event in its order, answers too. Gives back what ends the listening. */
  onEvent(listener: (event: CtiEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Every change of the link's state. */
  onState(listener: (state: LinkState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  /** Connects, and connects again after every break, until {@link close}. */
  open(): void {
    if (!this.#wanted) {
      this.#wanted = true;
      this.#retries = 0;
      this.#connect();
    }
  }

  /** Connects now where the next attempt is still being waited for. */
  retryNow(): void {
    if (this.#state.kind === "waiting") {
      this.#clock.clearTimeout(this.#retryTimer);
      this.#connect();
    }
  }

  /** Ends the connection for good. */
  close(): void {
    this.#wanted = false;
    this.#clock.clearTimeout(this.#retryTimer);
    const socket = this.#socket;
    this.#drop("the connection was closed");
    socket?.close(1000);
    this.#become({ kind: "closed" });
  }

  /**
   * Sends a request; the promise gives the event that answers it.
   * @throws CtiError where the engine refuses; ConnectionLostError; ReplyTimeoutError.
   */
  request<N extends CtiRequestName>(name: N, fields: CtiRequests[N], timeoutMs = this.#options.replyTimeoutMs): Promise<CtiEvent> {
    const reference = ++this.#lastReference;
    return new Promise((resolve, reject) => {
      const timer = this.#clock.setTimeout(() => {
        this.#pending.delete(reference);
        reject(new ReplyTimeoutError(name, timeoutMs / 1000));
      }, timeoutMs);
      this.#pending.set(reference, { name, resolve, reject, timer });
      try {
        this.#send({ message: name, referenceId: reference, ...fields });
      } catch (fault) {
        this.#pending.delete(reference);
        this.#clock.clearTimeout(timer);
        reject(fault as Error);
      }
    });
  }

  /** Sends a request that has no answer, or whose answer nobody waits for. */
  send<N extends CtiRequestName>(name: N, fields: CtiRequests[N]): void {
    this.#send({ message: name, ...fields });
  }

  #send(message: object): void {
    if (this.#socket === null || this.#state.kind !== "open") {
      throw new ConnectionLostError("there is no connection to the engine");
    }

    if (this.#socket.bufferedAmount > MAX_BUFFERED) {
      throw new ConnectionLostError("nothing goes through to the engine");
    }

    this.#socket.send(JSON.stringify(message));
  }

  #connect(): void {
    this.#become({ kind: "connecting" });
    let socket: Socket;
    try {
      socket = this.#open(this.url, SUBPROTOCOL);
    } catch (fault) {
      this.#retry(String(fault));
      return;
    }

    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket && typeof data === "string") {
        this.#take(data);
      }
    };
    socket.onclose = ({ code, reason }) => {
      if (socket === this.#socket) {
        this.#ended(code, reason);
      }
    };
  }

  #take(text: string): void {
    const event = readEvent(text);
    if (event === null) {
      return;
    }

    if (event.message === "EventLinkConnected") {
      this.#retries = 0;
      this.#become({ kind: "open", applicationId: event.applicationId });
    }

    // Listeners first: whoever awaits the answer finds the state that the answer made.
    for (const listener of [...this.#listeners]) {
      listener(event);
    }

    const pending = event.referenceId === undefined ? undefined : this.#pending.get(event.referenceId);
    if (pending !== undefined) {
      this.#pending.delete(event.referenceId!);
      this.#clock.clearTimeout(pending.timer);
      if (event.message === "EventError") {
        pending.reject(new CtiError(event.errorCode, event.errorMessage));
      } else {
        pending.resolve(event);
      }
    }
  }

  /** 1008 is the engine's word that this client did wrong: coming again would only repeat it. */
  #ended(code: number, reason: string): void {
    this.#drop("the connection to the engine broke");
    if (code === 1008) {
      this.#wanted = false;
      this.#become({ kind: "closed", reason: reason || "refused by the engine" });
    } else if (this.#wanted) {
      this.#retry(reason);
    }
  }

  #retry(reason: string): void {
    const longest = Math.min(this.#options.longestRetryMs, this.#options.firstRetryMs * 2 ** Math.min(this.#retries, 16));
    this.#retries++;
    // Half the wait is chance, so that a thousand desktops do not come back in the same moment.
    const retryMs = Math.round(longest * (0.5 + this.#options.random() / 2));
    this.#become({ kind: "waiting", retryMs, reason });
    this.#retryTimer = this.#clock.setTimeout(() => this.#connect(), retryMs);
  }

  #drop(why: string): void {
    this.#socket = null;
    for (const pending of this.#pending.values()) {
      this.#clock.clearTimeout(pending.timer);
      pending.reject(new ConnectionLostError(why));
    }

    this.#pending.clear();
  }

  #become(state: LinkState): void {
    this.#state = state;
    for (const listener of [...this.#stateListeners]) {
      listener(state);
    }
  }
}
