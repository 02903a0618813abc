import type { UserData } from "./wire.js";

/** The engine refused a CTI request (EventError); numbers are T-Lib's. */
export class CtiError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
    this.name = "CtiError";
  }
}

/** The engine refused an outbound request (user event Error): numbers 101 to 120 with the protocol's own names. */
export class OutboundError extends Error {
  /** `GSW_ERROR_NUMBER`. */
  readonly number: number;
  /** `GSW_ERROR`, for example "Record Not Found". */
  readonly title: string;
  /** `GSW_ERROR_DESCRIPTION`, where the engine said more. */
  readonly description: string;
  /** `GSW_AGENT_REQ_TYPE`: which request it was. */
  readonly request: string;

  constructor(data: UserData) {
    const title = text(data["GSW_ERROR"]) || "Error";
    const description = text(data["GSW_ERROR_DESCRIPTION"]);
    super(description ? `${title}: ${description}` : title);
    this.name = "OutboundError";
    this.number = Number(data["GSW_ERROR_NUMBER"]) || 0;
    this.title = title;
    this.description = description;
    this.request = text(data["GSW_AGENT_REQ_TYPE"]);
  }
}

/** The connection broke before the answer came: whether the request was carried out is not known. */
export class ConnectionLostError extends Error {
  constructor(message = "the connection to the engine broke") {
    super(message);
    this.name = "ConnectionLostError";
  }
}

/** No answer came in time. */
export class ReplyTimeoutError extends Error {
  constructor(request: string, seconds: number) {
    super(`no answer to ${request} within ${seconds} s`);
    this.name = "ReplyTimeoutError";
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
