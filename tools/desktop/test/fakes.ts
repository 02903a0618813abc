import type { Clock, ConnectionOptions, Socket } from "../src/client/index.js";

/** Time that moves when told. */
export class FakeClock implements Clock {
  #now = 0;
  #next = 1;
  readonly #timers = new Map<number, { at: number; run: () => void }>();

  setTimeout(run: () => void, ms: number): unknown {
    const id = this.#next++;
    this.#timers.set(id, { at: this.#now + ms, run });
    return id;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as number);
  }

  get waiting(): number[] {
    return [...this.#timers.values()].map((timer) => timer.at - this.#now).sort((a, b) => a - b);
  }

  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) {
        break;
      }

      this.#timers.delete(due[0]);
      this.#now = due[1].at;
      due[1].run();
    }

    this.#now = until;
  }
}

/** A socket whose other end is the test. */
export class FakeSocket implements Socket {
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  closedWith: number | null = null;

  constructor(
    readonly url: string,
    readonly subprotocol: string,
  ) {}

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(code?: number): void {
    this.closedWith = code ?? 1005;
  }

  /** The engine says something. */
  says(message: object | string): void {
    this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }

  /** The engine answers the last request. */
  answers(message: object): void {
    this.says({ ...message, referenceId: this.sent.at(-1)?.["referenceId"] });
  }

  breaks(code = 1006, reason = ""): void {
    this.onclose?.({ code, reason });
  }

  /** What the last RequestDistributeUserEvent carried. */
  get lastUserData(): Record<string, unknown> {
    return this.sent.at(-1)?.["userData"] as Record<string, unknown>;
  }
}

export interface Bench {
  clock: FakeClock;
  sockets: FakeSocket[];
  options: ConnectionOptions;
  readonly socket: FakeSocket;
}

export function bench(): Bench {
  const clock = new FakeClock();
  const sockets: FakeSocket[] = [];
  return {
    clock,
    sockets,
    options: {
      clock,
      random: () => 1,
      open: (url, subprotocol) => {
        const socket = new FakeSocket(url, subprotocol);
        sockets.push(socket);
        return socket;
      },
    },
    get socket(): FakeSocket {
      return sockets.at(-1)!;
    },
  };
}

export const LINKED = { message: "EventLinkConnected", applicationId: 101 };

/** Lets promises that are settled run on. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) {
    await Promise.resolve();
  }
}
