/**
 * The CTI link's vocabulary: one JSON object a text message over a WebSocket with subprotocol `dialer.cti.v1`. Names are T-Lib's.
 */

/** Subprotocol that the engine asks for. */
export const SUBPROTOCOL = "dialer.cti.v1";

/** A key-value list: strings, integers and nested lists. */
export interface UserData {
  [key: string]: string | number | UserData;
}

export type WorkMode = "AfterCallWork";

/** Requests and what they carry beside `referenceId`. */
export interface CtiRequests {
  RequestRegisterAddress: { thisDN: string };
  RequestAgentLogin: { thisDN: string; agentId: string; password?: string };
  RequestAgentReady: object;
  RequestAgentNotReady: { workMode?: WorkMode };
  RequestAgentLogout: object;
  RequestAnswerCall: { connId: string };
  RequestReleaseCall: { connId: string };
  RequestHoldCall: { connId: string };
  RequestRetrieveCall: { connId: string };
  RequestMakeCall: { otherDN: string; userData?: UserData };
  RequestUpdateUserData: { connId: string; userData: UserData };
  RequestDistributeUserEvent: { userData: UserData };
}

export type CtiRequestName = keyof CtiRequests;

/** Events about a call: each with `connId` and the data attached to the call. */
export type CallEventName =
  | "EventDialing"
  | "EventRinging"
  | "EventEstablished"
  | "EventHeld"
  | "EventRetrieved"
  | "EventReleased"
  | "EventAbandoned"
  | "EventAttachedDataChanged";

interface Envelope {
  referenceId?: number;
  thisDN?: string;
}

export interface CallEvent extends Envelope {
  message: CallEventName;
  connId: string;
  userData?: UserData;
}

export interface ErrorEvent extends Envelope {
  message: "EventError";
  errorCode: number;
  errorMessage: string;
}

export interface UserEvent extends Envelope {
  message: "EventUserEvent";
  userData: UserData;
}

export interface LinkConnectedEvent extends Envelope {
  message: "EventLinkConnected";
  applicationId: number;
}

export interface AgentEvent extends Envelope {
  message: "EventRegistered" | "EventAgentLogin" | "EventAgentReady" | "EventAgentNotReady" | "EventAgentLogout";
  agentId?: string;
  workMode?: WorkMode;
}

export type CtiEvent = CallEvent | ErrorEvent | UserEvent | LinkConnectedEvent | AgentEvent;

const CALL_EVENTS: ReadonlySet<string> = new Set([
  "EventDialing",
  "EventRinging",
  "EventEstablished",
  "EventHeld",
  "EventRetrieved",
  "EventReleased",
  "EventAbandoned",
  "EventAttachedDataChanged",
]);

const AGENT_EVENTS: ReadonlySet<string> = new Set([
  "EventRegistered",
  "EventAgentLogin",
  "EventAgentReady",
  "EventAgentNotReady",
  "EventAgentLogout",
]);

/** True for an event about a call. */
export function isCallEvent(event: CtiEvent): event is CallEvent {
  return CALL_EVENTS.has(event.message);
}

/** Reads one message; null for what is no event of this protocol, which a client passes over. */
export function readEvent(text: string): CtiEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }

  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return null;
  }

  const event = value as Record<string, unknown>;
  const name = event["message"];
  if (typeof name !== "string" || !isOptional(event["referenceId"], "number") || !isOptional(event["userData"], "object")) {
    return null;
  }

  const complete =
    CALL_EVENTS.has(name) ? typeof event["connId"] === "string"
    : name === "EventError" ? typeof event["errorCode"] === "number" && typeof event["errorMessage"] === "string"
    : name === "EventUserEvent" ? event["userData"] !== undefined
    : name === "EventLinkConnected" ? typeof event["applicationId"] === "number"
    : AGENT_EVENTS.has(name);
  return complete ? (value as CtiEvent) : null;
}

function isOptional(value: unknown, type: "number" | "object"): boolean {
  return value === undefined || (typeof value === type && value !== null && !Array.isArray(value));
}
